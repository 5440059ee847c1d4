#!/bin/bash
# What runs already is put into a session: all of its threads, its children, and what it has opened before.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
cgroups=/sys/fs/cgroup
victim "$d/denied" 42 1
victim "$d/harmless" 42 2

cat >"$config" <<END
{
  clawbpf: {
    denyBinaries: [
      "$d/denied", // denied = clawbpf.denyBinaries[0]
    ],
  },
}
END

# --- a probe that waits, and is put into a session meanwhile ---------------------------------------

phase=unloaded
wrapper=()

# scenario NAME ENROL PROBE [ARG...] : ENROL is called with the probe's pid and NAME while the probe waits
scenario() {
	local name=$1 enrol=$2 result=$phase/$1 pid
	shift 2
	mkdir -p "$scratch/$phase" "$cgroups/test-$name"
	rm -f "$scratch/go" "$scratch/storm"
	mkfifo "$scratch/go"
	"${wrapper[@]}" "$1" -w "$scratch/go" "${@:2}" >"$scratch/$result" 2>"$scratch/$result.err" </dev/null &
	pid=$!
	if ! eventually 20 grep -q ready "$scratch/$result" || ! "$enrol" "$pid" "$name"; then
		fail "$name: it is enrolled" "$phase: it is not" "$(cat "$scratch/$result" "$scratch/$result.err")"
	fi
	[ ! -p "$scratch/go" ] || : >"$scratch/go"
	wait $pid
	attempts_read "$result"
	[ "$phase" = unloaded ] || scenario_check "$name"
}

# scenario_check NAME : by what the table says, and what the same came to with nothing loaded
scenario_check() {
	local name session neighbour reason hook entry rest wrong pid
	attempts_events "agent:main:$1"
	while read -r name session neighbour reason hook entry rest; do
		[ "$name" != ready ] || continue
		wrong=
		phase_check "$name" "unloaded/$1" 0
		phase_check "$name" "loaded/$1" "$session"
		pid=${pid_of[loaded/$1/$name]-0}
		[[ $rest != storm* ]] || pid=any # of those that come and go
		[ "$session" = 0 ] || event_like "$pid" "$reason" "$hook" "$entry" || wrong+="no event: $reason by $hook"
		if [ -z "$wrong" ]; then
			pass "$1, $name: $([ "$session" = 0 ] && echo allowed || echo "$reason, $hook")"
		else
			fail "$1, $name ($rest)" "$wrong" "${events_of[$pid]-}"
		fi
	done <"$table"
	check "$1: the session is removed" clawbpf session remove --session "agent:main:$1"
}

# session_add NAME ARG...
session_add() {
	[ "$phase" = unloaded ] || clawbpf session add --session "agent:main:$1" "${@:2}"
}

by_pid() {
	session_add "$2" --pid "$1"
}

by_cgroup() {
	echo "$1" >"$cgroups/test-$2/cgroup.procs" && session_add "$2" --cgroup "$cgroups/test-$2"
}

by_cgroup_above() {
	mkdir -p "$cgroups/test-$2/a/b" && echo "$1" >"$cgroups/test-$2/a/b/cgroup.procs" &&
		session_add "$2" --cgroup "$cgroups/test-$2"
}

# Of several threads the kernel reports the leader alone.
by_move() {
	session_add "$2" --cgroup "$cgroups/test-$2" && echo "$1" >"$cgroups/test-$2/cgroup.procs"
}

# From then on the kernel looks up the cgroup of whoever has no label, on the whole machine: until all were looked at once.
by_move_settled() {
	by_move "$@" || return
	[ "$phase" = unloaded ] || { [ "$(missed)" = 2 ] && clawbpf session list >/dev/null && [ "$(missed)" = 1 ]; }
}

# How many numbers are there: as many labels missed as settled, or not?
missed() {
	bpftool map dump name alerts -j | grep -o '"labels_\(missed\|settled\)":[0-9]*' | cut -d: -f2 | sort -u | wc -l
}

by_move_below() {
	session_add "$2" --cgroup "$cgroups/test-$2" && mkdir -p "$cgroups/test-$2/a/b" &&
		echo "$1" >"$cgroups/test-$2/a/b/cgroup.procs"
}

by_visit() {
	by_move "$@" && echo "$1" >"$cgroups/cgroup.procs"
}

# While processes come and go: they begin, are enrolled, and only then execute.
by_cgroup_in_storm() {
	echo "$1" >"$cgroups/test-$2/cgroup.procs" && storm_begin &&
		session_add "$2" --cgroup "$cgroups/test-$2" && : >"$scratch/storm"
}

by_pid_in_storm() {
	storm_begin && session_add "$2" --pid "$1" && : >"$scratch/storm"
}

storm_begin() {
	: >"$scratch/go"
	rm "$scratch/go"
	sleep 0.3
}

# --- all of them, with nothing loaded and with the policy -------------------------------------------

scenarios() {
	attempts_table <<-END
	exec           1 - denied-binary  bprm_check_security denied  exec $d/denied
	held-exec      1 - denied-binary  bprm_check_security denied  held-exec
	held-mmap      1 - denied-binary  mmap_file           denied  held-mmap
	held-mprotect  1 - denied-binary  file_mprotect       denied  held-mprotect
	held-copy      1 - denied-content bprm_check_security denied  held-copy $d/copy
	held-read      0 - - - -  held-read
	harmless       0 - - - -  exec $d/harmless
	END
	scenario pid by_pid "$probes/exec" -o "$d/denied" -f "$batch"
	scenario pid-threads by_pid "$probes/exec" -o "$d/denied" -t -f "$batch"
	scenario cgroup-threads by_cgroup "$probes/exec" -o "$d/denied" -t -f "$batch"
	scenario move-threads by_move "$probes/exec" -o "$d/denied" -t -f "$batch"

	attempts_table <<<"exec 1 - denied-binary bprm_check_security denied exec $d/denied"
	scenario cgroup by_cgroup "$probes/exec" -f "$batch"
	scenario cgroup-above by_cgroup_above "$probes/exec" -f "$batch"
	scenario move-below by_move_below "$probes/exec" -f "$batch"
	scenario visit by_visit "$probes/exec" -f "$batch"
	wrapper=(sh -c '"$@"; true' sh)
	scenario child by_pid "$probes/exec" -f "$batch"
	wrapper=()

	# A thread whose very first step is the last one.
	attempts_table <<<"- 1 - denied-binary mmap_file denied held-mmap-here"
	scenario thread-pid by_pid "$probes/exec" -o "$d/denied" -t held-mmap-here
	scenario thread-move by_move "$probes/exec" -o "$d/denied" -t held-mmap-here
	scenario thread-settled by_move_settled "$probes/exec" -o "$d/denied" -t held-mmap-here

	attempts_table <<<"- 1 - denied-binary bprm_check_security denied storm"
	scenario storm-cgroup by_cgroup_in_storm "$probes/identity" storm "$scratch/storm" "$d/denied" 40
	scenario storm-pid by_pid_in_storm "$probes/identity" storm "$scratch/storm" "$d/denied" 40
}

scenarios
check "load" clawbpf load "$config"
phase=loaded
scenarios

# --- and born into one ------------------------------------------------------------------------------

mkdir -p $cgroups/test-born
check "a cgroup that nobody is in" clawbpf session add --session agent:main:born --cgroup $cgroups/test-born
check_refused "a child that is born in the cgroup and never moved is in the session" \
	"$probes/identity" into $cgroups/test-born "$d/denied"
check_allowed "its parent, who is outside, is not" "$probes/identity" exec "$d/denied"
sleep 60 &
pid=$!
disown
check "a process is put into a session" clawbpf session add --session agent:main:born --pid $pid
check_fails "it cannot be put into another one" clawbpf session add --session agent:main:other --pid $pid
check_fails "a session with processes in it is not removed" clawbpf session remove --session agent:main:born
check "unless they are to be ended" clawbpf session remove --session agent:main:born --kill
check_fails "they are" kill -0 $pid
check_fails "process 1 is refused" clawbpf session add --session agent:main:born --pid 1
check_fails "the root cgroup is refused" clawbpf session add --session agent:main:born --cgroup $cgroups

check "unload" clawbpf unload
find $cgroups/test-* -depth -type d -exec rmdir {} +
done_testing
