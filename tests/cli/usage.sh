#!/bin/bash
# Is wrong usage said, with the nearest right one, on the standard error, with exit status 2?
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# wrong MESSAGE FIX ARG...
wrong() {
	local message=$1 fix=$2
	shift 2
	begin "wrong usage: clawbpf $*"
	claw "$@"
	exits 2
	silent out
	says err "clawbpf: "
	says err "$message"
	says err "  fix: "
	says err "$fix"
	plain err
	end
}

wrong 'a command is missing' 'clawbpf help'
wrong 'there is no command "chekc"' 'did you mean "check"?' chekc
wrong 'there is no command "sandbox"' 'did you mean "explain"?' sandbox explain
wrong 'there is no command "xyzzy"' 'clawbpf help' xyzzy
wrong 'there is no option --jsno' 'did you mean --json?' --jsno
wrong 'there is no option --sesion' 'did you mean --session?' audit --sesion=x
wrong 'there is no option -x' 'clawbpf audit --help' audit -x
wrong '--session needs its KEY' 'clawbpf audit --help' audit --session
wrong '--follow takes no value' 'clawbpf audit --help' audit --follow=yes
wrong 'something is missing' 'usage: clawbpf check' check
wrong '"two" is one word too many' 'usage: clawbpf check' check one two
wrong '"two" is one word too many' 'usage: clawbpf version' version two
wrong 'there is no command "adit"' 'did you mean "audit"?' help adit
wrong 'is none of exec, exit, refusal, lost' '' audit --type dance
wrong 'is no time' 'write 10m' audit --since yesterday
wrong 'is no time' 'write 10m' audit --until tomorrow
wrong 'is no whole number' '' audit --limit 0

wrong 'goes with --elevated' '' run --session agent:main:x --sender telegram:1 -- true
wrong 'goes with --elevated' '' run --session agent:main:x --no-prompt -- true
wrong 'is no PROVIDER:ID' '' run --session agent:main:x --elevated --sender 123 -- true
wrong 'exclude each other' '' run --session agent:main:x --elevated --kernel-only -- true
wrong '"yes" is none of list, show, approve, deny, revoke' '' approvals yes
wrong 'approve needs the number of a request' '' approvals approve
wrong '"xyz" is no number of a request' '' approvals deny xyz
wrong 'list takes no number' '' approvals list 1
wrong 'go with approve' '' approvals --always deny 1
wrong 'exclude each other' '' approvals approve 1 --once --always

wrong '--session KEY is missing' '' session add --pid 1
wrong 'add takes either --cgroup PATH or --pid PID' '' session add --session agent:main:x
wrong 'add takes either --cgroup PATH or --pid PID' '' session add --session agent:main:x --pid 1 --cgroup /x
wrong '--pid: "abc" is no whole number' '' session add --session agent:main:x --pid abc
wrong '--container goes with --cgroup' '' session add --session agent:main:x --pid 1 --container
wrong 'exclude each other' '' session remove --session agent:main:x --gateway
wrong '--type: "" is none of' '' audit --type ''
wrong '--type: "" is none of' '' audit --type exec,

begin "a value of --color that is none"
claw version --color=pink
exits 2
says err '"pink" is none of auto, always, never'
end

begin "bytes of an argument do not reach the terminal"
claw $'a\033[2J\nb\xff'
exits 2
says err '\x1b[2J\nb\xff'
plain err
end

begin "wrong usage in JSON"
claw --json chekc
exits 2
silent err
says out '"ok": false'
says out '"message": "there is no command \"chekc\""'
says out '"fix": "did you mean \"check\"?"'
says out '"code": "USAGE"'
end

begin "a --json behind what is wrong counts"
claw audit --sesion=x --json
exits 2
silent err
says out '"code": "USAGE"'
end

begin "the program's options are its own"
claw run --session agent:main:main -- sh --json --bogus
says_not err "--bogus"
says_not out '"error"'
end

finish
