# shellcheck shell=bash
# How does a guest get a real Docker engine? Sourced; needs cache.sh, guest.sh, machine.sh and scripts/vm's own.
# A Debian tree becomes an ext4 image once; every run boots it with a throw-away layer above (qemu's snapshot).

docker_packages=docker.io,crun,bubblewrap,kmod,iproute2,procps,curl,netcat-openbsd,busybox-static,bpftool,ca-certificates

# Sets docker_disk.
docker_find_disk() {
	docker_disk=$cache/docker/disk-$(cache_key <"$lib/docker.sh").img
	[ -e "$docker_disk" ] || cache_locked docker docker_make_disk "$docker_disk"
}

docker_make_disk() {
	local out=$1 work as_root=()
	[ ! -e "$out" ] || return 0
	mkdir -p "$cache/docker"
	work=$(mktemp -d "$cache/docker/.make-XXXXXX")
	[ "$(id -u)" = 0 ] || as_root=(sudo)
	echo "making the image with the Docker engine: a minute or two, once" >&2
	{
		"${as_root[@]}" mmdebstrap --variant=minbase --include="$docker_packages" \
			--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
			--dpkgopt='path-exclude=/usr/share/locale/*' \
			bookworm "$work/tree" &&
			docker_add_etc "$work/tree" "${as_root[@]}" &&
			truncate -s 3G "$work/disk" &&
			"${as_root[@]}" mkfs.ext4 -q -F -O ^has_journal -d "$work/tree" "$work/disk"
	} </dev/null >"$work/log" 2>&1 || { cat "$work/log" >&2; die "could not make the Debian tree"; }
	"${as_root[@]}" rm -rf "$work/tree"
	docker_first_boot "$work"
	mv "$work/disk" "$out"
	rm -rf "$work"
	find "$cache/docker" -name 'disk-*.img' ! -path "$out" -mmin +600 -delete
}

# docker_add_etc TREE [SUDO]
docker_add_etc() {
	local tree=$1
	shift
	"$@" tee "$tree/etc/docker/daemon.json" <<-END
		{
			"bridge": "none", "iptables": false, "ip6tables": false,
			"exec-opts": ["native.cgroupdriver=cgroupfs"],
			"runtimes": {"crun": {"path": "/usr/bin/crun"}}
		}
	END
	"$@" chroot "$tree" useradd -m -u 1000 -s /bin/bash agent
	echo clawbpf-vm | "$@" tee "$tree/etc/hostname"
	printf '%s\n' '127.0.0.1 localhost' '::1 localhost' '127.0.1.1 clawbpf-vm' | "$@" tee "$tree/etc/hosts"
}

# The engine lays out its own directories, and learns the one image that is there without a network.
docker_first_boot() {
	local docker_disk=$1/disk docker_keep=cache=unsafe scratch=$1/boot adds=() command limit=300 append='' r=0
	# shellcheck disable=SC2016 # the guest's variables
	command=(bash -ec '
		mkdir -p /tmp/image/bin /tmp/image/etc /tmp/image/tmp
		cp /usr/bin/busybox /tmp/image/bin/
		for name in $(busybox --list); do
			[ "$name" = busybox ] || ln -s busybox "/tmp/image/bin/$name"
		done
		echo root:x:0:0:root:/:/bin/sh >/tmp/image/etc/passwd
		tar -C /tmp/image -c . | docker import -c "CMD [\"sh\"]" - busybox
		kill "$(cat /run/docker.pid)"
		while [ -e /run/docker.pid ]; do sleep 0.1; done
		pkill -x containerd
		while pgrep -x containerd; do sleep 0.1; done')
	mkdir "$scratch"
	pack_extras
	pack_initrd
	machine_arguments
	machine_run >"$1/log" || r=$?
	[ "$r" = 0 ] || { cat "$1/log" >&2; die "the first boot of the Docker image failed with $r"; }
}

# docker_pack ROOT : what the initramfs needs to start from the disk: the mark, busybox, and who starts the engine
docker_pack() {
	local root=$1
	mkdir -p "$root/usr/bin" "$root/mnt" "$root/proc" "$root/sys" "$root/dev"
	cp "$(PATH=/usr/bin:/bin type -P busybox)" "$root/usr/bin/busybox"
	: >"$root/.vm/disk"
	ln -s usr/lib "$root/lib"
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
