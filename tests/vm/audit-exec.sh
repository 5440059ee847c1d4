#!/bin/bash
# Each exec in a session is one record with all its fields, however its arguments, its directory and its path look,
# and its end: exit code or signal, and how long it took. No argument can forge a line, a field or the terminal.
# vm: timeout=300
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

config_write "$scratch/config.json5"
mkdir -p /srv/root/probes
cp "$probes/audit-exec" /srv/root/probes/
cp "$probes/audit-exec" /srv/audit-exec
ln -sfn /probes/audit-exec /srv/link-to-it
printf '#! /probes/audit-exec option\n' >/srv/script
chmod 755 /srv/script

table_all "nothing loaded: each exec works" 'allowed|other|killed' "$probes/audit-exec"
ends_before=$(printf '%s\n' "${table[@]}" | cut -f1,3,4)

check "load" clawbpf load "$scratch/config.json5"
cd /tmp || exit
table_all "in a session each exec works" 'allowed|other|killed' clawbpf run --kernel-only --session $sandboxed -- "$probes/audit-exec"
check "... and ends as without it" test "$(printf '%s\n' "${table[@]}" | cut -f1,3,4)" = "$ends_before"
clawbpf audit --json --type exec >"$scratch/execs"

record_of() {
	local pid
	pid=$(printf '%s\n' "${table[@]}" | grep "^$1"$'\t' | cut -f2)
	grep "\"pid\":$pid," "$scratch/execs"
}

# record NAME TEXT... : the record of that attempt has each TEXT
record() {
	local name=$1 text line
	shift
	line=$(record_of "$name")
	if [ "$(grep -c . <<<"$line")" != 1 ]; then
		fail "the record of $name" "there is not one record of it" "$line"
		return
	fi
	for text; do
		if [[ $line != *"$text"* ]]; then
			fail "the record of $name" "it does not say $text" "$line"
			return
		fi
	done
	pass "the record of $name: $*"
}
own='"path":"/probes/audit-exec"'
whole='"argvCut":false'

parent=$(grep '"argv":\["/probes/audit-exec"\]' "$scratch/execs")
[[ $parent =~ \"pid\":([0-9]+).*\"cgroup\":([0-9]+).*\"inode\":([0-9]+) ]] || fail "the probe's own record" "there is none" "$parent"
of_probe=("${BASH_REMATCH[@]}")
record plain "\"session\":\"$sandboxed\"" '"agent":"main"' "\"ppid\":${of_probe[1]}," '"uid":0,"gid":0' "\"cgroup\":${of_probe[2]}," \
	'"comm":"audit-exec"' "$own" '"argv":["p","one","two words"],"argc":3' "$whole" '"cwd":"/tmp"' \
	"\"inode\":${of_probe[3]}," '"exit":{"code":0,"signal":null}'
check "the cgroup is what cgroup v2 calls it" test "${of_probe[2]}" -gt 1
check "the inode is what stat(2) tells" test "${of_probe[3]}" = "$(stat -c %i /probes/audit-exec)"
record code '"exit":{"code":7,"signal":null}'
record segv '"exit":{"code":null,"signal":"SIGSEGV"}'
record kill '"exit":{"code":null,"signal":"SIGKILL"}'
record slow '"durationSeconds":0.'
slept=$(record_of slow | sed 's/.*"durationSeconds":\([0-9]*\)\.\([0-9]\{3\}\).*/\1\2/')
check "a program that sleeps for 300 ms took so long: $slept ms" test "$((10#$slept))" -ge 300 -a "$((10#$slept))" -lt 3000
record newline '"argv":["p","a\\nb","\\n{\"type\":\"exec\",\"session\":\"agent:main:main\"}\\n"],"argc":3' "$whole"
record backslash '"argv":["p","a\\\\nb","\\\\"]'
record quote '"argv":["p","\"],\"uid\":1,\"x\":[\""]' '"uid":0'
record terminal '"argv":["p","\\x1b[31mred\\x1b[0m\\x07\\x08\\r","\\x7f","\\xc2\\x9b"]'
record not-utf8 '"argv":["p","\\xff\\xfe","\\xc3","\\xc0\\xaf","ok é"]'
record direction '"argv":["p","\\xe2\\x80\\xaegnp.exe"]'
record empty-words '"argv":["","","x",""],"argc":4' "$whole"
record no-words '"argv":[""],"argc":1' "$whole" "$own"
record fits "$(printf 'x%.0s' {1..2045})\"],\"argc\":2" "$whole"
record too-long "$(printf 'x%.0s' {1..2046})\"],\"argc\":2" '"argvCut":true'
record far-too-long "$(printf 'x%.0s' {1..2046})\"],\"argc\":2" '"argvCut":true'
record many '"a","a"],"argc":3000,"argvCut":true'
record cwd '"cwd":"/srv/a dir\\n\""'
record cwd-gone '"cwd":"/srv/gone (deleted)"'
record cwd-root '"cwd":"/"'
deep=$(printf 'd%.0s' {1..200})
record cwd-long "\"cwd\":\"/srv/$deep/$deep/$deep/$deep\"" "$own"
record cwd-too-long '"cwdCut":true' "$own"
record path-long "/$deep/$deep/audit-exec\",\"argv\":[\"p\"]"
record path-too-long '"path":"./audit-exec","argv":["p"]' '"pathUnresolved":true' '"exit":{"code":0'
record chroot "$own" '"cwd":"/probes"'
record symlink "$own"
record script "$own" '"argv":["/probes/audit-exec","option","/srv/script"],"argc":3'
record descriptor "$own"
record user '"uid":1000,"gid":1000'

# One line each, for programs and for people.
check "as many lines as records" test "$(wc -l <"$scratch/execs")" = "$(grep -c '^{"time":".*}$' "$scratch/execs")"
check "as many records as execs" test "$(wc -l <"$scratch/execs")" = $((${#table[@]} + 1))
clawbpf audit --type exec >"$scratch/text"
check "a person reads a line each, then the sum" test "$(wc -l <"$scratch/text")" = $((${#table[@]} + 3))
check_fails "no byte of it moves the terminal" grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' "$scratch/text"

# Whichever of its threads is the last: on two processors each may find that it is.
check "programs whose threads end at once" clawbpf run --session agent:main:main -- "$probes/threads-end" 200
clawbpf audit --json --type exit | grep -o '"execId":"[0-9]*"' >"$scratch/ends"
check "each of them ends" test "$(wc -l <"$scratch/ends")" -gt 200
check "... and once" test "$(sort "$scratch/ends" | uniq -d | wc -l)" = 0
done_testing
