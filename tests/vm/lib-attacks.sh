# shellcheck shell=bash
# Every attack of tests/vm/attacks, made by a launcher, and what came of it: a check an attack. Sourced after lib.sh
# and lib-attempts.sh (which makes a denied program).

arena=/srv/attack
mounts=/run/attack
attacks=$probes/attacks
declare -A came_of=() saw=() # PHASE/FAMILY/NAME -> verdict, and what was seen
sandboxed=agent:main:telegram:group:-100123
as_agent=(setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/home/agent)
attack_families=(exec-name exec-copy helper process net mount machine)

# attack_config SECRET : the blocked source. What attacks need is bound into a sandbox of clawbpf's own: it has to be
# elsewhere then.
attack_config() {
	cat >"$config" <<-END
		{
		  agents: { defaults: { sandbox: {
		    mode: "non-main",
		    docker: { network: "none" },
		    binds: [$([[ $1 = "$arena"/* ]] || echo "\"$arena:$arena\", \"$mounts:$mounts\", \"$probes:$probes:ro\"")],
		  } } },
		  channels: { telegram: { groups: { "-100123": {} } } },
		  clawbpf: {
		    denyBinaries: ["$arena/denied", "$arena/denied-dynamic"],
		    blockedBindSources: ["$1"],
		  },
		}
	END
}

# What attacks ask to be there, and what they are after: attack.h says what each is.
arena_make() {
	rm -rf "$arena"
	mkdir -p $arena/secret $mounts/{readonly,groups}
	mkdir -m 777 $arena/tmp
	victim $arena/denied 42
	victim $arena/harmless 43
	cp /usr/bin/bash $arena/denied-dynamic
	echo denied >>$arena/denied-dynamic
	printf '#!/bin/sh\n: >%s/tmp/helped\nchmod 666 %s/tmp/helped\n' $arena $arena >$arena/helper
	echo flag >$arena/secret/flag
	chmod 755 $arena $arena/{secret,helper}
	mount -t tmpfs none $mounts/readonly
	mount -o remount,bind,ro $mounts/readonly
	mount -t cgroup -o none,name=attack none $mounts/groups
	modprobe -q overlay
	modprobe -q binfmt_misc
	mount -t binfmt_misc none /proc/sys/fs/binfmt_misc 2>/dev/null
	echo 0 >/proc/sys/kernel/yama/ptrace_scope
	echo 0 >/proc/sys/fs/protected_hardlinks
	ln -sf $arena/helper /sbin/request-key
	arena_disk
}

# Some block device that holds a file system's first bytes.
arena_disk() {
	modprobe -q loop
	head -c 1M /dev/zero >$arena/disk.img
	disk=$(losetup -f --show $arena/disk.img 2>/dev/null) && ln -sf "$disk" $arena/disk
}

arena_remove() {
	[ -z "${outside_job-}" ] || { kill "$outside_job"; wait "$outside_job"; } 2>/dev/null
	[ -z "${disk-}" ] || losetup -d "$disk"
	umount -l $mounts/{readonly,groups} 2>/dev/null
	[ ! -e /proc/sys/fs/binfmt_misc/attack ] || echo -1 >/proc/sys/fs/binfmt_misc/attack
	umount /proc/sys/fs/binfmt_misc
	rm -rf $arena /sbin/request-key
	rmdir /sys/fs/cgroup/attack{,-rmdir,-mkdir} 2>/dev/null
	rm -rf /sys/fs/bpf/attack{,-rename,-rmdir} /sys/fs/bpf/moved /var/lib/clawbpf/attack{,-link} /var/lib/attack-{own,other}
}

# outside_start [SOCKET] : SOCKET plays the container engine's
outside_start() {
	local line
	"$attacks/outside" $arena/outside.sock $arena/secret/socket "$@" >"$scratch/outside" 2>&1 &
	outside_job=$!
	eventually 10 grep -q OUTSIDE_PID "$scratch/outside" || fail "a process outside starts" "$(cat "$scratch/outside")"
	read -r line <"$scratch/outside"
	# shellcheck disable=SC2163,SC2086 # NAME=VALUE words
	export $line
}

# What attacks use up is there again.
arena_renew() {
	mkdir -p /sys/fs/cgroup/attack{,-rmdir} /sys/fs/bpf/attack{,-rename,-rmdir}
	mkdir -p /var/lib/clawbpf
	chmod 700 /var/lib/clawbpf
	rm -rf /sys/fs/bpf/moved /var/lib/clawbpf/attack-link /var/lib/attack-other
	echo mine | tee /var/lib/clawbpf/attack >/var/lib/attack-own
	: >>/var/lib/clawbpf/change.lock
	[ -e /sys/fs/bpf/attack/map ] ||
		bpftool map create /sys/fs/bpf/attack/map type array key 4 value 4 entries 1 name attack >/dev/null
}

# attacks_make PHASE COMMAND... : every family, started by COMMAND. What is mounted stays between them.
attacks_make() {
	local phase=$1 family
	shift
	for family in "${attack_families[@]}"; do
		arena_renew
		timeout 300 unshare -m --propagation private "$@" "$attacks/$family" \
			>"$scratch/attacks" 2>"$scratch/attacks.err" </dev/null
		attacks_read "$phase" "$family"
	done
}

# box_make PHASE : every family, in a sandbox of clawbpf's own
box_make() {
	local name told=()
	for name in ${!OUTSIDE_*}; do
		told+=("$name=${!name}")
	done
	attacks_make "$1" clawbpf run --quiet-refusals --session $sandboxed --user agent --timeout 250 -- env "${told[@]}"
}

# attacks_read PHASE FAMILY : what it has written
attacks_read() {
	local name verdict what
	while IFS=$'\t' read -r name verdict what; do
		came_of[$1/$2/$name]=$verdict
		saw[$1/$2/$name]=$what
	done <"$scratch/attacks"
	[ ! -s "$scratch/attacks.err" ] || sed "s/^/# $1 $2: /" "$scratch/attacks.err"
}

# attack_wrong PHASE PATTERN : adds to wrong, unless the attack came out like that there
attack_wrong() {
	local verdict=${came_of[$1/$attack]-nothing}
	row+=" $1=$verdict"
	[[ $verdict =~ ^($2)$ ]] || wrong+="$1: $verdict (${saw[$1/$attack]-it was not made}), not $2"$'\n'
}

# attacks_check CHECKER : one check an attack; CHECKER is called with its goal, who has it, and whether it is sure,
# and asks for attack_wrong
attacks_check() {
	local checker=$1 family name goal who sure attack row wrong
	for family in "${attack_families[@]}"; do
		while read -r name goal who sure; do
			attack=$family/$name row='' wrong=''
			"$checker" "$goal" "$who" "$sure"
			if [ -n "$wrong" ]; then
				fail "$attack ($goal)" "$wrong"
			else
				pass "$attack ($goal):$row"
			fi
		done < <("$attacks/$family" -l)
	done
}
