#!/bin/bash
# The trail as a file: readable by root alone, the same whoever asks and how often, complete when several take from
# the ring at once, and through a reload, an unload and a new load.
# vm: timeout=300 either=6.1
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

log=/var/log/clawbpf/audit.jsonl
config_write "$scratch/config.json5"
check_prints "nothing loaded: there is no trail, and no error" '^0 execs, 0 refusals; no event was lost$' clawbpf audit
check "load" clawbpf load "$scratch/config.json5"

# In the background, from here on.
clawbpf audit --json --follow >"$scratch/follow" 2>"$scratch/follow.err" &
follower=$!
followed() {
	grep -q "$1" "$scratch/follow"
}

check "a session's exec" clawbpf run --kernel-only --session $sandboxed -- sh -c 'true first; /bin/true second; curl -s http://127.0.0.1; true'
check "another session's" clawbpf run --session $free -- /bin/true third
check "the follower sees an exec" eventually 10 followed '"type":"exec".*"argv":\["/bin/true","second"\]'
check "... a refusal" eventually 10 followed '"type":"refusal".*"hook":"socket_create"'
check "... the other session" eventually 10 followed "\"session\":\"$free\".*\"third\""

check "the log is the owner's alone" test "$(stat -c '%a %U' $log)" = "600 root"
check "... and its directory" test "$(stat -c '%a %U' ${log%/*})" = "700 root"
clawbpf audit --json >"$scratch/first"
clawbpf audit --json >"$scratch/second"
check "asked twice, it shows the same" cmp "$scratch/first" "$scratch/second"
check "what is shown is not empty" test -s "$scratch/first"
check_prints "... and the same is in the file" '"third"' cat $log

check_lacks "--session: not the other's" "$free|third" clawbpf audit --json --session $sandboxed
check_prints "--session: its own" '"second"' clawbpf audit --json --session $sandboxed
check_lacks "--session: nor the first's" "$sandboxed|second" clawbpf audit --json --session $free
check_lacks "--type refusal: no exec" '"type":"exec"' clawbpf audit --json --type refusal
check "--limit: so many" test "$(clawbpf audit --json --limit 2 | wc -l)" = 2
check_prints "a session that is not there" '^0 execs, 0 refusals' clawbpf audit --session agent:main:nobody

check_fails "nobody else may read it" setpriv --reuid 1000 --regid 1000 --clear-groups clawbpf audit
check_prints "... and is told so" 'only root' sh -c 'setpriv --reuid 1000 --regid 1000 --clear-groups clawbpf audit 2>&1; true'
check_fails "nor past clawbpf" setpriv --reuid 1000 --regid 1000 --clear-groups cat $log

# Three who take from the ring while it fills: each event is in the log once, none is torn or lost.
before=$(grep -c '"type":"exec"' $log)
clawbpf run --kernel-only --session $sandboxed -- "$probes/audit-flood" 150 1000 100 >"$scratch/flood" &
flood=$!
drain() {
	while kill -0 $flood 2>/dev/null; do
		clawbpf audit --json >/dev/null || echo "it failed" >>"$scratch/failed"
	done
}
drain 2>>"$scratch/failed" &
one=$!
drain 2>>"$scratch/failed" &
wait $flood $one $!
clawbpf audit >/dev/null
check "two readers and a follower at once: none fails" test ! -s "$scratch/failed"
check "... each exec is there" test $(($(grep -c '"type":"exec"' $log) - before)) = 151
check "... and once" test -z "$(grep '"type":"exec"' $log | grep -o '"execId":"[0-9]*"' | sort | uniq -d)"
check "... each refusal" test "$(grep -c '"type":"refusal".*"comm":"audit-flood"' $log)" = 100
check "... each by its session" test "$(grep -c "\"session\":\"$sandboxed\".*\"comm\":\"audit-flood\"" $log)" = "$(grep -c '"comm":"audit-flood"' $log)"
check "... no line is torn" test "$(grep -c '^{"time":.*}$' $log)" = "$(wc -l <$log)"

# The policy goes and comes: the trail stays, and so does who follows it.
check "load again" clawbpf load "$scratch/config.json5"
check "an exec under the new generation" clawbpf run --session $free -- /bin/true fourth
check "... is followed" eventually 10 followed '"fourth"'
check "unload" clawbpf unload
check_prints "unloaded, the trail can be read" '"fourth"' clawbpf audit --json
check "load anew" clawbpf load "$scratch/config.json5"
check "an exec" clawbpf run --session $free -- /bin/true fifth
check "... is followed" eventually 10 followed '"fifth"'
kill $follower
wait $follower
check "the follower ends well" test $? = 0
check "... and had nothing to complain of" test ! -s "$scratch/follow.err"
check "the follower has seen what the log has" test "$(grep -c '"type":"exec"' "$scratch/follow")" = "$(grep -c '"type":"exec"' $log)"

# The agent writes it, and somebody else rotates it.
exec_of() {
	clawbpf run --session "$free" -- /bin/true "$1"
}

agent_start() {
	clawbpf agent --no-engine >"$scratch/agent.log" 2>&1 &
	agent=$!
	check "an agent" eventually 20 grep -q 'a policy is enforced' "$scratch/agent.log"
}

logged() {
	eventually 10 grep -q "\"$1\"" "$log"
}

agent_start
check "an exec" exec_of sixth
check "... is in the log without anybody asking" logged sixth
mv $log $log.1
check "moved away, an exec" exec_of seventh
check "... is in a new log" logged seventh
check "... which is the owner's alone" test "$(stat -c '%a %U' $log)" = "600 root"
check_fails "... and not in the old one" grep -q '"seventh"' $log.1
cp $log $log.2
: >$log
check "copied and cut off, an exec" exec_of eighth
check "... is in the same log" logged eighth
check "... at its beginning" test "$(head -c 9 $log)" = '{"time":"'
kill "$agent"
wait "$agent"

mount -t tmpfs -o size=16m,mode=700 full ${log%/*}
agent_start
dd if=/dev/zero of=${log%/*}/fill bs=1M 2>/dev/null
check_fails "the disk is full: what is refused is refused" \
	clawbpf run --kernel-only --session $sandboxed -- curl -s http://127.0.0.1
check "... the agent says it" eventually 10 grep -q 'make.* room' "$scratch/agent.log"
rm ${log%/*}/fill
check "there is room: what happened is in the log" eventually 20 grep -q '"type":"refusal".*"comm":"curl"' $log
kill "$agent"
wait "$agent"
umount ${log%/*}
done_testing
