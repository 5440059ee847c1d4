#!/bin/bash
# A hundred thousand rules and thousands of sessions are enforced; a load without memory is refused, clearly, and changes
# nothing.
# vm: timeout=900
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
key=agent:main:main
victim "$d/denied" 42
echo "{ clawbpf: { denyBinaries: ['$d/denied'] } }" >"$d/small.json5"

refused() {
	clawbpf run --quiet-refusals --session $key -- "$d/denied" >/dev/null 2>&1
	[ $? = 126 ]
}

# --- 100,000 rules ----------------------------------------------------------------------------------

{
	echo "{ clawbpf: { denyBinaries: [ '$d/denied',"
	seq -f "'/opt/none/program-%06.0f'," 100000
	echo "] } }"
} >"$d/large.json5"
check_exit "with nothing loaded it runs" 42 "$d/denied"
check "a hundred thousand rules are loaded" clawbpf load "$d/large.json5"
check_prints "status counts them" '^Rules: [1-9][0-9]{5,} ' clawbpf status
check "the first of them holds" refused
check "a small policy replaces them" clawbpf load "$d/small.json5"

# --- no memory --------------------------------------------------------------------------------------

generation() {
	clawbpf status --json | sed -n 's/.*"generation": *\([0-9]*\).*/\1/p'
}

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
for megabytes in 2 4 8 16 24 32 40; do
	if limited $((megabytes << 20)) clawbpf load "$d/large.json5" >"$d/out" 2>&1; then
		loaded=$((loaded + 1))
		break
	fi
	failed=$((failed + 1))
	[ "$(generation)" = "$before" ] && refused ||
		fail "a load with $megabytes MB changes nothing" "status says" "$(clawbpf status 2>&1; cat "$d/out")"
done
rmdir /sys/fs/cgroup/scale
check "$failed loads without memory changed nothing" test $failed -ge 2
check "a load after them" clawbpf load "$d/small.json5"
check "what is denied is refused" refused

# Descriptors and address space: the program's own limits.
failed=0
for limit in "-n 3" "-n 16" "-n 64" "-v 4000" "-v 16000" "-v 40000"; do
	before=$(generation)
	bash -c "ulimit $limit; exec clawbpf load '$d/large.json5'" >"$d/out" 2>&1 && continue
	failed=$((failed + 1))
	[ "$(generation)" = "$before" ] && refused ||
		fail "a load with ulimit $limit changes nothing" "status says" "$(clawbpf status 2>&1; cat "$d/out")"
done
check "$failed loads by too small limits changed nothing" test $failed -ge 3

# --- thousands of sessions --------------------------------------------------------------------------

# All of them by hand where a session would need a process each: the map is what counts. Each is a copy of a real one.
sleep 600 &
pid=$!
disown
check "a session" clawbpf session add --session agent:main:real --pid $pid
sessions=/sys/fs/bpf/clawbpf/maps/sessions
# Not any of the map's: one that is over, and whose events wait to be read, is still there.
real=$(clawbpf session list --json | sed -n '/"agent:main:real"/,/"id"/s/.*"id": \([0-9]*\).*/\1/p')
value=$(bpftool -j map lookup pinned $sessions key "$real" 0 0 0 | sed 's/.*"value":\[\([^]]*\)\].*/\1/' | tr -d '"' | tr ',' ' ')
for ((id = 10; id < 2010; id++)); do
	printf 'map update pinned %s key 0x%02x 0x%02x 0 0 value %s\n' $sessions $((id & 255)) $((id >> 8)) "$value"
done >"$d/batch"
check "two thousand more" bpftool batch file "$d/batch"
check_prints "status counts them" 'Sessions: 2001\.' clawbpf status
check "a load assigns a policy to each" clawbpf load "$d/small.json5"
check "what is denied is refused" refused
check "status goes on" clawbpf status
kill $pid
check "unload" eventually 10 clawbpf unload
check_exit "what was denied runs" 42 "$d/denied"
done_testing
