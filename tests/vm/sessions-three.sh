#!/bin/bash
# Three sessions at once, each with a policy of its own: one on the host, one in a sandbox without a network, one in
# a sandbox with a network. None is judged by another's policy, and no record is written to another's account.
# vm: timeout=300
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

cat >"$scratch/config.json5" <<'END'
{
  agents: {
    defaults: { sandbox: { mode: "non-main" } },
    list: [
      { id: "main", default: true },
      { id: "net",
        sandbox: { docker: { network: "bridge" } } }
    ]
  },
  clawbpf: {
    agents: { net: { blockedBindSources: ["/srv/net-secret"] } }
  }
}
END
mount_prepare
mkdir -p /srv/net-secret
networked=agent:net:telegram:group:-7
rounds=25

# The same in each: execs whose end tells whether there is a network, and mounts.
cat >"$scratch/rounds" <<'END'
i=0
while [ $i -lt $2 ]; do
	i=$((i + 1))
	END=socket /probes/audit-exec $1 $i
done
exec /probes/mount-try other tmpfs ordinary
END
# rounds SESSION TAG
rounds() {
	unshare -m clawbpf run --kernel-only --session "$1" -- sh "$scratch/rounds" "$2" $rounds
}

table_all "nothing loaded: mounts" allowed unshare -m "$probes/mount-try" other tmpfs ordinary
check_exit "nothing loaded: a network" 0 env END=socket "$probes/audit-exec"
check "nothing loaded: an address of the machine's more, and less" sh -c "$probes/attacks/net route-add && $probes/attacks/net route-delete"
check "load" clawbpf load "$scratch/config.json5"
rounds $sandboxed one >"$scratch/one" &
rounds $free two >"$scratch/two" &
rounds $networked three >"$scratch/three" &
wait
clawbpf audit --json >"$scratch/log"

# of TAG : the execs with that tag, as "SESSION EXIT"
of() {
	sed -n 's/.*"session":"\([^"]*\)".*"argv":\["[^"]*audit-exec","'"$1"'","[0-9]*"\].*"exit":{"code":\([0-9]*\),.*/\1 \2/p' "$scratch/log" |
		sort | uniq -c | sed 's/^ *//'
}
check "sandboxed: each exec is its own, each without a network" test "$(of one)" = "$rounds $sandboxed 1"
check "on the host: each exec is its own, each with a network" test "$(of two)" = "$rounds $free 0"
check "sandboxed with a network: each exec is its own, each with one" test "$(of three)" = "$rounds $networked 0"
mounts() {
	cut -f1,3 "$scratch/$1" | tr '\t\n' '= '
}
check "sandboxed: no mounts" test "$(mounts one)" = "ordinary=refused tmpfs=refused "
check "on the host: mounts" test "$(mounts two)" = "ordinary=allowed tmpfs=allowed "
check "sandboxed with a network: no mounts" test "$(mounts three)" = "ordinary=refused tmpfs=refused "
refusals() {
	grep '"type":"refusal"' "$scratch/log" | sed -n 's/.*"session":"\([^"]*\)".*"hook":"\([^"]*\)".*/\1 \2/p' | sort | uniq -c | sed 's/^ *//'
}
check "the refusals are of those that were refused" test "$(refusals)" = "2 $sandboxed sb_mount
$rounds $sandboxed socket_create
2 $networked sb_mount"
check "each session's rule comes from its own agent" test "$(grep -c "\"session\":\"$networked\".*\"agent\":\"net\"" "$scratch/log")" -gt $rounds

check_exit "sandboxed with a network: its settings are the machine's" 1 \
	clawbpf run --kernel-only --quiet-refusals --session $networked -- "$probes/attacks/net" route-add

# The other agent's list is its own.
check_fails "its blocked source, by the other session" clawbpf run --kernel-only --session $networked -- mount --bind /srv/net-secret /mnt
check_prints "... is refused as blocked" '"reason":"blocked-bind-source".*"key":"clawbpf.agents.net.blockedBindSources\[0\]","file":".*","line":11,' \
	clawbpf audit --json --session $networked --type refusal
check_fails "the same source by the first session" clawbpf run --kernel-only --session $sandboxed -- mount --bind /srv/net-secret /mnt
check_lacks "... is refused, but not as blocked" '"reason":"blocked-bind-source"' clawbpf audit --json --session $sandboxed --type refusal

# A name of ours is none of a session's: whoever names a channel so gains nothing.
named='agent:main:irc:channel:#browser'
check_prints "a session called like a browser's container has no network" '	refused	' \
	clawbpf run --kernel-only --quiet-refusals --session "$named" -- "$probes/net-create" AF_INET tcp
check_prints "... and its event says why" '"reason":"network-none".*"key":"agents.defaults.sandbox.docker.network"' \
	clawbpf audit --json --session "$named" --type refusal
check_prints "... as does explain" 'network .*agents.defaults.sandbox.docker.network' clawbpf explain --session "$named"
check_prints "no session is left" 'No session is registered' clawbpf session list
done_testing
