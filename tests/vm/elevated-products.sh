#!/bin/bash
# Elevated by the configs of the two products: each gate passed and refused, on the kernel, and explain says the same
# of it. Who may is tools.elevated.allowFrom, what may is the product's rules for exec on the host.
# vm: timeout=600 either=6.12
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir -p /usr/local/bin
printf '#!/bin/sh\n[ -e /clawbpf-host ] && echo "host $*" || echo "sandbox $*"\n' >/usr/local/bin/tell
chmod 755 /usr/local/bin /usr/local/bin/tell "$scratch"
: >/clawbpf-host
export HOME=$scratch/home
mkdir -p "$HOME/.clawdbot" "$HOME/.openclaw"

group=telegram:group:-100123

# elevated AGENT [ARG...]
elevated() {
	clawbpf run --session "agent:$1:$group" --elevated --no-prompt "${@:2}" </dev/null 2>&1
}

# refused NAME AGENT PATTERN ARG... : fails with 1, says why like that, and nothing ran
refused() {
	local out status
	out=$(elevated "$2" "${@:4}")
	status=$?
	if [ $status = 1 ] && grep -qE -- "$3" <<<"$out" && ! grep -qE '^(host|sandbox)' <<<"$out"; then
		pass "$1"
	else
		fail "$1" "exit $status, wanted 1 and '$3'" "$out"
	fi
}

# asked NAME AGENT ARG... : waits for an answer; approved, it runs on the host
asked() {
	local out at id=
	out=$(mktemp "$scratch/XXXXXX")
	elevated "${@:2}" >"$out" &
	at=$!
	eventually 60 grep -q 'waits for approval' "$out"
	id=$(sed -n 's/.*waits for approval \([0-9a-f]*\).*/\1/p' "$out")
	clawbpf approvals approve "$id" >/dev/null 2>&1
	wait "$at"
	check "$1" grep -q '^host' "$out"
}

# explained NAME AGENT PATTERN
explained() {
	check_prints "... explain: $1" "$3" clawbpf explain --session "agent:$2:$group"
}

# gates PRODUCT KEY-OF-AGENTS : what both have in common
gates() {
	local p=$1 agents=$2
	check_exit "$p: positive control: without --elevated it is in the sandbox" 0 \
		sh -c "clawbpf run --session agent:main:$group -- tell x | grep -q ^sandbox"
	explained "whom it is open to" main 'tools.elevated.allowFrom.telegram: 123, 456'
	refused "$p: allowFrom: another sender" main 'tools.elevated.allowFrom.telegram: .*gate "allowFrom"' --sender telegram:7 -- tell x
	refused "$p: ... the same number of another provider" main 'tools.elevated.allowFrom.discord: .*gate "allowFrom"' --sender discord:123 -- tell x
	refused "$p: provider: nobody says who" main 'gate "provider"' -- tell x
	refused "$p: enabled, of the agent" off "${agents/\[\]/\\[1\\]}.*tools.elevated.enabled: .*gate \"enabled\"" --sender telegram:123 -- tell x
	explained "the gate and its key" off "failing gates of agent:off:.*: enabled \\(${agents/\[\]/\\[1\\]}.*tools.elevated.enabled"
	refused "$p: allowFrom, which an agent narrows" narrow 'tools.elevated.allowFrom.telegram: .*gate "allowFrom"' --sender telegram:456 -- tell x
	explained "to whom" narrow 'narrow.*allowFrom.telegram: 123$|\[2\].*allowFrom.telegram: 123$'
	refused "$p: exec, which tool policy denies" quiet 'tools.deny\[0\]: .*gate "exec".*deny is absolute' --sender telegram:123 -- tell x
	explained "the tool and its key" quiet 'exec +denied.*tools.deny\[0\] "exec"'
}

# config FILE MORE EXEC-AND-ELEVATED : with the roster as that product writes it
config() {
	local roster
	case $1 in
	*clawdbot.json)
		roster='list: [
		  { id: "main", default: true },
		  { id: "off", tools: { elevated: { enabled: false } } },
		  { id: "narrow", tools: { elevated: { allowFrom: { telegram: ["123"] } } } },
		  { id: "quiet", tools: { deny: ["exec"] } },
		]'
		;;
	*)
		roster='ownership: "explicit", entries: {
		  main: {},
		  off: { tools: { elevated: { enabled: false } } },
		  narrow: { tools: { elevated: { allowFrom: { telegram: ["123"] } } } },
		  quiet: { tools: { deny: ["exec"] } },
		}'
		;;
	esac
	cat >"$1" <<-END
	{
	  // as its wizard leaves it
	  agents: { defaults: { sandbox: { mode: "all", scope: "session" } }, $roster },
	  channels: { telegram: { enabled: true, botToken: "1:x", groups: { "-100123": { requireMention: true } } } },
	  tools: { $2 },
	}
	END
	chmod 600 "$1"
	check "load ${1##*/} with $2" clawbpf load "$1"
}

open='elevated: { enabled: true, allowFrom: { telegram: ["123", "456"] } }'
shut='elevated: { enabled: false, allowFrom: { telegram: ["123", "456"] } }'

# --- Clawdbot: the host's default is allowlist, asked on a miss -----------------------------------------------------

f=$HOME/.clawdbot/clawdbot.json
config "$f" "$open"
check_prints "the dialect is the file's" 'Dialect: clawdbot' clawbpf explain
gates clawdbot 'agents.list[]'
asked "clawdbot: an admitted sender is asked for, and runs on the host" main --sender telegram:123 -- tell x
asked "clawdbot: ... the agent's own list admits him, too" narrow --sender telegram:123 -- tell x
echo '{ "version": 1, "agents": { "main": { "allowlist": [{ "pattern": "/usr/local/bin/tell" }] } } }' >"$HOME/.clawdbot/exec-approvals.json"
chmod 600 "$HOME/.clawdbot/exec-approvals.json"
check_prints "clawdbot: what exec-approvals.json lists is not asked for" '^host listed' elevated main --sender telegram:123 -- tell listed
config "$f" "exec: { security: \"deny\" }, $open"
refused "clawdbot: exec on the host is denied" main 'tools.exec.security' --sender telegram:123 -- tell x
explained "that" main 'security deny'
config "$f" "$shut"
refused "clawdbot: enabled, of everybody" main 'tools.elevated.enabled: .*gate "enabled"' --sender telegram:123 -- tell x
explained "the gate and its key" main 'failing gates of agent:main:.*: enabled \(tools.elevated.enabled\)'

# --- OpenClaw: the host's default is full, and nobody is asked ------------------------------------------------------

f=$HOME/.openclaw/openclaw.json
config "$f" "$open"
check_prints "the dialect is the file's" 'Dialect: openclaw' clawbpf explain --session agent:main:main
gates openclaw 'agents.entries.off'
check_prints "openclaw: an admitted sender's command runs, and nobody is asked" '^host x' elevated main --sender telegram:123 -- tell x
check_prints "openclaw: ... the agent's own list admits him, too" '^host x' elevated narrow --sender telegram:123 -- tell x
clawbpf audit --json --limit 60 >"$scratch/trail"
check "openclaw: ... which is in the trail, by the config" grep -q '"type":"approved".*"how":"config"' "$scratch/trail"
config "$f" "exec: { ask: \"always\" }, $open"
asked "openclaw: ask \"always\": asked for, and runs" main --sender telegram:456 -- tell x
explained "that" main 'ask always'
config "$f" "exec: { security: \"allowlist\", ask: \"off\" }, $open"
refused "openclaw: no list has it, and nobody is asked" main 'tools.exec.security' --sender telegram:123 -- tell x
config "$f" "$shut"
refused "openclaw: enabled, of everybody" main 'tools.elevated.enabled: .*gate "enabled"' --sender telegram:123 -- tell x
explained "the gate and its key" main 'failing gates of agent:main:.*: enabled \(tools.elevated.enabled\)'
done_testing
