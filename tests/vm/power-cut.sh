#!/bin/bash
# The power goes: between any two steps of a load, a reload, an approval for always, its end, the log's writing and its
# rotation, and at last in the middle of an unload, by a real reset of the machine, whose disk is kept. What the disk has
# by then is what the next boot finds: whole, old or new, never half of it, and everything goes on from there.
# vm: reset timeout=900 either=6.12
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

session=agent:main:telegram:group:-1
store=/var/lib/clawbpf/approvals.json
log=/var/log/clawbpf/audit.jsonl

# --- what both boots need -----------------------------------------------------------------------------

mkdir -p /usr/local/bin /disk
printf '#!/bin/sh\necho "told $*"\n' >/usr/local/bin/tell
chmod 755 /usr/local/bin /usr/local/bin/tell
victim /usr/local/bin/denied 42
modprobe -q loop

refused() {
	clawbpf run --quiet-refusals --session agent:main:main --kernel-only -- denied >/dev/null 2>&1
	[ $? = 126 ]
}

# config NUMBER : one of two that deny the same
config_of() {
	echo "{ agents: { defaults: { sandbox: { mode: 'non-main' } } }, tools: { elevated: { patterns: ['tell *'] } },
		clawbpf: { denyBinaries: ['/usr/local/bin/denied', '/no/such/$1'] } }"
}

# --- the first boot: until the power goes ---------------------------------------------------------------

# What has reached the disk before a call, as the image of a disk of its own, when it is another than the last one.
# In the second round all that was written has reached it before each call.
cutter_write() {
	cat >/tmp/cutter <<-'END'
	#!/usr/bin/busybox sh
	PATH=/usr/bin
	[ ! -e /tmp/synced ] || /usr/bin/sync -f /var/lib
	/usr/bin/cmp -s /tmp/medium /tmp/last && exit
	/usr/bin/cp --sparse=always /tmp/medium /tmp/last
	read -r n </tmp/count
	n=$((n + 1))
	echo $n >/tmp/count
	/usr/bin/cp --sparse=always /tmp/last "/disk/image.$n"
	read -r step </tmp/step
	echo "$n $step, before: $1" >>/disk/steps
	END
	chmod 755 /tmp/cutter
	echo 0 >/tmp/count
	: >/tmp/last
}

# cut STEP COMMAND... : which does nothing else meanwhile
cut_step() {
	echo "$1" >/tmp/step
	shift
	check "$(cat /tmp/step)$([ ! -e /tmp/synced ] || echo ", all written at once")" "$probes/kill-at" /tmp/cutter "$@"
	/tmp/cutter "the next step"
}

waiting() {
	clawbpf approvals --json | tr -d ' \n' | grep -oE '"id":"[0-9a-f]+","state":"waiting"' | cut -d'"' -f4
}

something_waits() {
	[ -n "$(waiting)" ]
}

# ask WORD : a request that waits; sets id
ask() {
	clawbpf run --session $session --elevated --no-prompt -- tell "$1" >/dev/null 2>&1 </dev/null &
	eventually 60 something_waits || fail "asked: $1" "nothing waits"
	kill $!
	id=$(waiting)
}

round() {
	rm -rf /var/lib/clawbpf
	sync
	cut_step "a load that makes its folder" clawbpf load /var/config.json5
	refused
	cut_step "events are logged" clawbpf audit
	ask "first $1"
	first=$id
	cut_step "an approval for always" clawbpf approvals approve "$id" --always
	ask "second $1"
	cut_step "another one" clawbpf approvals approve "$id" --always
	cut_step "one that is revoked" clawbpf approvals revoke "$first"
	mv $log "$log.$1"
	refused
	cut_step "a log that was rotated" clawbpf audit
	refused
	config_of "$1" >/var/config.json5
	cut_step "a reload" clawbpf load /var/config.json5
}

first_boot() {
	mke2fs -q -t ext4 /dev/vda && mount -o commit=300 /dev/vda /disk || fail "a disk" "it cannot be made"
	truncate -s 12M /tmp/medium # a reload wants room for what waits for the log
	mke2fs -q -t ext4 -b 1024 -m 0 /tmp/medium
	mount -o loop,commit=300 /tmp/medium /var
	mkdir /var/lib /var/log
	cutter_write
	config_of 0 >/var/config.json5
	check "load" clawbpf load /var/config.json5
	round 1
	: >/tmp/synced
	round 2
	mkdir /disk/whole
	cp $log* /disk/whole/
	umount /var

	# And once in earnest.
	mkdir /disk/var /disk/var/lib /disk/var/log
	mount --bind /disk/var /var
	config_of 0 >/var/config.json5
	sync
	check "another disk: load" clawbpf load /var/config.json5
	ask earnest
	check "an approval for always" clawbpf approvals approve "$id" --always
	refused
	check "what was refused is logged" sh -c 'clawbpf audit | grep "REFUSED.*denied"'
	clawbpf run --session agent:main:main --kernel-only -- true # which waits for the unload to be logged
	printf '{"time":"2026-01-01T00:00:00.000000Z","type":"refusal","session":"agent:ma' >>$log
	sync $log # a line that is cut in two
	: >/disk/begun
	sync /disk/begun /disk
	# shellcheck disable=SC2016 # the script's
	printf '%s\n' '#!/usr/bin/busybox sh' 'case $1 in fdatasync*) /usr/bin/busybox reboot -n -f ;; esac' >/tmp/cutter
	sleep 1 # what is said here has to get out
	"$probes/kill-at" /tmp/cutter clawbpf unload >/tmp/said 2>&1
	fail "the reset, without a sync" "the machine goes on" "$(cat /tmp/said)"
	done_testing
}

# --- the next one: what is there, and how it goes on --------------------------------------------------

# log_is_beginning FILE : its lines are those that were to be written, up to where the last one is cut
log_is_beginning() {
	[ ! -s "$1" ] && return
	for whole in /disk/whole/*; do
		! cmp -s -n "$(stat -c %s "$1")" "$1" "$whole" || return 0
	done
	return 1
}

# What an image shows. Says what is wrong.
image_look() {
	local known=0 approved
	for file in "$log"*; do
		log_is_beginning "$file" || echo "$file is no beginning of what it was to be: $(tail -c 300 "$file" | tr '\0' '?')"
	done
	[ ! -e $store ] || known=$(grep -c '"program"' $store)
	approved=$(cat $log* 2>/dev/null | grep -c '"type":"approved".*"how":"always"')
	[ "$known" -le "$approved" ] || echo "$known are approved for always, and the trail has $approved"
	[ ! -e $store ] || grep -q '^}$' $store || echo "$store is cut: $(head -c 300 $store)"
	clawbpf load /var/config.json5 >/tmp/said 2>&1 || echo "load: $(cat /tmp/said)"
	refused || echo "what is denied is not refused"
	clawbpf approvals --json >/tmp/said 2>&1 || echo "approvals: $(cat /tmp/said)"
	[ "$(grep -c '"state": "always"' /tmp/said)" = "$known" ] || echo "not all of the $known approvals for always are there: $(cat /tmp/said)"
	clawbpf audit --json >/tmp/said 2>/tmp/errors || echo "audit: $(cat /tmp/errors)"
	[ "$(grep -c '^{"time.*}$' /tmp/said)" = "$(wc -l </tmp/said)" ] && tail -n 5 /tmp/said | grep -q '"type":"refusal"' ||
		echo "audit shows $(tail -n 5 /tmp/said)"
}

images_look() {
	local n step count=0 wrong looks seen=' '
	while read -r n step; do
		mount -o loop "/disk/image.$n" /var || fail "image $n" "it cannot be mounted"
		count=$((count + 1))
		looks=$(cat $store $log* 2>&1 | md5sum)
		wrong=
		[[ $seen = *"$looks"* ]] || wrong=$(image_look)
		seen+=$looks
		umount /var || fail "image $n" "it is held"
		[ -z "$wrong" ] || fail "the power went at image $n, $step" "what is wrong:" "$wrong"
		rm "/disk/image.$n"
	done </disk/steps
	check "a boot after each of $count power cuts" test "$count" -ge 25
}

second_boot() {
	mount --bind /disk/var /var
	check_fails "after the reset nothing is enforced, and status says so" clawbpf status
	check_exit "... what is denied runs" 42 denied
	check "... and nothing is left" nothing_left
	check_prints "the log can be read, and the line that was cut is told of" 'has no end: it was cut in a power cut' sh -c 'clawbpf audit 2>&1'
	check "load, from the same config" clawbpf load /var/config.json5
	check "what is denied is refused" refused
	check_prints "no session is there but those that came since" '^\[\]$|"sessions": *\[\]' clawbpf session list --json
	check_prints "what was approved for always is" 'always.*tell earnest' clawbpf approvals
	check_prints "... and runs, unasked" '^told earnest' clawbpf run --session $session --elevated --no-prompt -- tell earnest
	clawbpf audit --json >/tmp/said
	check "the log goes on, on a line of its own" test "$(grep -c '"type":"refusal".*denied.*}$' /tmp/said)" = 2
	check "... the cut line stays what it is" grep -q '^{"time":"2026-01-01T00:00:00.000000Z","type":"refusal","session":"agent:ma$' $log
	check "... the trail has the restart: another boot's load" test \
		"$(grep '"type":"loaded"' $log | grep -o '"boot":"[^"]*"' | sort -u | wc -l)" = 2
	check "... and is counted as unreadable" sh -c 'clawbpf audit | grep -q "1 unreadable"'
	umount /var
	images_look
	check "unload" clawbpf unload
	check "nothing is left" eventually 10 nothing_left
	done_testing
}

if mount -o commit=300 /dev/vda /disk 2>/dev/null && [ -e /disk/begun ]; then
	second_boot
else
	umount /disk 2>/dev/null
	first_boot
fi
