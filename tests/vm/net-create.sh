#!/bin/bash
# A sandboxed session makes no socket but unix and route netlink ones, by no system call and no io_uring, in no
# network namespace; its own unix sockets work. A session that is not sandboxed, and the host, keep their network.
# vm: timeout=900
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

# Each unknown family makes the kernel look for a module: here the search is only noted.
modprobe=$(cat /proc/sys/kernel/modprobe)
printf '#!/bin/sh\necho "$@" >>%s/searched\n' "$scratch" >"$scratch/modprobe"
chmod 755 "$scratch/modprobe"
echo >/proc/sys/kernel/modprobe
export NETNS=$scratch/netns
touch "$NETNS"
unshare --net="$NETNS" true
config_write "$scratch/config.json5"
families=(AF_INET AF_INET6 AF_PACKET NETLINK_GENERIC tcp udp mptcp ping uring uring-worker uring-sqpoll own-netns other-netns)

table_all "nothing loaded: sockets can be made" 'allowed|absent' $probes/net-create
table_all "nothing loaded: of the families that any kernel has" allowed $probes/net-create "${families[@]}"
table_all "nothing loaded: unix and route netlink sockets work" allowed $probes/net-own
echo "$scratch/modprobe" >/proc/sys/kernel/modprobe
check "nothing loaded: a module is searched for" eval "$probes/net-create AF_X25; test -s $scratch/searched"
rm -f "$scratch/searched"

check "load" clawbpf load "$scratch/config.json5"
table_refused "sandboxed" clawbpf run --kernel-only --session $sandboxed -- $probes/net-create
check "sandboxed: no module is searched for" test ! -e "$scratch/searched"
table_all "sandboxed: unix and route netlink sockets work" allowed clawbpf run --kernel-only --session $sandboxed -- $probes/net-own
refusals=$(clawbpf audit --json --type refusal | wc -l)
table_all "not sandboxed: sockets can be made" allowed clawbpf run --session $free -- $probes/net-create "${families[@]}"
table_all "not sandboxed: unix and route netlink sockets work" allowed clawbpf run --session $free -- $probes/net-own
table_all "on the host: sockets can be made" allowed $probes/net-create "${families[@]}"
check "not sandboxed, on the host: no refusal is recorded" test "$(clawbpf audit --json --type refusal | wc -l)" = "$refusals"

# It is asked at every read and write of the whole machine.
check_lacks "nothing inherited: no program on file_permission" '"file_permission"' clawbpf status --json
echo "$modprobe" >/proc/sys/kernel/modprobe
umount "$NETNS"
done_testing
