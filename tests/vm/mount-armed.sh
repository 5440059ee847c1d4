#!/bin/bash
# A sandboxed session cannot change the mount tree, by no call; what would bring a blocked source in is refused as
# that, however it is written. A session that is not sandboxed, and the host, mount as they like.
# vm: timeout=900
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

mount_prepare
config_write "$scratch/config.json5"
tables=(blocked rounded-armed other namespaces unhooked)

# In a mount namespace that nobody else sees, and each attempt in one of its own.
for name in "${tables[@]}"; do
	table_all "nothing loaded: $name" allowed unshare -m $probes/mount-try "$name"
done

check "load" clawbpf load "$scratch/config.json5"
for name in "${tables[@]}"; do
	table_refused "sandboxed" unshare -m clawbpf run --kernel-only --session $sandboxed -- $probes/mount-try "$name"
done
refusals=$(clawbpf audit --json --type refusal | wc -l)
for name in "${tables[@]}"; do
	table_all "not sandboxed: $name" allowed unshare -m clawbpf run --session $free -- $probes/mount-try "$name"
done
table_all "on the host: other" allowed unshare -m $probes/mount-try other
table_all "on the host: blocked" allowed unshare -m $probes/mount-try blocked
check "not sandboxed, on the host: no refusal is recorded" test "$(clawbpf audit --json --type refusal | wc -l)" = "$refusals"

# What everybody uses, and what people read.
check "nothing of it is left" test -z "$(findmnt -n /mnt)"
check_fails "mount(8) says that it failed" clawbpf run --kernel-only --session $sandboxed -- mount --bind /etc /mnt
check_prints "a person reads why" 'REFUSED .*pid [0-9]+ \(mount\)  mount /etc: the bind source is blocked: agents.defaults.sandbox.mode "non-main" \(.*/config.json5:5; to allow it.*\[sb_mount\]' \
	clawbpf audit --type refusal
done_testing
