#!/bin/bash
# Who is in a session stays in it, wherever it goes and however it executes.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
cgroups=/sys/fs/cgroup
victim "$d/denied" 42
mkdir -p "$d" $cgroups/outside

cat >"$config" <<END
{
  agents: { list: [{ id: "main", default: true }, { id: "other" }] },
  clawbpf: {
    agents: {
      main: {
        denyBinaries: [
          "$d/denied", // denied = clawbpf.agents.main.denyBinaries[0]
        ],
      },
    },
  },
}
END

attempts_table <<END
plain           1 0  denied-binary bprm_check_security denied  exec $d/denied
daemon          1 0  denied-binary bprm_check_security denied  daemon $d/denied
thread          1 0  denied-binary bprm_check_security denied  thread $d/denied
spawn           1 0  denied-binary bprm_check_security denied  spawn $d/denied
leave           1 0  denied-binary bprm_check_security denied  leave $cgroups/outside $d/denied
leave-to-root   1 0  denied-binary bprm_check_security denied  leave $cgroups $d/denied
leave-and-fork  1 0  denied-binary bprm_check_security denied  leave-fork $cgroups/outside $d/denied
nested          1 0  denied-binary bprm_check_security denied  nested $d/denied
born-outside    1 0  denied-binary bprm_check_security denied  into $cgroups/outside $d/denied
unshare-mount   1 0  denied-binary bprm_check_security denied  unshare mount $d/denied
unshare-pid     1 0  denied-binary bprm_check_security denied  unshare pid $d/denied
unshare-user    1 0  denied-binary bprm_check_security denied  unshare user $d/denied
unshare-uts     1 0  denied-binary bprm_check_security denied  unshare uts $d/denied
unshare-ipc     1 0  denied-binary bprm_check_security denied  unshare ipc $d/denied
unshare-cgroup  1 0  denied-binary bprm_check_security denied  unshare cgroup $d/denied
unshare-net     1 0  denied-binary bprm_check_security denied  unshare net $d/denied
END

# From the root cgroup nobody can go one level down and be in it, so for the controls too there is a cgroup.
mkdir -p $cgroups/control
in_control() {
	(echo "$BASHPID" >"$cgroups/control/cgroup.procs" && exec "$@")
}

attempts_make unloaded in_control "$probes/identity"
check "load" clawbpf load "$config"
attempts_make host in_control "$probes/identity"
attempts_make neighbour clawbpf run --kernel-only --session agent:other:main -- "$probes/identity"
attempts_make session clawbpf run --kernel-only --session agent:main:main -- "$probes/identity"
attempts_events agent:main:main
attempts_check unloaded host

no_session() {
	! clawbpf session list | grep agent:
}
check "no session is left behind, once the last daemon has ended" eventually 20 no_session
check "unload" clawbpf unload
check_fails "no cgroup is left behind" ls -d $cgroups/clawbpf
rmdir $cgroups/outside $cgroups/control
done_testing
