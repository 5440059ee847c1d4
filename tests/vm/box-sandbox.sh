#!/bin/bash
# The built-in sandbox: what a session that is to be sandboxed gets from `clawbpf run`, and what it does not get.
# Without bubblewrap's namespaces the same programs reach all of it; so does a session that is not sandboxed.
# vm: timeout=900
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

export HOME=/home/agent
config=$scratch/config.json5
boxes=$HOME/.openclaw/sandboxes
group=telegram:group:-100

# An agent's home, whose the sandboxes become; root's secrets beside it.
rm -rf $HOME /srv/box
mkdir -p $HOME/.openclaw/workspace $HOME/.openclaw/workspace-ro /srv/box/dir /srv/box/own /srv/box/secret
echo "the agent's" >$HOME/.openclaw/workspace-ro/note
echo "an ordinary file" >/srv/box/dir/file
chown -R 1000:1000 $HOME
install -m 600 /dev/null /root/secret

cat >"$config" <<END
{
  agents: {
    defaults: { sandbox: { mode: "non-main", docker: { env: { GREETING: "hello" } } } },
    list: [
      { id: "main", default: true },
      { id: "ro", sandbox: { workspaceAccess: "ro", binds: ["/srv/box/dir:/data/dir:ro", "/srv/box/own:/own"] } },
      { id: "rw", sandbox: { workspaceAccess: "rw", scope: "agent" } },
      { id: "all", sandbox: { scope: "shared", binds: ["/srv/box/dir:/data/dir"] } },
      { id: "small", sandbox: { docker: { memory: "32m", memorySwap: "32m", pidsLimit: 12, cpus: 0.5,
                                          ulimits: { nofile: 50 }, tmpfs: ["/tmp:size=1m"] } } },
      { id: "net", sandbox: { docker: { network: "bridge" } } },
      { id: "root", sandbox: { docker: { user: "0:0" } } },
      { id: "locked", sandbox: { workspaceRoot: "$HOME/locked/boxes" } },
      { id: "quick", tools: { exec: { timeoutSec: 1 } } },
      { id: "noexec", tools: { deny: ["exec"] } },
    ],
  },
  tools: { deny: ["web_fetch"] },
}
END
chmod 600 "$config"
clawbpf load "$config" >/dev/null || fail "the config is loaded" ""

# box AGENT COMMAND... : in a group's session of the agent
box() {
	clawbpf run --session "agent:$1:$group" -- "${@:2}"
}

# --- who, where -----------------------------------------------------------------------------------

check_prints "nobody but the agent's user" '^uid=1000\(sandbox\) gid=1000\(sandbox\) groups=1000\(sandbox\)$' box main id
check_prints "without capabilities" '^CapBnd:.0+$' box main cat /proc/self/status
check_prints "without new privileges" '^NoNewPrivs:.1$' box main cat /proc/self/status
check_prints "on the host it is root" '^uid=0' clawbpf run --session agent:main:main -- id
check_prints "in a directory of its own" '^/workspace$' box main sh -c 'echo one >mine; pwd'
check_prints "... which stays" '^one$' cat $boxes/agent-main-telegram-group--100-*/mine
check_prints "... is the user's alone" '^1000 700$' stat -c '%u %a' $boxes/agent-main-telegram-group--100-*
check_fails "... and not another session's" clawbpf run --session agent:main:telegram:group:-200 -- cat mine
check_prints "its processes are its own" '^2$' box main sh -c 'echo $$'
check_prints "its host name, too" '^sandbox$' box main hostname
check_prints "no link but the loopback" '^1$' box main sh -c 'tail -n +3 /proc/net/dev | wc -l'
check_lacks "nothing of the caller's environment" SECRET env SECRET=x SSH_AUTH_SOCK=/SECRET clawbpf run \
	--session agent:main:$group -- env
check_prints "... what the config says is there" '^GREETING=hello$' box main env
exec 9<"$config" 8<>/dev/ptmx
check_prints "no descriptor but three, and the directory's own" '^4$' box main sh -c 'ls /proc/self/fd | wc -l'
exec 9<&- 8<&-
check_exit "a directory as stdin is a way out: refused" 1 bash -c "clawbpf run --session agent:main:$group -- true </"
check_exit "a network socket, too" 1 bash -c "busybox nc -ll -p 7000 >/dev/null & sleep 0.5; exec 3<>/dev/tcp/127.0.0.1/7000
	clawbpf run --session agent:main:$group -- true <&3; r=\$?; kill %1; exit \$r"
# with_stdin SOCKET
with_stdin() {
	"$probes/box-stdin" "$1" clawbpf run --session "agent:main:$group" -- true
}
check "a unix socket with one other end is none" with_stdin stream
check_exit "... one that sends to any of the host's is" 1 with_stdin datagram
check_exit "... and one to which any of the host's connects" 1 with_stdin listener
install -m 644 -o 1000 -g 1000 /dev/null "$scratch/input"
chmod 711 "$scratch"
# shellcheck disable=SC2016 # the inner shell's
write_input=(sh -c 'read x; echo "$x"; echo "written" >/proc/self/fd/0')
# at_input WHAT COMMAND... : with a file as stdin; prints what is in it at last
at_input() {
	echo given >"$scratch/input"
	"$@" "${write_input[@]}" <"$scratch/input"
	cat "$scratch/input"
}
check_prints "a file given to be read: its owner can write it by /proc" '^written$' \
	at_input setpriv --reuid 1000 --regid 1000 --clear-groups
check_prints "... in the sandbox it is read" '^given$' at_input box main
check_lacks "... and cannot be written" '^written$' at_input box main
check_prints "no privilege before the kernel's memory killer" '^0$' \
	bash -c "echo -500 >/proc/self/oom_score_adj; exec clawbpf run --session agent:main:$group -- cat /proc/self/oom_score_adj"
check_lacks "its command line tells no path of the host" "$HOME" box ro sh -c 'tr "\0" "\n" </proc/1/cmdline'

# --- workspace and binds --------------------------------------------------------------------------

check_prints "ro: the workspace is at /agent" "the agent's" box ro cat /agent/note
check_fails "... read-only" box ro touch /agent/new
check "... and a private directory is at /workspace" box ro touch /workspace/new
check_prints "a bind for reading" 'an ordinary file' box ro cat /data/dir/file
check_fails "... cannot be written" box ro touch /data/dir/new
chown 1000 /srv/box/own
check "a bind without a mode can be" box ro touch /own/new
check "... and it arrives" test -e /srv/box/own/new
check "rw: the workspace, which was not there, is at /workspace" box rw touch /workspace/made
check_prints "... and it arrives, the user's" '^1000$' stat -c %u $HOME/.openclaw/workspace-rw/made
check "scope agent: another session of the agent" clawbpf run --session agent:rw:telegram:group:-200 -- test -e made
check_fails "scope shared: the agent's own binds do not count" box all test -e /data/dir
check_prints "... and its directory is the root of all" 'agent-main' box all ls /workspace
chmod 700 /srv/box && chown 0:0 /srv/box
check_prints "a bind that only root can get to" 'an ordinary file' box ro cat /data/dir/file
check_prints "... beside a file as stdin" '^given$' sh -c "clawbpf run --session agent:ro:$group -- cat <$scratch/input"
chmod 755 /srv/box

# --- refused before anything runs -----------------------------------------------------------------

check_exit "another network than none is not to be had" 1 box net true
check_prints "... and the key is named" 'docker.network.*no network' sh -c \
	"clawbpf run --session agent:net:$group -- true 2>&1; true"
check_exit "nor root" 1 box root true
rm -rf /srv/box/dir && ln -s /etc /srv/box/dir
check_exit "a bind that became a link to /etc" 1 box ro cat /data/dir/passwd
check_prints "... names the entry" 'binds\[0\].*blocked path: /etc' sh -c "clawbpf run --session agent:ro:$group -- true 2>&1; true"
rm /srv/box/dir && mkdir /srv/box/dir
mv $boxes $boxes.real && ln -s /root $boxes
check_fails "a private directory that became a link" clawbpf run --session agent:main:telegram:group:-300 -- touch here
check_prints "... nothing was made there" '^0$' sh -c 'ls /root | grep -c agent-main; true'
rm $boxes && mv $boxes.real $boxes
install -d -m 555 -o 1000 -g 1000 $HOME/locked
check_fails "nothing is made by root where a user rules" box locked true
check_prints "... indeed" '^0$' sh -c "ls $HOME/locked | wc -l"
mv /usr/bin/bwrap /usr/bin/bwrap.away
check_prints "without bubblewrap it says so" 'apt-get install bubblewrap' sh -c "clawbpf run --session agent:main:$group -- true 2>&1; true"
mv /usr/bin/bwrap.away /usr/bin/bwrap

# --- ends -----------------------------------------------------------------------------------------

check_exit "the exit status is the program's" 7 box main sh -c 'exit 7'
check_exit "... 1, too" 1 box main false
made_by() {
	(umask "$1" && rm -rf /run/clawbpf/{etc,stage} && box main sh -c 'touch masked && umask && stat -c %a masked && rm masked')
}
check_prints "whatever of its files a caller shows: it has its /etc, and his mask" '^0077 600$' eval 'made_by 077 | paste -sd " "'
check_exit "... for a caller who hears of no child, too" 7 bash -c "trap '' CHLD; exec clawbpf run --timeout 20 --session agent:main:$group -- sh -c 'exit 7'"
check_exit "... and the signal's" 137 box main sh -c 'kill -9 $$'
check_exit "no such program" 127 box main nosuch
check_exit "no such path" 127 box main /workspace/nosuch
check_exit "no program" 126 box main /etc/passwd
check_prints "no such user: that is said, not of the program" 'there is no user "nosuch"' sh -c \
	"clawbpf run --session agent:main:$group --kernel-only --user nosuch -- true 2>&1; [ \$? = 1 ]"
check_prints "on the host by number: it is that user" '^65534 nobody$' clawbpf run --session agent:main:$group --kernel-only \
	--user 65534 -- sh -c "echo \$(id -u) \$USER"
check_exit "its time is up" 124 box quick sh -c 'sleep 100 & setsid sleep 100 & sleep 100'
check_exit "... by the option" 124 clawbpf run --session agent:main:$group --timeout 1 -- sleep 100
check_exit "... the option outranks the config" 0 clawbpf run --session agent:quick:$group --timeout 30 -- sleep 2
check_fails "... and nothing of it is left" pgrep sleep
check_prints "it says so" 'ended after 1 second, ' sh -c "clawbpf run --session agent:quick:$group -- sleep 100 2>&1; true"
check_prints "stdin and stdout pass through" '^5000000$' sh -c "head -c 5000000 /dev/zero | clawbpf run --session agent:main:$group -- cat | wc -c"
check_exit "a signal reaches the program" 5 bash -c "clawbpf run --session agent:main:$group -- sh -c \
	'trap \"exit 5\" TERM; echo ready; while :; do sleep 0.1; done' >$scratch/ready & p=\$!
	until [ -s $scratch/ready ]; do sleep 0.1; done; kill -TERM \$p; wait \$p"
check_exit "killed, it leaves nothing behind" 1 bash -c "clawbpf run --session agent:main:$group -- sleep 1234 & p=\$!
	until pgrep -f 'sleep 1234' >/dev/null; do sleep 0.1; done; sleep 0.5; kill -KILL \$p; sleep 1; pgrep -x sleep"

check "... but its session, to be removed" clawbpf session remove --session agent:main:$group --kill

# --- limits ---------------------------------------------------------------------------------------

check "the memory's limit lets small things run" box small true
check_exit "more memory than that" 137 box small sort -S 90M /dev/zero
check_prints "not more processes than that" 'fork' sh -c \
	"clawbpf run --session agent:small:$group -- sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do sleep 1 & done; wait' 2>&1; true"
check_prints "descriptors" '^50$' box small sh -c 'ulimit -n'
check_fails "a small file system" box small dd if=/dev/zero of=/tmp/big bs=64k count=40 status=none

# --- refusals -------------------------------------------------------------------------------------

check_exit "the kernel's policy holds in it: a denied program" 126 box main curl -sS http://127.0.0.1/
check_prints "... what, why and which key is said at the end" \
	'execute /usr/bin/curl: the binary is denied: tools.deny\[0\] "web_fetch" \(.*to allow it, change' \
	sh -c "clawbpf run --session agent:main:$group -- curl -sS http://127.0.0.1/ 2>&1; true"
check_prints "... and how often" 'create a socket .*no network.* \(2 times\)$' \
	sh -c "clawbpf run --session agent:main:$group -- bash -c 'echo >/dev/tcp/127.0.0.1/1; echo >/dev/tcp/127.0.0.1/1' 2>&1; true"
check_prints "... --quiet-refusals: it is not" '^1$' \
	sh -c "clawbpf run --session agent:main:$group --quiet-refusals -- curl -sS http://127.0.0.1/ 2>&1 | grep -c ."
check_prints "without exec: the first program runs" '^here$' box noexec echo here
check_prints "... and no other" 'not permitted' sh -c "clawbpf run --session agent:noexec:$group -- sh -c /usr/bin/id 2>&1; true"

# --- what no security module is asked about ---------------------------------------------------------

cp $probes/box-try $HOME/.openclaw/workspace-rw/
table_try $probes/box-try
table_judge "outside" 'allowed|other|absent'
table_try clawbpf run --quiet-refusals --session agent:rw:$group -- ./box-try
table_judge "in the sandbox" refused
cp $probes/box-first $HOME/.openclaw/workspace-rw/
table_try clawbpf run --quiet-refusals --session agent:rw:$group -- ./box-first unix-by-pid-1
table_judge "by bubblewrap itself, traced" allowed
table_try clawbpf run --quiet-refusals --session agent:rw:$group -- ./box-first inet-by-pid-1 mount-by-pid-1
table_judge "by bubblewrap itself, traced" refused
check_prints "... which has no capabilities" '^CapEff:.0+$' box main cat /proc/1/status
check_prints "... and the filter" '^Seccomp:.2$' box main cat /proc/1/status
cp $probes/net-own $HOME/.openclaw/workspace-rw/
table_all "what is its own works" allowed box rw ./net-own

# A crash has the kernel run a program outside, as root.
printf '#!/bin/sh\n: >%s/crashed\n' "$scratch" >"$scratch/crash" && chmod 755 "$scratch/crash"
pattern=$(cat /proc/sys/kernel/core_pattern)
echo "|$scratch/crash" >/proc/sys/kernel/core_pattern
# shellcheck disable=SC2016
bash -c 'kill -SEGV $$'
check "a crash on the host is told to whom core_pattern names" eventually 20 test -e "$scratch/crashed"
rm "$scratch/crashed"
check_exit "... in the sandbox" 139 box main bash -c 'ulimit -c 0; ulimit -c unlimited; kill -SEGV $$'
sleep 3
check_fails "... it is not" test -e "$scratch/crashed"
echo "$pattern" >/proc/sys/kernel/core_pattern

# --- sessions that are over -------------------------------------------------------------------------

kept() {
	bpftool -j map dump pinned /sys/fs/bpf/clawbpf/maps/sessions | grep -o '"created_ns":[1-9]' | wc -l
}
check "one that is over stays for its next run" test "$(kept)" -gt 1
for ((i = 0; i < 64; i++)); do
	clawbpf run --kernel-only --session agent:main:telegram:group:-9$i -- true
done
check "... but they do not pile up" test "$(kept)" -lt 64
check_prints "... and do not count" 'Sessions: 0\.' clawbpf status

# --- what explain says ------------------------------------------------------------------------------

check_prints "explain: its mounts" "workspace-ro at /agent \\(read-only\\), /srv/box/dir at /data/dir \\(read-only\\)" \
	clawbpf explain --session agent:ro:$group
check_prints "explain: its limits" 'limits: 60 s .*memory 33554432 bytes, 0.5 processors, 12 processes' \
	clawbpf explain --session agent:small:$group
check_prints "explain: why there is none" 'makes no sandbox for it: .*network.*docker.network' \
	clawbpf explain --session agent:net:$group

check_prints "no session is left" 'No session' clawbpf session list
done_testing
