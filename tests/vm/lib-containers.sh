# shellcheck shell=bash
# Containers, our agent and the engine, for the tests with Docker. Sourced after lib-table.sh.
# shellcheck disable=SC2154 # scratch, session, sandboxed, out, status: of who sources this

agent=

agent_start() {
	clawbpf agent >>"$scratch/agent.log" 2>&1 &
	agent=$!
	check "the agent watches the engine" eventually 30 agent_ready
}

agent_ready() {
	[ "$(grep -c 'watching' "$scratch/agent.log")" -gt "${agent_seen:-0}" ]
}

agent_kill() {
	kill -9 "$agent"
	wait "$agent" 2>/dev/null
	agent_seen=$(grep -c watching "$scratch/agent.log")
}

# Does some process of a container wait, stopped? Our own does not count.
stopped() {
	local pid state
	while read -r pid; do
		read -r _ _ state _ 2>/dev/null <"/proc/$pid/stat" && [ "$state" = T ] && return
	done < <(cat /sys/fs/cgroup/docker/*/cgroup.procs 2>/dev/null)
	return 1
}

# prints PATTERN COMMAND... : for use with eventually
prints() {
	local pattern=$1
	shift
	"$@" | tee "$scratch/printed" | grep -qE -- "$pattern" && cat "$scratch/printed"
}

# engine_create RUNTIME NAME SESSION : a container whose first act is a socket; quicker than the docker program
engine_create() {
	curl -sS --unix-socket /run/docker.sock -H 'Content-Type: application/json' "http://docker/containers/create?name=$2" \
		-d '{"Image":"busybox","Cmd":["/probes/net-first"],"Labels":{"openclaw.sandbox":"1","openclaw.sessionKey":"'"$3"'"},
		"HostConfig":{"Binds":["/probes:/probes:ro"],"NetworkMode":"host","Runtime":"'"$1"'"}}' |
		sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p'
}

engine_restart() {
	local pid
	pid=$(cat /run/docker.pid)
	kill "$pid"
	while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
	dockerd --containerd=/run/containerd/containerd.sock </dev/null >>/var/log/dockerd.log 2>&1 &
	eventually 60 curl -s -o /dev/null --unix-socket /run/docker.sock http://docker/_ping
}

# What works with each runtime for whoever asks for it (options -- command), and what is refused.
matrix=(
	"binds, read-only too, a volume, a tmpfs|-v /srv/ok:/ok -v /srv/ok:/ro:ro -v claw-volume:/v --tmpfs /t --mount type=bind,src=/srv/ok,dst=/m -- sh -c 'grep -q fine /ok/file && touch /ok/x /v/x /t/x /m/x && ! touch /ro/x'"
	"the standard devices|-- sh -c 'echo >/dev/null && head -c 8 /dev/urandom >/dev/null && head -c 8 /dev/zero >/dev/null; [ -c /dev/tty ] && [ -c /dev/full ]'"
	"docker-init and all that a product asks for|--init --read-only --tmpfs /tmp:mode=1777 --tmpfs /run --cap-drop ALL --security-opt no-new-privileges --pids-limit 64 --memory 64m -w /ok -v /srv/ok:/ok --user 1000:1000 -- sh -c 'grep -q docker-init /proc/1/cmdline && touch /ok/y && ! touch /x && pwd && id -u'"
	"privileged, and a user namespace in it|--privileged -- unshare -U true"
)
matrix_refused=(
	"below /etc|-v /etc/passwd:/x"
	"docker.sock|-v /var/run/docker.sock:/x"
	"by --mount|--mount type=bind,src=/etc,dst=/x"
	"a symbolic link to it|-v /srv/link:/x"
)

matrix_one() {
	local runtime=$1 name=$2 words=$3
	eval "set -- ${words%%-- *}"
	local options=("$@")
	eval "set -- ${words#*-- }"
	check "$runtime: $name" docker run --rm --network none --runtime "$runtime" "${session[@]}" "${options[@]}" busybox "$@"
}

matrix_refuse() {
	local runtime=$1 name=$2 words=$3 label="$1: a bind of a blocked source: $2"
	local options
	read -ra options <<<"$words"
	try docker run --rm --network none --runtime "$runtime" "${session[@]}" "${options[@]}" busybox true
	if [ "$status" != 0 ] && [[ $out == *"ot permitted"* ]]; then pass "$label"; else fail "$label" "exit $status" "$out"; fi
}

matrix_run() {
	local runtime row
	mkdir -p /srv/ok /srv/secret
	echo fine >/srv/ok/file
	chmod 777 /srv/ok
	ln -sfn /etc /srv/link
	for runtime in runc crun; do
		for row in "${matrix[@]}"; do
			matrix_one "$runtime" "${row%%|*}" "${row#*|}"
		done
		refusals=$(clawbpf audit --json --type refusal | wc -l)
		for row in "${matrix_refused[@]}"; do
			matrix_refuse "$runtime" "${row%%|*}" "${row#*|}"
		done
		clawbpf audit --json --type refusal | tail -n +"$((refusals + 1))" >"$scratch/events"
		check "$runtime: each has its event" test "$(grep -c '"type":"refusal"' "$scratch/events")" -ge "${#matrix_refused[@]}"
		check "... with the key that says so" events_have reason=blocked-bind-source path=/etc
	done
	check "explain names the blocked sources" sh -c "clawbpf explain --session '$sandboxed' | grep -q /srv/secret"
}
