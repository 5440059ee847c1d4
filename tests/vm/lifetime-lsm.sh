#!/bin/bash
# A kernel whose list of security modules lacks "bpf" loads and attaches our programs, and never asks them: a load has
# to find that out, say so, and leave nothing.
# vm: append=lsm=landlock,yama
. "$(dirname "$0")/lib.sh"

echo '{ clawbpf: { denyBinaries: ["curl"] } }' >"$scratch/config.json5"

# A claim that it is enforced would be the worst answer.
says() {
	local out
	out=$("$@" 2>&1) && { echo "it succeeded: $out"; return 1; }
	echo "$out"
}

check_prints "other security modules are active" 'landlock,yama' cat /sys/kernel/security/lsm
check_lacks "bpf is not" bpf cat /sys/kernel/security/lsm
check_exit "load fails" 1 clawbpf load "$scratch/config.json5"
check_prints "load names what is missing" 'bpf.*lsm=|lsm=.*bpf' says clawbpf load "$scratch/config.json5"
check_prints "with --json, too" '"error"' says clawbpf --json load "$scratch/config.json5"
check_lacks "it claims nothing" '[Ee]nforcing' says clawbpf load "$scratch/config.json5"
check_lacks "no pin is left" . ls -A /sys/fs/bpf
check_lacks "no program is left" claw_ bpftool prog list
check_fails "no cgroup is left" ls -d /sys/fs/cgroup/clawbpf
check_prints "status: nothing is enforced" 'no policy is loaded' says clawbpf status
check_fails "no session can be run" clawbpf run --session agent:main:main -- true
check_prints "doctor names the remedy, with the current list in it" 'lsm=[a-z,]*landlock,yama[a-z,]*,bpf' says clawbpf doctor
check_prints "curl runs" '^curl ' curl --version
done_testing
