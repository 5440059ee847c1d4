#!/bin/bash
# Does doctor say for each thing whether it is there, and what to do where it is not?
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

begin "doctor"
claw doctor
if grep -q '^MISSING' "$work/out"; then
	exits 1
	says out 'Nothing can be enforced here'
	# each is followed by its remedy
	[ "$(grep -cE '^MISSING' "$work/out")" -le "$(grep -cE '^ +-> ' "$work/out")" ] || because "no remedy"
else
	exits 0
	says out 'All that is needed is there.'
fi
silent err
plain out
for title in capabilities kernel BTF 'active LSM' lockdown 'cgroup v2' bpffs 'audit log' 'our programs'; do
	says out "$title"
done
end

begin "doctor in JSON"
before=$status
claw doctor --json
exits "$before"
for id in privileges kernel config btf securityfs lsm lockdown cgroup2 bpffs log ima bubblewrap user-namespaces landlock engines sqlite programs; do
	says out "\"id\": \"$id\""
done
if [ "$before" = 0 ]; then says out '"ok": true'; else says out '"ok": false'; fi
end

begin "doctor as an ordinary user"
if [ "$(id -u)" = 0 ]; then
	setpriv --reuid 65534 --regid 65534 --clear-groups "$CLAWBPF" doctor >"$work/out" 2>"$work/err"
	status=$?
	exits 1
	says out 'sudo clawbpf doctor'
fi
end

finish
