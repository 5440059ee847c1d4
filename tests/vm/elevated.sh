#!/bin/bash
# A command of a sandboxed session on the host: each gate open and shut, asked for on a terminal and by the queue,
# approved once and always, denied, too late; what is denied stays so; who is in a session can say yes to nothing; and
# whoever is killed, no approval is used twice.
# vm: timeout=900 either=6.12
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"

# It says where it runs: the sandbox has the host's /usr, and not its root.
mkdir -p /usr/local/bin /work
cat >/usr/local/bin/tell <<'X'
#!/bin/sh
[ -e /clawbpf-host ] && echo "host $(/usr/bin/id -u) $*" || echo "sandbox $*"
[ -z "$LEAK" ] || echo "the environment came along"
[ "$1" != sleep ] || sleep 3
echo "to stderr" >&2
exit "${2:-0}"
X
chmod 755 /usr/local/bin /usr/local/bin/tell "$scratch"
: >/clawbpf-host
mkdir "$scratch/bin"
printf '#!/bin/sh\necho look-alike\n' >"$scratch/bin/tell"
chmod 755 "$scratch/bin" "$scratch/bin/tell"
cd /work || exit 1

session=agent:main:telegram:group:-1

# config ELEVATED [TIMEOUT [MORE]] : everything sandboxed, tools.elevated as said
config() {
	cat >"$scratch/config.json5" <<-END
	{
	  agents: { defaults: { sandbox: { mode: "all" } } },
	  tools: { elevated: { $1 }${3:+, $3} },
	  clawbpf: { approvalTimeout: ${2:-600}, denyBinaries: ["/usr/bin/cmp"] }
	}
	END
	clawbpf load "$scratch/config.json5" >/dev/null || fail "load: $*" "it was refused"
}

elevated() {
	clawbpf run --session "$session" --elevated "$@"
}

# check_says NAME STATUS PATTERN COMMAND...
check_says() {
	local name=$1 wanted=$2 pattern=$3 out status
	shift 3
	try "$@"
	if [ "$status" = "$wanted" ] && grep -qE -- "$pattern" <<<"$out"; then
		pass "$name"
	else
		fail "$name" "exit $status, wanted $wanted and '$pattern', from: $*" "$out"
	fi
}

waiting() {
	clawbpf approvals --json | tr -d ' \n' | grep -oE '"id":"[0-9a-f]+","state":"waiting"' | cut -d'"' -f4
}

one_waits() {
	[ "$(waiting | wc -l)" = 1 ]
}

# ask ARG... : asks in the background; sets id, its number, at, its process, and answer, the file of what comes out
ask() {
	answer=$(mktemp "$scratch/XXXXXX")
	clawbpf run --session "$session" --elevated "$@" </dev/null >"$answer" 2>&1 &
	at=$!
	eventually 60 one_waits || fail "asked: $*" "nothing waits" "$(cat "$answer")"
	id=$(waiting)
}

answered() {
	wait "$at" 2>/dev/null
	echo "status $?" >>"$answer"
}

in_session() {
	clawbpf run --session "$session" --kernel-only -q -- "$@"
}

check_fails "nothing loaded: nothing is elevated" elevated -- tell x
config 'patterns: ["tell *", "cmp *"], requireApproval: false'
check_prints "positive control: without --elevated it is in the sandbox" '^sandbox x' clawbpf run --session "$session" -- tell x
check_says "a pattern, and nobody is asked: on the host, with its status" 7 '^host 0 x 7' elevated -- tell x 7
check_prints "... its standard error, and a clean environment" '^to stderr' env LEAK=1 clawbpf run --session "$session" --elevated -- tell x
check_lacks "... and a look-alike on PATH is not it" 'look-alike|came along' \
	env LEAK=1 PATH="$scratch/bin:$PATH" clawbpf run --session "$session" --elevated -- tell x
check_says "no pattern: in the sandbox, and why" 0 'no pattern is for "id"' elevated -- id -u
check_prints "a second command in an argument: in the sandbox" '^sandbox x; echo y' elevated -- tell 'x; echo y'
# shellcheck disable=SC2016 # what is tried
check_prints "a substitution, an option: the same" '^sandbox \$\(id\) 0 --exec=x' elevated -- tell '$(id)' 0 --exec=x
check_lacks "a look-alike by its path" '^host|^look' sh -c "clawbpf run --session $session --elevated -- $scratch/bin/tell x; true"
chmod 777 /usr/local/bin
check_prints "a program that others could replace" 'may be written by others' elevated -- tell x
chmod 755 /usr/local/bin
check_exit "a denied binary is denied on the host as well" 126 elevated -q -- cmp /etc/hostname /etc/hostname
clawbpf audit --json >"$scratch/trail"
check "... as the trail says, with its session" \
	grep -q '"type":"refusal","session":"agent:main:telegram:group:-1".*"elevated":true' "$scratch/trail"
check "the exec is in the trail, with its approval and its end" \
	grep -qE '"type":"exec","session":"agent:main:telegram:group:-1".*"argv":\["/bin/sh".*"elevated":true,"approval":"[0-9a-f]{8}".*"exit":\{"code":7' "$scratch/trail"
check "... and so is what it started" grep -q '"argv":\["/usr/bin/id","-u"\].*"elevated":true' "$scratch/trail"
check_prints "explain counts it" ', [1-9][0-9]* elevated' clawbpf explain

config 'patterns: ["tell *"], requireApproval: false' 600 'deny: ["exec"]'
check_says "exec denied by tool policy: gate and key" 1 'tools.deny\[0\].*gate "exec".*deny is absolute' elevated -- tell x
config 'enabled: false, patterns: ["tell *"], requireApproval: false'
check_says "switched off" 1 'tools.elevated.enabled.*gate "enabled"' elevated -- tell x
config 'allowFrom: { telegram: [123] }, patterns: ["tell *"], requireApproval: false'
check_prints "a sender who may" '^host' elevated --sender telegram:123 -- tell x
check_says "one who may not" 1 'tools.elevated.allowFrom.telegram.*gate "allowFrom"' elevated --sender telegram:4 -- tell x
check_says "nobody says who" 1 'gate "provider"' elevated -- tell x

config 'patterns: ["tell *"]'
ask -- tell once
check_prints "it waits, and is listed" "^$id  waiting .*tell once" clawbpf approvals
check_prints "shown" '^Program: +/usr/local/bin/tell' clawbpf approvals show "$id"
check_fails "a session cannot approve" in_session clawbpf approvals approve "$id"
map=/sys/fs/bpf/clawbpf/maps/approvals
check_says "... nor look at the map" 255 'not permitted' in_session bpftool map dump pinned $map
check "... as one may outside of sessions" bpftool map dump pinned $map
check_fails "... nor elevate" in_session clawbpf run --session "$session" --elevated -- tell once
check_fails "... nor see anything of it from its sandbox" \
	clawbpf run --session "$session" -q -- sh -c 'clawbpf approvals || ls /run/clawbpf || ls /var/lib/clawbpf'
check "it still waits" one_waits
check "approved" clawbpf approvals approve "$id"
answered
check_prints "it runs on the host" '^host 0 once' cat "$answer"
check_says "it is not approved again" 1 'has run' clawbpf approvals approve "$id"
clawbpf audit --json >"$scratch/trail"
check "who approved it is in the trail" grep -q "\"type\":\"approved\".*\"uid\":0.*\"approval\":\"$id\",\"how\":\"once\"" "$scratch/trail"
check "the command carries that number" grep -q "\"type\":\"exec\".*\"approval\":\"$id\"" "$scratch/trail"
ask -- tell no
check "denied" clawbpf approvals deny "$id"
answered
check_prints "it does not run" 'was denied' cat "$answer"
check_prints "... and fails" '^status 1' cat "$answer"

ask -- tell always
check "approved for always" clawbpf approvals approve "$id" --always
answered
check_prints "it runs" '^host 0 always' cat "$answer"
check_prints "... and again, unasked" '^host 0 always' elevated -- tell always
check_prints "... which explain lists" "^ +$id .*tell always" clawbpf explain
store=/var/lib/clawbpf/approvals.json
check "... from a file of root's alone" test "$(stat -c '%u %a' $store)" = "0 600"
cp -p $store "$scratch/forged"
always=$id
ask -- tell always more
check "one word more is asked for" clawbpf approvals deny "$id"
answered
check "revoked" clawbpf approvals revoke "$always"
check_lacks "... it is not in the list" "^$always  always" clawbpf approvals
check_fails "root in a session does not write it" in_session sh -c "cat $scratch/forged >$store"
check_fails "... nor put another in its place" in_session mv "$scratch/forged" $store
check_fails "... nor give it another name, by which to write it" in_session ln $store /var/lib/other
check_fails "... nor move the folder" in_session mv /var/lib/clawbpf /var/lib/other
check_fails "... nor give the file another name, by which to write to it" in_session ln "$store" /srv/approvals
check_fails "... nor put a folder in the way of the next one" in_session mkdir "$store.new"
check "... nor remove it" sh -c "clawbpf run --session $session --kernel-only -q -- rm -f $store; test -e $store"
check "outside of sessions one may" sh -c "cp -p $store $scratch/copy && ln $store /var/lib/other && rm /var/lib/other"
ask -- tell always
config 'patterns: ["tell *", "other"]'
check "approved after a reload" clawbpf approvals approve "$id"
answered
check_prints "... it was asked by another config" 'config was replaced' cat "$answer"

# Killed at each step.
ask -- tell killed
kill -KILL "$at"
answered
check "who asked is killed: the request stays" test "$(waiting)" = "$id"
check "... and can be approved" clawbpf approvals approve "$id"
check_prints "... for who asks for the same" '^host 0 killed' elevated -- tell killed
ask -- tell sleep
kill -STOP "$at"
check "approved, and killed before it knows" clawbpf approvals approve "$id"
kill -KILL "$at"
answered
check_prints "... the next one uses it" '^host 0 sleep' elevated -- tell sleep
first=$id
ask -- tell sleep
check "... and the one after that has to ask" test "$id" != "$first"
clawbpf approvals approve "$id"
check "killed while it runs" eventually 60 grep -q '^host 0 sleep' "$answer"
kill -KILL "$at"
answered
ask -- tell sleep
check "... it is used up all the same" clawbpf approvals deny "$id"
answered
ran=0
for delay in 0.02 0.1 0.3; do
	ask -- tell "after-$delay"
	clawbpf approvals approve "$id" >/dev/null 2>&1 &
	approver=$!
	sleep $delay
	kill -KILL "$approver" 2>/dev/null
	wait "$approver" 2>/dev/null
	clawbpf approvals approve "$id" >/dev/null 2>&1
	answered
	ran=$((ran + $(grep -c "^host 0 after-$delay" "$answer")))
done
check "who approves is killed: each ran once" test $ran = 3
ask -- tell both
elevated -- tell both </dev/null >"$scratch/second" 2>&1 &
second=$!
sleep 2
check "two wait for the same: one request" one_waits
clawbpf approvals approve "$id"
both_split() {
	[ -n "$(waiting)" ] && [ "$(waiting)" != "$id" ]
}
check "... one runs, the other asks for itself" eventually 60 both_split
clawbpf approvals deny "$(waiting)"
answered
wait "$second"
check "... exactly one ran" test "$(cat "$answer" "$scratch/second" | grep -c '^host 0 both')" = 1

# On a terminal: of whoever calls.
mkfifo "$scratch/keys"
exec 7<>"$scratch/keys"
# on_terminal ANSWER PATTERN NAME
on_terminal() {
	local log at
	log=$(mktemp "$scratch/XXXXXX")
	script -qfc "clawbpf run --session $session --elevated -- tell terminal" "$log" <&7 >/dev/null 2>&1 &
	at=$!
	eventually 60 grep -qa 'Approve [0-9a-f]*?' "$log" || fail "$3" "it was not asked" "$(cat "$log")"
	echo "$1" >&7
	check "$3" eventually 60 grep -qaE "$2" "$log"
	wait "$at"
}
on_terminal y '^host 0 terminal' "on a terminal it is asked there, and runs"
on_terminal '' 'was denied' "no answer but yes is a no"

# The agent's own process tree: its elevated commands run, its own yes does not count.
mkdir -p /opt/agent
cp "$(readlink -f /bin/bash)" /opt/agent/gateway
mkfifo "$scratch/in"
# shellcheck disable=SC2016 # the gateway's
/opt/agent/gateway -c 'while read -r line; do eval "$line"; done' <"$scratch/in" >"$scratch/out" 2>&1 &
gateway=$!
exec 9>"$scratch/in"
clawbpf session add --gateway --pid "$gateway"
echo "tell x; echo guarded \$?" >&9
check "the gateway may not start it by itself" eventually 60 grep -q '^guarded 126' "$scratch/out"
echo "clawbpf run --session $session --elevated -- tell gateway & run=\$!" >&9
eventually 60 one_waits
id=$(waiting)
echo "clawbpf approvals approve $id; echo approved \$?" >&9
check "it cannot approve what it asks for" eventually 60 grep -q '^approved 1' "$scratch/out"
check "... which still waits" one_waits
check "approved by somebody else" clawbpf approvals approve "$id"
check "it runs on the host" eventually 60 grep -q '^host 0 gateway' "$scratch/out"
echo "wait \$run" >&9
exec 9>&-
wait "$gateway"

config 'patterns: ["tell *"]' 3
check_says "nobody answers in time: it is denied" 1 'nobody answered' elevated -- tell late
clawbpf audit --json >"$scratch/trail"
check "... as the trail says" grep -q '"type":"approval-expired"' "$scratch/trail"
done_testing
