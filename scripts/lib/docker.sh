# shellcheck shell=bash
# How does a guest get a real Docker engine? Sourced; needs cache.sh, guest.sh, machine.sh, engine.sh and scripts/vm's
# own. A Debian tree becomes an ext4 image once; every run boots it with a throw-away layer above (qemu's snapshot).

docker_packages=docker.io,crun,podman,systemd-sysv,dbus,bubblewrap,kmod,iproute2,procps,curl,netcat-openbsd,busybox-static
docker_packages+=,bpftool,ca-certificates
# engines that a user has for himself
docker_packages+=,uidmap,dbus-user-session,rootlesskit

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
	# podman without systemd, which is not there unless asked for
	printf '%s\n' '[engine]' 'cgroup_manager="cgroupfs"' 'events_logger="file"' |
		"$@" tee "$tree/etc/containers/containers.conf"
	"$@" chroot "$tree" useradd -m -u 1000 -s /bin/bash agent
	"$@" chroot "$tree" useradd -r dockremap
	printf '%s\n' dockremap:100000:65536 agent:200000:65536 | "$@" tee "$tree/etc/subuid" "$tree/etc/subgid"
	echo 0123456789abcdef0123456789abcdef | "$@" tee "$tree/etc/machine-id"
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
		tar -C /tmp/image -c . | podman import -c "CMD [\"sh\"]" - busybox
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
