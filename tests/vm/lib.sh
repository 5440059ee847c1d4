# shellcheck shell=bash
# The checks of a VM test. A test is tests/vm/NAME.sh; it runs as root in a guest of its own kernel, starts with
# a comment that says what it shows, then sources this, and every check prints one line:
#
#   # vm: timeout=600 kernel=6.12 docker append=lsm=landlock,yama cpus=1 memory=2048   (what it needs, if anything)
#   . "$(dirname "$0")/lib.sh"
#   check_allowed "positive control: curl runs" /probes/exec /usr/bin/curl
#
# Probes exit 0 allowed, 1 refused with our errno, 2 could not be tried, 3 refused by something else.
# $top is where tests/vm, tests/data and config are; $scratch is an empty directory that goes with the test.
set -u

# shellcheck disable=SC2034 # for the tests
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # for the tests
probes=/probes
scratch=$(mktemp -d /tmp/test-XXXXXX)
checks_made=0
checks_failed=0
checks_ended=

pass() {
	checks_made=$((checks_made + 1))
	echo "ok - $1"
}

# fail NAME WHY [OUTPUT]
fail() {
	checks_made=$((checks_made + 1))
	checks_failed=$((checks_failed + 1))
	printf 'not ok - %s\n    %s\n' "$1" "$2"
	[ -z "${3-}" ] || head -c 20000 <<<"$3" | sed 's/^/    | /'
}

# Runs a command for the checks below: sets out (stdout and stderr) and status.
try() {
	out=$("$@" </dev/null 2>&1 | tr '\0' '?'; exit "${PIPESTATUS[0]}")
	status=$?
}

check() {
	local name=$1 out status
	shift
	try "$@"
	if [ "$status" = 0 ]; then pass "$name"; else fail "$name" "exit $status from: $*" "$out"; fi
}

# Ends with an error of its own: neither well, nor by a signal, nor because there is no such program.
check_fails() {
	local name=$1 out status
	shift
	try "$@"
	if [ "$status" -gt 0 ] && [ "$status" -lt 124 ]; then pass "$name"; else fail "$name" "exit $status from: $*" "$out"; fi
}

# check_exit NAME STATUS COMMAND...
check_exit() {
	local name=$1 wanted=$2 out status
	shift 2
	try "$@"
	if [ "$status" = "$wanted" ]; then pass "$name"; else fail "$name" "exit $status, not $wanted, from: $*" "$out"; fi
}

probe_words=("it was allowed" "it was refused" "it could not be tried" "it was refused by something else")

check_probe() {
	local wanted=$1 name=$2 out status
	shift 2
	try "$@"
	if [ "$status" = "$wanted" ]; then
		pass "$name"
	else
		fail "$name" "${probe_words[$status]-exit $status}: $*" "$out"
	fi
}

check_allowed() {
	check_probe 0 "$@"
}

check_refused() {
	check_probe 1 "$@"
}

# check_prints NAME PATTERN COMMAND... : exit 0, and a line that matches the (extended) pattern
check_prints() {
	local name=$1 pattern=$2 out status
	shift 2
	try "$@"
	if [ "$status" != 0 ]; then
		fail "$name" "exit $status from: $*" "$out"
	elif grep -qE -- "$pattern" <<<"$out"; then
		pass "$name"
	else
		fail "$name" "no line like '$pattern' from: $*" "$out"
	fi
}

# check_lacks NAME PATTERN COMMAND... : exit 0, and no line that matches
check_lacks() {
	local name=$1 pattern=$2 out status
	shift 2
	try "$@"
	if [ "$status" != 0 ]; then
		fail "$name" "exit $status from: $*" "$out"
	elif grep -qE -- "$pattern" <<<"$out"; then
		fail "$name" "a line like '$pattern' from: $*" "$out"
	else
		pass "$name"
	fi
}

# eventually SECONDS COMMAND... : tries again until it succeeds; for use as the command of a check
eventually() {
	local until=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$until" ] || return 1
		sleep 0.1
	done
}

# nothing_left : of clawbpf in the kernel; or says what is
nothing_left() {
	{
		ls -A /sys/fs/bpf
		find /sys/fs/cgroup/clawbpf 2>/dev/null
		bpftool prog list | grep 'name claw_'
		bpftool map list | grep 'name claw_\|name cgroups '
		bpftool link list | grep 'prog_type lsm'
	} | sed 's/^/left: /' | (! grep .)
}

skip_check() {
	checks_made=$((checks_made + 1))
	echo "ok - $1 # SKIP $2"
}

# The whole test, at its beginning. In CI a skip is a failure, unless the reason starts with "optional: ".
skip() {
	checks_ended=1
	echo "skipped: $1"
	exit 77
}

# Call it last: a test that ends anywhere else has failed.
done_testing() {
	checks_ended=1
	[ $checks_made -gt 0 ] || fail "$0" "it made no check"
	[ "$checks_failed" = 0 ]
	exit
}

checks_at_exit() {
	local r=$?
	trap - EXIT
	[ -n "$checks_ended" ] || fail "$(basename "$0" .sh) runs to its end" "it ended early, with exit $r"
	[ ! -d /sys/fs/bpf/clawbpf ] || clawbpf unload >/dev/null 2>&1
	cd / || exit 1
	grep -F " $scratch" /proc/self/mountinfo | cut -d' ' -f5 | tac | xargs -r umount -l
	rm -rf "$scratch"
	[ "$checks_failed" = 0 ] || exit 1
	exit "$r"
}
trap checks_at_exit EXIT
trap 'exit 143' TERM # the time is up
