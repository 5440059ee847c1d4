#!/bin/bash
# An hour of attacks and of ordinary work at once, with reloads in between; then nothing has leaked: no memory of the
# kernel's or of the agent's, no label, cgroup, pin, session, process or descriptor. For scripts/soak; in the guest.
# usage: lib-soak.sh MINUTES
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-attempts.sh
. "$(dirname "$0")/lib-attempts.sh"
# shellcheck source=tests/vm/lib-attacks.sh
. "$(dirname "$0")/lib-attacks.sh"

minutes=${1-60}
work=$scratch/soak
mkdir "$work"

# --- three that work until they are told to stop ----------------------------------------------------

stop=$scratch/stop

# Every attack, again and again; what escapes is written down.
attack_worker() {
	local family
	until [ -e "$stop" ]; do
		for family in "${attack_families[@]}"; do
			[ ! -e "$stop" ] || return
			arena_renew
			timeout 600 unshare -m --propagation private clawbpf run --quiet-refusals --kernel-only --session $sandboxed \
				"$@" -- "$attacks/$family" 2>/dev/null </dev/null | tee >(wc -l >>"$work/attacks") | grep -P '\tescaped\t' >>"$work/escaped"
		done
	done
}

ordinary_worker() {
	local n=0
	until [ -e "$stop" ]; do
		n=$((n + 1))
		clawbpf run --session "agent:main:telegram:group:-100123:topic:$n" -- \
			sh -c 'for i in 1 2 3; do seq 2000 | sort -r | gzip | gzip -d | wc -l; done; mkdir a && rmdir a' >/dev/null ||
			echo "in a sandbox" >>"$work/failed"
		clawbpf run --session agent:main:main -- sh -c 'curl -sV | head -n 1; (sleep 1 & wait)' >/dev/null 2>&1 ||
			echo "on the host" >>"$work/failed"
		sleep 30 &
		disown
		clawbpf session add --session "agent:main:added-$n" --pid $! >/dev/null || echo "session add" >>"$work/failed"
		clawbpf session remove --session "agent:main:added-$n" --kill >/dev/null || echo "session remove" >>"$work/failed"
		echo "$n" >"$work/ordinary"
	done
}

reload_worker() {
	local n=0
	until [ -e "$stop" ]; do
		n=$((n + 1))
		clawbpf load "$config" >/dev/null || echo "load" >>"$work/failed"
		clawbpf audit --json --limit 10 >/dev/null || echo "audit" >>"$work/failed"
		clawbpf status >/dev/null || echo "status" >>"$work/failed"
		echo "$n" >"$work/loads"
		# What is asked again and again must not grow by what was answered.
		[ "$(stat -c %s /var/log/clawbpf/audit.jsonl)" -lt 20000000 ] || mv /var/log/clawbpf/audit.jsonl{,.1}
		sleep 2
	done
}

# --- what there is of everything --------------------------------------------------------------------

# In kB, once what is only kept for later is gone.
memory_used() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 2
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(Slab|Percpu|KernelStack|PageTables|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo
}

# The fewest of some: while it looks at a session it has a few more.
agent_descriptors() {
	local i
	for ((i = 0; i < 30; i++)); do
		find "/proc/$agent_job/fd" -mindepth 1 2>/dev/null | wc -l
		sleep 0.1
	done | sort -n | head -n 1
}

# How much of WHAT (VmRSS, in kB) the daemon has
agent_has() {
	awk -v what="$1:" '$1 == what { print $2 }' "/proc/$agent_job/status"
}

things() {
	echo "pins $(find /sys/fs/bpf/clawbpf -type f | wc -l)"
	echo "programs $(bpftool prog list | grep -c 'name claw_')"
	echo "maps $(bpftool map list | grep -c '^[0-9]')"
	echo "cgroups $(find /sys/fs/cgroup/clawbpf -mindepth 1 -type d 2>/dev/null | wc -l)"
	echo "cgroup entries $(bpftool -j map dump pinned /sys/fs/bpf/clawbpf/maps/cgroups | grep -o '"key"' | wc -l)"
	echo "sessions $(clawbpf session list --json | grep -o '"session"' | wc -l)"
	echo "processes $(pgrep -c -x clawbpf)"
	echo "the agent's descriptors $(agent_descriptors)"
}

# round SECONDS : all of them at work for so long
round() {
	rm -f "$stop"
	attack_worker &
	attack_worker --user agent &
	ordinary_worker &
	reload_worker &
	sleep "$1"
	: >"$stop"
	# shellcheck disable=SC2046 # pids
	wait $(jobs -p | grep -vxe "$outside_job" -e "$agent_job")
}

attack_config "$arena/secret"
arena_make
outside_start /run/docker.sock
check "load" clawbpf load "$config"
clawbpf agent --no-engine >"$scratch/agent.log" 2>&1 &
agent_job=$!
clawbpf run --session agent:main:main -- true
check "the agent writes the log" eventually 30 test -s /var/log/clawbpf/audit.jsonl
round 60 # what is made once is made
clawbpf load "$config" >/dev/null
things >"$work/before"
before=$(memory_used)
agent_before=$(agent_has VmRSS)
for ((i = 0; i < minutes; i++)); do
	round 60
	echo "# minute $((i + 1)): $(memory_used) kB used by the kernel, $(agent_has VmRSS) kB by the agent, $(cat "$work/ordinary") rounds of work, $(cat "$work/loads") loads," \
		"$(awk '{ n += $1 } END { print n }' "$work/attacks") attacks"
done
clawbpf load "$config" >/dev/null
things >"$work/after"
after=$(memory_used)
agent_after=$(agent_has VmRSS)

check "no attack escaped" test ! -s "$work/escaped"
check "ordinary work went on" test ! -s "$work/failed"
check "what there is is what there was" diff "$work/before" "$work/after"
check "the kernel uses $before kB, and $after kB after it" test $((after - before)) -lt $((4096 + 128 * minutes))
check "the agent uses $agent_before kB, and $agent_after kB after it" test $((agent_after - agent_before)) -lt 1024
check_lacks "nothing was lost that is not counted" 'unreadable": *[1-9]' clawbpf status --json
kill "$agent_job"
wait "$agent_job"
check "the agent ends well" test $? = 0
check "unload: no task has a label any more" clawbpf unload
check "nothing is left" sh -c '! ls -d /sys/fs/bpf/clawbpf /sys/fs/cgroup/clawbpf 2>/dev/null && ! bpftool prog list | grep "name claw_"'
arena_remove
rm -f /run/docker.sock
done_testing
