#!/bin/bash
# A program that is many, told apart by its arguments: a denied applet is refused, the others go on.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
mkdir -p "$d"/{bin,own}
box=/usr/bin/busybox
cp $box "$d/bin/tool"
printf '#!%s sh\nexec wget\n' $box >"$d/bin/sh-wget"
printf '#!%s sh\nexit 42\n' $box >"$d/bin/sh-exit"
chmod 755 "$d"/bin/*
[ "$(readlink -f /usr/bin/wget)" = $box ] || skip "wget is not busybox's here"

cat >"$config" <<END
{
  agents: { list: [{ id: "main", default: true }, { id: "other" }] },
  clawbpf: {
    agents: {
      main: {
        denyBinaries: [
          "wget", // wget = clawbpf.agents.main.denyBinaries[0]
          "nc", // nc = clawbpf.agents.main.denyBinaries[1]
        ],
      },
      other: { denyBinaries: ["telnet"] },
    },
  },
}
END

attempts_table <<END
# by the name of the file
link           1 0  denied-name   bprm_check_security  wget  exec /usr/bin/wget
link-own       1 0  denied-name   bprm_check_security  wget  symlink $box $d/own/wget
hardlink-own   1 0  denied-applet bprm_committed_creds wget  link $box /usr/bin/claw-box wget
real           1 0  denied-binary bprm_check_security  nc    exec /usr/bin/nc nc -h
# by the first argument
argument       1 0  denied-applet bprm_committed_creds wget  exec $box busybox wget
argument-nc    1 0  denied-applet bprm_committed_creds nc    exec $box busybox nc
argument-path  1 0  denied-applet bprm_committed_creds wget  exec $box busybox /some/where/wget
twice          1 0  denied-applet bprm_committed_creds wget  exec $box busybox busybox wget
thrice         1 0  denied-applet bprm_committed_creds wget  exec $box busybox busybox busybox wget
other-name     1 0  denied-applet bprm_committed_creds wget  exec $box busybox.static wget
dash-busybox   1 0  denied-applet bprm_committed_creds wget  exec $box -busybox wget
# by argv[0], as exec -a and login shells do
argv0          1 0  denied-applet bprm_committed_creds wget  exec $box wget
argv0-path     1 0  denied-applet bprm_committed_creds wget  exec $box /some/where/wget
argv0-dash     1 0  denied-applet bprm_committed_creds wget  exec $box -wget
# of a copy
copy-argv0     1 0  denied-applet bprm_committed_creds wget  exec $d/bin/tool wget
copy-argument  1 0  denied-applet bprm_committed_creds wget  exec $d/bin/tool busybox wget
copy-made      1 0  denied-applet bprm_committed_creds wget  copy $box $d/own/tool wget
# what another applet starts
shell          1 0  denied-applet bprm_committed_creds wget  exec $d/bin/sh-wget
env            1 0  denied-applet bprm_committed_creds wget  exec $box busybox env wget
interpreter    1 0  denied-applet bprm_committed_creds wget  script $d/own/script $box wget
# longer than what is looked at: 2048 bytes
last-byte      1 0  denied-applet bprm_committed_creds wget  padded $box 2035 1 busybox wget
one-more       1 1  unreadable    bprm_committed_creds wget  padded $box 2036 1 busybox wget
long-argument  1 1  unreadable    bprm_committed_creds wget  padded $box 4000 1 busybox wget
long-argv0     1 1  unreadable    bprm_committed_creds wget  padded $box 4000 0 wget
# what nobody denied
sh             0 0  - - -  exec $d/bin/sh-exit
sh-argument    0 0  - - -  exec $box busybox sh $d/bin/sh-exit
echo-wget      0 0  - - -  exec $box busybox echo wget
echo-argv0     0 0  - - -  exec $box echo wget nc
copy-echo      0 0  - - -  exec $d/bin/tool echo
long-others    0 0  - - -  padded $box 4000 2 busybox echo wget
END

attempts_make unloaded "$probes/exec"
check "load" clawbpf load "$config"
attempts_make host "$probes/exec"
attempts_make neighbour clawbpf run --kernel-only --session agent:other:main -- "$probes/exec"
attempts_make session clawbpf run --kernel-only --session agent:main:main -- "$probes/exec"
attempts_events agent:main:main
attempts_check unloaded host

rm -f /usr/bin/claw-box
done_testing
