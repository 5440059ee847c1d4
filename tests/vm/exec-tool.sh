#!/bin/bash
# A denied tool denies its programs, for the agents for which it is denied, and for no other.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
mkdir -p "$d"/{bin,own}
victim "$d/bin/harmless"
victim /usr/local/bin/claw-fetch 42 fetch
victim /usr/local/bin/claw-own 42 own
printf '#!/usr/bin/busybox sh\nexit 42\n' >"$d/bin/script"
chmod 755 "$d/bin/script"

cat >"$config" <<END
{
  agents: {
    list: [
      {
        id: "main", default: true,
        tools: { deny: [
          "exec", // exec = agents.list[0].tools.deny[0]
        ] },
      },
      {
        id: "web",
        tools: { deny: [
          "web_fetch", // fetch = agents.list[1].tools.deny[0]
        ] },
      },
      {
        id: "override",
        tools: { deny: [
          "web_fetch", // override = agents.list[2].tools.deny[0]
        ] },
      },
      { id: "own" },
    ],
  },
  clawbpf: {
    agents: {
      override: { toolBinaries: { web_fetch: ["claw-fetch"] } },
      own: {
        denyBinaries: [
          "claw-own", // own = clawbpf.agents.own.denyBinaries[0]
        ],
      },
    },
  },
}
END

cat >"$scratch/exec" <<END
second         1 0  exec-denied bprm_check_security exec  exec $d/bin/harmless
second-script  1 0  exec-denied bprm_check_security exec  exec $d/bin/script
second-memfd   1 1  exec-denied bprm_check_security exec  memfd $d/bin/harmless
second-fd      1 0  exec-denied bprm_check_security exec  opath $d/bin/harmless
second-ld.so   1 0  exec-denied bprm_check_security exec  exec /lib64/ld-linux-x86-64.so.2 ld.so /usr/bin/false
second-self    1 0  exec-denied bprm_check_security exec  exec /proc/self/exe exec exec $d/bin/harmless
END
cat >"$scratch/web" <<END
curl           1 0  denied-binary bprm_check_security fetch  exec /usr/bin/curl curl --version
curl-link      1 0  denied-binary bprm_check_security fetch  symlink /usr/bin/curl $d/own/innocent innocent --version
wget           1 0  denied-name   bprm_check_security fetch  exec /usr/bin/wget
claw-fetch     0 0  - - -  exec /usr/local/bin/claw-fetch
harmless       0 0  - - -  exec $d/bin/harmless
END
cat >"$scratch/override" <<END
claw-fetch     1 0  denied-binary bprm_check_security override  exec /usr/local/bin/claw-fetch
curl           0 0  - - -  exec /usr/bin/curl curl --version
wget           0 0  - - -  exec /usr/bin/wget
END
cat >"$scratch/own" <<END
claw-own       1 0  denied-binary bprm_check_security own  exec /usr/local/bin/claw-own
claw-fetch     0 0  - - -  exec /usr/local/bin/claw-fetch
curl           0 1  - - -  exec /usr/bin/curl curl --version
END
declare -A agents=([exec]=main [web]=web [override]=override [own]=own)
declare -A neighbours=([exec]=own [web]=own [override]=own [own]=web)

for name in exec web override own; do
	attempts_table <"$scratch/$name"
	attempts_make "unloaded-$name" "$probes/exec"
done
check "load" clawbpf load "$config"
for name in exec web override own; do
	attempts_table <"$scratch/$name"
	attempts_make "host-$name" "$probes/exec"
	attempts_make neighbour clawbpf run --kernel-only --session "agent:${neighbours[$name]}:main" -- "$probes/exec"
	attempts_make session clawbpf run --kernel-only --session "agent:${agents[$name]}:main" -- "$probes/exec"
	attempts_events "agent:${agents[$name]}:main"
	attempts_check "unloaded-$name" "host-$name"
done

main=agent:main:main
check_exit "without exec: the first program runs" 42 clawbpf run --kernel-only --session $main -- "$d/bin/harmless"
check_exit "without exec: it may be a script, whose interpreter is a part of it" 42 \
	clawbpf run --kernel-only --session $main -- "$d/bin/script"
check_exit "without exec: a first program that is not there is none" 127 clawbpf run --kernel-only --session $main -- "$d/bin/none"
check_exit "without exec: a shell starts, and no program by it" 126 \
	clawbpf run --kernel-only --session $main -- bash -c "exec $d/bin/harmless"

rm -f /usr/local/bin/claw-{fetch,own}
done_testing
