#!/bin/bash
# When what is around it fails: a BPF file system that is read-only, a disk that is full, two who load at once, a load
# beside an unload, and a power cut in the middle of the log.
# vm: timeout=900
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
check "... status is sure" says 0 'an exec refused' clawbpf status
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

# --- the power goes ---------------------------------------------------------------------------------

# cut_power NAME : what has reached the medium by now, as a disk of its own
cut_power() {
	cp "$d/disk" "$d/disk.$1"
}

modprobe -q loop
truncate -s 24M "$d/disk"
mke2fs -q -t ext4 "$d/disk"
mount -o loop "$d/disk" $log
chmod 700 $log
clawbpf load "$d/first.json5" >/dev/null
clawbpf audit --follow >"$d/follow" 2>&1 &
follow=$!
for i in {1..8}; do
	clawbpf run --quiet-refusals --session "$key" -- sh -c 'for i in 1 2 3 4 5; do /usr/bin/true again; done'
	cut_power "$i"
done
kill $follow
wait $follow
clawbpf audit >/dev/null
cp $log/audit.jsonl "$d/whole"
umount $log
# What a boot would find is looked at with the policy loaded all the time: a first load is slow.
# The ninth was cut in the middle of its last line, however the others came out.
cp "$d/disk.8" "$d/disk.9"
bad=
for i in {1..9}; do
	mount -o loop "$d/disk.$i" $log || bad+="disk $i cannot be mounted"$'\n'
	[ "$i" != 9 ] || truncate -s -20 $log/audit.jsonl
	lines=$(grep -c '}$' $log/audit.jsonl 2>/dev/null)
	[ ! -e $log/audit.jsonl ] || head -c "$(stat -c %s $log/audit.jsonl)" "$d/whole" | cmp -s - $log/audit.jsonl ||
		bad+="disk $i: the log is no beginning of what it was to be"$'\n'
	kept+=" $lines"
	refused || bad+="disk $i: not refused"$'\n'
	clawbpf audit --json >"$d/shown" 2>"$d/errors" || bad+="disk $i: audit fails: $(cat "$d/errors")"$'\n'
	[ "$(grep -c '^{.*}$' "$d/shown")" = "$(wc -l <"$d/shown")" ] && grep -q '"type":"refusal"' <(tail -n 5 "$d/shown") ||
		bad+="disk $i: audit shows $(tail -n 5 "$d/shown")"$'\n'
	umount $log
	rm -f "$d/disk.$i"
done
if [ -z "$bad" ]; then pass "nine power cuts: what is left of the log is its beginning (lines:$kept), and it goes on behind it"; else fail "power cuts" "lines kept:$kept" "$bad"; fi
check "what the medium has is not nothing" test "${kept##* }" -gt 10
check "unload" clawbpf unload
rm -rf /run/clawbpf # a boot makes it anew
check "after a boot nothing is enforced, and status says so" says 1 'no policy is loaded' clawbpf status
check "nothing is left" unloaded
done_testing
