#!/bin/bash
# A container runtime that sets up in a session's cgroup mounts what it needs and has the network, but brings no
# blocked source in: by no text, no symbolic link, no race, no descriptor, and from under no other root. What it
# executes in the container's root is armed: there the same names are the container's own files.
# vm: timeout=900
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

mount_prepare
config_write "$scratch/config.json5"
box=/sys/fs/cgroup/box
mkdir $box
root=/srv/root
mkdir -p $root/{etc,proc,mnt,tmp,srv/try/dir,probes,dev,run}
touch $root/srv/try/file $root/etc/passwd
cp $probes/{mount-try,net-create,net-own} $root/probes/

# in_box COMMAND... : as root on the host, in the session's cgroup
in_box() {
	(echo "$BASHPID" >"$box/cgroup.procs" && exec unshare -m "$@")
}

check_prints "nothing loaded: a source can be swapped meanwhile" 'binds [1-9][0-9]*, refused 0, blocked [1-9][0-9]*$' \
	in_box $probes/mount-race 200
check "load" clawbpf load "$scratch/config.json5"
for name in blocked rounded-setup outside other; do
	table_all "the cgroup is not registered: $name" allowed in_box $probes/mount-try $name
done
check "the cgroup is registered" clawbpf session add --cgroup $box --container --session $sandboxed

for name in blocked rounded-setup; do
	table_try in_box $probes/mount-try $name
	table_judge "setting up" refused
	table_events "setting up" setup=true
done
table_try in_box $probes/mount-try outside
table_judge "setting up" killed
table_events "setting up" setup=true
refusals=$(clawbpf audit --json --type refusal | wc -l)
table_all "setting up: what is not blocked" allowed in_box $probes/mount-try other
table_all "setting up: there is a network" allowed in_box $probes/net-create AF_INET tcp udp NETLINK_GENERIC
check "... of which no refusal is recorded" test "$(clawbpf audit --json --type refusal | wc -l)" = "$refusals"

# The source is a directory when the text is looked at, and a link to /etc when it is followed.
check_prints "a source that is swapped meanwhile never leads to /etc" 'binds [1-9][0-9]*, refused [1-9][0-9]*, blocked 0$' \
	in_box $probes/mount-race 2000

# Armed.
inside=(ordinary ordinary-relative dev-null tmpfs proc-new overlay propagation fsopen outside-ordinary)
table_try in_box chroot $root /probes/mount-try other "${inside[@]}"
table_judge "in the container" refused
table_events "in the container"
table_all "in the container: no network" refused in_box chroot $root /probes/net-create AF_INET tcp udp
table_all "in the container: unix and route netlink sockets work" allowed in_box chroot $root /probes/net-own
# The same text means a file of the container here, so that the refusal is not about the host's.
table_try in_box chroot $root /probes/mount-try blocked etc
table_judge "in the container" refused
events_read
check_fails "... and its event does not say that a blocked source was tried" \
	events_have "pid=$(cut -f2 <<<"${table[0]}")" reason=blocked-bind-source
check "... but that the tree is sealed" events_have "pid=$(cut -f2 <<<"${table[0]}")" reason=mount-tree-sealed

# A runtime that comes into a container which runs already is among its processes before it is armed.
(echo "$BASHPID" >"$box/cgroup.procs" && exec sleep 900) &
runtime=$!
eventually 20 grep -q sleep "/proc/$runtime/comm"
look_in=(env "OUTSIDE_PID=$runtime" "$probes/attacks/process")
check "who is in no session looks into what sets up" "${look_in[@]}" ptrace-attach
check_exit "who is armed does not, though it is of its session" 1 \
	clawbpf run --kernel-only --quiet-refusals --session $sandboxed -- "${look_in[@]}" ptrace-attach
check_exit "... nor into its files" 1 clawbpf run --kernel-only --quiet-refusals --session $sandboxed -- "${look_in[@]}" root
kill $runtime
done_testing
