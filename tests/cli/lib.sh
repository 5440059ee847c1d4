# shellcheck shell=bash
# For the tests of the command line: run clawbpf, and hold what it answers against what it should. Sourced.
# They need neither root nor a kernel that can enforce. "ok - NAME", or "not ok - NAME" followed by why.

CLAWBPF=$(realpath "${CLAWBPF:-$(dirname "${BASH_SOURCE[0]}")/../../build/clawbpf}")
work=$(mktemp -d "${TMPDIR:-/tmp}/clawbpf-cli-XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0
export NO_COLOR='' TERM=dumb

# claw ARG... : runs it; status, and the files out and err, are what came of it
claw() {
	"$CLAWBPF" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

# because TEXT... : why the test that is under way has failed
because() {
	reasons+="    $*"$'\n'
}

# begin NAME / end : one test
begin() {
	name=$1 reasons=''
}

end() {
	if [ -z "$reasons" ]; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		printf '%s' "$reasons"
		sed 's/^/    out: /' "$work/out"
		sed 's/^/    err: /' "$work/err"
		failed=1
	fi
}

exits() {
	[ "$status" = "$1" ] || because "exit status $status instead of $1"
}

# says out|err TEXT : somewhere in it
says() {
	grep -qF -- "$2" "$work/$1" || because "no \"$2\" in $1"
}

says_not() {
	! grep -qF -- "$2" "$work/$1" || because "\"$2\" in $1"
}

silent() {
	[ ! -s "$work/$1" ] || because "something in $1"
}

# matches out|err REGEX : a line of it
matches() {
	grep -qE -- "$2" "$work/$1" || because "no line like $2 in $1"
}

# Nothing but printable ASCII and line breaks: no colours, no escapes of anybody's.
plain() {
	! LC_ALL=C grep -qP '[^\x20-\x7e]' "$work/$1" || because "unprintable bytes in $1"
}

finish() {
	exit $failed
}
