#!/bin/bash
# Does audit show a log as it is, whatever a session has written into its names?
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# The log of two sessions; the path of the third event is a line break and a forged line.
cat >"$work/log" <<'END'
{"time":"2026-01-01T00:00:01.000000Z","type":"exec","session":"agent:main:main","agent":"main","sessionId":1,"pid":11,"tid":11,"ppid":1,"uid":0,"gid":0,"cgroup":5,"comm":"sh","path":"/usr/bin/dash","argv":["sh","-c","echo 'a b'\\n"],"argc":3,"argvCut":false,"cwd":"/root","execId":"77","bootSeconds":1.000000000}
{"time":"2026-01-01T00:00:02.000000Z","type":"exit","session":"agent:main:main","agent":"main","sessionId":1,"pid":11,"tid":11,"ppid":1,"uid":0,"gid":0,"cgroup":5,"comm":"sh","execId":"77","exit":{"code":3,"signal":null},"durationSeconds":1.500000000,"bootSeconds":2.000000000}
{"time":"2026-01-01T00:00:03.000000Z","type":"refusal","session":"agent:work:main","agent":"work","sessionId":2,"pid":12,"tid":12,"ppid":1,"uid":0,"gid":0,"cgroup":6,"comm":"sh","hook":"bprm_check_security","reason":"denied-name","why":"x","enforced":true,"killed":false,"rule":{"key":"tools.deny[2]","file":"/etc/claw.json5","line":12,"entry":"group:web"},"object":{"kind":"file","path":"/tmp/x\\n{\"type\":\"exec\"}\\x1b[2J","device":"8:1","inode":9},"bootSeconds":3.000000000}
{"time":"2026-01-01T00:00:04.000000Z","type":"lost","execs":4,"exits":0,"refusals":1,"unreadable":0,"bootSeconds":0.000000000}
END

begin "an exec with its end"
claw audit --file "$work/log"
exits 0
silent err
says out "2026-01-01T00:00:01.000Z  exec      agent:main:main  pid 11  sh -c \$'echo \\'a b\\'\\n' (/usr/bin/dash, uid 0, in /root): exit 3 after 1.500 s"
plain out
[ "$(grep -c '^2026' "$work/out")" = 3 ] || because "not three events"
end

begin "a refusal names its key, file and line, and what to do"
says out 'REFUSED   agent:work:main  pid 12 (sh)  execute /tmp/x\n{"type":"exec"}\x1b[2J: a program of this name is denied: tools.deny[2] "group:web" (/etc/claw.json5:12; to allow it, change that entry and load again)'
end

begin "what was lost is counted at the end"
says out '1 exec, 1 refusal; lost: 4 execs, 0 exits, 1 refusal, 0 unreadable'
end

begin "in JSON, an object a line, the exec with its end"
claw audit --file "$work/log" --json
exits 0
[ "$(wc -l <"$work/out")" = 3 ] || because "not three lines"
matches out '^\{"time":"2026-01-01T00:00:01.000000Z","type":"exec",.*"exit":\{"code":3,"signal":null\},"durationSeconds":1.500000000,.*\}$'
end

begin "asked twice, the same"
mv "$work/out" "$work/first"
claw audit --file "$work/log" --json
cmp -s "$work/first" "$work/out" || because "it differs"
end

begin "what audit prints is a log again"
claw audit --file "$work/first" --json
cmp -s "$work/first" "$work/out" || because "it differs"
end

begin "filters"
claw audit --file "$work/log" --json --session agent:work:main --type refusal,exec
[ "$(wc -l <"$work/out")" = 1 ] || because "not one line"
claw audit --file "$work/log" --json --agent main --type exit
[ "$(wc -l <"$work/out")" = 1 ] || because "not one line"
claw audit --file "$work/log" --json --since 2026-01-01T00:00:03Z --limit 1
[ "$(wc -l <"$work/out")" = 1 ] || because "not one line"
says out '"type":"lost"'
end

begin "what was before a time, and nothing of it with --follow"
claw audit --file "$work/log" --json --until 2026-01-01T00:00:03Z
[ "$(wc -l <"$work/out")" = 1 ] || because "not one line"
says out '"exit":{"code":3'
claw audit --file "$work/log" --json --since 2026-01-01T00:00:02Z --until 2026-01-01T00:00:04Z --type exit,refusal
[ "$(wc -l <"$work/out")" = 2 ] || because "not two lines"
claw audit --file "$work/log" --follow --until 2026-01-01
exits 2
says err '--until: what is to come has no end'
end

begin "who asks for more than there is, is told of the log that was moved away"
claw audit --file "$work/log" --since 2025-12-31
silent err
cp "$work/log" "$work/log.1"
claw audit --file "$work/log" --since 2025-12-31 --json
exits 0
says err "$work/log begins at 2026-01-01T00:00:01Z: what was before is in $work/log.1 (--file)"
claw audit --file "$work/log" --since 2026-01-01T00:00:01Z
silent err
rm "$work/log.1"
end

begin "what was lost is told whatever is asked for"
claw audit --file "$work/log" --type refusal
says out '1 refusal; lost: 4 execs'
says_not out '1 exec,'
claw audit --file "$work/log" --type loaded
says out '0 records; lost: 4 execs'
end

begin "a summary of the last ones says so"
head -n 3 "$work/log" >"$work/three"
claw audit --file "$work/three" --limit 1
says out '0 execs, 1 refusal, and more before; no event was lost since the first of them'
claw audit --file "$work/three" --limit 2
says out '1 exec, 1 refusal; no event was lost'
end

begin "a line that makes no sense, and one without its end"
{ cat "$work/log"; echo 'no JSON'; printf '{"time":'; } >"$work/torn"
claw audit --file "$work/torn"
exits 0
says out '1 unreadable'
says err 'has no end'
end

begin "a log that logrotate has compressed"
gzip -c "$work/log" >"$work/log.2.gz"
claw audit --file "$work/log" --json
mv "$work/out" "$work/first"
claw audit --file "$work/log.2.gz" --json
exits 0
silent err
cmp -s "$work/first" "$work/out" || because "it differs"
head -c 200 "$work/log.2.gz" >"$work/cut.gz"
claw audit --file "$work/cut.gz"
exits 1
says err "$work/cut.gz cannot be unpacked"
printf '\x28\xb5\x2f\xfdrest' >"$work/log.zst"
claw audit --file "$work/log.zst"
exits 1
says err "$work/log.zst is compressed by zstd"
end

begin "no file"
claw audit --file "$work"
exits 1
says err "$work is no regular file"
end

begin "no such file"
claw audit --file "$work/none" --json
exits 1
says out '"code": "ENOENT"'
end

if [ "$(id -u)" = 0 ]; then
	begin "an ordinary user is told who may"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$CLAWBPF" audit >"$work/out" 2>"$work/err"
	status=$?
	exits 1
	says err 'only root may read the audit trail'
	says err 'sudo clawbpf audit'
	end
fi

finish
