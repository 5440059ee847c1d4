#!/bin/bash
# The three scenarios of the documentation, in a container of Docker's and in the built-in sandbox side by side: the
# same is refused. Then its exercises, in the order in which a new user does them.
# vm: docker timeout=600
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"
# shellcheck source=tests/vm/lib-containers.sh
. "$(dirname "$0")/lib-containers.sh"

group=agent:main:telegram:group:-100123
container=(docker run --rm --network host -v /usr:/usr:ro -v /usr/lib:/lib:ro -v /usr/lib64:/lib64:ro)

# What a command of the agent tries: a word each for what was refused. No program is needed to tell.
# shellcheck disable=SC2016 # who executes it
acts='refused() {
	local said status
	said=$("${@:2}" 2>&1)
	status=$?
	[[ $said != *"not permitted"* && $status != 137 ]] || echo -n "$1 "
}
net() { : <>/dev/udp/127.0.0.1/9; }
refused network net
refused web_fetch curl --version
refused cron busybox crontab -l
refused exec ls /
echo .'

in_docker() {
	"${container[@]}" --label openclaw.sandbox=1 --label "openclaw.sessionKey=$1" busybox /usr/bin/bash -c "$acts" 2>&1
}

built_in() {
	clawbpf run --quiet-refusals --session "$1" -- bash -c "$acts" 2>&1
}

# same NAME SESSION REFUSED
same() {
	local sandbox docker
	sandbox=$(built_in "$2")
	docker=$(in_docker "$2")
	if [ "$sandbox" = "$3" ] && [ "$docker" = "$3" ]; then
		pass "$1: refused are: $3"
	else
		fail "$1" "built-in: $sandbox; Docker: $docker; not: $3"
	fi
}

load() {
	check "load ${1##*/}" clawbpf load "$1"
}

check "nothing loaded: nothing is refused" test "$(in_docker $group)" = .
load "$top/config/scenario-1-personal.json5"
agent_start
same "1, a personal machine, a group" $group '.'
load "$top/config/scenario-2-group-chats.json5"
same "2, mixed trust, a group" $group 'network web_fetch cron .'
same "2, mixed trust, the owner's own chat" agent:main:main 'cron .'
load "$top/config/scenario-3-remote-server.json5"
same "3, a remote server, a group" $group 'network web_fetch cron exec .'
same "3, a remote server, the main chat" agent:main:main 'network web_fetch cron exec .'

# 1: review the policy of each session. 2: from off to non-main, and note what breaks.
cat >"$scratch/mine.json5" <<-'END'
	{
	  agents: { defaults: { sandbox: { mode: "off" } } },
	  channels: { telegram: { groups: { "-100123": {} } } },
	  tools: { profile: "full" }
	}
END
load "$scratch/mine.json5"
check_prints "exercise 1: explain says where a group's commands run" "\"$group\" → HOST" clawbpf explain --session $group
same "exercise 2: off" $group '.'
sed -i 's/"off"/"non-main"/' "$scratch/mine.json5"
load "$scratch/mine.json5"
check_prints "exercise 2: non-main: it is sandboxed from now on" "\"$group\" → SANDBOX" clawbpf explain --session $group
same "... and its network breaks" $group 'network .'
check_prints "... audit says which key it was" 'agents.defaults.sandbox.docker.network' \
	clawbpf audit --session $group --type refusal --limit 1
# 3: all, and the smallest profile.
sed -i 's/"non-main"/"all"/; s/"full"/"minimal"/' "$scratch/mine.json5"
load "$scratch/mine.json5"
same "exercise 3: all and minimal, the main chat" agent:main:main 'network web_fetch cron exec .'
check_prints "... explain says which key it was" 'tools.profile "minimal' clawbpf explain --session agent:main:main
# 4: one elevated pattern, and its approval.
sed -i 's/profile: "minimal"/profile: "coding", elevated: { patterns: ["id -u"] }/' "$scratch/mine.json5"
load "$scratch/mine.json5"
check_prints "exercise 4: explain lists the pattern" 'id -u +→ host \(with approval\)' clawbpf explain --session $group
check "... without --elevated it runs in the sandbox" test "$(clawbpf run --session $group -- id -u)" != 0
clawbpf run --session $group --elevated -- id -u >"$scratch/answer" 2>"$scratch/asks" </dev/null &
asker=$!
check "... with it, it says what to type elsewhere" eventually 60 grep -q 'clawbpf approvals approve [0-9a-f]*$' "$scratch/asks"
check_prints "... approvals lists it" 'waiting .*id -u$' clawbpf approvals
# shellcheck disable=SC2046 # the words of the command that it says
check "... which approves" $(grep -o 'clawbpf approvals approve .*' "$scratch/asks")
wait $asker
check "... and the answer comes back, from the host" test "$(cat "$scratch/answer")" = 0
check_prints "... audit has who said so" 'approved' clawbpf audit --session $group --limit 5
kill "$agent"
wait "$agent"
done_testing
