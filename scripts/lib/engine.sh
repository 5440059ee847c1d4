# shellcheck shell=bash
# How does a guest with a disk begin? Sourced; needs scripts/vm's own: guest_init, systemd.

# docker_pack ROOT : what the initramfs needs to start from the disk: the mark, busybox, and who starts the engine
docker_pack() {
	local root=$1
	mkdir -p "$root/usr/bin" "$root/mnt" "$root/proc" "$root/sys" "$root/dev"
	cp "$(PATH=/usr/bin:/bin type -P busybox)" "$root/usr/bin/busybox"
	: >"$root/.vm/disk"
	ln -s usr/lib "$root/lib"
	[ -z "$systemd" ] || { docker_pack_systemd "$root"; return; }
	cat >"$root/.vm/before" <<-'END'
		#!/bin/sh
		# containerd on its own, as Debian's units start it: dockerd gives one of its own 15 seconds only
		containerd </dev/null >/var/log/containerd.log 2>&1 &
		until [ -S /run/containerd/containerd.sock ]; do
			kill -0 $! || { tail -n 30 /var/log/containerd.log; exit 1; }
			sleep 0.2
		done
		dockerd --containerd=/run/containerd/containerd.sock </dev/null >/var/log/dockerd.log 2>&1 &
		until [ -S /run/docker.sock ] &&
			curl -s -o /dev/null --unix-socket /run/docker.sock http://docker/_ping; do
			kill -0 $! || { tail -n 30 /var/log/dockerd.log; exit 1; }
			sleep 0.5
		done
	END
	chmod 755 "$root/.vm/before"
}

# docker_pack_systemd ROOT : with systemd as process 1, our init is a unit of its. No engine is started.
docker_pack_systemd() {
	local units=$1/.vm/add/etc/systemd/system
	mkdir -p "$units"
	cp "$guest_init" "$1/.vm/systemd"
	printf '%s\n' '[Unit]' 'Requires=basic.target vm.service' 'AllowIsolate=yes' >"$units/vm.target"
	printf '%s\n' '[Unit]' 'After=basic.target' '[Service]' 'ExecStart=/.vm/systemd' 'LimitNOFILE=1024:524288' >"$units/vm.service"
}
