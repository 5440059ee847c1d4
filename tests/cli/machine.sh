#!/bin/bash
# Does scripts/vm pass on what the command said, and how it ended?
set -u
cd "$(dirname "$0")/../.." || exit 1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# What scripts/vm said, without what it says the first time only.
said() {
	grep -v "^fetching " "$scratch/err"
}

# is NAME WANTED FOUND
is() {
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		printf 'not ok - %s\nwanted: %s\nfound:  %s\n' "$1" "$2" "$3"
		failed=1
	fi
}

head -c 3000000 /dev/urandom >"$scratch/random"
mkdir "$scratch/dir"
echo inside >"$scratch/dir/file"
# shellcheck disable=SC2016 # the guest's
scripts/vm --kernel 6.12 --timeout 600 --add "$scratch/random:/x/random" --add "$scratch/dir:/x/dir" \
	--add /usr/bin/clang-format:/usr/local/bin/other -- bash -c '
	sleep 1000 &
	cat /x/random
	{
		echo "arg: $1|$2"
		echo "in: $(wc -c)"
		cat /x/dir/file
		other --version >/dev/null && echo libraries
		id -u
		grep -o "\<bpf\>" /sys/kernel/security/lsm
		bwrap --ro-bind / / --proc /proc --unshare-all echo sandbox
	} >&2
	kill -7 $$' name 'two  words' $'a\nb"' >"$scratch/out" 2>"$scratch/err" </dev/zero
is "the exit status passes, a signal as 128 and more" 135 $?
is "stdout passes, 3 MB of any bytes" "$(sha256sum <"$scratch/random")" "$(sha256sum <"$scratch/out")"
is "stderr passes on its own, with arguments, files and sandboxes as they should be" \
	$'arg: two  words|a\nb"\nin: 0\ninside\nlibraries\n0\nbpf\nsandbox' "$(said)"

scripts/vm --kernel 6.1 --timeout 3 -- sleep 1000 2>"$scratch/err"
is "the time-out is 124" 124 $?
is "and is said" "scripts/vm: given up after 3 seconds (--timeout)" "$(said)"
scripts/vm --kernel 5.4 -- true 2>/dev/null
is "a kernel that is not there is 125" 125 $?
scripts/vm --timeout x -- true 2>/dev/null
is "wrong usage is 2" 2 $?
scripts/vm --disk "$scratch/none" -- true 2>/dev/null
is "a disk that is not there is wrong usage" 2 $?
exit $failed
