#!/bin/bash
# Runs VM tests one after the other, in the guest. scripts/check reads what it prints: "# begin NAME", the test's
# own lines, "# end NAME STATUS".
# usage: lib-run.sh SECONDS:FILE...

run_one() {
	local seconds=${1%%:*} file=${1#*:} name status log
	name=$(basename "$file" .sh)
	echo "# begin $name"
	dmesg -C
	timeout -k 10 "$seconds" bash "$file" 2>&1
	status=$?
	case $status in
	124 | 137) echo "given up after $seconds seconds" ;;
	esac
	[ ! -d /sys/fs/bpf/clawbpf ] || clawbpf unload >/dev/null 2>&1
	log=$(dmesg | grep -E -A25 'WARNING:|BUG:|Oops|general protection fault|rcu.*stall|blocked for more than')
	if [ -n "$log" ]; then
		printf '\nnot ok - the kernel does not complain\n'
		sed 's/^/    | /' <<<"$log"
	fi
	printf '\n# end %s %s\n' "$name" "$status"
}

for test in "$@"; do
	run_one "$test"
done
exit 0
