#!/bin/bash
# Several engines at a time: podman, and a Docker that maps users and keeps its containers elsewhere, beside the usual
# one. Their containers come into their sessions as well, also when neither our agent nor their engine was there.
# vm: docker timeout=900
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"
# shellcheck source=tests/vm/lib-containers.sh
. "$(dirname "$0")/lib-containers.sh"

config_write "$scratch/config.json5"
session=(--label openclaw.sandbox=1 --label "openclaw.sessionKey=$sandboxed")
try_net=(/probes/net-create AF_INET tcp)
engines=(/run/docker.sock /run/remap.sock /run/podman/podman.sock)
declare -A clients=([docker]="docker" [remap]="docker -H unix:///run/remap.sock" [podman]=podman)

remap_start() {
	dockerd --userns-remap default --containerd /run/containerd/containerd.sock --containerd-namespace remap \
		--containerd-plugins-namespace remap.plugins -H unix:///run/remap.sock -p /run/remap.pid \
		--data-root /srv/remap --exec-root /run/remap </dev/null >>/var/log/remap.log 2>&1 &
}

podman_start() {
	mkdir -p /run/podman
	podman system service -t 0 unix:///run/podman/podman.sock </dev/null >>/var/log/podman.log 2>&1 &
}

answers() {
	curl -s -o /dev/null --unix-socket "$1" http://engine/_ping
}

# anyone ENGINE OPTION... IMAGE COMMAND... : a container; ours: one of the session's
anyone() {
	local client
	read -ra client <<<"${clients[$1]}"
	shift
	"${client[@]}" run --rm --network none -v /probes:/probes:ro "$@"
}

ours() {
	local engine=$1
	shift
	anyone "$engine" "${session[@]}" "$@"
}

remap_start
podman_start
check "the engines start" eventually 120 answers /run/remap.sock
check "... podman's service, too" eventually 60 answers /run/podman/podman.sock
docker save busybox | docker -H unix:///run/remap.sock load >/dev/null
check_prints "nothing loaded: a container with a session's label has the network" '	allowed	' \
	ours podman busybox "${try_net[@]}"
check "load" clawbpf load "$scratch/config.json5"
agent_start
for engine in remap podman; do
	check_prints "$engine: a container of the session has no network" '	refused	' ours $engine busybox "${try_net[@]}"
	check_prints "$engine: one of nobody's has it" '	allowed	' anyone $engine busybox "${try_net[@]}"
	try ours $engine -v /etc:/x busybox true
	if [ "$status" != 0 ] && [[ $out == *"ot permitted"* ]]; then
		pass "$engine: a bind of a blocked source is refused, and it says so"
	else
		fail "$engine: a bind of a blocked source" "exit $status" "$out"
	fi
done
check_prints "remap with crun: refused" '	refused	' ours remap --runtime crun busybox "${try_net[@]}"
check_prints "podman with runc: refused" '	refused	' ours podman --runtime runc busybox "${try_net[@]}"
ours podman -d --name long busybox sleep 900 >/dev/null
check_prints "podman exec comes in as well" '	refused	' podman exec long "${try_net[@]}"

# The kernel was told of none of these; each waits for the next agent, which asks an engine that waits for it.
agent_kill
for engine in remap podman; do
	ours $engine busybox "${try_net[@]}" >"$scratch/$engine.ours" 2>&1 &
	anyone $engine busybox "${try_net[@]}" >"$scratch/$engine.other" 2>&1 &
done
check "without an agent all of them wait" eventually 120 waiting 4
agent_start
for engine in remap podman; do
	check_prints "$engine: told, it goes on under policy" '	refused	' eventually 120 prints '	(refused|allowed)	' cat "$scratch/$engine.ours"
	check_prints "$engine: one of nobody's under none" '	allowed	' eventually 120 prints '	(refused|allowed)	' cat "$scratch/$engine.other"
done
check_prints "what ran meanwhile is under policy" '	refused	' podman exec long "${try_net[@]}"
podman rm -f -t 0 long >/dev/null

# An engine that dies leaves its containers running.
docker run -d --name orphan --network host -v /probes:/probes:ro "${session[@]}" busybox sleep 900 >"$scratch/id"
kill -9 "$(cat /run/docker.pid)"
check "the engine was killed: the agent says so" eventually 20 grep -q '^engine /run/docker.sock: not there' "$scratch/agent.log"
check_prints "its container is under policy" '	refused	' \
	runc --root /run/docker/runtime-runc/moby exec "$(cat "$scratch/id")" "${try_net[@]}"
agent_kill
check_prints "... without an agent, too" '	refused	' \
	runc --root /run/docker/runtime-runc/moby exec "$(cat "$scratch/id")" "${try_net[@]}"
engine_start
agent_start
check_prints "both are back: a new container is under policy" '	refused	' ours docker busybox "${try_net[@]}"
kill "$agent" "$(cat /run/remap.pid)" "$(pgrep -f 'podman system service')"
wait "$agent"
done_testing
