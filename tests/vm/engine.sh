#!/bin/bash
# vm: docker
# What the tests with Docker stand on: an engine that runs containers, on both runtimes, with nothing loaded.
. "$(dirname "$0")/lib.sh"

check_prints "runc runs a container" '^hello$' docker run --rm --network none busybox echo hello
check_prints "crun runs a container" '^hello$' docker run --rm --network none --runtime crun busybox echo hello
mkdir "$scratch/shared"
echo inside >"$scratch/shared/file"
check_prints "a bind shows the host's files" '^inside$' \
	docker run --rm --network none -v "$scratch/shared:/shared" busybox cat /shared/file
check_prints "the engine puts containers into cgroups of its own" '^0::/docker/' \
	docker run --rm --network none --cgroupns host busybox cat /proc/self/cgroup
check_prints "BPF is among the security modules" '\<bpf\>' cat /sys/kernel/security/lsm
done_testing
