#!/bin/bash
# A real runtime, bubblewrap, in a session's cgroup: it builds a sandbox of ordinary directories, new file systems
# and the harmless devices, and what runs in it is armed; it is ended before it runs anything when a blocked source
# is to come in, also by a link, by its parent, or writable.
# vm: timeout=900
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

mount_prepare
config_write "$scratch/config.json5"
box=/sys/fs/cgroup/bwrap
mkdir $box
mkdir -p /srv/ok
echo "an ordinary file" >/srv/ok/file
ln -sfn /srv/try/to-etc /srv/ok/to-etc
base=(bwrap --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64
	--dev /dev --tmpfs /tmp --ro-bind "$probes" /probes --ro-bind /srv/ok /x)
inside=(tmpfs proc-new ordinary propagation fsopen)

# sandbox OPTIONS... -- COMMAND... : in the session's cgroup
sandbox() {
	(echo "$BASHPID" >"$box/cgroup.procs" && exec "${base[@]}" "$@")
}

check_prints "nothing loaded: an ordinary directory" 'an ordinary file' sandbox -- cat /x/file
check_prints "nothing loaded: /etc" '^root:' sandbox --bind /etc /y -- cat /y/passwd
check_prints "nothing loaded: /, /etc in it" '^root:' sandbox --ro-bind / /y -- cat /y/etc/passwd

table_all "nothing loaded: mounts in a sandbox" allowed sandbox --cap-add ALL --dir /mnt --dir /srv/try/dir -- \
	/probes/mount-try other "${inside[@]}"

check "load" clawbpf load "$scratch/config.json5"
check "the cgroup is registered" clawbpf session add --cgroup $box --container --session $sandboxed
check_prints "an ordinary directory, read-only" 'an ordinary file' sandbox -- cat /x/file
check "... writable" sandbox --bind /srv/ok /y -- touch /y/written
check "... arrives outside" test -e /srv/ok/written
check_prints "its own devices" '^/dev/null$' sandbox -- find /dev/null /dev/urandom -type c
check_prints "its own processes and /proc" '^2$' sandbox --unshare-pid --proc /proc -- sh -c 'readlink /proc/self >&2; echo $$'
check "its own /etc" sandbox --dir /etc --ro-bind /srv/ok /etc/ok -- cat /etc/ok/file
mkdir -p /srv/etc
check "a directory outside that is called etc" sandbox --ro-bind /srv/etc /y -- ls /y

# What must not come in: options of bwrap, and the object of the event.
while read -r name source object rule; do
	check_exit "refused: $name" 137 sandbox --ro-bind "$source" /y -- touch /tmp/ran
	events_read
	check "... and its event says why" events_have hook=__do_loopback reason=blocked-bind-source killed=true setup=true \
		"path=$object" "$rule"
	rm -f /var/log/clawbpf/audit.jsonl
done <<-'END'
	/etc /etc etc rule=sandbox
	below-/etc /etc/below below rule=sandbox
	a-file /etc/passwd passwd rule=sandbox
	the-root / /
	var /var var rule=sandbox
	run /run / rule=sandbox
	docker.sock /run/docker.sock docker.sock rule=sandbox
	by-/var/run /var/run/docker.sock docker.sock rule=sandbox
	by-a-link /srv/ok/to-etc etc rule=sandbox
	by-dots /srv/ok/../../etc etc rule=sandbox
	the-secret /srv/secret secret rule=secret
	devices /dev/kmsg kmsg rule=sandbox
	the-host's-proc /proc / rule=sandbox
	sysfs /sys/kernel kernel rule=sandbox
END
check_exit "refused: all devices" 137 sandbox --dev-bind /dev /y -- touch /tmp/ran

# Armed, in a root of its own.
table_try sandbox --cap-add ALL --dir /mnt -- /probes/mount-try other "${inside[@]}"
table_judge "in the sandbox" refused
table_events "in the sandbox"
table_all "in the sandbox: no network" refused sandbox -- /probes/net-create AF_INET AF_INET6 AF_PACKET tcp udp
table_all "in the sandbox: unix and route netlink sockets work" allowed sandbox -- /probes/net-own

# Nobody else.
check_prints "the host's own bubblewrap binds /etc" '^root:' "${base[@]}" --bind /etc /y -- cat /y/passwd
check_prints "a session that is not sandboxed: so does its bubblewrap" '^root:' \
	clawbpf run --session $free -- "${base[@]}" --bind /etc /y -- cat /y/passwd
check "the session's processes are gone" eventually 5 grep -q 'populated 0' $box/cgroup.events
check "the session is removed" clawbpf session remove --session $sandboxed
rmdir $box
done_testing
