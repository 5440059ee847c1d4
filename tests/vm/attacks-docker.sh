#!/bin/bash
# No way out of a container, either, of runc's or of crun's: of one with every capability, every device, the host's
# network, processes and cgroups, in which everything succeeds with nothing loaded.
# vm: docker timeout=1800
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-attempts.sh
. "$(dirname "$0")/lib-attempts.sh"
# shellcheck source=tests/vm/lib-attacks.sh
. "$(dirname "$0")/lib-attacks.sh"

box=/sys/fs/cgroup/claw-attack
mkdir $box
in_container() {
	docker run --rm --privileged --network host --pid host --cgroupns host --cgroup-parent=/claw-attack \
		-v $arena:$arena -v $mounts:$mounts -v "$probes:$probes:ro" \
		-e OUTSIDE_PID -e OUTSIDE_MEMORY -e OUTSIDE_TCP -e OUTSIDE_DENIED "$@"
}
# What is bound into the container has no blocked source in it.
arena_make
attack_config /srv/elsewhere
outside_start $arena/engine.sock
rm $arena/secret/socket

# One container for all of a phase: what takes time is to start it. It is told which family is next.
mkfifo "$scratch/next" "$scratch/said"
attacks_in() {
	local phase=$1 family line
	shift
	# shellcheck disable=SC2016 # the container's
	in_container -i "$@" busybox sh -c 'while read -r family; do "$0/$family" </dev/null; echo "# done"; done' "$attacks" \
		<"$scratch/next" >"$scratch/said" 2>>"$scratch/attacks.err" &
	exec 7>"$scratch/next" 8<"$scratch/said"
	for family in "${attack_families[@]}"; do
		arena_renew
		echo "$family" >&7
		while IFS= read -r -t 300 line <&8 && [ "$line" != '# done' ]; do
			echo "$line"
		done >"$scratch/attacks"
		attacks_read "$phase" "$family"
		: >"$scratch/attacks.err"
	done
	exec 7>&- 8<&-
	wait $!
}
attacks_in free-root
attacks_in free-user --user 1000:1000
check "load" clawbpf load "$config"
check "the containers' cgroup is the session" clawbpf session add --session $sandboxed --cgroup $box --container
attacks_in root
attacks_in user --user 1000:1000
attacks_in crun-root --runtime crun
attacks_in crun-user --runtime crun --user 1000:1000
check "a container still works" in_container busybox sh -c 'echo x | cat && ls /'
check "... crun's, too" in_container --runtime crun busybox sh -c 'echo x | cat && ls /'

succeeded=0
judge() {
	local user wanted
	for user in root user; do
		wanted='contained|n/a'
		if [ "${came_of[free-$user/$attack]-}" = escaped ]; then
			succeeded=$((succeeded + 1))
			wanted=contained
		fi
		attack_wrong "$user" "$wanted"
		attack_wrong "crun-$user" "$wanted"
	done
}
attacks_check judge
check "at least 200 attacks succeed in a container with nothing loaded: $succeeded" test $succeeded -ge 200
arena_remove
check "the session can be removed" clawbpf session remove --session $sandboxed
rmdir $box
done_testing
