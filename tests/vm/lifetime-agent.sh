#!/bin/bash
# The agent killed at each step: as it starts, finds its engine and that engine's containers, hears of a new one, is
# asked for one, empties the kernel's buffer, appends to the log, and begins another log. Then no container of a session
# runs free, no record is lost that is not counted, and the next agent takes up all of it.
# vm: docker timeout=600 either=6.1
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

config_write "$scratch/config.json5"
log=/var/log/clawbpf/audit.jsonl
root=$scratch/root
mkdir -p "$root" /sys/fs/cgroup/docker
cp "$probes/net-first" "$root/"
: >"$scratch/list"
: >"$scratch/events"
"$probes/engine-fake" "$scratch/engine.sock" "$scratch/list" "$scratch/events" &
engine=$!
agent_command=(clawbpf agent --engine "$scratch/engine.sock")
made=0 starts=()

# engine_has ID : in its list, as one of the session's
engine_has() {
	echo '{"Id":"'"$1"'","Names":["/c"],"Labels":{"openclaw.sessionKey":"'$sandboxed'"}}' >>"$scratch/list"
}

engine_tells() {
	echo '{"Action":"create","Actor":{"ID":"'"$1"'","Attributes":{"name":"c","openclaw.sessionKey":"'$sandboxed'"}}}' >>"$scratch/events"
}

# container_start ID : its first program's first act is a socket; how that ended is in $scratch/ID
container_start() {
	(
		mkdir "/sys/fs/cgroup/docker/$1"
		# shellcheck disable=SC2016 # the inner shell's
		bash -c 'echo $$ >"/sys/fs/cgroup/docker/$1/cgroup.procs" && exec chroot "$2" /net-first' - "$1" "$root"
		echo $? >"$scratch/$1"
		rmdir "/sys/fs/cgroup/docker/$1"
	) &
	starts+=($!)
}

watching() {
	[ "$(grep -c watching "$scratch/agent.log")" -gt "$watched" ] || ! kill -0 "$job" 2>/dev/null
}

ended() {
	local id
	for id in "$@"; do
		[ -s "$scratch/$id" ] || return
	done
}

ended_or_dead() {
	ended "$@" || ! kill -0 "$job" 2>/dev/null
}

# story SIGNAL COMMAND... : an agent's life, as far as it gets. The engine has a first container, tells of a second, and
# has a third of which nothing was told when it starts. The log is moved away before they do. SIGNAL ends it.
story() {
	local signal=$1 ids=() i
	shift
	for i in 1 2 3; do
		made=$((made + 1))
		ids+=("$(printf '%064x' $made)")
	done
	watched=$(grep -c watching "$scratch/agent.log")
	engine_has "${ids[0]}"
	"$@" </dev/null >>"$scratch/agent.log" 2>"$scratch/calls" &
	job=$!
	eventually 30 watching
	engine_has "${ids[1]}"
	engine_tells "${ids[1]}"
	engine_has "${ids[2]}"
	[ ! -e $log ] || mv $log "$scratch/log.$made"
	for i in "${ids[@]}"; do
		container_start "$i"
	done
	eventually 30 ended_or_dead "${ids[@]}"
	sleep 0.2 # so that it writes down what there was
	: >"$scratch/over"
	pkill "-$signal" -P "$job" -x clawbpf 2>/dev/null || kill "-$signal" "$job" 2>/dev/null
	wait "$job" 2>/dev/null
	job=$?
	rm "$scratch/over"
	return $job
}

# The numbers of what it changed, from "N KIND" lines; of the same many times, one in the middle, twice at most. What only a process of
# its own knows of goes with it.
steps_of() {
	grep -vE 'mkdir|flock|make a link|iterate|agent.log' | sed 's/bpf: pin .*/bpf: attach /' | awk '
		function flush() { if (count && times[kind]++ < 2) print int((first + last) / 2) }
		{ n = $1; $1 = "" }
		$0 != kind { flush(); kind = $0; first = n; count = 0 }
		{ last = n; count++ }
		END { flush() }'
}

# walk NAME SIGNAL STEPS... : kills one at each of them
walk() {
	local name=$1 signal=$2 n killed=0
	shift 2
	for n in "$@"; do
		story "$signal" "$probes/kill-at" "$n" "${agent_command[@]}"
		[ $? != 137 ] || killed=$((killed + 1))
	done
	check "$name was killed at $killed steps: $*" test $((killed * 4)) -ge $(($# * 3))
}

: >"$scratch/agent.log"
check_exit "nothing loaded: a container has the network" 0 chroot "$root" /net-first
check "load" clawbpf load "$scratch/config.json5"
# Whoever comes after one that was killed waits for the next; after SIGTERM nobody does.
story KILL "${agent_command[@]}"
story KILL "$probes/kill-at" 0 "${agent_command[@]}"
mapfile -t steps < <(grep -E '^[0-9]+ ' "$scratch/calls" | steps_of)
walk "an agent" KILL "${steps[@]}"
export KILL_AT_FROM=$scratch/over # how much it has done before does not matter then
walk "one that ends" TERM 1 3 5 7
watched=$(grep -c watching "$scratch/agent.log")
"${agent_command[@]}" >>"$scratch/agent.log" 2>&1 &
job=$!
check "after all of them, another" eventually 30 watching
wait "${starts[@]}"
cat "$scratch"/0* >"$scratch/ends"
check_lacks "no container of the session ran free, of $made" '^[^9]' cat "$scratch/ends"
check "... and each went on" test "$(wc -l <"$scratch/ends")" = "$made"
kill -TERM $job
wait $job
cat "$scratch"/log.* $log >"$scratch/log"
check_lacks "nothing was lost" '"type":"lost"' cat "$scratch/log"
grep '"comm":"net-first".*"reason":"network-none"' "$scratch/log" | grep -o '"pid":[0-9]*' >"$scratch/pids"
check "each refusal is in the log, of all its files" test "$(sort -u "$scratch/pids" | wc -l)" = "$made"
check "... once" test "$(wc -l <"$scratch/pids")" = "$made"
kill $engine
rmdir /sys/fs/cgroup/docker 2>/dev/null
done_testing
