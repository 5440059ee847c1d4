# shellcheck shell=bash
# Containers, our agent and the engine, for the tests with Docker. Sourced after lib-table.sh.
# shellcheck disable=SC2154 # scratch, session, sandboxed, out, status: of who sources this

agent=

engines=(/run/docker.sock)

agent_start() {
	local options=() socket
	for socket in "${engines[@]}"; do options+=(--engine "$socket"); done
	agent_wanted=$((${agent_seen:-0} + ${#engines[@]}))
	clawbpf agent "${options[@]}" >>"$scratch/agent.log" 2>&1 &
	agent=$!
	check "the agent watches the engine" eventually 30 agent_ready
}

agent_ready() {
	[ "$(grep -c 'watching' "$scratch/agent.log")" -ge "$agent_wanted" ]
}

agent_kill() {
	kill -9 "$agent"
	wait "$agent" 2>/dev/null
	agent_seen=$(grep -c watching "$scratch/agent.log")
}

# Does some process of a container wait, stopped? Our own does not count.
stopped() {
	waiting 1
}

not_stopped() {
	! stopped
}

# waiting N : do N containers?
waiting() {
	local cgroup count=0
	for cgroup in /sys/fs/cgroup/{docker,libpod_parent}/*/; do
		stopped_in "$cgroup" && count=$((count + 1))
	done
	[ "$count" -ge "$1" ]
}

stopped_in() {
	local pid state
	while read -r pid; do
		read -r _ _ state _ 2>/dev/null <"/proc/$pid/stat" && [ "$state" = T ] && return
	done < <(cat "$1/cgroup.procs" 2>/dev/null)
	return 1
}

# A container that no engine has, and nothing is mounted into but /proc.
bundle_make() {
	mkdir -p /srv/bundle/rootfs/proc
	cp /probes/net-first /srv/bundle/rootfs/
}

# bundle_run RUNTIME CGROUP
bundle_run() {
	sed "s|CGROUP|/$2|" >/srv/bundle/config.json <<-'END'
		{"ociVersion": "1.0.2",
		"process": {"user": {"uid": 0, "gid": 0}, "args": ["/net-first"], "cwd": "/"},
		"root": {"path": "rootfs"},
		"mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
		"linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}], "cgroupsPath": "CGROUP"}}
	END
	"$1" run --bundle /srv/bundle "bundle-$1" </dev/null
}

# prints PATTERN COMMAND... : for use with eventually
prints() {
	local pattern=$1
	shift
	"$@" | tee "$scratch/printed" | grep -qE -- "$pattern" && cat "$scratch/printed"
}

# engine_post PATH JSON : quicker than the docker program
engine_post() {
	curl -sS --unix-socket /run/docker.sock -H 'Content-Type: application/json' -X POST "http://docker$1" -d "$2"
}

# engine_make RUNTIME NAME COMMAND HOSTCONFIG : makes a container of the session, prints its id
engine_make() {
	engine_post "/containers/create?name=$2" '{"Image": "busybox", "Cmd": ["'"$3"'"],
		"Labels": {"openclaw.sandbox": "1", "openclaw.sessionKey": "'"$sandboxed"'"},
		"HostConfig": {"Runtime": "'"$1"'", '"$4"'}}' | sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p'
}

# engine_create RUNTIME NAME : one whose first act is a socket
engine_create() {
	engine_make "$1" "$2" /probes/net-first '"Binds": ["/probes:/probes:ro"], "NetworkMode": "host"'
}

engine_start() {
	dockerd --containerd=/run/containerd/containerd.sock </dev/null >>/var/log/dockerd.log 2>&1 &
	eventually 60 curl -s -o /dev/null --unix-socket /run/docker.sock http://docker/_ping
}

# What works with each runtime for whoever asks for it (options -- command). Starting a container is what takes time
# here: so there are few, and each asks for much.
matrix=(
	"all that a product asks for|--init --read-only --tmpfs /t:mode=1777 --tmpfs /run --cap-drop ALL --security-opt no-new-privileges --pids-limit 64 --memory 64m -w /ok -v /srv/ok:/ok -v /srv/ok:/ro:ro --mount type=bind,src=/srv/ok,dst=/m -v claw-volume:/v --device /dev/zero:/dev/mine --user 1000:1000 -- sh -ec 'grep -q docker-init /proc/1/cmdline; grep -q fine /ro/file; touch /ok/x /m/x /t/x; ! touch /ro/x; ! touch /x; ls /v; echo >/dev/null; head -c 8 /dev/urandom >/dev/null; head -c 8 /dev/mine >/dev/null; [ -c /dev/tty ]; [ -c /dev/full ]; pwd; id -u'"
	"privileged, with a volume, and a user namespace in it|--privileged -v claw-volume:/v -- sh -ec 'touch /v/x; unshare -U true'"
)

# What does not start: the runtime, why, and what the engine is asked for.
matrix_refused=(
	'runc|below /etc|"Binds": ["/etc/passwd:/x"]'
	'crun|below /etc|"Binds": ["/etc/passwd:/x"]'
	'runc|docker.sock|"Binds": ["/var/run/docker.sock:/x"]'
	'runc|all there is|"Binds": ["/:/x:ro"]'
	'runc|by a way around|"Binds": ["/srv/ok/../../etc:/x"]'
	'runc|one of the config|"Binds": ["/srv/secret:/x"]'
	'crun|as a mount|"Mounts": [{"Type": "bind", "Source": "/etc", "Target": "/x"}]'
	'crun|a symbolic link to it|"Binds": ["/srv/link:/x"]'
)

matrix_one() {
	local runtime=$1 name=$2 words=$3
	eval "set -- ${words%%-- *}"
	local options=("$@")
	eval "set -- ${words#*-- }"
	check "$runtime: $name" docker run --rm --network none --runtime "$runtime" "${session[@]}" "${options[@]}" busybox "$@"
}

# matrix_refuse RUNTIME NAME OPTIONS
matrix_refuse() {
	local label="$1: a bind of a blocked source: $2" id said
	id=$(engine_make "$1" refused true "$3")
	said=$(engine_post "/containers/$id/start" '')
	if [[ -n $id && $said == *"ot permitted"* ]]; then pass "$label"; else fail "$label" "the engine says: $said"; fi
	curl -sS --unix-socket /run/docker.sock -X DELETE "http://docker/containers/$id?force=1"
}

matrix_run() {
	local runtime row name
	mkdir -p /srv/ok /srv/secret
	echo fine >/srv/ok/file
	chmod 777 /srv/ok
	ln -sfn /etc /srv/link
	for runtime in runc crun; do
		for row in "${matrix[@]}"; do
			matrix_one "$runtime" "${row%%|*}" "${row#*|}"
		done
	done
	refusals=$(clawbpf audit --json --type refusal | wc -l)
	for row in "${matrix_refused[@]}"; do
		IFS='|' read -r runtime name row <<<"$row"
		matrix_refuse "$runtime" "$name" "$row"
	done
	clawbpf audit --json --type refusal | tail -n +"$((refusals + 1))" >"$scratch/events"
	check "each has its event" test "$(grep -c '"type":"refusal"' "$scratch/events")" -ge "${#matrix_refused[@]}"
	check "... with the key that says so" events_have reason=blocked-bind-source path=/etc
	check_prints "explain names the blocked sources" /srv/secret clawbpf explain --session "$sandboxed"
}
