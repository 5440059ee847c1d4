#!/bin/bash
# Measures one set-up after the other, in the guest of scripts/bench, and prints
#   kernel RELEASE
#   ran SETUP WHAT...                         what that set-up was
#   value SETUP ROW MEAN LEAST MOST           instructions a call
# usage: guest.sh REPEATS [audit]
set -Eeuo pipefail
trap 'echo "guest.sh: failed: $BASH_COMMAND (line $LINENO)" >&2' ERR

# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

repeats=$1
audit=${2-}
calls=(getppid read+write stat open+close mmap-exec unix-round-trip fork+wait vfork+exec+wait exec)
tcp="tcp-round-trip"

# measure SETUP COMMAND... : runs the measuring program by COMMAND
measure() {
	local setup=$1
	shift
	sync
	sleep 2
	"$@" | sed "s/^/value $setup /"
}

plain() {
	measure "$1" in_cgroup /bench/measure "$repeats" clock "${calls[@]}" "$tcp"
}

# What happens once only (a cgroup is made, a file is hashed) is over before anything is measured.
warm_up() {
	mkdir -p /sys/fs/cgroup/bench/plain
	clawbpf load /bench/config.json5 >&2
	in_cgroup /bench/measure 3 "${calls[@]}" "$tcp" >/dev/null
	in_session main /bench/measure 3 "${calls[@]}" >/dev/null
	clawbpf unload >&2
	sleep 20 # the kernel's own start-up work, too
}

clawbpf_measure() {
	clawbpf load /bench/config.json5 >&2
	ls /sys/fs/bpf/clawbpf/links >/bench/links
	echo "ran outside clawbpf load: 1,000 denied binaries, $(wc -l </bench/links) programs attached; a task in no session"
	plain outside
	echo "ran session clawbpf run: a sandbox without a network; for $tcp one with a network"
	measure session in_session main /bench/measure "$repeats" "${calls[@]}"
	measure session in_session net /bench/measure "$repeats" "$tcp"
	clawbpf status >&2
	clawbpf unload >&2
}

empty_measure() {
	local pid count names
	mkfifo /bench/ready
	mapfile -t names </bench/links
	/bench/empty /bench/clawbpf.bpf.o "${names[@]}" >/bench/ready &
	pid=$!
	read -r count </bench/ready
	[ "$count" = "${#names[@]}" ]
	echo "ran empty the same $count hooks, at each a program that returns 0"
	plain empty
	kill "$pid"
	wait "$pid" 2>/dev/null || true
}

records() {
	cat /var/log/audit/audit.log* | grep -c 'type=EXECVE' || true
}

# Last of all: once auditing was on, every later task is slower, for good.
audit_measure() {
	local rule=(-a "always,exit" -F arch=b64 -S execve -k exec) before
	mkdir -p /var/log/audit
	mount -t tmpfs -o size=300m,mode=700 tmpfs /var/log/audit
	echo adm:x:4: >>/etc/group # whose the log is, says auditd.conf
	auditd
	auditctl -b 8192 >&2
	auditctl "${rule[@]}" >&2
	before=$(records)
	echo "ran audit auditd $(cat /bench/auditd-version) with Debian's auditd.conf, its log on a tmpfs; auditctl ${rule[*]}"
	plain audit
	sleep 2
	auditctl -s >&2
	echo "ran records $(($(records) - before)) EXECVE records are in auditd's logs"
}

echo "kernel $(uname -r)"
ip link set lo up
config_write
warm_up
echo "ran nothing no program attached, no audit rule"
plain nothing
clawbpf_measure
plain again
empty_measure
plain last
[ -z "$audit" ] || audit_measure
