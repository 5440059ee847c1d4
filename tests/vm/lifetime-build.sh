#!/bin/bash
# A clawbpf of another build takes over from the one that is loaded: its programs replace the pinned ones, sessions
# and what is refused to them stay.
# vm: either=6.1
. "$(dirname "$0")/lib.sh"

d=$scratch/d
mkdir -p "$d"
key=agent:main:main
echo '{ clawbpf: { denyBinaries: ["curl"] } }' >"$d/config.json5"

# Another build: one function of the BPF programs has another name in it.
other=$d/clawbpf-other
whole=/usr/libexec/clawbpf/clawbpf
sed 's/args_walk/args_wolk/g' $whole >"$other"
chmod 755 "$other"

program() {
	bpftool prog show pinned /sys/fs/bpf/clawbpf/programs/claw_exec | sed -n 's/^\([0-9]*\): .*/\1/p'
}

# The session's shell, which is asked by its standard input for as long as the test goes.
ask() {
	echo "$1" >&3
	eventually 20 grep -q "^$2" "$d/answers"
}

check_fails "the other build is another file" cmp "$other" $whole
check "load" clawbpf load "$d/config.json5"
before=$(program)
mkfifo "$d/shell"
clawbpf run --session $key -- sh <"$d/shell" >"$d/answers" 2>&1 &
exec 3>"$d/shell"
check "a session's shell runs" ask "echo ready" ready
check "curl is refused to it" ask "curl --version || echo first: \$?" "first: 126"

check_prints "the other build sees the session" "^$key" "$other" session list
check_prints "its load replaces the programs" 'of another build, and were replaced' "$other" load "$d/config.json5"
check_prints "there is one, another than before" '^[0-9]+$' program
check_lacks "it is not the old one" "^$before$" program
check_prints "status: it is enforced, after a try" '^Self-test in a session that may do nothing: an exec refused\.$' "$other" status
check "curl is refused to the same shell" ask "curl --version || echo second: \$?" "second: 126"
check_prints "the session goes on" "^$key  *[1-9]" "$other" session list
check_prints "what each refused is in one trail" '"type":"refusal".*bprm_check_security' \
	"$other" audit --json --type refusal --session $key
check_exit "a new session is refused it, too" 126 "$other" run --session agent:main:second -- curl --version
check_lacks "a load by the same build replaces none" 'were replaced' "$other" load "$d/config.json5"

check_prints "and back: the first build's load" 'of another build, and were replaced' clawbpf load "$d/config.json5"
check "curl is refused to the same shell" ask "curl --version || echo third: \$?" "third: 126"
check "what is allowed is not" ask "ls / >/dev/null && echo fourth" fourth
exec 3>&-
wait
check "unload" "$other" unload
check_lacks "no program is left" 'name claw_' bpftool prog list
done_testing
