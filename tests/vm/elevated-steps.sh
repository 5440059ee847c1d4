#!/bin/bash
# Elevated, step by step: two who answer at once; who asks and who answers killed before each thing that he changes; an
# answer as the time runs out; program, folder, config, or what was said for always changed while somebody waits. No
# approval is used twice, none is lost without a word, and each is in the trail.
# vm: timeout=900 either=6.1
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir -p /usr/local/bin /work
printf '#!/bin/sh\necho "$*" >>/ran\necho "host $*"\n' >/usr/local/bin/tell
chmod 755 /usr/local/bin /usr/local/bin/tell "$scratch"
: >/ran
cd /work || exit 1
session=agent:main:telegram:group:-1
log=/var/log/clawbpf/audit.jsonl
store=/var/lib/clawbpf/approvals.json

# config [TIMEOUT]
config() {
	cat >"$scratch/config.json5" <<-END
	{
	  agents: { defaults: { sandbox: { mode: "all" } } },
	  tools: { elevated: { patterns: ["tell *"] } },
	  clawbpf: { approvalTimeout: ${1:-600} }
	}
	END
	clawbpf load "$scratch/config.json5" >/dev/null || fail "load" "it was refused"
}

run=(clawbpf run --session "$session" --elevated --no-prompt -- tell)

# ask WORD : in the background; sets id, at, answer
ask() {
	answer=$(mktemp "$scratch/XXXXXX")
	"${run[@]}" "$@" </dev/null >"$answer" 2>&1 &
	at=$!
	eventually 60 grep -q 'waits for approval' "$answer" || fail "asked: $*" "nothing waits" "$(cat "$answer")"
	id=$(sed -n 's/.*waits for approval \([0-9a-f]*\).*/\1/p' "$answer")
}

# ask_approved WORD : asked and approved, and nobody there to use it; sets id
ask_approved() {
	ask "$@"
	kill -KILL "$at"
	wait "$at" 2>/dev/null
	clawbpf approvals approve "$id" || fail "approved: $*" "it cannot be"
}

state_of() {
	clawbpf approvals --json | tr -d ' \n' | grep -oE "\"id\":\"$1\",\"state\":\"[a-z]+\"" | cut -d'"' -f8 | head -n 1
}

# trail ID TYPE... : how many lines of these types the trail has about it
trail() {
	local id=$1 type n=0
	shift
	for type; do
		n=$((n + $(grep -c "\"type\":\"$type\".*\"approval\":\"$id\"" $log)))
	done
	echo $n
}

ran() {
	grep -cx -- "$1" /ran
}

# steps COMMAND... : sets steps to the numbers of what it changes; of the same many times, one in the middle. Once it
# has started the program the approval is used, whatever comes: two steps more.
steps() {
	"$probes/kill-at" 0 "$@" </dev/null 2>"$scratch/all" >/dev/null
	mapfile -t steps < <(grep -E '^[0-9]+ ' "$scratch/all" | grep -vE 'make a map|iterate' | awk '
		forked > 2 { exit }
		/fork$/ || forked { forked++ }
		function flush() { if (count) print int((first + last) / 2) }
		{ n = $1; $1 = "" }
		$0 != kind { flush(); kind = $0; first = n; count = 0 }
		{ last = n; count++ }
		END { flush() }')
}

config

# --- two answers at once --------------------------------------------------------------------------------------------

for pair in "approve approve" "approve deny" "deny approve"; do
	word=${pair/ /-}
	ask "$word"
	clawbpf approvals "${pair% *}" "$id" >"$scratch/one" 2>&1 &
	one=$!
	clawbpf approvals "${pair#* }" "$id" >"$scratch/two" 2>&1 &
	two=$!
	wait $one
	first=$?
	wait $two
	second=$?
	wait "$at"
	if [ $((first + second)) = 1 ] && [ "$(trail "$id" approved approval-denied)" = 1 ] &&
		[ "$(ran "$word")" = "$(trail "$id" approved)" ]; then
		pass "$pair, at once: one of them counts"
	else
		fail "$pair, at once: one of them counts" "exits $first and $second, ran $(ran "$word")" \
			"$(cat "$scratch/one" "$scratch/two" "$answer"; grep "$id" $log)"
	fi
done

# --- who asks is killed before each thing that he changes -----------------------------------------------------------

ask_approved step
steps "${run[@]}" step
taken=("$id")
ask_approved step
for n in "${steps[@]}"; do
	"$probes/kill-at" "$n" "${run[@]}" step </dev/null >"$scratch/out" 2>&1
	state=$(state_of "$id")
	case $state in
	approved) ;;
	used | unused)
		taken+=("$id")
		ask_approved step
		;;
	*) fail "who asks is killed before call $n ($(sed -n "s/^$n //p" "$scratch/all"))" "its request is ${state:-gone}" "$(cat "$scratch/out")" ;;
	esac
done
check "who asks was killed at ${#steps[@]} steps: the approval waits for the next one, or is used" test ${#steps[@]} -gt 10
sleep 1
clawbpf audit >/dev/null
used=0 odd=
for one in "${taken[@]}"; do
	state=$(state_of "$one")
	[ "$state" = unused ] || used=$((used + 1))
	case $state/$(trail "$one" approval-unused)/$(trail "$one" exec) in
	used/0/1 | unused/1/0) ;;
	*) odd+="$one is $state " ;;
	esac
done
check "... and never twice: of ${#taken[@]} that were taken $used were used, $(ran step) ran" test "$(ran step)" = $used
check "... or the trail says that it never ran ($odd)" test $used -lt ${#taken[@]} -a -z "$odd"
check "... and what nobody used, the next one uses" test "$("${run[@]}" step 2>&1)" = "host step"

# --- who answers is killed before each thing that he changes ---------------------------------------------------------

ask always-0
steps clawbpf approvals approve "$id" --always
wait "$at"
round=0
lost=
for n in "${steps[@]}"; do
	round=$((round + 1))
	ask always-$round
	"$probes/kill-at" "$n" clawbpf approvals approve "$id" --always >"$scratch/out" 2>&1
	state=$(state_of "$id")
	# Nothing holds that the trail does not have.
	if [ "$state" != waiting ] || grep -q "\"$id\"" $store; then
		[ "$(trail "$id" approved)" = 1 ] || lost+="call $n: $state, not in the trail; "
	fi
	if [ "$state" = waiting ]; then
		clawbpf approvals approve "$id" --always >/dev/null 2>&1 || lost+="call $n: cannot be approved any more; "
	fi
	wait "$at" || lost+="call $n: $(cat "$answer"); "
	[ "$(ran always-$round)" = 1 ] || lost+="call $n: ran $(ran always-$round) times; "
	[ "$(trail "$id" approved)" = 1 ] || lost+="call $n: $(trail "$id" approved) times in the trail; "
done
check "who answers was killed at ${#steps[@]} steps: nothing holds that is not in the trail, once, and each ran once ($lost)" \
	test ${#steps[@]} -gt 3 -a -z "$lost"
check "... and what he left can be read" clawbpf approvals

# --- an answer as the time runs out ---------------------------------------------------------------------------------

config 2
bad=
for delay in 1.4 1.8; do
	ask late-$delay
	sleep $delay
	clawbpf approvals approve "$id" >"$scratch/out" 2>&1
	yes=$?
	wait "$at"
	status=$?
	if [ $yes = 0 ]; then
		[ $status = 0 ] && [ "$(ran late-$delay)" = 1 ] && [ "$(trail "$id" approval-expired)" = 0 ]
	else
		[ $status = 1 ] && [ "$(ran late-$delay)" = 0 ] && [ "$(trail "$id" approved)" = 0 ] &&
			[ "$(trail "$id" approval-expired)" = 1 ] && grep -q 'had its time' "$answer" "$scratch/out"
	fi || bad+="$delay: $yes $status $(cat "$answer" "$scratch/out") "
done
check "at its last moment a yes is one, or is not; $bad" test -z "$bad"

# --- what changes while somebody waits ------------------------------------------------------------------------------

config
ask swapped
cp -p /usr/local/bin/tell "$scratch/tell"
mv "$scratch/tell" /usr/local/bin/tell
clawbpf approvals approve "$id"
wait "$at"
check "the program was replaced, by the same even: it does not run" grep -q 'was replaced meanwhile: ask again' "$answer"
check "... and did not" test "$(ran swapped)" = 0
mkdir /work/a
cd /work/a || exit 1
ask moved
cd /work || exit 1
mv /work/a /work/b
clawbpf approvals approve "$id"
wait "$at"
check "the folder was moved: it does not run" grep -q 'the folder was moved meanwhile' "$answer"

# What was said for always is revoked when a run that counts on it has begun: it waits for whoever changes something.
ask forever
clawbpf approvals approve "$id" --always
wait "$at"
always=$id
check "said for always" test "$("${run[@]}" forever 2>&1)" = "host forever"
exec 8</var/lib/clawbpf/change.lock
flock 8
"${run[@]}" forever >"$scratch/out" 2>&1 8>&- &
at=$!
check "a run counts on it" eventually 60 sh -c "test \$(grep -c '\"approval\":\"$always\",\"how\":\"stored\"' $log) = 2"
check "it is revoked" clawbpf approvals revoke "$always"
exec 8>&-
wait "$at"
check "... and that run does not run" grep -q 'revoked meanwhile: ask again' "$scratch/out"
check "... nor did it" test "$(ran forever)" = 2

# --- the file of what was said for always ---------------------------------------------------------------------------

ask kept
clawbpf approvals approve "$id" --always
wait "$at"
cp -p $store "$scratch/good"
# damage NAME PATTERN COMMAND : it is refused, and says so; then all is as before
damage() {
	local out
	sh -c "$3"
	out=$("${run[@]}" kept 2>&1)
	if [ $? = 1 ] && grep -qE "$2" <<<"$out" && ! grep -q ^host <<<"$out"; then
		pass "$1: nothing runs by it"
	else
		fail "$1: nothing runs by it" "it does, or does not say so" "$out"
	fi
	rm -f $store /var/lib/second
	cp -p "$scratch/good" $store
}
damage "cut in the middle" 'approvals.json' "head -c 200 $scratch/good >$store"
damage "no such file of ours" 'it has no "grants"' "echo '{}' >$store"
damage "of another owner" "no file of root's alone" "chown 1000 $store"
damage "others may read it" "no file of root's alone" "chmod 644 $store"
damage "a link" 'approvals.json' "ln -sf $scratch/good $store"
damage "a second name" "no file of root's alone" "ln $store /var/lib/second"
check "as it was: it runs unasked" test "$("${run[@]}" kept 2>&1)" = "host kept"

# --- it is unloaded while somebody waits; and after a reboot, when the kernel knows of nothing -----------------------

ask gone
check "unload does not wait for who waits" clawbpf unload
wait "$at"
check "... who is told" grep -q 'unloaded meanwhile: ask again' "$answer"
config
check "of requests nothing is left" test -z "$(state_of "$id")"
check "... and they cannot be approved" sh -c "! clawbpf approvals approve $id"
check "what was said for always holds" test "$("${run[@]}" kept 2>&1)" = "host kept"
done_testing
