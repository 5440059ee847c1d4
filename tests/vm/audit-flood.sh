#!/bin/bash
# More events than the ring holds, while nobody takes them: what is lost is counted exactly, in the trail and by
# status; refusals are kept when execs no more are; those of a session that does not flood are kept beside four that do;
# and a full ring changes no decision.
# vm: timeout=600
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

config_write "$scratch/config.json5"
check_prints "nothing loaded: it all works" '^execs 100 refused 0 allowed 100$' "$probes/audit-flood" 100 2000 100
check "load" clawbpf load "$scratch/config.json5"

# Far below the root, so that few execs fill the ring: 4 MB, of which execs and exits get three quarters.
deep=/srv
for _ in {1..14}; do deep+=/$(printf 'd%.0s' {1..200}); done
mkdir -p "$deep"
cp "$probes/audit-flood" "$deep/"
check_prints "execs without end, then refusals without end: each socket is refused" '^execs 500 refused 9000 allowed 0$' \
	clawbpf run --kernel-only --session $sandboxed -- "$deep/audit-flood" 500 2040 9000

clawbpf audit --json --type lost >"$scratch/lost"
clawbpf status --json >"$scratch/status"
log=/var/log/clawbpf/audit.jsonl
# number FILE NAME : all of that name in it, added up
number() {
	sed -n "s/.*\"$2\": *\([0-9][0-9]*\).*/\1/p" "$1" | awk '{ n += $1 } END { print n + 0 }'
}
lost_of=()
i=0
for what in execs exits refusals; do
	all=501
	[ $what != refusals ] || all=9000
	recorded=$(grep -c "\"type\":\"${what%s}\"" $log)
	lost=$(number "$scratch/lost" $what)
	check "$what: some are lost, $lost of $all" test "$lost" -gt 0
	check "$what: each is recorded or counted as lost" test $((recorded + lost)) = $all
	check "$what: status counts the same" test "$(sed -n '/"lost"/,$p' "$scratch/status" | number /dev/stdin $what)" = "$lost"
	lost_of[i++]=$lost
done
check "refusals are kept when execs no more are: $recorded" test "$recorded" -gt 6000
session=$(grep -o '"session":"[^"]*"' $log | sort | uniq -c | sed 's/^ *//')
check "all of it is the session's" test "$(wc -l <<<"$session")" = 1

words="${lost_of[0]} execs, ${lost_of[1]} exits"
lost_refusals=${lost_of[2]}
check_prints "a person is told" "LOST .*$words and $lost_refusals refusals found no room" clawbpf audit --type lost
check_prints "... and in the sum" "lost: $words, $lost_refusals refusals" clawbpf audit --type lost
check_prints "... and by status" "Lost events: $words, $lost_refusals refusals" clawbpf status
check "the ring works again" clawbpf run --kernel-only --session $sandboxed -- true
check_prints "... and is taken from" '"type":"exec".*"argv":\["true"\]' clawbpf audit --json --limit 3
check_prints "... with nothing more lost" "Lost events: $words, $lost_refusals refusals" clawbpf status

# --- four sessions that flood, and one that does not ------------------------------------------------

: >$log
before=$(clawbpf status --json | sed -n '/"lost"/,$p' | tr -dc '0-9,')
mkfifo "$scratch/quiet" "$scratch/end"
group=agent:main:telegram:group:-
# shellcheck disable=SC2016 # the session's
clawbpf run -q --kernel-only --session ${group}5 -- sh -c 'read -r _ <"$1"; /usr/bin/env again
	"$2" 0 0 3; read -r _ <"$1"' sh "$scratch/quiet" "$probes/audit-flood" >"$scratch/said.5" 2>&1 &
quiet=$!
floods=()
for i in 1 2 3 4; do
	clawbpf run -q --kernel-only --session $group$i -- "$deep/audit-flood" 130 2040 2000 end \
		<"$scratch/end" >"$scratch/said.$i" &
	floods+=($!)
done
exec 3>"$scratch/end"
all_flooded() {
	[ "$(cat "$scratch"/said.[1-4] | grep -cx 'execs 130 refused 2000 allowed 0')" = 4 ]
}
check "four sessions flood at once, and each socket is refused" eventually 120 all_flooded
echo go >"$scratch/quiet"
check "then another does two things" eventually 30 grep -q '^execs 0 refused 3' "$scratch/said.5"
echo end >"$scratch/quiet"
wait $quiet
exec 3>&-
wait "${floods[@]}"
clawbpf audit >/dev/null
quiet_has() {
	grep "\"session\":\"${group}5\"" $log | grep -c "$1"
}
check "of its execs none is lost" test "$(quiet_has '"type":"exec"')" = 3
check "... nor of their ends" test "$(quiet_has '"type":"exit"')" = 3
check "... nor of its refusals" test "$(quiet_has '"type":"refusal"')" = 3
after=$(clawbpf status --json | sed -n '/"lost"/,$p' | tr -dc '0-9,')
IFS=, read -ra before <<<"$before"
IFS=, read -ra after <<<"$after"
i=0
for what in exec exit refusal; do
	# The flooding ones, and what they had started; the quiet one's three.
	all=$((4 * 131 + 3))
	[ $what != refusal ] || all=$((4 * 2000 + 3))
	recorded=$(grep -c "\"type\":\"$what\"" $log)
	lost=$((after[i] - before[i]))
	check "$what: some are lost, $lost of $all, and each is recorded or counted as lost" test "$lost $((recorded + lost))" = "$((all - recorded)) $all"
	i=$((i + 1))
done
for i in 1 2 3 4; do
	check "of session $i refusals are kept" test "$(grep "\"session\":\"$group$i\"" $log | grep -c '"type":"refusal"')" -gt 100
done
check "each record is one line" test "$(grep -c '^{"time":"20[^"]*","type":"[a-z]*",.*}$' $log)" = "$(wc -l <$log)"
check "... of plain text" test "$(LC_ALL=C grep -c '[^ -~]' $log)" = 0
done_testing
