#!/bin/bash
# Runs VM tests one after the other, in the guest. scripts/check reads what it prints: "# begin NAME", the test's
# own lines, "# took SECONDS", "# end NAME STATUS". After each, the kernel has not complained, and nothing of clawbpf is
# left.
# usage: lib-run.sh SECONDS:FILE...
shopt -s nullglob

# What is left of clawbpf, a line each.
left() {
	local path
	for path in /sys/fs/bpf/* /sys/fs/cgroup/clawbp[f] /sys/fs/cgroup/clawbpf/*/; do
		echo "$path"
	done
	bpftool prog list | grep 'name claw_'
	bpftool map list | grep -E "name ($maps)[^a-z_]"
	pgrep -a -x clawbpf
}

# The names under which the kernel knows our maps, as far as no program of others would use them.
maps='claw_image|claw_source|images|cgroups|sessions|labels|hook_stats'

# The kernel frees what nobody holds any more a little later.
left_after_a_while() {
	local tries
	for tries in 1 2 3 4 5 6 7 8 9 10; do
		[ -n "$(left)" ] || return
		sleep "0.$tries"
	done
	left
}

# complain NAME TEXT : a failed check
complain() {
	printf '\nnot ok - %s\n' "$1"
	sed 's/^/    | /' <<<"$2"
}

# So that the next test begins with nothing, whatever this one left.
sweep() {
	pkill -9 -x clawbpf
	clawbpf unload --force
	find /sys/fs/cgroup/clawbpf -name cgroup.kill -exec sh -c 'echo 1 >"$1"' kill {} \;
	find /sys/fs/cgroup/clawbpf -depth -type d -exec rmdir {} \;
	rm -rf /sys/fs/bpf/*
} >/dev/null 2>&1

run_one() {
	local seconds=${1%%:*} file=${1#*:} name status log began=$SECONDS
	name=$(basename "$file" .sh)
	echo "# begin $name"
	dmesg -C
	timeout -k 10 "$seconds" bash "$file" 2>&1
	status=$?
	case $status in
	124 | 137) echo "given up after $seconds seconds" ;;
	esac
	log=$(left_after_a_while)
	if [ -n "$log" ]; then
		complain "nothing is left" "$log"
		sweep
	fi
	log=$(dmesg | grep -E -A25 'WARNING:|BUG:|Oops|general protection fault|rcu.*stall|blocked for more than')
	[ -z "$log" ] || complain "the kernel does not complain" "$log"
	printf '\n# took %s\n# end %s %s\n' $((SECONDS - began)) "$name" "$status"
}

for test in "$@"; do
	run_one "$test"
done
exit 0
