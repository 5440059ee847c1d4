#!/bin/bash
# When what is around it fails: a BPF file system that is read-only or gone, disks that are full, two who load at once, a
# load beside an unload, control groups elsewhere or nowhere, a clock that is set back.
# vm: timeout=900 either=6.1
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
key=agent:main:main
log=/var/log/clawbpf
victim "$d/denied" 42
victim "$d/other" 42 other
echo "{ clawbpf: { denyBinaries: ['$d/denied'] } }" >"$d/first.json5"
echo "{ clawbpf: { denyBinaries: ['$d/denied', '$d/other'] } }" >"$d/second.json5"

refused() {
	clawbpf run --quiet-refusals --session "$key" -- "$d/denied" >/dev/null 2>&1
	[ $? = 126 ]
}

# says STATUS PATTERN COMMAND...
says() {
	local wanted=$1 pattern=$2
	shift 2
	"$@" >"$d/said" 2>&1
	[ $? = "$wanted" ] && grep -qE -- "$pattern" "$d/said" || { cat "$d/said"; return 1; }
}

unloaded() {
	[ ! -e /sys/fs/bpf/clawbpf ] && [ ! -e /sys/fs/cgroup/clawbpf ]
}

# --- the BPF file system is read-only ---------------------------------------------------------------

mount -o remount,ro /sys/fs/bpf
check "read-only bpffs: a load says why it cannot be" says 1 '/sys/fs/bpf.*(cannot be made|[Rr]ead-only)' clawbpf load "$d/first.json5"
check "... and leaves nothing" unloaded
check_exit "... what is denied runs" 42 "$d/denied"
mount -o remount,rw /sys/fs/bpf
check "writable again: load" clawbpf load "$d/first.json5"
mkfifo "$d/go"
clawbpf run --quiet-refusals --session "$key" -- sh -c "read -r _ <$d/go; $d/denied; echo \$? >$d/came" &
running=$!
check "a session begins" eventually 20 sh -c "clawbpf session list | grep -q '^agent'"
mount -o remount,ro /sys/fs/bpf
: >"$d/go"
check "read-only: what is denied is refused to who is there" eventually 20 grep -qx 126 "$d/came"
check "... status does not say that all is well" says 1 'Read-only' clawbpf status
check "... a load says why it cannot be" says 1 'Read-only' clawbpf load "$d/second.json5"
check "... an unload, too" says 1 'Read-only' clawbpf unload
mount -o remount,rw /sys/fs/bpf
wait $running
check "writable again: all is as it was" refused
check "... and no more than that" says 0 'generation 1' clawbpf status

# --- the log's disk is full -------------------------------------------------------------------------

mkdir -p $log
mount -t tmpfs -o size=1m,mode=700 none $log
head -c 1020k /dev/zero >$log/filler
check "a full disk: what is denied is refused" refused
check "... a load would leave events without their rules: it says so, and is not made" says 1 'full' clawbpf load "$d/second.json5"
check "... what is denied is refused" refused
check_exit "... and no more than that" 42 clawbpf run --quiet-refusals --session "$key" -- "$d/other"
check "... audit says that it is full" says 1 'full' clawbpf audit
check "... status is sure" says 0 'an exec.* refused' clawbpf status
mount -o remount,size=64m $log
rm $log/filler
check "with room again, what was refused is told" says 0 'REFUSED.*/denied' clawbpf audit
check "... nothing was lost" says 0 'no event was lost' clawbpf audit
umount $log

# --- at once ----------------------------------------------------------------------------------------

for i in 1 2 3 4; do
	policy=first
	[ $((i % 2)) = 1 ] || policy=second
	clawbpf load "$d/$policy.json5" >"$d/load.$i" 2>&1 &
	loads[i]=$!
done
failed=0
for pid in "${loads[@]}"; do
	wait "$pid" || failed=$((failed + 1))
done
check "four loads at once: all are made, one after the other" test "$failed $(sed -n 's/.*(generation \([0-9]*\).*/\1/p' "$d"/load.* | sort -u | wc -l)" = "0 4"
check "... what both deny is refused" refused

lies=0
for i in 1 2 3; do
	clawbpf unload >/dev/null 2>&1 &
	one=$!
	clawbpf load "$d/first.json5" >"$d/load" 2>&1 &
	other=$!
	clawbpf status >"$d/status" 2>&1 || grep -qE 'no policy is loaded|is not complete' "$d/status" || lies=$((lies + 1))
	wait $one || lies=$((lies + 1))
	wait $other || lies=$((lies + 1))
	# Whichever came last counts, whole.
	if [ -e /sys/fs/bpf/clawbpf ]; then refused; else unloaded && [ "$("$d/denied"; echo $?)" = 42 ]; fi || lies=$((lies + 1))
done
check "a load beside an unload: whole, or not there" test $lies = 0

# --- no room for what is approved for always, or for what we keep while we run ----------------------

store=/var/lib/clawbpf
tmpfs() {
	mkdir -p "$2"
	mount -t tmpfs -o "size=$1,mode=$3" none "$2"
}
tmpfs 64k $store 700
echo "{ agents: { defaults: { sandbox: { mode: 'all' } } }, tools: { elevated: { patterns: ['uname -s'] } },
	clawbpf: { denyBinaries: ['$d/denied', '$d/other'] } }" >"$d/elevated.json5"
check "load, with room for what is approved for always" clawbpf load "$d/elevated.json5"
clawbpf run --session "$key" --elevated --no-prompt -- uname -s >"$d/said.elevated" 2>&1 </dev/null &
asked=$!
number() {
	clawbpf approvals --json | tr -d ' \n' | grep -oE '"id":"[0-9a-f]+","state":"waiting"' | cut -d'"' -f4 | grep .
}
check "a request" eventually 20 number
id=$(number)
cp $store/approvals.json "$d/approvals"
dd if=/dev/zero of=$store/filler bs=4k 2>/dev/null
check "a full disk: what is approved for always is not, and it is said" says 1 'No space' clawbpf approvals approve "$id" --always
check "... the file is what it was, and nothing is beside it" sh -c "cmp $store/approvals.json $d/approvals && ! ls $store/*.new"
check "... once, it can be" clawbpf approvals approve "$id"
wait $asked
check "... and it runs" grep -q Linux "$d/said.elevated"
rm $store/approvals.json
check "no room for the file at all: a load enforces" says 0 'an exec.* refused' clawbpf load "$d/second.json5"
check "... what is denied is refused" refused
rm $store/filler
umount $store
check "room again: load" clawbpf load "$d/second.json5"

clawbpf load "$d/elevated.json5" >/dev/null
tmpfs 256k /run/clawbpf 755
dd if=/dev/zero of=/run/clawbpf/filler bs=4k 2>/dev/null
check "a full /run: a sandbox that cannot be made is none" says 1 'No space' clawbpf run --session "$key" -- true
check "... load" says 0 'an exec.* refused' clawbpf load "$d/first.json5"
check "... what is denied is refused" refused
umount /run/clawbpf

# --- the control groups are elsewhere, or nowhere ----------------------------------------------------

groups=$(mktemp -d)
mount -t cgroup2 none "$groups"
umount -l /sys/fs/cgroup
check "cgroup2 elsewhere: what is denied is refused" refused
check "... status is sure" says 0 'an exec.* refused' clawbpf status
umount "$groups"
check "cgroup2 nowhere: no program is started in a session, and why" says 1 'cgroup2.* is not mounted' \
	clawbpf run --session "$key" -- "$d/denied"
check "... nor one that is not denied" says 1 'cgroup2.* is not mounted' clawbpf run --session "$key" -- true
check "... status does not say that all is well" says 1 'cgroup2.* is not mounted' clawbpf status
mount -t cgroup2 -o nsdelegate none /sys/fs/cgroup
check "mounted again: all is as it was" refused

# --- the clock is set back ---------------------------------------------------------------------------

clawbpf audit >/dev/null
clawbpf audit --json --type refusal >"$d/before"
before=$(wc -l <"$d/before")
date -s "@$(($(date +%s) - 86400))" >/dev/null
check "a day back: what is denied is refused" refused
check "... load" says 0 'an exec.* refused' clawbpf load "$d/second.json5"
check "... the log has it, behind what was before" test "$(clawbpf audit --json --type refusal | tail -n +$((before + 1)) | grep -c '/denied')" = 1
boot_seconds() { sed 's/.*"bootSeconds":\([0-9.]*\).*/\1/' "$@"; }
latest=$(boot_seconds "$d/before" | sort -g | tail -1)
clawbpf audit --json --type refusal | tail -n +$((before + 1)) | boot_seconds >"$d/after"
# shellcheck disable=SC2016 # awk's
check "... boot time puts it behind them" awk -v latest="$latest" '$1 <= latest { early = 1 } END { exit early || NR != 1 }' "$d/after"
check "... and no record is without it" sh -c "! clawbpf audit --json | grep -v '\"bootSeconds\":[0-9]*[1-9]'"
date -s "@$(($(date +%s) + 86400))" >/dev/null

# --- the BPF file system goes -------------------------------------------------------------------------

# What was pinned is gone with it: root's own doing. Then nobody says otherwise, and nothing runs as if it were not.
umount /sys/fs/bpf
check "no bpffs: status says that nothing is enforced" says 1 'no policy is loaded|not mounted' clawbpf status
check "... no program is started in a session" says 1 'no policy is loaded|not mounted' clawbpf run --session "$key" -- true
check "... a load says why it cannot be" says 1 'not mounted on /sys/fs/bpf' clawbpf load "$d/first.json5"
check "... the log can be read" says 0 'REFUSED.*/denied' clawbpf audit
check_exit "... what was denied runs" 42 "$d/denied"
check_lacks "... no program is left" 'name claw_' bpftool prog list
mount -t bpf -o mode=700 none /sys/fs/bpf
rm -rf /run/clawbpf # a boot makes it anew
check "after a boot nothing is enforced, and status says so" says 1 'no policy is loaded' clawbpf status
clawbpf unload >/dev/null
check "nothing is left" unloaded
done_testing
