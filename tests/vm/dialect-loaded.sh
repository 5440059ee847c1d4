#!/bin/bash
# The dialect in which a config was loaded holds for every session that comes later, also when the file is gone:
# openclaw's profile leaves exec out whatever is allowed beside it, native's does not; and what openclaw keeps out
# of its containers is blocked there, beside what is blocked everywhere.
# vm: either=6.12
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"

config=$scratch/config.json5
cat >"$config" <<END
{
  agents: { defaults: { sandbox: { mode: "non-main" } } },
  tools: { profile: "minimal", allow: ["exec"] },
}
END
chmod 600 "$config"
program=(/usr/bin/busybox true) # there in a sandbox of ours, too
export HOME=$scratch/home
mkdir -p "$HOME/.ssh" "$HOME/work" /boot /srv/target
box=/sys/fs/cgroup/box

in_session() {
	clawbpf run --session "$1" -- sh -c "${program[*]}; exit"
}

# bind SOURCE : as root on the host, in the cgroup of a container's session
bind() {
	(echo "$BASHPID" >"$box/cgroup.procs" && exec unshare -m mount --bind "$1" /srv/target)
}

check "nothing loaded: the program runs" "${program[@]}"
check "load as native" clawbpf load "$config"
check "native: allow gives back what the profile leaves out" in_session agent:main:main
check_prints "explain agrees" '"tool":"exec","allowed":true' bash -c \
	'clawbpf --json explain --session agent:main:main | tr -d " \t\n"'

check "load as openclaw" clawbpf load --dialect openclaw "$config"
check_exit "openclaw: it stays left out" 126 in_session agent:main:main
check_prints "the event names the profile and the tool" 'tools\.profile.*without exec' clawbpf audit --type refusal
check_prints "explain says by which dialect" '^Dialect: openclaw \(it was loaded so\)' \
	clawbpf explain --session agent:main:main
rm "$config"
check_exit "the file is gone: a session that comes later is read the same way" 126 in_session agent:main:telegram:group:-9
check_prints "... and explained so" '"dialect":"openclaw"' bash -c \
	'clawbpf --json explain --session agent:main:telegram:group:-9 | tr -d " \t\n"'
check "the host is untouched" "${program[@]}"

# What openclaw's gateway has noted of a session counts from its next run on.
store=$HOME/.openclaw/agents/main/agent/openclaw-agent.sqlite
group=agent:main:telegram:group:-5

note() {
	sqlite3 "$store" "INSERT OR REPLACE INTO session_nodes VALUES ('$group', '$1')"
}

# Prints whether the session's program is in a sandbox: which there has files of its own.
where() {
	clawbpf run --quiet-refusals --session "$group" -- sh -c 'test -e /boot && echo host || echo sandbox' 2>/dev/null
}

mkdir -p "${store%/*}"
(umask 077 && sqlite3 "$store" "PRAGMA journal_mode = WAL" "CREATE TABLE session_nodes (session_key TEXT PRIMARY KEY, entry_json TEXT)") >"$scratch/made"
(umask 077 && echo '{}' >"$config")
check "load as openclaw, where no session is sandboxed" clawbpf load --dialect openclaw "$config"
note '{}'
check_prints "nothing noted: it runs on the host" '^host$' where
note '{"sandbox":"required"}'
check_prints "noted that it has to have a sandbox: it runs in one" '^sandbox$' where
check_fails "... without a network" clawbpf run --session "$group" -- /bin/busybox nc -w 1 127.0.0.1 9
check_prints "... and the event says so" 'REFUSED .*create a socket' clawbpf audit --type refusal --session "$group"
check_prints "explain says why" 'has noted that .* may not be without a sandbox' clawbpf explain --session "$group"
check_prints "a neighbour runs on the host" '^/boot$' clawbpf run --session agent:main:telegram:group:-6 -- ls -d /boot
note '{"sandboxMode":"off"}'
check_prints "noted otherwise: it runs on the host again" '^host$' where
chmod 666 "$store"
check_prints "a store that anybody writes is not believed: in a sandbox" '^sandbox$' where
check_prints "... and explain says why" 'can be written by its group and by everybody' clawbpf explain --session "$group"
rm -r "$HOME/.openclaw"
echo '{ agents: { defaults: { sandbox: { mode: "non-main" } } } }' >"$config"
check "load as openclaw, with a sandbox" clawbpf load --dialect openclaw "$config"

mkdir $box
check "the box is in no session: keys can be mounted" bind "$HOME/.ssh"
check "the box is a container's" clawbpf session add --cgroup $box --container --session agent:main:telegram:group:-9
check_fails "openclaw: keys of the home are blocked" bind "$HOME/.ssh"
check_fails "... and the home above them" bind "$HOME"
check_fails "... and the kernel's folder" bind /boot
check_prints "the event says so" 'mount .*/\.ssh: the bind source is blocked' clawbpf audit --type refusal
check "what is beside them is not" bind "$HOME/work"
check_prints "explain lists them" "$HOME/\\.ssh" clawbpf explain --session agent:main:telegram:group:-9

done_testing
