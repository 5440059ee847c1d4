#!/bin/bash
# The built-in sandbox on a terminal: a shell in it has job control, Ctrl-C ends what runs in it and not the sandbox,
# its size is the terminal's, and it reaches nobody in its caller's process group.
# vm: timeout=300 either=6.1
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"

export HOME=/home/agent TERM=xterm
mkdir -p $HOME/.openclaw
chown -R 1000:1000 $HOME
echo '{ agents: { defaults: { sandbox: { mode: "all" } } } }' >"$scratch/config.json5"
chmod 600 "$scratch/config.json5"
clawbpf load "$scratch/config.json5" >/dev/null || fail "the config is loaded" ""
log=$scratch/log
mkfifo "$scratch/keys"

# typed KEYS : as by a person at the terminal
typed() {
	# shellcheck disable=SC2059 # with its escapes
	printf "$1" >&7
}

shows() {
	eventually 30 grep -qaE -- "$1" "$log"
}

exec 7<>"$scratch/keys"
env --default-signal=INT,QUIT script -qfc "stty rows 33 cols 99; clawbpf run --session agent:main:x -- bash --norc -i" "$log" <&7 >/dev/null 2>&1 &
at=$!

typed 'echo rea""dy\n'
check "a shell is there" shows ready
typed 'tty; stty size\n'
check "its size is the terminal's" shows '^33 99'
# shellcheck disable=SC2016 # the inner shell's
typed 'echo term=$TERM\n'
check "it knows which terminal" shows '^term=xterm'
typed 'sleep 100\n'
sleep 1
typed '\x03'
sleep 1 # the terminal throws away what is typed with it
# shellcheck disable=SC2016
typed 'echo sta""tus $?\n'
check "Ctrl-C ends the program" shows 'status 130'
typed 'sleep 50\n'
sleep 1
typed '\x1a'
check "Ctrl-Z stops it" shows 'Stopped'
# shellcheck disable=SC2016
typed 'jobs; kill %%1; wait; echo jo""b $?\n'
check "a job can be ended" shows 'job '
typed "trap 'echo caught it' INT\\n"
# shellcheck disable=SC2016
typed 'kill -INT $$\n'
check "a signal that is handled ends nothing" shows 'caught it'
typed 'exit 3\n'
check "it ends" eventually 20 bash -c "! kill -0 $at 2>/dev/null"
check "with its own status" grep -qa 'COMMAND_EXIT_CODE="3"' "$log"

# Not a shell: all of the foreground gets the signal, bubblewrap too.
env --default-signal=INT,QUIT script -qfc "clawbpf run --session agent:main:x -- sh -c 'trap \"echo st\"\"ill here; exit 9\" INT; echo up; while :; do sleep 0.2; done'" \
	"$log.2" <&7 >/dev/null 2>&1 &
at=$!
log=$log.2
check "a program that handles Ctrl-C" shows '^up'
typed '\x03'
check "... does so" shows 'still here'
check "... and ends" eventually 20 bash -c "! kill -0 $at 2>/dev/null"
check "... with the status it chose" grep -qa 'COMMAND_EXIT_CODE="9"' "$log"

# On a terminal the sandbox is in its caller's process group, where others may be of the same user: numbers of
# processes mean nothing in it, "all of my group" does.
as_user="setpriv --reuid 1000 --regid 1000 --clear-groups"
group_try() {
	env --default-signal=INT,QUIT script -qfc "$as_user bash -c 'trap \"echo h\"\"it\" URG; echo up; while :; do sleep 0.1; done' &
		sleep 1; $1 bash -c 'trap \"\" URG; kill -URG 0; echo se\"\"nt; sleep 1'; kill \$!" "$log" <&7 >/dev/null 2>&1
}
log=$log.3
group_try "$as_user"
check "a signal to its own process group reaches who is in that" grep -qa '^hit' "$log"
group_try "clawbpf run --quiet-refusals --session agent:main:x --"
check "... from a sandbox it is sent" grep -qa '^sent' "$log"
check_fails "... and reaches nobody outside" grep -a '^hit' "$log"
check_prints "no session is left" 'No session' clawbpf session list
done_testing
