#!/bin/bash
# A network socket that was opened outside is of no use to a sandboxed session: nothing can be sent, received,
# connected or accepted by any call, and nothing arrives at the other end. A ring or a packet socket, which work
# without any call, are not let in at all: the program that brings one along is killed before its first instruction.
# vm: timeout=900
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

config_write "$scratch/config.json5"

# arrived NAME PATTERN : what net-inherit counted at the other ends
arrived() {
	local said
	said=$(grep '^arrived' <<<"$table_noise")
	if [[ $said =~ $2 ]]; then pass "$1 ($said)"; else fail "$1" "$said"; fi
}
nothing='tcp=0 udp=0 connections=0$'
all='tcp=[1-9][0-9]* udp=[1-9][0-9]* connections=4$'

table_all "nothing loaded: inherited sockets work" allowed $probes/net-inherit $probes/net-use
arrived "nothing loaded: it arrives" "$all"

check "load" clawbpf load "$scratch/config.json5"
check "a session without inherited sockets" clawbpf run --kernel-only --session $sandboxed -- true
check_lacks "... needs no program on file_permission" '"file_permission"' clawbpf status --json

table_refused "sandboxed" $probes/net-inherit clawbpf run --kernel-only --session $sandboxed -- $probes/net-use
arrived "sandboxed: nothing arrives" "$nothing"
check_prints "the program on file_permission is attached now" '"file_permission"' clawbpf status --json
table_all "sandboxed: inherited unix and route netlink sockets work" allowed \
	$probes/net-inherit clawbpf run --kernel-only --session $sandboxed -- $probes/net-use allowed
table_all "not sandboxed: inherited sockets work" allowed $probes/net-inherit clawbpf run --session $free -- $probes/net-use
arrived "not sandboxed: it arrives" "$all"

# A shell behind a connection, as an ssh server starts it.
table_all "on the host: inherited sockets work" allowed $probes/net-inherit $probes/net-use
arrived "on the host: it arrives" "$all"

for kind in ring packet; do
	check_exit "nothing of it is refused to a session that is not sandboxed: $kind" 0 \
		$probes/ring-inherit $kind clawbpf run --session $free -- true
	check_exit "a program with an inherited $kind is killed" 137 \
		$probes/ring-inherit $kind clawbpf run --kernel-only --session $sandboxed -- touch "$scratch/ran-$kind"
	check "... before its first instruction" test ! -e "$scratch/ran-$kind"
done
events_read
check "the ring's event" events_have hook=session_entry reason=network-none killed=true "path=[io_uring]"
check "the packet socket's event" events_have hook=session_entry reason=network-none killed=true kind=socket family=AF_PACKET
done_testing
