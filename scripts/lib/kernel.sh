# shellcheck shell=bash
# Which kernel does the VM boot, and with which modules? Sourced; needs cache.sh and `lib`.
# kernel_find sets kernel_image and kernel_modules (a cpio archive, or empty).

# What the guest needs to run (virtio, overlay), and what a session may try to reach through:
# socket families that load on demand.
kernel_module_names="virtio_pci virtio_blk virtio_console overlay loop dummy veth bridge tun binfmt_misc
	nls_utf8 af_alg algif_hash algif_skcipher vsock vsock_loopback vmw_vsock_virtio_transport
	sctp tipc can can_raw smc af_key nfnetlink nf_tables inet_diag unix_diag tcp_diag fuse"
# Of these, what process 1 of the guest needs, and so loads.
kernel_boot_names="virtio_pci virtio_blk virtio_console"

kernel_find() {
	local dir
	case $1 in
	6.1) dir=$(kernel_cached "$1" '^linux-image-6\.1\.0-[0-9]+-cloud-amd64$') ;;
	6.12) dir=$(kernel_cached "$1" '^linux-image-6\.12\.[0-9]+\+deb12-cloud-amd64$') ;;
	*.deb) dir=$(kernel_from_deb "$1") ;;
	*/*) kernel_from_file "$1"; return ;;
	*) die "no kernel '$1': there are 6.1, 6.12, or the path of a vmlinuz or of a kernel's .deb" ;;
	esac
	kernel_image=$dir/vmlinuz
	kernel_modules=$dir/modules.cpio
}

# The newest package of a series that is in the cache; else the newest that apt knows.
# What has once been fetched stays in use (a run needs no network): delete the cache to move on.
kernel_cached() {
	local series=$1 pattern=$2 have
	mkdir -p "$cache/kernels"
	have=$(kernel_newest_deb "$pattern")
	if [ -z "$have" ]; then
		cache_locked "fetch-$series" kernel_fetch "$pattern"
		have=$(kernel_newest_deb "$pattern")
	fi
	kernel_from_deb "$have"
}

kernel_newest_deb() {
	local f
	for f in "$cache"/kernels/*.deb; do
		f=${f##*/}
		if [[ ${f%%_*} =~ $1 ]]; then
			echo "$cache/kernels/$f"
		fi
	done | sort -V | tail -n1
}

kernel_newest_name() {
	apt-cache search --names-only "$1" | cut -d' ' -f1 | sort -V | tail -n1
}

kernel_fetch() {
	local pattern=$1 name work
	[ -z "$(kernel_newest_deb "$pattern")" ] || return 0 # another run was first
	name=$(kernel_newest_name "$pattern")
	if [ -z "$name" ]; then
		kernel_update_lists
		name=$(kernel_newest_name "$pattern")
	fi
	[ -n "$name" ] || die "apt knows no package like $pattern: Debian 12 with bookworm-security has them"
	work=$(mktemp -d "$cache/kernels/.fetch-XXXXXX")
	echo "fetching $name" >&2
	if ! (cd "$work" && apt-get -q download "$name") >"$work/log" 2>&1; then
		kernel_update_lists
		(cd "$work" && apt-get -q download "$name") >"$work/log" 2>&1 ||
			{ cat "$work/log" >&2; die "could not download $name"; }
	fi
	mv "$work"/*.deb "$cache/kernels/"
	rm -rf "$work"
}

kernel_update_lists() {
	local as_root=()
	[ "$(id -u)" = 0 ] || as_root=(sudo)
	"${as_root[@]}" apt-get -qq update >&2 || die "apt-get update failed: run it as root, then try again"
}

# kernel_from_deb FILE : prints the cache's folder with vmlinuz and modules.cpio
kernel_from_deb() {
	local name dir
	[ -r "$1" ] || die "no such kernel package: $1"
	name=$(basename "$1" .deb)
	dir=$cache/kernels/$name-$(cache_key <"$lib/kernel.sh")
	[ -e "$dir" ] || cache_locked "kernel-$name" kernel_unpack "$(readlink -f "$1")" "$dir"
	echo "$dir"
}

kernel_unpack() {
	local deb=$1 dir=$2 work version
	[ ! -e "$dir" ] || return 0
	work=$(mktemp -d "$cache/kernels/.unpack-XXXXXX")
	dpkg -x "$deb" "$work/tree"
	version=$(basename "$work"/tree/boot/vmlinuz-*)
	version=${version#vmlinuz-}
	mkdir "$work/out"
	cp "$work/tree/boot/vmlinuz-$version" "$work/out/vmlinuz"
	kernel_pack_modules "$work/tree" "$version" "$work/subset" >"$work/out/modules.cpio"
	mv -T "$work/out" "$dir"
	rm -rf "$work"
	find "$cache/kernels" -maxdepth 1 -type d -name "${dir##*/}" -prune -o -type d \
		-name "$(basename "$deb" .deb)-*" -mmin +600 -exec rm -rf {} +
}

# kernel_pack_modules TREE VERSION WORK : the modules of kernel_module_names and what they need, as cpio
kernel_pack_modules() {
	local tree=$1 version=$2 work=$3 name file to
	depmod -b "$tree" "$version"
	for name in $kernel_module_names; do
		modprobe -d "$tree" -S "$version" --show-depends "$name" 2>/dev/null || true # built in, or not there
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
		to=$work/usr/${file#"$tree"/}
		mkdir -p "$(dirname "$to")"
		case $file in
		*.xz) xz -dc "$file" >"${to%.xz}" ;;
		*) cp "$file" "$to" ;;
		esac
	done
	cp "$tree/lib/modules/$version"/modules.{builtin,builtin.modinfo,order} "$work/usr/lib/modules/$version/"
	ln -s usr/lib "$work/lib"
	depmod -b "$work" "$version"
	rm "$work/lib"
	mkdir "$work/.vm"
	for name in $kernel_boot_names; do
		modprobe -d "$tree" -S "$version" --show-depends "$name"
	done | sed -n "s|^insmod $tree\(/[^ ]*\.ko\).*|/usr\1|p" | awk '!seen[$0]++' >"$work/.vm/modules"
	(cd "$work" && find . -mindepth 1 | cpio -o -H newc -R 0:0 --quiet)
}

# A kernel by its path: modules come from ../lib/modules beside it, as in /boot, or are built in.
kernel_from_file() {
	local root version work
	[ -r "$1" ] || die "no such kernel: $1"
	kernel_image=$(readlink -f "$1")
	kernel_modules=
	version=$(basename "$kernel_image")
	version=${version#vmlinuz-}
	root=$(dirname "$(dirname "$kernel_image")")
	if [ -d "$root/lib/modules/$version" ]; then
		work=$scratch/modules
		mkdir -p "$work/tree/lib"
		cp -a "$root/lib/modules" "$work/tree/lib/"
		kernel_pack_modules "$work/tree" "$version" "$work/subset" >"$scratch/modules.cpio"
		kernel_modules=$scratch/modules.cpio
	fi
}
