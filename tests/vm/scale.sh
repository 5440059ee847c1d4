#!/bin/bash
# A hundred thousand rules and ten thousand sessions are enforced, one too many of either is refused, and so is a load
# without memory: clearly, and nothing is changed.
# vm: timeout=900 either=6.12
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
key=agent:main:main
victim "$d/denied" 42
victim "$d/last" 42 last
echo "{ clawbpf: { denyBinaries: ['$d/denied'] } }" >"$d/small.json5"

# refused [PROGRAM]
# shellcheck disable=SC2120 # the usual one
refused() {
	clawbpf run --quiet-refusals --session $key -- "${1-$d/denied}" >/dev/null 2>&1
	[ $? = 126 ]
}

generation() {
	clawbpf status --json | sed -n 's/.*"generation": *\([0-9]*\).*/\1/p'
}

# refuses_load FILE PATTERN : says so, and what was enforced is enforced
refuses_load() {
	local before
	before=$(generation)
	clawbpf load "$1" >"$d/out" 2>&1 && return 1
	grep -qE -- "$2" "$d/out" || { cat "$d/out"; return 1; }
	[ "$(generation)" = "$before" ]
}

# programs COUNT : as many lines of a list
programs() {
	seq -f "'/opt/none/program-%06.0f'," "$1"
}

# --- 100,000 rules ----------------------------------------------------------------------------------

{
	echo "{ clawbpf: { denyBinaries: [ '$d/denied',"
	programs 100000
	echo "'$d/last' ] } }"
} >"$d/large.json5"
# The same for four agents, of which each has one more, so that each has a policy of its own.
{
	echo "{ agents: { list: [{ id: 'main' }, { id: 'b' }, { id: 'c' }, { id: 'd' }] }, clawbpf: { agents: {"
	for agent in b c d; do echo "$agent: { denyBinaries: ['of-$agent'] },"; done
	echo "}, denyBinaries: ["
	programs 100000
	echo "] } }"
} >"$d/larger.json5"
check_exit "with nothing loaded it runs" 42 "$d/denied"
check "a hundred thousand rules are loaded" clawbpf load "$d/large.json5"
check_prints "status counts them" '^Rules: [1-9][0-9]{5,} ' clawbpf status
check "the first of them holds" refused
check "the last of them holds" refused "$d/last"
check "four times as many are refused at load, which says by which entry" \
	refuses_load "$d/larger.json5" 'clawbpf.agents.d.denyBinaries.0.: .* more than 1048576 rules'
check "... and changes nothing" refused "$d/last"
check "a small policy replaces them" clawbpf load "$d/small.json5"
check_exit "... and the last runs" 42 clawbpf run --session $key -- "$d/last"

# --- no memory --------------------------------------------------------------------------------------

{
	echo "{ clawbpf: { denyBinaries: [ '$d/denied',"
	programs 10000
	echo "] } }"
} >"$d/medium.json5"

# limited BYTES COMMAND... : in a cgroup that has no more memory
limited() {
	local bytes=$1
	shift
	mkdir -p /sys/fs/cgroup/scale
	echo "$bytes" >/sys/fs/cgroup/scale/memory.max
	sh -c 'echo $$ >/sys/fs/cgroup/scale/cgroup.procs && exec "$@"' limited "$@"
}

echo +memory >/sys/fs/cgroup/cgroup.subtree_control
before=$(generation) failed=0 loaded=0
for megabytes in 2 7 12 64; do
	if limited $((megabytes << 20)) clawbpf load "$d/medium.json5" >"$d/out" 2>&1; then
		loaded=$megabytes
		break
	fi
	failed=$((failed + 1))
	[ "$(generation)" = "$before" ] && refused "$d/denied" ||
		fail "a load with $megabytes MB changes nothing" "status says" "$(clawbpf status 2>&1; cat "$d/out")"
done
rmdir /sys/fs/cgroup/scale
check "$failed loads without memory changed nothing" test $failed -ge 2
check "... and one with $loaded MB was made" test "$loaded" -gt 0
check "a load after them" clawbpf load "$d/small.json5"
check "what is denied is refused" refused

# Descriptors and address space: the program's own limits.
failed=0
before=$(generation)
for limit in "-n 3" "-n 64" "-v 4000" "-v 16000"; do
	bash -c "ulimit $limit; exec clawbpf load '$d/medium.json5'" >"$d/out" 2>&1 && before=$(generation) && continue
	failed=$((failed + 1))
	[ "$(generation)" = "$before" ] && refused "$d/denied" ||
		fail "a load with ulimit $limit changes nothing" "status says" "$(clawbpf status 2>&1; cat "$d/out")"
done
check "$failed loads by too small limits changed nothing" test $failed -ge 3

# --- 10,000 sessions --------------------------------------------------------------------------------

# Each has a cgroup and a process in it. The group chats of three are denied a tool, the others' are not.
count=10000
group=agent:main:telegram:group:-
{
	echo "{ channels: { telegram: { groups: {"
	for i in 1 $((count / 2)) $count; do echo "'-$i': { tools: { deny: ['cron'] } },"; done
	echo "} } }, clawbpf: { toolBinaries: { cron: ['$d/denied'] } } }"
} >"$d/groups.json5"

# in_session NUMBER STATUS : who runs it, by key and from within the cgroup, gets that
in_session() {
	local got
	clawbpf run --quiet-refusals --session "$group$1" -- "$d/denied" >/dev/null 2>&1
	got=$?
	bash -c "echo \$\$ >/sys/fs/cgroup/many/$1/cgroup.procs && exec '$d/denied'" 2>/dev/null
	got+=" $?"
	[ "$got" = "$2 $2" ] || { echo "exit $got"; return 1; }
}

check "load" clawbpf load "$d/groups.json5"
echo 40000 >/proc/sys/kernel/threads-max
check "ten thousand sessions, a process in each" "$probes/many" sessions 1 $count
check_prints "status counts them" "Sessions: $count\\." clawbpf status
clawbpf session list --json >"$d/list"
check "so does session list" test "$(grep -c '"processes": 1,' "$d/list")" = $count
# all_hold : what is denied is refused to three of them, and to nobody else
all_hold() {
	local i
	for i in 1 $((count / 2)) $count; do in_session "$i" 126 || return 1; done
	for i in 2 $((count / 2 + 1)) $((count - 1)); do in_session "$i" 42 || return 1; done
	[ "$("$d/denied"; echo $?)" = 42 ]
}
check "the first, a middle one and the last are refused; neighbours and the host are not" all_hold
check "a reload gives each its policy" clawbpf load "$d/groups.json5"
check "... and all hold" all_hold
check_prints "explain knows the last" 'Refused to .*-10000' clawbpf explain --session $group$count
check_prints "a refusal in it is in the trail" "\"session\":\"$group$count\".*groups.-$count.tools.deny" \
	clawbpf audit --json --type refusal --session $group$count
check "one is removed" clawbpf session remove --session ${group}7 --kill
check_prints "... and no other" "Sessions: $((count - 1))\\." clawbpf status
check "... the others hold" in_session $count 126

# All the numbers that there are. What is over has none any more once it was listed, and the trail was read.
clawbpf session list >/dev/null
clawbpf audit >/dev/null
"$probes/many" keys 20000 >"$d/out" 2>&1
check "the last number is given, and no more" grep -q '16384 sessions are registered' "$d/out"
check_prints "status counts them all" 'Sessions: 16384\.' clawbpf status
cannot_run() {
	clawbpf run --session agent:main:new -- true >"$d/out" 2>&1
	[ $? = 1 ] && grep -q '16384 sessions are registered, and more there cannot be' "$d/out"
}
check "another session's command is refused, and why is said" cannot_run
check "... those that are there go on" in_session $count 126
check "a load is made" clawbpf load "$d/groups.json5"
check "... the last holds" in_session $count 126
check "one is removed" clawbpf session remove --session ${group}8 --kill
check "... and there is room for the other" clawbpf run --session agent:main:new -- true

echo 1 >/sys/fs/cgroup/many/cgroup.kill
check "their processes end" eventually 60 grep -q 'populated 0' /sys/fs/cgroup/many/cgroup.events
find /sys/fs/cgroup/many -depth -type d -delete
check "unload" clawbpf unload
check_exit "what was denied runs" 42 "$d/denied"
done_testing
