#!/bin/bash
# A denied binary is refused by whatever way it is executed, copied or mapped; what else there is goes on.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
mkdir -p "$d"/{bin,late,alias,place,place2,other,deep,swap,named,overlay}
loader=$(readlink -f /lib64/ld-linux-x86-64.so.2)

victim "$d/bin/denied" 42 1
victim "$d/bin/known" 42 2
victim "$d/bin/harmless" 42 3
victim "$d/bin/claw-named" 42 4
victim /usr/local/bin/claw-found 42 5
{ cat /usr/bin/false; echo 1; } >"$d/bin/dynamic"
{ cat /usr/bin/false; echo 2; } >"$d/bin/dynamic-known"
{ cat "$loader"; echo 1; } >"$d/bin/loader"
# the same program, whose loader is the denied one
ln -s "$d/bin/loader" /lib64/loader-x86-64.link
LC_ALL=C sed 's#/lib64/ld-linux-x86-64[.]so[.]2#/lib64/loader-x86-64.link\x00\x00#' /usr/bin/false >"$d/bin/loaded"
printf '#!/bin/bash\nexit 42\n' >"$d/bin/script.sh"
chmod 755 "$d"/bin/*
ln "$d/bin/denied" "$d/swap/denied"
victim "$d/swap/harmless" 0
mount --bind "$d/bin" "$d/alias"
modprobe -q overlay
modprobe -q binfmt_misc && mount -t binfmt_misc none /proc/sys/fs/binfmt_misc &&
	echo ":claw:E::claw::$d/bin/denied:F" >/proc/sys/fs/binfmt_misc/register
echo data >"$d/bin/data.claw" && chmod 755 "$d/bin/data.claw"

cat >"$config" <<END
{
  agents: { list: [{ id: "main", default: true }, { id: "other" }] },
  clawbpf: {
    agents: {
      main: {
        denyBinaries: [
          "$d/bin/denied", // denied = clawbpf.agents.main.denyBinaries[0]
          "sha256:$(sha256sum "$d/bin/known" | cut -d' ' -f1)", // known = clawbpf.agents.main.denyBinaries[1]
          "$d/late/tool", // late = clawbpf.agents.main.denyBinaries[2]
          "claw-named", // named = clawbpf.agents.main.denyBinaries[3]
          "claw-found", // found = clawbpf.agents.main.denyBinaries[4]
          "$d/bin/dynamic", // dynamic = clawbpf.agents.main.denyBinaries[5]
          "sha256:$(sha256sum "$d/bin/dynamic-known" | cut -d' ' -f1)", // dynamic-known = clawbpf.agents.main.denyBinaries[6]
          "$d/bin/loader", // loader = clawbpf.agents.main.denyBinaries[7]
          "$d/bin/script.sh", // script = clawbpf.agents.main.denyBinaries[8]
        ],
      },
      other: { denyBinaries: ["$d/bin/nothing"] },
    },
  },
}
END

attempts_table <<END
# by another name
plain          1 0  denied-binary  bprm_check_security denied  exec $d/bin/denied
proc-root      1 0  denied-binary  bprm_check_security denied  exec /proc/self/root/$d/bin/denied
symlink        1 0  denied-binary  bprm_check_security denied  symlink $d/bin/denied $d/other/symlink
hardlink       1 0  denied-binary  bprm_check_security denied  link $d/bin/denied $d/other/link
rename         1 0  denied-binary  bprm_check_security denied  rename $d/bin/denied $d/other/renamed
bind-before    1 0  denied-binary  bprm_check_security denied  exec $d/alias/denied
bind-own       1 0  denied-binary  bprm_check_security denied  bind $d/bin/denied $d/bin/harmless
chroot         1 0  denied-binary  bprm_check_security denied  chroot $d /bin/denied
swap           1 0  denied-binary  bprm_check_security denied  swap $d/swap/harmless $d/swap/denied
interpreter    1 0  denied-binary  bprm_check_security denied  script $d/other/script $d/bin/denied
binfmt         1 0  denied-binary  bprm_check_security denied  exec $d/bin/data.claw
# by a descriptor
opath          1 0  denied-binary  bprm_check_security denied  opath $d/bin/denied
proc-fd        1 0  denied-binary  bprm_check_security denied  procfd $d/bin/denied
execveat-dir   1 0  denied-binary  bprm_check_security denied  at $d/bin denied
unlinked       1 0  denied-binary  bprm_check_security denied  unlinked $d/bin/denied $d/other/unlinked
received       1 0  denied-binary  file_receive        denied  receive $d/socket
opened         1 0  denied-binary  file_open           denied  openexec $d/bin/denied
# read, to be copied
read           1 0  denied-binary  file_open           denied  open $d/bin/denied
copy           1 0  denied-binary  file_open           denied  copy $d/bin/denied $d/other/copy
memfd          1 1  denied-binary  file_open           denied  memfd $d/bin/denied
tmpfile        1 0  denied-binary  file_open           denied  tmpfile $d/bin/denied $d/other
script-read    1 0  denied-binary  file_open           script  exec /usr/bin/bash bash $d/bin/script.sh
# mapped
ld.so          1 0  denied-binary  file_open           dynamic exec $loader ld.so $d/bin/dynamic
pt-interp      1 0  denied-binary  mmap_file           loader  loader $d/bin/loaded
mmap           1 0  denied-binary  file_open           denied  mmap $d/bin/denied
# its content, from outside the session
content        1 0  denied-content bprm_check_security known   exec $d/bin/known
content-link   1 0  denied-content bprm_check_security known   link $d/bin/known $d/other/known
content-copy   1 0  denied-content bprm_check_security known   copy $d/bin/known $d/other/innocent
content-memfd  1 1  fileless-exec  bprm_check_security denied  memfd $d/bin/known
content-tmp    1 0  denied-content bprm_check_security known   tmpfile $d/bin/known $d/other
content-script 1 0  denied-content bprm_check_security known   script $d/other/script2 $d/bin/known
content-ld.so  1 0  denied-content mmap_file dynamic-known     exec $loader ld.so $d/bin/dynamic-known
content-mmap   1 0  denied-content mmap_file           known   mmap $d/bin/known
content-mprot  1 0  denied-content|unreadable file_mprotect known|denied   mprotect $d/bin/known
content-change 1 0  denied-content bprm_check_security known   change $d/other/changed $d/bin/harmless $d/bin/known
overlay        1 0  denied-content bprm_check_security denied  overlay $d/bin denied $d/overlay
overlay-up     1 0  denied-binary  file_open           denied  overlay $d/bin denied $d/overlay up
# from nowhere
memfd-foreign  1 1  fileless-exec  bprm_check_security denied  memfd $d/bin/harmless
detached       1 1  fileless-exec  bprm_check_security denied  detached $d/bin harmless
lazy-unmount   1 1  fileless-exec  bprm_check_security denied  lazy $d/bin harmless $d/place
detached-own   1 1  denied-binary  bprm_check_security denied  detached $d/bin denied
# a path at which there was nothing when the policy was loaded
late           1 0  denied-path    bprm_check_security late    exec $d/late/tool
late-symlink   1 0  denied-path    bprm_check_security late    symlink $d/late/tool $d/other/late
late-interp    1 0  denied-path    bprm_check_security late    script $d/other/script3 $d/late/tool
late-too-long  1 0  unreadable     bprm_check_security denied  deep $d/deep $d/late/tool tool
# a name
named          1 0  denied-name    bprm_check_security named   exec $d/bin/claw-named
named-at       1 0  denied-name    bprm_check_security named   at $d/bin claw-named
named-link     1 0  denied-name    bprm_check_security named   symlink $d/bin/harmless $d/named/claw-named
named-interp   1 0  denied-name    bprm_check_security named   script $d/other/script4 $d/bin/claw-named
found          1 0  denied-binary  bprm_check_security found   exec /usr/local/bin/claw-found
found-link     1 0  denied-binary  bprm_check_security found   link /usr/local/bin/claw-found /usr/local/bin/claw-link
found-copy     1 0  denied-binary  file_open           found   copy /usr/local/bin/claw-found $d/other/found2
# what nobody denied
harmless       0 0  - - -  exec $d/bin/harmless
harmless-copy  0 0  - - -  copy $d/bin/harmless $d/other/harmless
harmless-ld.so 0 0  - - -  exec $loader ld.so /usr/bin/false
harmless-deep  0 0  - - -  deep $d/deep $d/bin/harmless harmless
harmless-tmp   0 0  - - -  tmpfile $d/bin/harmless $d/other
END

"$probes/exec" -o "$d/bin/denied" serve "$d/socket" >/dev/null &
server=$!
eventually 5 test -S "$d/socket"
victim "$d/late/tool" 42 6
attempts_make unloaded "$probes/exec"
rm -rf "$d/late/tool"

check "load" clawbpf load "$config"
victim "$d/late/tool" 42 6
attempts_make host "$probes/exec"
attempts_make neighbour clawbpf run --kernel-only --session agent:other:main -- "$probes/exec"
attempts_make session clawbpf run --kernel-only --session agent:main:main -- "$probes/exec"
kill "$server"
attempts_events agent:main:main
attempts_check unloaded host

umount "$d/alias" /proc/sys/fs/binfmt_misc
rm -f /usr/local/bin/claw-{found,link} /lib64/loader-x86-64.link
done_testing
