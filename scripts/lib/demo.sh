# shellcheck shell=bash
# What does scripts/demo show, and did it go as announced? Sourced by scripts/demo for the colours, and in the guest,
# where demo_run does it all. A command is given as one string: what is printed is what is run.

demo_color() {
	bold='' green='' red='' plain=''
	[ "$1" = always ] || return 0
	bold=$'\e[1m' green=$'\e[32m' red=$'\e[1;31m' plain=$'\e[0m'
}

demo_wrong=0
demo_out=/run/demo-out

title() {
	printf '\n%s== %s%s\n' "$bold" "$1" "$plain"
}

# Runs the command here, so that it can set descriptors and start jobs; sets `status`, leaves its output in a file.
shown() {
	printf '\n%s$ %s%s\n' "$bold" "$1" "$plain"
	status=0
	eval "$1" >"$demo_out" 2>&1 </dev/null || status=$?
	cat "$demo_out"
}

as_announced() {
	printf '%s  -> %s%s\n' "$green" "$1" "$plain"
}

not_as_announced() {
	printf '%s  -> WRONG: %s%s\n' "$red" "$1" "$plain"
	demo_wrong=$((demo_wrong + 1))
}

# allowed COMMAND [PATTERN] : it must succeed, and print such a line
allowed() {
	shown "$1"
	if [ "$status" != 0 ]; then
		not_as_announced "it failed, with $status"
	elif [ -n "${2-}" ] && ! grep -qE -- "$2" "$demo_out"; then
		not_as_announced "it did not print '$2'"
	else
		as_announced "allowed"
	fi
}

# refused COMMAND : it must fail, for want of a permission, or since it does not even see the file
refused() {
	shown "$1"
	if [ "$status" = 0 ]; then
		not_as_announced "it was not refused"
	elif ! grep -qiE 'operation not permitted|permission denied|no such file or directory' "$demo_out"; then
		not_as_announced "it failed, but was not refused"
	else
		as_announced "refused"
	fi
}

# printed COMMAND PATTERN... : it must succeed and print a line like each
printed() {
	local pattern wrong=''
	shown "$1"
	shift
	for pattern in "$@"; do
		grep -qE -- "$pattern" "$demo_out" || wrong+=" '$pattern'"
	done
	if [ "$status" != 0 ]; then
		not_as_announced "it failed, with $status"
	elif [ -n "$wrong" ]; then
		not_as_announced "nothing there like$wrong"
	fi
}

# The log of the shell that runs by itself grows a moment after it was given something to do.
wait_for_line() {
	local tries=300
	while [ ! -s "$1" ] && [ "$tries" -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
}

# --- the story ----------------------------------------------------------------------------------

url=http://127.0.0.1/
group=agent:main:telegram:group:-100123
main=agent:main:main

# A page to fetch, on the guest's own loopback: there is no other network here, and none is needed.
demo_prepare() {
	mkdir -p /srv/www
	echo 'a web page' >/srv/www/index.html
	busybox httpd -p 127.0.0.1:80 -h /srv/www
	cp /clawbpf/config/scenario-2-group-chats.json5 /root/group-chats.json5
	cd /root || exit
}

show_load() {
	title "The agent's own config says what each chat may do"
	printed "grep -v '^//' group-chats.json5" 'non-main'
	title "clawbpf has the kernel keep it"
	printed "clawbpf load group-chats.json5" '^Enforcing .*' '^Self-test.* refused'
}

show_outside() {
	title "Outside any session nothing changes"
	allowed "curl -sS $url" '^a web page$'
	allowed "cp /usr/bin/curl notes && ./notes -sS $url" '^a web page$'
	allowed "mount --bind /etc /mnt && umount /mnt"
}

show_group() {
	title "A group chat's session: somebody in the group has talked the agent into this"
	refused "clawbpf run --session $group -- curl -sS $url"
	refused "clawbpf run --session $group -- cp /usr/bin/curl notes"
	refused "clawbpf run --session $group -- bash -c 'echo hello >/dev/tcp/127.0.0.1/80'"
	refused "clawbpf run --session $group -- cat /root/group-chats.json5"
	refused "clawbpf run --session $group -- unshare -Ur mount --bind /etc /mnt"
	title "Ordinary work goes on there"
	allowed "clawbpf run --session $group -- sh -c 'seq 1 10 | sort -r | awk \"{ s += \\\$1 } END { print s }\" >sum; cat sum'" \
		'^55$'
}

# --kernel-only makes no sandbox: whatever of the host's files it sees, the kernel's rules are the same.
show_kernel_only() {
	title "The kernel's rules do not need that sandbox: the same, on the host's own files"
	refused "clawbpf run --kernel-only --session $group -- ./notes -sS $url"
	refused "clawbpf run --kernel-only --session $group -- mount --bind /etc /mnt"
}

show_main() {
	title "The owner's own chat, beside it, keeps its network; the automation tools are denied to all"
	allowed "clawbpf run --session $main -- curl -sS $url" '^a web page$'
	refused "clawbpf run --session $main -- crontab -l"
}

show_audit() {
	title "What happened, and which line of the config decided"
	printed "clawbpf audit --session $group" 'REFUSED .* execute /usr/bin/curl.*tools\.profile' \
		'REFUSED .* execute /root/notes.* content .*tools\.profile' \
		'REFUSED .*open /usr/bin/curl' 'REFUSED .*create a socket \(AF_INET' 'REFUSED .*mount /etc' \
		'exec .* awk ' 'no event was lost'
	printed "clawbpf explain --session $group | sed -n '/^Session/p; /^Refused/,/^$/p; /^Kernel/,\$p'" 'SANDBOX' '^Kernel:' \
		'denied by the kernel: .*curl'
}

# A shell of the group that goes on running reads what to do from a pipe.
show_outlives() {
	title "It needs no process of clawbpf: kill the one that is there, and the session is still refused"
	shown "mkfifo chat; clawbpf run --kernel-only --session $group -- sh <chat >>chat.log 2>&1 & exec 3>chat"
	shown "echo 'echo here I am' >&3"
	wait_for_line chat.log
	printed "cat chat.log" '^here I am$'
	printed 'kill -9 $!; wait $! 2>/dev/null; pgrep -a clawbpf || echo "no process of clawbpf is left"' 'no process'
	: >chat.log
	shown "echo 'curl -sS $url' >&3"
	wait_for_line chat.log
	printed "cat chat.log" 'curl: Operation not permitted'
}

show_unload() {
	title "Unload, and the same shell is free"
	printed "clawbpf unload --force" 'Nothing is enforced'
	: >chat.log
	shown "echo 'curl -sS $url' >&3"
	wait_for_line chat.log
	printed "cat chat.log" '^a web page$'
	exec 3>&-
}

demo_run() {
	demo_prepare
	show_load
	show_outside
	show_group
	show_kernel_only
	show_main
	show_audit
	show_outlives
	show_unload
	echo
	if [ "$demo_wrong" != 0 ]; then
		echo "${red}$demo_wrong of these did not go as announced$plain"
		return 1
	fi
	echo "${green}all went as announced, in $SECONDS seconds$plain"
}
