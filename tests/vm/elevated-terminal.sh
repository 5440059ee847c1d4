#!/bin/bash
# The question on a terminal is for a person: a process of a session that is on that terminal, or has it open, keeps it
# from being asked there, and from being answered when it comes later. And what cannot be read is said.
# vm: timeout=300 either=6.1
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir -p /usr/local/bin /work
# shellcheck disable=SC2016 # the program's
printf '#!/bin/sh\necho "host $1"\n' >/usr/local/bin/tell
chmod 755 /usr/local/bin /usr/local/bin/tell
cd /work || exit 1
session=agent:main:telegram:group:-1
echo '{ agents: { defaults: { sandbox: { mode: "all" } } }, tools: { elevated: { patterns: ["tell *"] } }, clawbpf: { approvalTimeout: 300 } }' \
	>"$scratch/config.json5"
clawbpf load "$scratch/config.json5" >/dev/null || fail "load" "it was refused"
mkfifo "$scratch/keys"
exec 7<>"$scratch/keys"
asks="clawbpf run --session $session --elevated -- tell"
member="clawbpf run --session $session --kernel-only -q --"

# on_terminal COMMAND : in the background, on a terminal of its own; sets log, at
on_terminal() {
	log=$(mktemp "$scratch/XXXXXX")
	script -qfc "$1" "$log" <&7 >/dev/null 2>&1 &
	at=$!
}

shows() {
	eventually 60 grep -qaE -- "$1" "$log"
}

# answer_all approve|deny : whatever waits, so that its terminal ends
answer_all() {
	local id
	for id in $(clawbpf approvals --json | tr -d ' \n' | grep -oE '"id":"[0-9a-f]+","state":"waiting"' | cut -d'"' -f4); do
		clawbpf approvals "$1" "$id"
	done
}

on_terminal "$asks alone"
check "alone on its terminal: it is asked there" shows 'Approve [0-9a-f]+\?'
check "... says who may write in the folder, when that is not root alone" sh -c "! grep -qa 'Others than root' $log"
echo y >&7
check "... and answered there" shows '^host alone'
wait "$at"

on_terminal "$asks both"
check "asked on a terminal, and answered by somebody else" shows 'Approve [0-9a-f]+\?'
answer_all approve
check "... it is said, and runs" shows '^host both'
wait "$at"

on_terminal "set -m; $asks behind & wait"
check "in the background of its terminal: it is not asked there" shows 'waits for approval'
answer_all deny
wait "$at"
check "... nor was it" sh -c "! grep -qa 'Approve ' $log"

chmod 777 /work
on_terminal "$asks $(printf 'x%.0s' {1..900})"
check "a long command: how long is said behind it" shows 'These were 2 words, 90[0-9] bytes'
check "a folder that others may write: that is said" shows 'Others than root may write in that folder'
echo n >&7
wait "$at"
chmod 755 /work

on_terminal "$member sleep 1000 & eval 'until clawbpf session list | grep -q $session; do sleep 0.2; done'; $asks beside; kill %1"
check "a process of the session on the terminal: it is not asked there" shows 'waits for approval'
check "... but in the queue" sh -c "! grep -qa 'Approve ' $log"
answer_all deny
wait "$at"

on_terminal "$member setsid sh -c 'sleep 1000' & eval 'until clawbpf session list | grep -q $session; do sleep 0.2; done'; sleep 1; $asks away; kill %1"
check "one that left the terminal, and has it open still: the same" shows 'waits for approval'
check "... it is not asked there" sh -c "! grep -qa 'Approve ' $log"
answer_all deny
wait "$at"

on_terminal "(until [ -e $scratch/go ]; do sleep 0.1; done; exec $member sleep 1000) & $asks later; kill %1"
check "alone so far: it is asked there" shows 'Approve [0-9a-f]+\?'
: >"$scratch/go"
check "one comes to the terminal" eventually 60 sh -c "clawbpf session list | grep -q $session"
echo y >&7
check "... a yes from there is none any more" shows 'that was no answer'
check "... it waits in the queue" shows 'waits for approval'
answer_all deny
wait "$at"
check_fails "... and did not run" grep -a '^host later' "$log"
done_testing
