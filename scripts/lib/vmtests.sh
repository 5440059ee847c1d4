# shellcheck shell=bash
# Which VM tests share a boot, and what came out of each? Sourced by scripts/check; needs results.sh.
# A test says what it needs in lines "# vm: WORD...": timeout=SECONDS (600), kernel=6.1|6.12 (both), either=6.1|6.12 (of what
# hardly depends on the kernel: the one on which a check of everything runs it; named with --only, it runs on both), and what makes
# a boot of its own: docker, systemd, icount, cpus=N, memory=MB, append=WORDS, add=PATH (a program more; may be given again),
# reset (it is run twice, with a disk of its own that stays: at the end of the first time it resets the machine).

vmtest_words() {
	sed -n 's/^# vm: *//p' "$1" | tr -s ' \n' ' '
}

# vmtest_word NAME FILE DEFAULT : the value of NAME=
vmtest_word() {
	local word
	for word in $(vmtest_words "$2"); do
		[[ $word != "$1="* ]] || { echo "${word#*=}"; return; }
	done
	echo "$3"
}

# What of its words is the boot's, as options of scripts/vm; the same for tests that can share one.
vmtest_boot() {
	local word
	for word in $(vmtest_words "$1"); do
		case $word in
		docker | systemd | icount) echo "--$word" ;;
		reset) echo "--disk build/check/$(basename "$1" .sh)-KERNEL.disk" ;;
		cpus=* | memory=* | append=* | add=*) echo "--${word%%=*} ${word#*=}" ;;
		timeout=* | kernel=* | either=*) ;;
		*) echo "--unknown-word-$word-in-${1##*/}" ;; # scripts/vm refuses that, aloud
		esac
	done | sort | paste -sd ' '
}

vmtest_named() {
	local name word
	name=$(basename "$1" .sh)
	for word in "${only[@]}"; do
		[ "${word#vm/}" != "$name" ] || return 0
	done
	return 1
}

vmtest_files() {
	local kernel=$1 file for
	for file in tests/vm/*.sh; do
		[[ $file != */lib*.sh ]] || continue
		wanted vm "$file" || continue
		for=$(vmtest_word kernel "$file" "$kernel")
		[ ${#kernels[@]} = 1 ] || vmtest_named "$file" || for=$(vmtest_word either "$file" "$for")
		[ "$for" != "$kernel" ] || echo "$file"
	done
}

# All boots, a line each, "SECONDS KERNEL OPTION...", those whose tests may take longest first.
vmtests_boots() {
	local kernel file
	for kernel in "${kernels[@]}"; do
		while IFS= read -r file; do
			printf '%s\t%s\t%s\n' "$(vmtest_word timeout "$file" 600)" "$kernel" "$(vmtest_boot "$file")"
		done < <(vmtest_files "$kernel")
	done | awk -F '\t' '{ sum[$2 " " $3] += $1 } END { for (boot in sum) print sum[boot], boot }' | sort -rn
}

# A machine waits now and then, so one more than there are processors keeps them busy. Each takes up to 3 GB.
vmtests_lanes() {
	local lanes=$(($(nproc) + 1)) memory
	memory=$(awk '$1 == "MemAvailable:" { print int($2 / 3 / 1024 / 1024) }' /proc/meminfo)
	[ "$lanes" -le "$memory" ] || lanes=$memory
	echo $((lanes > 0 ? lanes : 1))
}

# One boot after the other, of those that no other lane has taken. Taken is who has made its directory.
vmtests_lane() {
	local kernel boot files number=0
	while read -r _ kernel boot; do
		number=$((number + 1))
		mkdir "$work/boot-$number" 2>/dev/null || continue
		mapfile -t files < <(vmtest_files "$kernel")
		vmtests_boot "$kernel" "$boot"
	done <"$work/boots"
}

# vmtests_boot KERNEL OPTIONS : runs those of `files` that want this boot
vmtests_boot() {
	local kernel=$1 boot=$2 file seconds limit=120 tests=() names=() adds=() log options
	for file in "${files[@]}"; do
		[ "$(vmtest_boot "$file")" = "$boot" ] || continue
		seconds=$(vmtest_word timeout "$file" 600)
		limit=$((limit + seconds))
		tests+=("$seconds:/clawbpf/$file")
		names+=("$(basename "$file" .sh)")
	done
	log=build/check/vm-$(basename "$kernel")${boot:+-$(tr -cs 'a-z0-9\n' _ <<<"$boot" | cut -c -80)}
	mkdir -p build/check
	for file in tests/vm tests/data config; do
		[ ! -d $file ] || adds+=(--add "$file:/clawbpf/$file")
	done
	options=${boot//KERNEL/$(basename "$kernel")}
	# shellcheck disable=SC2086 # words
	{
		[[ $boot != *--disk* ]] || vmtest_until_reset "$kernel" "${names[0]}" $options
		scripts/vm --kernel "$kernel" $options --timeout $limit --add build/probes:/probes "${adds[@]}" \
			-- bash /clawbpf/tests/vm/lib-run.sh "${tests[@]}" 2>"$log.err" </dev/null
		printf '\n# machine %s\n' $?
		[[ $boot != *--disk* ]] || rm -f "build/check/${names[0]}-$(basename "$kernel").disk"
	} | tee "$log" | vmtests_read "$(basename "$kernel")" "$log.err" "${names[@]}"
}

# vmtest_until_reset KERNEL NAME OPTION... : its first half, as a test of its own; the disk is the word behind --disk
vmtest_until_reset() {
	local kernel=$1 name=$2
	shift 2
	rm -f "$2"
	truncate -s 512M "$2"
	echo "# begin $name, until the reset"
	scripts/vm --kernel "$kernel" "$@" --reset --timeout "$limit" --add build/probes:/probes "${adds[@]}" \
		-- bash "/clawbpf/tests/vm/$name.sh" 2>"$log.reset" </dev/null
	printf '\n# end %s, until the reset %s\n' "$name" $?
	sed 's/^/# /' "$log.reset"
}

# vmtests_read KERNEL ERRORS NAMES... : reports the tests as they end; what never began or ended has failed
vmtests_read() {
	local kernel=$1 errors=$2 line name='' status text='' left
	shift 2
	left=" $* "
	while IFS= read -r line; do
		case $line in
		'# begin '*)
			name=${line#\# begin }
			text=
			;;
		'# end '*)
			status=${line##* }
			left=${left/ $name / }
			results_of "vm/$kernel/$name" "$status" <<<"${text%$'\n\n'}"
			name=
			;;
		'# took '*) [ "${line##* }" -lt 30 ] || echo "# vm/$kernel/$name: ${line##* } seconds" ;;
		'# machine '*) status=${line##* } ;;
		*) text+=$line$'\n' ;;
		esac
	done
	if [ -n "$name" ]; then
		left=${left/ $name / }
		text+="the machine ended with $status in the middle of it"$'\n'$(tail -n 60 "$errors")
		results_of "vm/$kernel/$name" 1 <<<"$text"
	elif [[ $left = *[a-z]* ]]; then
		tail -n 60 "$errors"
	fi
	for name in $left; do
		report FAIL "vm/$kernel/$name" "not run: the machine ended before it, with $status"
	done
}

stage_vm() {
	local lane count lanes=()
	wanted vm || [ -n "$(vmtest_files "${kernels[0]}"; vmtest_files "${kernels[-1]}")" ] || return
	if [ ! -x build/clawbpf ]; then
		report FAIL vm "build/clawbpf was not built"
		return
	fi
	mkdir -p build/probes
	vmtests_boots >"$work/boots"
	count=$(vmtests_lanes)
	for ((lane = 0; lane < count; lane++)); do
		vmtests_lane &
		lanes+=($!)
	done
	wait "${lanes[@]}"
}
