#!/bin/bash
# What does each program take? Runs a row of calls in a session and in none, and prints for each program its runs
# and the instructions of one, as the kernel counts them. The counting itself costs about 100 a run.
# usage: profile.sh ROW...
set -Eeuo pipefail

# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

counts() {
	bpftool prog show -j | tr '{' '\n'
}

differences() {
	awk '
		function get(key,  text) {
			if (!match($0, "\"" key "\":\"?[^,}\"]*")) return 0
			text = substr($0, RSTART, RLENGTH)
			sub(/.*:"?/, "", text)
			return text
		}
		FNR == NR { time[get("id")] = get("run_time_ns"); runs[get("id")] = get("run_cnt"); next }
		{
			n = get("run_cnt") - runs[get("id")]
			if (n >= 200) printf "  %-18s %7d runs %7.0f each\n", get("name"), n, (get("run_time_ns") - time[get("id")]) / n
		}' "$1" "$2"
}

# profile TITLE ROW COMMAND...
profile() {
	local title=$1 row=$2
	shift 2
	"$@" /bench/measure 1 "$row" >/dev/null
	counts >/tmp/before
	echo "$title: $("$@" /bench/measure 11 "$row")"
	counts >/tmp/after
	differences /tmp/before /tmp/after
}

ip link set lo up
mkdir -p /sys/fs/cgroup/bench/plain
config_write
clawbpf load /bench/config.json5
sysctl -q kernel.bpf_stats_enabled=1
for row; do
	profile "in no session" "$row" in_cgroup
	profile "in a session" "$row" in_session "$([ "$row" = tcp-round-trip ] && echo net || echo main)"
done
