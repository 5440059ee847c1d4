#!/bin/bash
# Enforcement needs no process of ours: all of them are killed, and the session is refused what it was.
. "$(dirname "$0")/lib.sh"

d=$scratch/d
mkdir -p "$d"
key=agent:main:main
curl=/usr/bin/curl

policy() {
	echo "{ clawbpf: { denyBinaries: [$2] } }" >"$d/$1.json5"
}
policy curl '"curl"'
policy both '"curl", "nc"'

# waiting FILE COMMAND... : what runs once FILE.go is opened; its pid is in $!
waiting() {
	local file=$1
	shift
	mkfifo "$file.go"
	"$@" "$probes/exec" -w "$file.go" exec "$curl" curl --version >"$file" 2>&1 </dev/null &
}

# kill_all : every process of ours; says how many there were
kill_all() {
	local pid count=0
	for pid in $(pgrep -x clawbpf); do
		kill -9 "$pid" 2>/dev/null && count=$((count + 1))
	done
	echo "$count killed"
}

alive() {
	pgrep -x clawbpf >/dev/null
}

waiting "$d/control"
eventually 20 grep -q ready "$d/control"
: >"$d/control.go"
wait $!
check_prints "with nothing loaded curl runs" '^- 0 ' cat "$d/control"

check "load" clawbpf load "$d/curl.json5"
clawbpf audit --follow >"$d/follow" 2>&1 </dev/null &
waiting "$d/session" clawbpf run --session $key --
eventually 20 grep -q ready "$d/session"
probe=$(pgrep -x exec)
check_prints "all processes of ours are killed" '^[2-9] killed' kill_all
wait
check_fails "there is none left" alive
check "the session's program is still there" kill -0 "$probe"
check_prints "the session is known" "^$key" clawbpf session list
: >"$d/session.go"
check "it goes on" eventually 20 grep -q '^- ' "$d/session"
check_prints "and is refused curl" '^- 1 .*Operation not permitted' cat "$d/session"
check_prints "the refusal is in the audit trail" 'REFUSED.*/usr/bin/curl.*clawbpf.denyBinaries\[0\] "curl".*curl.json5:1' \
	clawbpf audit --session $key
check_prints "status says that it is enforced, after a try" '^Self-test in a session that may do nothing: an exec refused\.$' clawbpf status

# --- a new process of ours takes over ---------------------------------------------------------------

check "a load replaces the policy" clawbpf load "$d/both.json5"
check_exit "which holds for another program of the session" 126 clawbpf run --session $key -- nc -h
check_exit "as the old one did" 126 clawbpf run --session $key -- curl --version
check_lacks "the session that was left behind is over by itself" "^$key" clawbpf session list
runs() {
	find /sys/fs/cgroup/clawbpf -mindepth 1 -type d -name 'session-*' 2>/dev/null | wc -l
}
check_prints "no cgroup of a run is left" '^0$' runs

# A run whose cgroup is empty, as it is before its program is in it: it stays as long as the runner is there.
clawbpf run --session $key -- sh -c 'echo $$ >/sys/fs/cgroup/cgroup.procs && exec sleep 1000' >"$d/moved" 2>&1 </dev/null &
runner=$!
check "a run's cgroup is empty" eventually 20 sh -c 'grep -q "populated 0" /sys/fs/cgroup/clawbpf/session-*/cgroup.events && pgrep -x sleep'
check_prints "its session is there" "^$key  *1" clawbpf session list
check_prints "... and the cgroup" '^1$' runs
kill -9 $runner
wait
check_prints "its runner is killed: its session is there" "^$key  *1" clawbpf session list
check_prints "... but the cgroup is not" '^0$' runs
pkill -x sleep
check "its process ends: it is over" eventually 20 sh -c "! clawbpf session list | grep '^$key'"

check "unload" clawbpf unload
check "nothing is left" eventually 10 nothing_left
done_testing
