#!/bin/bash
# A sandboxed session gets no network socket and no ring from a process outside, and reaches no unix socket that is
# a blocked bind source or lies below one: the container engine's, under whatever name, also made anew.
# vm: timeout=900
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

config_write "$scratch/config.json5"
rule_of[blocked-bind-source]=${rule_of[sandbox]}
export HOST_SOCK=/srv/host.sock HOST_PID HOST_FD

# A process outside, which listens. $host_log tells what arrived there.
host_start() {
	host_log=$scratch/host-$((++hosts))
	$probes/net-host $HOST_SOCK /run/docker.sock dgram:/etc/claw-datagram >"$host_log" 2>&1 &
	host_job=$!
	eventually 10 grep -q ready "$host_log" || fail "net-host starts" "it is not ready" "$(cat "$host_log")"
	read -r _ HOST_PID HOST_FD <<<"$(grep ready "$host_log")"
	rm -f /run/engine-hardlink /srv/engine-symlink
	ln /run/docker.sock /run/engine-hardlink
	ln -s /run/docker.sock /srv/engine-symlink
}
host_end() {
	kill $host_job
	wait $host_job 2>/dev/null
}
hosts=0
engine() {
	grep -c -e 'connection /run/docker.sock' -e 'datagram' "$host_log"
}

host_start
table_all "nothing loaded: sockets and rings can be had" allowed $probes/net-pass
check "nothing loaded: the engine's socket was reached" test "$(engine)" = 9

check "load" clawbpf load "$scratch/config.json5"
reached=$(engine)
table_refused "sandboxed" clawbpf run --kernel-only --session $sandboxed -- $probes/net-pass
check "sandboxed: nothing reached the engine" test "$(engine)" = "$reached"
table_all "sandboxed: a unix socket can be had" allowed clawbpf run --kernel-only --session $sandboxed -- $probes/net-pass allowed
table_all "not sandboxed: sockets and rings can be had" allowed clawbpf run --session $free -- $probes/net-pass
table_all "on the host: sockets and rings can be had" allowed $probes/net-pass

# The engine is started again: another inode, the same place.
host_end
host_start
table_refused "sandboxed, the engine started anew" clawbpf run --kernel-only --session $sandboxed -- $probes/net-pass path symlink hardlink
check "sandboxed, the engine started anew: nothing reached it" test "$(engine)" = 0
host_end
rm -f /run/docker.sock /run/engine-hardlink
done_testing
