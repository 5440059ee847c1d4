# shellcheck shell=bash
# What do both guest scripts need: a policy, and where a task is measured. Sourced.

# 1,000 denied binaries: names, paths (half of them of files that are there), contents.
config_write() {
	local i
	mkdir -p /srv/denied
	for ((i = 0; i < 200; i++)); do
		echo "$i" >"/srv/denied/program-$i"
	done
	{
		echo '{ agents: { defaults: { sandbox: { mode: "all" } }, list: ['
		echo '{ id: "main", default: true }, { id: "net", sandbox: { docker: { network: "bridge" } } } ] },'
		echo 'clawbpf: { denyBinaries: ['
		for ((i = 0; i < 400; i++)); do
			printf '"denied-%d", "/srv/denied/program-%d",\n' "$i" "$i"
		done
		for ((i = 0; i < 200; i++)); do
			printf '"sha256:%064x",\n' "$i"
		done
		echo '] } }'
	} >/bench/config.json5
	chmod 600 /bench/config.json5
}

# Tasks of the root cgroup pay for no memory accounting, those of a session's cgroup do. So that the set-up is
# all that differs, every other one is measured in such a cgroup, too.
in_cgroup() {
	(
		echo "$BASHPID" >/sys/fs/cgroup/bench/plain/cgroup.procs
		exec "$@"
	)
}

in_session() {
	clawbpf run --kernel-only --session "agent:$1:bench" -- "${@:2}"
}
