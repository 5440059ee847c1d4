#!/bin/bash
# What does it cost to start a sandbox? In the guest of scripts/bench: the instructions of a program that does nothing,
# and of all that is run for its sake, from the start until nothing of it is left; what kernel threads clean up later is
# not in it.
# usage: start.sh REPEATS
set -Eeuo pipefail
trap 'echo "start.sh: failed: $BASH_COMMAND (line $LINENO)" >&2' ERR

# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

repeats=$1
user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
clawbpf=(/usr/sbin/clawbpf run --session agent:main:bench -- /data/tiny)
# What bubblewrap has to be told for a sandbox of the same parts, by the user who sits in it: the same mounts and
# namespaces, and the same filter, open as 9.
plain=(/usr/bin/bwrap --unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try
	--hostname sandbox --die-with-parent --new-session --ro-bind /usr /usr --symlink usr/bin /bin
	--symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind /etc /etc --proc /proc
	--dev /dev --perms 1777 --tmpfs /tmp --perms 1777 --tmpfs /var/tmp --perms 1777 --tmpfs /run
	--bind /srv/workspace /workspace --ro-bind /bench /data --remount-ro / --chdir /workspace --clearenv
	--seccomp 9 --setenv PATH /usr/bin:/bin --setenv HOME /workspace -- /data/tiny)

# start_measure COMMAND... -- STARTED... : COMMAND is by what the measuring program is started
start_measure() {
	local by=() mean least most
	while [ "$1" != -- ]; do
		by+=("$1")
		shift
	done
	shift
	sync
	sleep 2
	read -r _ mean least most < <(in_cgroup "${by[@]}" /bench/measure "$repeats" command "$@" 9</bench/filter |
		grep '^command ')
	value=${mean%.*}
	printf '%-44s %10d (%d to %d)\n' "${title}" "$value" "${least%.*}" "${most%.*}"
}

# start_both TITLE : in the sandbox of the loaded config
start_both() {
	title="clawbpf run, $1"
	start_measure -- "${clawbpf[@]}"
	awk -v a="$value" -v b="$base" 'BEGIN { printf "%-44s %+10d, %+.1f %%\n", "... above plain bubblewrap", a - b, 100 * (a - b) / b }'
}

# config_load MORE
config_load() {
	cat >/bench/start.json5 <<-END
		{ agents: { defaults: { sandbox: { mode: "all", workspaceRoot: "/srv/boxes", binds: ["/bench:/data:ro"] } } },
		  tools: { profile: "coding", deny: ["group:automation"] }, $1 }
	END
	chmod 600 /bench/start.json5
	clawbpf load /bench/start.json5 >&2
	"${clawbpf[@]}"
}

echo "Instructions to start and end a program that does nothing, Linux $(uname -r)"
echo
mkdir -p /srv/workspace
chown 65534:65534 /srv/workspace
mkdir -p /sys/fs/cgroup/bench/plain
"${user[@]}" "${plain[@]}" 9</bench/filter
sleep 20
title="no sandbox"
start_measure -- /bench/tiny
title="clawbpf version"
start_measure -- /usr/sbin/clawbpf version
title="plain bubblewrap, nothing loaded"
start_measure "${user[@]}" -- "${plain[@]}"
base=$value
config_load ""
title="plain bubblewrap, a policy loaded"
start_measure "${user[@]}" -- "${plain[@]}"
start_both "a small config"
named=(/usr/sbin/clawbpf run --session agent:main:bench --user nobody -- /data/tiny)
"${named[@]}"
title="clawbpf run, a user to be looked up"
start_measure -- "${named[@]}"
config_write
deny=$(sed -n 's/^clawbpf: {//p; /^"/p' /bench/config.json5)
config_load "clawbpf: { denyBinaries: [ ${deny#*[} ] }"
start_both "1,000 denied binaries"
