#!/bin/bash
# How far below its limits do we keep what we ask of the kernel? What its verifier has to look at for each program,
# of the 1,000,000 instructions that it bears; the memory of all maps; and which programs may sleep.
# vm: timeout=300
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"

# Hashing a file sleeps (bpf_ima_file_hash), at the two hooks where programs are judged; no other program may.
"$probes/verifier" 250000 64 claw_exec claw_mmap claw_gateway >"$scratch/budget"
status=$?
sed 's/^/# /' "$scratch/budget"
check "each program takes the verifier a quarter of its limit at most; the maps 64 MB; those that sleep are known" \
	test $status = 0

"$probes/verifier" 100 1 claw_exec claw_mmap claw_exit >"$scratch/over"
check "... and it would say so: of a program" grep -q '^too much: claw_exec: instructions' "$scratch/over"
check "... of the maps" grep -q '^too much: the maps: memory' "$scratch/over"
check "... of one that sleeps" grep -q '^too much: claw_gateway: may sleep' "$scratch/over"
check "... of one that no more does" grep -q '^too much: claw_exit: does not sleep' "$scratch/over"
done_testing
