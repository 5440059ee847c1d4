#!/bin/bash
# Containers that an agent's product makes are under their sessions' policies from their first instruction on, and
# nobody has to say so: the engine's labels do. Whatever happens to our agent or the engine meanwhile, no container of
# a session runs free, and no other container notices.
# With CLAWBPF_FIRST_ACTS=100: so many containers of each runtime, one after the other, and nothing after that.
# vm: docker timeout=1500
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"
# shellcheck source=tests/vm/lib-containers.sh
. "$(dirname "$0")/lib-containers.sh"

config_write "$scratch/config.json5"
session=(--label openclaw.sandbox=1 --label "openclaw.sessionKey=$sandboxed")
try_net=(/probes/net-create AF_INET tcp)
run=(docker run --rm --network host -v /probes:/probes:ro)

# The first act of a container is what its session may not do. WHAT CONTAINERS...: each ends with the status 9
first_acts() {
	local name=$1 id wrong=0
	shift
	docker start "$@" >/dev/null || wrong=1
	for id in "$@"; do
		[ "$(docker wait "$id")" = 9 ] || { docker logs "$id"; wrong=$((wrong + 1)); }
	done
	if [ "$wrong" = 0 ]; then pass "$name"; else fail "$name" "$wrong were not refused"; fi
	docker rm "$@" >/dev/null
}

check_prints "nothing loaded: a container with a session's label has the network" '	allowed	' \
	"${run[@]}" "${session[@]}" busybox "${try_net[@]}"
docker run -d --name late --network host -v /probes:/probes:ro "${session[@]}" busybox sleep 900 >/dev/null
agent_start
check_prints "with nothing loaded the agent says so" '^no policy is enforced yet' cat "$scratch/agent.log"
check_prints "... and containers are as they were" '	allowed	' docker exec late "${try_net[@]}"
check "load" clawbpf load "$scratch/config.json5"
check_prints "a container that was there before is under policy" '	refused	' \
	eventually 10 prints '	refused	' docker exec late "${try_net[@]}"
check_prints "... and the agent says so" 'was running without a policy' cat "$scratch/agent.log"

mkdir /sys/fs/cgroup/claw-parent
check "a parent cgroup is registered" clawbpf session add --cgroup /sys/fs/cgroup/claw-parent --container --session "$sandboxed"
bundle_make
for runtime in runc crun; do
	use=(--runtime "$runtime")
	check_prints "$runtime: a container of the session has no network" '	refused	' \
		"${run[@]}" "${use[@]}" "${session[@]}" busybox "${try_net[@]}"
	check_prints "$runtime: a container of nobody's has it" '	allowed	' "${run[@]}" "${use[@]}" busybox "${try_net[@]}"
	ids=()
	for i in $(seq "${CLAWBPF_FIRST_ACTS:-2}"); do
		ids+=("$(engine_create "$runtime" "first-$runtime-$i")")
	done
	# Nothing is mounted into this one: the first that is judged is its program.
	check_exit "$runtime by itself: a container without a bind is refused its first act" 9 bundle_run "$runtime" claw-parent/x
	check_exit "... another has it" 0 bundle_run "$runtime" claw-other/x
	first_acts "$runtime: ${#ids[@]} containers in a row are refused their first act" "${ids[@]}"
done
check_prints "a container of the main session has the network" '	allowed	' "${run[@]}" \
	--label openclaw.sandbox=1 --label "openclaw.sessionKey=$free" busybox "${try_net[@]}"
events_read
check "each refusal is an event" test "$(grep -c '"comm":"net-first".*"reason":"network-none"' "$scratch/events")" = \
	"$((2 * ${CLAWBPF_FIRST_ACTS:-2} + 2))"
[ -z "${CLAWBPF_FIRST_ACTS-}" ] || done_testing

# The browser of a session is one of its containers, and its network is what it is for.
check_prints "a session's browser has the network" '	allowed	' "${run[@]}" --privileged --label openclaw.sandboxBrowser=1 \
	--name openclaw-sbx-browser-1 --label "openclaw.sessionKey=$sandboxed" busybox sh -c "${try_net[*]}; ! mount -t tmpfs none /tmp"
events_read
check "... and else is under that session's policy" events_have "session=clawbpf:browser:$sandboxed" reason=mount-tree-sealed

# A container has its image's labels, too, and any image may have been made by anybody.
printf 'FROM busybox\nLABEL openclaw.sessionKey=%s openclaw.sandboxBrowser=1\n' "$free" |
	DOCKER_BUILDKIT=0 docker build -q -t labelled - >/dev/null 2>&1
check_prints "nothing of the product's: the image's labels are believed" '	allowed	' "${run[@]}" labelled "${try_net[@]}"
check_prints "an image that says that it is a browser's: without the name it is none" '	refused	' "${run[@]}" \
	--label openclaw.sandbox=1 --label "openclaw.sessionKey=$sandboxed" labelled "${try_net[@]}"
check_exit "an image that names another session than the product: its container may do nothing" 125 "${run[@]}" \
	--label clawdbot.sandbox=1 --label "clawdbot.sessionKey=$sandboxed" labelled true
check "... as the agent says" grep -q 'may do nothing: its labels name several sessions' "$scratch/agent.log"

check_prints "restarted, a container is under policy" '	refused	' \
	sh -c 'docker restart -t 0 late >/dev/null && docker exec late /probes/net-create AF_INET tcp'

# Nobody is in the session while its container is stopped. Its number must not become another session's.
docker stop -t 0 late >/dev/null
check "meanwhile a run of the same session begins and ends" clawbpf run --kernel-only --session "$sandboxed" -- true
sleep 900 &
check "another session comes" clawbpf session add --session "$free" --pid $!
docker start late >/dev/null
check_prints "started again, the container is in its own session" '	refused	' docker exec late "${try_net[@]}"
kill $!
docker rm -f late >/dev/null

try "${run[@]}" --label openclaw.sandbox=1 --name openclaw-sbx-nobody busybox true
name="a product's container without a session does not start"
if [ "$status" != 0 ] && [[ $out == *"not permitted"* ]]; then pass "$name"; else fail "$name" "exit $status" "$out"; fi
events_read
check "... and the event names it" grep -q '"session":"clawbpf:unknown:openclaw-sbx-nobody".*"reason":"no-policy"' \
	"$scratch/events"

# --- the agent and the engine come and go
kill -STOP "$agent"
"${run[@]}" "${session[@]}" busybox "${try_net[@]}" >"$scratch/ours" 2>&1 &
ours=$!
"${run[@]}" --runtime crun busybox "${try_net[@]}" >"$scratch/other" 2>&1 &
other=$!
check "while the agent does not answer, a new container waits" eventually 120 stopped
check_lacks "... and does nothing" refused cat "$scratch/ours"
kill -CONT "$agent"
wait "$ours" "$other"
check_prints "told, it goes on, under policy" '	refused	' cat "$scratch/ours"
check_prints "one of nobody's goes on, under none" '	allowed	' cat "$scratch/other"
check_fails "nobody is left behind stopped" stopped

agent_kill
"${run[@]}" "${session[@]}" busybox "${try_net[@]}" >"$scratch/ours" 2>&1 &
ours=$!
{ bundle_run runc "$(printf '%064x' 1)"; echo "exit $?" >"$scratch/bundle"; } &
check "when the agent was killed, a new container waits" eventually 120 waiting 1
check "... one without a bind, at its first program" eventually 60 stopped_in "/sys/fs/cgroup/$(printf '%064x' 1)"
agent_start
wait "$ours"
check_prints "... for the next one, and is under policy" '	refused	' cat "$scratch/ours"
check_prints "... nobody's goes on, under none" '^exit 0$' eventually 30 cat "$scratch/bundle"

id=$(engine_create runc known)
check "a container is known before it starts" eventually 10 grep -q "(${id:0:12}) is in session" "$scratch/agent.log"
agent_kill
first_acts "known, it is under policy even when the agent is dead" "$id"
agent_start

# The engine dies in the middle of a start.
kill -STOP "$agent"
engine_create crun midway >/dev/null
docker start midway >/dev/null 2>&1 &
check "a container that is about to start waits" eventually 120 stopped
kill -9 "$(cat /run/docker.pid)"
kill -CONT "$agent"
engine_start
check "the engine was killed, and comes again: the agent says both" eventually 60 sh -c \
	"grep -q 'docker.sock: not there' $scratch/agent.log && [ \$(grep -c 'docker.sock: watching' $scratch/agent.log) -ge 2 ]"
check_lacks "... and the container did not run free" '^exited 0$' docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' midway
check "... nor is it left behind stopped" eventually 30 not_stopped
check_prints "... and the agent looks after what is made then" '	refused	' "${run[@]}" "${session[@]}" busybox "${try_net[@]}"

check_prints "a container below the parent cgroup needs no label" '	refused	' \
	"${run[@]}" --cgroup-parent=/claw-parent busybox "${try_net[@]}"
clawbpf session remove --session "$sandboxed" --kill

# --- options that a product's users give. A container without policy does the same, and is fine.
matrix_run
kill "$agent"
wait "$agent"
done_testing
