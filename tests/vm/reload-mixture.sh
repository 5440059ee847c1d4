#!/bin/bash
# An exec is judged by one policy from its beginning to its end, however often the policy is replaced meanwhile: of two
# policies each refuses a script, one for what it is, the other for its interpreter. A mixture would let it run.
# vm: timeout=600
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
loads=60
session=agent:main:telegram:group:mixture # of no other test: the trail of those that were before is there
victim "$d/interpreter"
# So long, and on a file system whose hashes are not kept, that looking at its content takes longer than all else.
modprobe -q overlay
mkdir -p "$d"/{lower,upper,work,all}
mount -t overlay overlay -o "lowerdir=$d/lower,upperdir=$d/upper,workdir=$d/work" "$d/all" || skip "there is no overlay"
script=$d/all/script
{ echo "#!$d/interpreter"; head -c 300000 /dev/zero; } >"$script"
chmod 755 "$script"

policy() {
	echo "{ clawbpf: { denyBinaries: [\"$2\"] } }" >"$d/$1.json5"
}
policy script "$script"
policy interpreter "$d/interpreter"

# mixtures : of the events on stdin, those whose policy is not the one that was loaded with their generation's number
mixtures() {
	awk '
		match($0, /"generation":[0-9]+/) { odd = substr($0, RSTART + 13, RLENGTH - 13) % 2 }
		odd && /"file":"[^"]*script.json5"/ && /"path":"[^"]*\/script"/ { scripts++; next }
		!odd && /"file":"[^"]*interpreter.json5"/ && /"path":"[^"]*\/interpreter"/ { interpreters++; next }
		{ other++; print }
		END { printf "%d by the script, %d by the interpreter, %d other\n", scripts, interpreters, other }
	'
}

attempts_loop() {
	"$@" "$probes/exec" loop "$d/stop" "$script" >"$scratch/loop" 2>&1 </dev/null
}

attempts_loop &
sleep 1
: >"$d/stop"
wait $!
check_prints "with nothing loaded the script runs" '^- 0 .* [1-9][0-9]* ran, 0 refused' cat "$scratch/loop"
rm "$d/stop"

check "load" clawbpf load "$d/script.json5"
attempts_loop clawbpf run --kernel-only --session $session -- &
eventually 20 grep -q '"processes": [1-9]' <(clawbpf session list --json)
failed=0
for ((i = 2; i <= loads; i++)); do
	policy=$([ $((i % 2)) = 1 ] && echo script || echo interpreter)
	clawbpf load "$d/$policy.json5" >"$scratch/load" 2>&1 || failed=$((failed + 1))
done
: >"$d/stop"
wait $!

if [ $failed = 0 ]; then pass "$loads loads"; else fail "$loads loads" "$failed failed" "$(cat "$scratch/load")"; fi
check_prints "the script never ran" '^- 1 .* 0 ran, [1-9][0-9]* refused, 0 other' cat "$scratch/loop"
echo "# $(cat "$scratch/loop")"
clawbpf audit --json --type refusal --session $session | mixtures >"$scratch/mixtures"
echo "# $(tail -n1 "$scratch/mixtures")"
check_prints "each refusal is of one policy, and both had their share" \
	'^[1-9][0-9]* by the script, [1-9][0-9]* by the interpreter, 0 other' cat "$scratch/mixtures"
check_prints "no event was lost" 'Lost events: none' clawbpf status
check_prints "status names the generation" "interpreter.json5.*\(generation $loads\)" clawbpf status
check_lacks "and no session" agent: clawbpf session list
check_exit "the last policy holds: the script is refused" 126 clawbpf run --kernel-only --session $session -- "$script"
check "unload" clawbpf unload
umount "$d/all"
done_testing
