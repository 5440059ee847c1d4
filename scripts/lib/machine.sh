# shellcheck shell=bash
# How is the machine started, and what came of it? Sourced; needs cache.sh, and these of scripts/vm's:
# scratch, kernel_image, memory, cpus, icount, append, limit, console, docker, systemd, docker_disk, kept_disk, reset, job.

# KVM can be there and yet not boot (a nested one that emulates too little): one try tells, and is remembered
# for this host kernel.
machine_find_accel() {
	local file
	case ${CLAWBPF_VM_ACCEL-} in
	tcg | kvm) accel=$CLAWBPF_VM_ACCEL; return ;;
	'') ;;
	*) die "CLAWBPF_VM_ACCEL is tcg or kvm, not '$CLAWBPF_VM_ACCEL'" ;;
	esac
	accel=tcg
	[ -z "$icount" ] && [ -r /dev/kvm ] && [ -w /dev/kvm ] || return 0
	file=$cache/accel-$({ uname -rv; qemu-system-x86_64 --version; } | cache_key)
	[ -e "$file" ] || cache_locked accel machine_probe_kvm "$file"
	accel=$(cat "$file")
}

# A kernel with no root panics, and that switches the machine off: having come so far is enough.
machine_probe_kvm() {
	local answer=tcg
	[ ! -e "$1" ] || return 0
	{
		timeout -k 2 20 qemu-system-x86_64 -accel kvm -cpu host -smp 2 -m 512 -nodefaults -no-user-config \
			-display none -no-reboot -kernel "$kernel_image" -append "console=ttyS0 panic=-1" \
			-serial "file:$scratch/probe" </dev/null || true
	} >/dev/null 2>&1 # the shell's own word on an aborted QEMU, too
	! grep -q 'Kernel panic' "$scratch/probe" 2>/dev/null || answer=kvm
	echo "$answer" >"$1.new"
	mv "$1.new" "$1"
}

# Sets args, QEMU's command line.
machine_arguments() {
	local words accel
	# shellcheck disable=SC2054 # commas are QEMU's
	args=(-nodefaults -no-user-config -display none -no-reboot -m "$memory"
		-kernel "$kernel_image" -initrd "$scratch/initrd"
		-serial "file:$scratch/console"
		-device virtio-serial-pci
		-chardev "file,id=out,path=$scratch/stdout" -device virtserialport,chardev=out,name=stdout
		-chardev "file,id=err,path=$scratch/stderr" -device virtserialport,chardev=err,name=stderr
		-chardev "file,id=status,path=$scratch/status" -device virtserialport,chardev=status,name=status)
	machine_find_accel
	if [ -n "$icount" ]; then
		args+=(-accel tcg -icount "shift=0,sleep=off" -cpu max -smp 1)
	elif [ "$accel" = kvm ]; then
		args+=(-accel kvm -cpu host -smp "$cpus")
	else
		# Not thread=multi: kernels patch their own code while they run (static keys, BPF trampolines), and
		# QEMU 7.2's parallel processors sometimes meet half of a patch: "Oops: int3". Nor is it slower.
		args+=(-accel "tcg,thread=single" -cpu max -smp "$cpus")
	fi
	words="console=ttyS0 quiet panic=-1 random.trust_cpu=on"
	if [ -n "$docker" ]; then
		args+=(-device "virtio-blk-pci,drive=disk"
			-drive "if=none,id=disk,file=$docker_disk,format=raw,${docker_keep:-snapshot=on}")
		words+=" apparmor=0${systemd:+ systemd.unit=vm.target}"
	fi
	# What the guest has written is in the file, also when nobody synced it: a reset loses what the guest kept to itself.
	[ -z "$kept_disk" ] || args+=(-device "virtio-blk-pci,drive=kept"
		-drive "if=none,id=kept,file=$kept_disk,format=raw,cache=unsafe")
	args+=(-append "$words$append")
}

# Runs the machine to its end; returns what scripts/vm shall exit with. One that did not even come to start the
# command is tried again: emulation has its bad days, and nothing has happened yet.
machine_run() {
	local try r=0
	for try in 1 2 3; do
		r=0
		machine_boot || r=$?
		machine_result "$r" && return
		r=$?
		[ "$r" = 125 ] && [ "$try" -lt 3 ] && ! grep -qs started "$scratch/status" || return "$r"
		echo "scripts/vm: it did not come to start the command; once more" >&2
	done
}

machine_boot() {
	local fd_out fd_err cat_out cat_err r=0
	rm -f "$scratch/stdout" "$scratch/stderr" "$scratch/status"
	mkfifo "$scratch/stdout" "$scratch/stderr"
	: >"$scratch/console"
	# Open at both ends from here, so that nobody waits for ever for a machine that did not start.
	exec {fd_out}<>"$scratch/stdout" {fd_err}<>"$scratch/stderr"
	cat "$scratch/stdout" {fd_out}>&- {fd_err}>&- &
	cat_out=$!
	cat "$scratch/stderr" {fd_out}>&- {fd_err}>&- >&2 &
	cat_err=$!
	timeout -k 5 "$limit" qemu-system-x86_64 "${args[@]}" {fd_out}>&- {fd_err}>&- \
		</dev/null >"$scratch/qemu" 2>&1 &
	job=$!
	wait "$job" || r=$?
	job=
	exec {fd_out}>&- {fd_err}>&-
	wait "$cat_out" "$cat_err" || true # a reader who went away is not the machine's failure
	[ -z "$console" ] || cat "$scratch/console" >&2
	return "$r"
}

machine_result() {
	local status
	if status=$(grep -xE '[0-9]+' "$scratch/status" 2>/dev/null); then
		[ -z "$reset" ] || echo "scripts/vm: the command ended with $status, and did not reset the machine" >&2
		return "${reset:-$status}"
	fi
	[ -z "$reset" ] || [ "$1" != 0 ] || ! grep -qs started "$scratch/status" || return 0
	if [ "$1" = 124 ] || [ "$1" = 137 ]; then
		echo "scripts/vm: given up after $limit seconds (--timeout)" >&2
		return 124
	fi
	{
		echo "scripts/vm: the machine failed; the end of its console:"
		tail -n 40 "$scratch/qemu" "$scratch/console" | tr -d '\r'
	} >&2
	return 125
}
