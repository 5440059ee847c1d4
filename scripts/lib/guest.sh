# shellcheck shell=bash
# What is in the guest? Sourced; needs cache.sh, `top` and `lib`.
# A Linux initramfs may be several cpio archives one after the other, the later ones over the earlier:
# the userland comes from the cache, only what changes is packed at each run.

guest_pack() {
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet)
}

# The libraries that the ELF files named on stdin need, one a line. `ldd` runs the loader, not the program.
guest_libraries() {
	local file magic
	while IFS= read -r file; do
		[ -f "$file" ] || continue
		magic=
		IFS= read -r -n 4 magic <"$file" 2>/dev/null || true
		[ "$magic" = $'\x7fELF' ] || continue
		ldd "$file" 2>/dev/null | grep -oE '/[^ )]+' || true # a static one has none
	done 2>/dev/null | sort -u
}

# guest_add_libraries ROOT FILES... : puts the libraries of FILES into ROOT, at the very paths they have here
guest_add_libraries() {
	local root=$1 file
	shift
	printf '%s\n' "$@" | guest_libraries | while IFS= read -r file; do
		mkdir -p "$root$(dirname "$file")"
		cp -L --preserve=mode,timestamps "$file" "$root$file"
	done
}

# Debian's /bin is a link to /usr/bin. While files are put in place, the same links stand in ROOT; they are
# not packed, for in a later archive they would be nothing new, and a directory of that name would replace them.
guest_links() {
	local d
	for d in bin sbin lib lib64; do
		mkdir -p "$1/usr/$d"
		ln -s "usr/$d" "$1/$d"
	done
}

guest_unlinks() {
	rm "$1/bin" "$1/sbin" "$1/lib" "$1/lib64"
}

guest_userland_names() {
	sed 's/#.*//' "$lib/userland"
}

guest_userland_files() {
	local name file
	for name in $(guest_userland_names); do
		file=$(PATH=/usr/bin:/usr/sbin:/bin:/sbin type -P "$name") || die "no '$name' here: run scripts/bootstrap"
		echo "$file"
	done
}

# Sets guest_base: the cpio archive of the userland, made anew when a program in it or its recipe changed.
guest_find_base() {
	local files key
	files=$(guest_userland_files)
	# shellcheck disable=SC2086 # one word a file
	key=$({ stat -L -c '%n %s %Y' $files; cat "$lib/guest.sh" "$lib/userland"; } | cache_key)
	guest_base=$cache/guest/base-$key.cpio
	# shellcheck disable=SC2086
	[ -e "$guest_base" ] || cache_locked guest guest_make_base "$guest_base" $files
}

guest_make_base() {
	local out=$1 work root file
	shift
	[ ! -e "$out" ] || return 0
	mkdir -p "$cache/guest"
	work=$(mktemp -d "$cache/guest/.make-XXXXXX")
	root=$work/root
	mkdir "$root"
	guest_links "$root"
	for file in "$@"; do
		cp -L --preserve=mode,timestamps "$file" "$root/$file"
	done
	guest_add_libraries "$root" "$@"
	guest_add_applets "$root"
	guest_add_etc "$root"
	guest_pack "$root" >"$work/base.cpio"
	mv "$work/base.cpio" "$out"
	rm -rf "$work"
	find "$cache/guest" -name 'base-*.cpio' ! -path "$out" -mmin +600 -delete
}

guest_add_applets() {
	local root=$1 path name
	busybox --list-full | while IFS= read -r path; do
		name=${path##*/}
		case $path in
		*sbin/*) path=usr/sbin/$name ;;
		*) path=usr/bin/$name ;;
		esac
		[ -e "$root/usr/bin/$name" ] || [ -e "$root/usr/sbin/$name" ] || ln -s /usr/bin/busybox "$root/$path"
	done
	for name in modprobe insmod lsmod rmmod depmod; do
		ln -sf /usr/bin/kmod "$root/usr/sbin/$name"
		rm -f "$root/usr/bin/$name"
	done
}

guest_add_etc() {
	local root=$1
	mkdir -p "$root"/{dev,etc,home/agent,mnt,proc,root,run,srv,sys,tmp,var/{lib,log,tmp,cache},opt,usr/{share,local/{bin,sbin}}}
	chmod 700 "$root/root"
	chmod 1777 "$root/tmp" "$root/var/tmp"
	ln -s /run "$root/var/run"
	ln -s /proc/self/mounts "$root/etc/mtab"
	cp /etc/os-release "$root/etc/os-release"
	echo clawbpf-vm >"$root/etc/hostname"
	printf '%s\n' '127.0.0.1 localhost' '::1 localhost' '127.0.1.1 clawbpf-vm' >"$root/etc/hosts"
	printf '%s\n' 'passwd: files' 'group: files' 'hosts: files dns' >"$root/etc/nsswitch.conf"
	: >"$root/etc/resolv.conf"
	echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
	printf '%s\n' /bin/sh /bin/bash /bin/dash >"$root/etc/shells"
	cat >"$root/etc/passwd" <<-END
		root:x:0:0:root:/root:/bin/bash
		daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
		agent:x:1000:1000:agent:/home/agent:/bin/bash
		nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
	END
	printf '%s\n' root:x:0: daemon:x:1: docker:x:999: agent:x:1000: nogroup:x:65534: >"$root/etc/group"
	printf '%s\n' 'root:*:19000:0:99999:7:::' 'agent:*:19000:0:99999:7:::' >"$root/etc/shadow"
	chmod 640 "$root/etc/shadow"
}

# guest_add ROOT HOSTPATH GUESTPATH : a file or a directory, and the libraries that its programs need
guest_add() {
	local root=$1 from=$2 to=$3 files=()
	[ -e "$from" ] || die "--add: no such file or directory: $from"
	case $to in
	/*) ;;
	*) die "--add: the path in the guest must be absolute: $to" ;;
	esac
	if [ -d "$from" ]; then
		mkdir -p "$root$to"
		cp -a "$from/." "$root$to/"
		mapfile -t files < <(find "$from" -type f -perm /111)
	else
		mkdir -p "$root$(dirname "$to")"
		cp -L --preserve=mode,timestamps "$from" "$root$to"
		files=("$from")
	fi
	[ ${#files[@]} -eq 0 ] || guest_add_libraries "$root" "${files[@]}"
}

# Sets guest_init: process 1, compiled anew when its source changed.
guest_find_init() {
	guest_init=$cache/guest/init-$(cat "$top"/scripts/guest/* | cache_key)
	[ -e "$guest_init" ] || cache_locked guest guest_make_init "$guest_init"
}

guest_make_init() {
	local work
	[ ! -e "$1" ] || return 0
	mkdir -p "$cache/guest"
	work=$(mktemp "$cache/guest/.init-XXXXXX")
	gcc -O2 -D_GNU_SOURCE -static -o "$work" "$top"/scripts/guest/*.c
	strip "$work"
	chmod 755 "$work"
	mv "$work" "$1"
	find "$cache/guest" -name 'init-*' ! -path "$1" -mmin +600 -delete
}
