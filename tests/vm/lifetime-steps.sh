#!/bin/bash
# Killed at each step: a load, a reload, a run, one in a sandbox, who reads the trail, a session's coming and going, an
# unload, each ended by SIGKILL as it is about to change the next thing, whichever that is. Then status does not lie, what is denied is refused and what is
# not is not, or nothing is loaded; the next command goes on from there; and an unload leaves nothing.
# vm: timeout=900 either=6.12
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
key=agent:main:main
victim "$d/denied" 42
victim "$d/other" 43 other
cat >"$d/both" <<END
$d/denied; echo "came \$?"
$d/other; echo "came \$?"
END
echo "{ clawbpf: { denyBinaries: ['$d/denied'] } }" >"$d/first.json5"
echo "{ clawbpf: { denyBinaries: ['$d/denied', '$d/other'] } }" >"$d/second.json5"

# calls COMMAND... : runs it, and keeps what it changes, a line each: "N KIND"
calls() {
	"$probes/kill-at" 0 "$@" </dev/null 2>"$d/all" >"$d/out" || fail "$*" "it fails" "$(cat "$d/all")"
	grep -E '^[0-9]+ ' "$d/all" >"$d/calls"
}

# steps_all : sets steps to the numbers of those calls. Of the same call made many times (a rule each), one in the
# middle. What only a process of ours knows of goes with it.
steps_all() {
	mapfile -t steps < <(grep -vE 'create /|make a map|load a program|freeze|make a link|iterate' "$d/calls" | awk '
		function flush() { if (count) print int((first + last) / 2) }
		{ n = $1; $1 = "" }
		$0 != kind { flush(); kind = $0; first = n; count = 0 }
		{ last = n; count++ }
		END { flush() }')
}

what_of() {
	sed -n "s/^$1 //p" "$d/calls"
}

# honest [OTHERWISE] : status says that it enforces, after a try; or, if that may be, something like OTHERWISE
honest() {
	if clawbpf status >"$d/status" 2>&1; then
		grep -q 'an exec.* refused' "$d/status"
	else
		[ -n "${1-}" ] && grep -qE "$1" "$d/status"
	fi
}

# enforced [OTHER] : in a session that begins now; OTHER is what the other program comes to
enforced() {
	clawbpf run --quiet-refusals --session "$key" -- sh "$d/both" >"$d/run" 2>&1
	[ "$(grep -x 'came [0-9]*' "$d/run" | tr '\n' ' ')" = "came 126 came ${1-43} " ]
}

# walk NAME AFTER COMMAND... : kills COMMAND at each of steps; AFTER says by its status whether all is well then
walk() {
	local name=$1 after=$2 n killed=0
	shift 2
	for n in "${steps[@]}"; do
		"$probes/kill-at" "$n" "$@" >"$d/out" 2>&1 </dev/null
		[ $? = 137 ] || continue # it had less to do this time
		killed=$((killed + 1))
		: >"$d/run"
		$after || fail "$name, killed before call $n ($(what_of "$n"))" "status, and a run, say" "$(cat "$d/status" "$d/run")"
	done
	check "$name was killed at $killed steps, of $(wc -l <"$d/calls") calls" test $((killed * 4)) -ge $((${#steps[@]} * 3))
}

# --- the first load: what takes long is the same each time, so only where it changes something of the machine's ------

check_exit "with nothing loaded it runs" 42 "$d/denied"
calls clawbpf load "$d/first.json5"
after_first() {
	if [ -e /sys/fs/bpf/clawbpf ]; then honest && enforced; else honest 'no policy is loaded' && [ "$("$d/denied"; echo $?)" = 42 ]; fi
}
load_steps=("bpf: attach" fork "mkdir .*_new" "bpf: pin .*/programs" "rename /sys/fs/bpf")
check "what is denied is refused, and what is not is not" enforced
clawbpf unload >/dev/null
steps=()
for step in "${load_steps[@]}"; do
	steps+=("$(grep -E "^[0-9]+ $step" "$d/calls" | tail -n 1 | cut -d' ' -f1)")
done
walk "a first load" after_first clawbpf load "$d/first.json5"
check "the load goes on" clawbpf load "$d/first.json5"
check "what is denied is refused" enforced

# --- a reload ---------------------------------------------------------------------------------------

calls clawbpf load "$d/second.json5"
steps_all
clawbpf load "$d/first.json5" >/dev/null
after_reload() {
	honest && { enforced 43 || enforced 126; }
}
walk "a reload" after_reload clawbpf load "$d/second.json5"
check "the load goes on" clawbpf load "$d/second.json5"
check "of the last policy" enforced 126
check "back to the first" clawbpf load "$d/first.json5"

# --- a run, and what it leaves ----------------------------------------------------------------------

after_run() {
	honest && enforced
}
# What was left, and what was found out, is removed each time: with it there the next has less to do.
forget() {
	rm -rf /run/clawbpf/plans
	! clawbpf session list | grep -q '^agent:' || clawbpf session remove --session "$key" --kill >"$d/run" 2>&1
}
after_first_run() {
	after_run && forget
}
calls clawbpf run --session "$key" -- /usr/bin/true
steps_all
forget
walk "a session's first run" after_first_run clawbpf run --session "$key" -- /usr/bin/true
after_run
calls clawbpf run --session "$key" -- /usr/bin/true
steps_all
walk "a run" after_run clawbpf run --session "$key" -- /usr/bin/true
check_lacks "the session of those that were killed is over by itself" "^agent:" clawbpf session list
check "no cgroup of a run is left" eventually 10 sh -c '! ls -d /sys/fs/cgroup/clawbpf/session-* 2>/dev/null'

# --- a run in a sandbox: nobody of it is left, and nobody of it ever was outside its session ---------------

box=agent:main:telegram:group:-1
victim /usr/local/bin/claw-denied 42 boxed
echo "{ agents: { defaults: { sandbox: { mode: 'non-main' } } }, clawbpf: { denyBinaries: ['$d/denied', '/usr/local/bin/claw-denied'] } }" \
	>"$d/boxed.json5"
clawbpf load "$d/boxed.json5" >/dev/null || fail "load" "a sandbox"

# Those of the sandbox that are not its session's: bubblewrap, before and after it is that, and its program.
strays() {
	local pid
	for pid in $(pgrep -x 'bwrap|sleep|clawbpf' | grep -vxF "$keeper"); do
		grep -q '/clawbpf/session-' "/proc/$pid/cgroup" 2>/dev/null || ps -o pid,args "$pid" | tail -n +2
	done
}
# Dead or ending: its parent is gone.
ended() {
	! pgrep -x 'bwrap|sleep|clawbpf' | grep -vxF "$keeper" | grep -q .
}
sleep 3600 &
keeper=$!
after_killed_box() {
	strays >"$d/status"
	[ ! -s "$d/status" ] && eventually 10 ended || return
	clawbpf run --quiet-refusals --session "$box" -- claw-denied >"$d/run" 2>&1
	[ $? = 126 ] || return
	# So that the next one has all of it to make.
	rm -rf /run/clawbpf/plans /run/clawbpf/etc
	clawbpf session remove --session "$box" --kill >"$d/run" 2>&1
}
check "a sandbox: what is denied is refused, in it too" after_killed_box
calls clawbpf run --session "$box" -- sleep 0.5
steps_all
mapfile -t steps < <(printf '%s\n' "${steps[@]}" | awk 'NR % 2') # a run's own are tried above
walk "a run in a sandbox" after_killed_box clawbpf run --session "$box" -- sleep 0.5
# Killed while it runs, and while its program is over and it is not.
for pause in 0.3 0.6 0.9; do
	clawbpf run --session "$box" -- sleep 0.3 >/dev/null 2>&1 &
	sleep $pause
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	after_killed_box || fail "a run in a sandbox, killed after $pause s" "a stray, or a run, says" "$(cat "$d/status" "$d/run")"
done
kill $keeper
check_lacks "no session is left" "^agent:" clawbpf session list
check "no cgroup of a run is left" eventually 10 sh -c '! ls -d /sys/fs/cgroup/clawbpf/session-* 2>/dev/null'
clawbpf load "$d/first.json5" >/dev/null

# --- who reads the trail, or asks what holds, is killed: no event is lost ---------------------------------------

# events N : of a program that is told by its argument
happen() {
	clawbpf run --session "$key" -- sh -c "true ${1}a; true ${1}b; exec /usr/bin/true happened-$1"
}
happen 0
calls clawbpf audit
steps_all
for n in "${steps[@]}"; do
	happen "$n"
	"$probes/kill-at" "$n" clawbpf audit >"$d/out" 2>&1
done
clawbpf audit --json >"$d/trail"
missing=$(for n in "${steps[@]}"; do grep -q "\"type\":\"exec\".*\"happened-$n\"" "$d/trail" || what_of "$n"; done)
check "audit was killed at ${#steps[@]} steps" test ${#steps[@]} -ge 3
if [ -z "$missing" ]; then pass "... and no event was lost"; else fail "an audit that is killed" "an event is lost before" "$missing"; fi
check_lacks "... none is unreadable, or torn" 'lost: |has no end' sh -c 'clawbpf audit 2>&1'
twice=$(grep '"type":"exec"' "$d/trail" | grep -o '"execId":"[0-9]*"' | sort | uniq -d | wc -l)
check "... and none is there twice ($twice)" test "$twice" = 0
for n in 1 2 3; do
	"$probes/kill-at" $n clawbpf explain --session "$key" >"$d/out" 2>&1
done
check "explain was killed" after_run

# --- a process is put into a session, and the session is removed ------------------------------------

member() {
	sleep 600 &
	pid=$!
	disown
}
member
calls clawbpf session add --session "$key" --pid $pid
steps_all
kill -9 $pid
clawbpf session remove --session "$key" --kill >/dev/null
for n in "${steps[@]}"; do
	member
	"$probes/kill-at" "$n" clawbpf session add --session "$key" --pid $pid >"$d/out" 2>&1
	kill -9 $pid
	after_run || fail "session add, killed before call $n ($(what_of "$n"))" "status, and a run, say" "$(cat "$d/status" "$d/run")"
done
check "a session add was killed at ${#steps[@]} steps" test ${#steps[@]} -ge 3
member
clawbpf session add --session "$key" --pid $pid >/dev/null
calls clawbpf session remove --session "$key" --kill
steps_all
for n in "${steps[@]}"; do
	member
	clawbpf session add --session "$key" --pid $pid >/dev/null
	"$probes/kill-at" "$n" clawbpf session remove --session "$key" --kill >"$d/out" 2>&1
	kill -9 $pid 2>/dev/null
	after_run || fail "session remove, killed before call $n ($(what_of "$n"))" "status, and a run, say" "$(cat "$d/status" "$d/run")"
done
check "a session remove was killed at ${#steps[@]} steps" test ${#steps[@]} -gt 3
clawbpf session remove --session "$key" --kill >/dev/null 2>&1
check_lacks "no session is left" "^agent:" clawbpf session list

# --- an unload, again and again: each goes on where the one before was killed ----------------------------------------

unload_killed=0
for n in 1 3 5 8 10 11 12 14 20 30 14 12 11 10 8 7 6 5 4; do
	"$probes/kill-at" $n clawbpf unload >"$d/out" 2>&1
	[ $? != 137 ] || unload_killed=$((unload_killed + 1))
	if [ -e /sys/fs/bpf/clawbpf ]; then
		after_run
	else
		honest 'no policy is loaded'
	fi || fail "an unload, killed before its call $n" "status, and a run, say" "$(cat "$d/status" "$d/run"; find /sys/fs/bpf | head -n 20)"
done
check "an unload was killed $unload_killed times" test $unload_killed -ge 10
check "after it a load is a first one" clawbpf load "$d/first.json5"
check "what is denied is refused" enforced
"$probes/kill-at" 20 clawbpf unload >/dev/null 2>&1
check "killed once more: the unload goes on" clawbpf unload
check "nothing is left" eventually 10 nothing_left
check_exit "what was denied runs" 42 "$d/denied"
done_testing
