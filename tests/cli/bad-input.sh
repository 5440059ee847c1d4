#!/bin/bash
# What is wrong with a config: is it said once, with the place, the key, what is allowed and the nearest name, by each
# command that takes a file, in JSON too, with exit status 1?
# shellcheck disable=SC2016 # a config is no shell script
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
file=$work/config.json5

# one_error : the standard error has one error, and the standard output nothing
one_error() {
	exits 1
	silent out
	plain err
	[ "$(grep -c '^clawbpf: ' "$work/err")" = 1 ] || because "not one error"
}

# row WHY PLACE KEY MESSAGE FIX : of $file. PLACE is line:column, or empty; KEY, MESSAGE and FIX may be empty.
row() {
	local place=$2 key=$3 message=$4 fix=$5 command
	begin "$1"
	for command in 'check' 'explain --config' 'load'; do
		# shellcheck disable=SC2086 # words
		claw $command "$file"
		one_error
		says err "$work/${place:+${in-config.json5}:$place: }"
		[ -z "$key" ] || says err "$key: "
		says err "$message"
		[ -z "$fix" ] || says err "  fix: $fix"
	done
	claw check --json "$file"
	exits 1
	silent err
	says out '"ok": false'
	[ -z "$place" ] || says out "\"line\": ${place%:*},"
	[ -z "$place" ] || says out "\"column\": ${place#*:},"
	[ -z "$key" ] || says out "\"key\": \"$key\","
	end
}

# wrong WHY PLACE KEY MESSAGE FIX TEXT : the same of a file with this text
wrong() {
	printf '%s' "$6" >"$file"
	chmod 600 "$file"
	row "${@:1:5}"
}

sandbox() {
	echo "{agents: {defaults: {sandbox: {mode: 'all', $1}}}}"
}

wrong 'no value' 1:6 '' 'expected a value, found "}"' '' '{ a: }'
wrong 'no comma' 1:26 '' 'expected "," or "]" (the array begins at 1:18)' '' '{ tools: { deny: ["exec" "b"] } }'
wrong 'no end' 1:2 '' 'found the end of the text' '' '{'
wrong 'an empty file' 1:1 '' 'found the end of the text' 'the smallest config is {}' ''
wrong 'null' 1:1 '' 'a config is an object, but this is null' 'begin it with {' 'null'
wrong 'a list' 1:1 '' 'a config is an object, but this is an array' 'begin it with {' '[]'
wrong 'a string for a list' 1:16 tools.deny 'must be a list of strings, not a string' '' '{tools: {deny: "exec"}}'
wrong 'a number in a list' 1:17 'tools.deny[0]' 'must be a string, not a number' '' '{tools: {deny: [1]}}'
wrong 'a list for an object' 1:10 agents 'must be an object, not an array' '' '{agents: []}'
wrong 'a boolean for a word' 1:35 agents.defaults.sandbox.mode 'one of "off", "non-main", "all", not true or false' '' \
	'{agents:{defaults:{sandbox:{mode: true}}}}'
wrong 'an agent without an id' 1:16 'agents.list[0]' 'this agent has no id' 'add `id: "NAME"`' '{agents:{list:[{}]}}'
wrong 'an unknown profile' 1:17 tools.profile 'must be one of "full", "coding"' 'did you mean "coding"?' \
	'{tools:{profile:"codng"}}'
wrong 'an unknown mode of ours' 1:16 clawbpf.mode 'must be one of "enforce", "audit"' 'did you mean "enforce"?' \
	'{clawbpf:{mode:"enforced"}}'
wrong 'an unknown key' 1:9 tools.deni 'unknown key "deni"' 'did you mean "deny"? known: profile' '{tools:{deni:[]}}'
wrong 'no hash' 1:25 'clawbpf.denyBinaries[0]' 'not a SHA-256' 'write "sha256:" and 64 hex digits' \
	'{clawbpf:{denyBinaries:["sha256:zz"]}}'
wrong 'an unknown agent of ours' 1:52 clawbpf.agents.wrok 'there is no agent "wrok" in agents.list' \
	'did you mean "work"?' '{agents:{list:[{id:"work"}]},clawbpf:{agents:{wrok:{}}}}'
wrong 'a blocked source' 1:53 'agents.defaults.sandbox.binds[0]' 'a blocked path: /etc (its source is /etc)' \
	'remove this entry of agents.defaults.sandbox.binds[0]' "$(sandbox "binds: ['/etc:/x']")"
wrong 'what a blocked source is in' 1:62 'agents.defaults.sandbox.docker.binds[0]' '/var/run/docker.sock, which lies below' \
	'remove this entry of' "$(sandbox "docker: {binds: ['/var:/x']}")"
wrong 'a blocked source behind dots' 1:53 'agents.defaults.sandbox.binds[0]' 'a blocked path: /etc' 'remove this entry' \
	"$(sandbox "binds: ['/srv/../etc/ssl:/x:ro']")"
ln -s /etc "$work/link"
wrong 'a blocked source behind a link' 1:53 'agents.defaults.sandbox.binds[0]' 'a blocked path: /etc' 'remove this entry' \
	"$(sandbox "binds: ['$work/link:/x:ro']")"
wrong 'an include that is missing' 1:12 '' '$include "./none" cannot be opened: No such file' '' '{$include: "./none"}'
wrong 'an include that is a number' 1:12 '' '$include expects a path or a list of paths, found a number' '' '{$include: 5}'
wrong 'an include of itself' 1:12 '' "in a cycle: $file -> $file" '' '{$include: "./config.json5"}'
wrong 'a variable that is not set' 1:30 agents.defaults.workspace 'the environment variable NOPE_X is unset' 'set it' \
	'{agents:{defaults:{workspace:"${NOPE_X}"}}}'

printf '{$include: "./config.json5"}' >"$work/second.json5"
chmod 600 "$work/second.json5"
in=second.json5
wrong 'two that include each other' 1:12 '' "in a cycle: $file -> $work/second.json5 -> $file" '' \
	'{$include: "./second.json5"}'
printf '{tools: {\n  deny: 5}}' >"$work/second.json5"
wrong 'what is wrong in an included file' 2:9 tools.deny 'must be a list of strings, not a number' '' \
	'{$include: "./second.json5"}'
in=config.json5

printf '{ a: "\xff" }' >"$file"
row 'bytes that are no UTF-8' 1:7 '' 'byte 0xff is not valid UTF-8' 'save the file as UTF-8'
head -c 10485760 /dev/zero | tr '\0' '\377' >"$file"
row '10 MB of bytes that are no UTF-8' 1:1 '' 'byte 0xff is not valid UTF-8' 'save the file as UTF-8'
head -c 10485760 /dev/zero | tr '\0' a >"$file"
row '10 MB of a word' 1:1 '' 'expected a value, found the word "aaaaaaaa' ''
head -c 20971520 /dev/zero | tr '\0' ' ' >"$file"
row '20 MB' '' '' 'larger than 16 MB' ''
head -c 10000 /dev/zero | tr '\0' '[' >"$file"
row '10,000 levels' 1:129 '' 'nested deeper than 128 levels' ''
{ yes '{a:' | head -n 10000 | tr -d '\n'; } >"$file"
row '10,000 objects in objects' 1:385 '' 'nested deeper than 128 levels' ''

echo '{}' >"$file"
chmod 620 "$file"
row 'a file that its group may write' '' '' 'can be written by its group' "chmod go-w $file"
chmod 602 "$file"
row 'a file that everybody may write' '' '' 'by everybody (mode 0602)' "chmod go-w $file"
chmod 600 "$file"
if chown 65534 "$file" 2>/dev/null; then
	row "somebody else's file" '' '' 'belongs to user 65534, not to root or to the caller' "chown root $file"
	rm "$file"
fi
if [ "$(id -u)" = 0 ]; then
	begin "a file that one may not read"
	echo '{}' >"$file"
	chmod 600 "$file"
	chmod 711 "$work"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$CLAWBPF" check "$file" >"$work/out" 2>"$work/err"
	status=$?
	one_error
	says err "$file: cannot be opened: Permission denied"
	says err '  fix: run this as root, or as who may read it'
	end
fi
rm -rf "$file"
mkdir "$file"
row 'a directory' '' '' 'is a directory; a config is a file' ''
rmdir "$file"

begin 'a file that is right is taken by both'
echo '{}' >"$file"
chmod 600 "$file"
claw check "$file"
exits 0
claw explain --config "$file"
exits 0
end

# named ERROR FIX ARGUMENT... : explain of a right file
named() {
	local message=$1 fix=$2
	shift 2
	begin "explain $*"
	claw explain --config "$file" "$@"
	one_error
	says err "$message"
	[ -z "$fix" ] || says err "  fix: $fix"
	end
}

named 'there is no agent "work": the config has no agents.list' 'agents: main' --agent work
echo '{agents: {list: [{id: "work"}, {id: "home"}]}}' >"$file"
named 'there is no agent "wrok" in agents.list' 'did you mean "work"? agents: work, home' --agent wrok
named 'there is no agent "wrok" in agents.list' 'did you mean "work"?' --session agent:wrok:main
for key in '' ':' 'agent::x' 'agent:work' 'agent:work:' "$(head -c 300 /dev/zero | tr '\0' a)"; do
	named 'malformed session key "' '' --session "$key"
done

# Whatever else is missing here: that comes first.
begin 'a malformed key of run, session and audit'
for command in 'run -s agent::x -- true' 'run --elevated -s agent::x -- true' \
	'session add --pid 2 -s agent::x' 'session remove -s agent::x' 'audit -s agent::x'; do
	# shellcheck disable=SC2086 # words
	claw $command
	one_error
	says err 'malformed session key "agent::x"'
done
end

begin 'two places of a duplicate key'
printf '{tools: {deny: ["exec"],\n  deny: ["cron"]}}' >"$file"
for command in 'check' 'explain --config'; do
	# shellcheck disable=SC2086 # words
	claw $command "$file"
	exits 0
	says err "warning: $file:2:3: the key \"deny\" was given before, at line 1, column 10: the last one counts"
	# shellcheck disable=SC2086 # words
	claw --json $command "$file"
	exits 0
	silent err
	says out 'was given before, at line 1, column 10'
done
end

begin 'what a product makes of a file that is wrong'
printf '{tools: {deny: 5}}' >"$file"
claw check --dialect clawdbot "$file"
exits 1
says err '  note: clawdbot refuses this file too, but its gateway goes on with an empty config'
claw check --dialect openclaw --json "$file"
exits 1
says out '"note": "openclaw refuses this file too"'
sandbox "docker: {binds: ['/etc:/x']}" >"$file"
claw check --dialect clawdbot "$file"
exits 1
says err '  note: clawdbot accepts this file, and looks at no bind: its sandbox gets it'
claw check --dialect openclaw "$file"
exits 1
says err '  note: openclaw accepts this file, and looks at binds when it makes the container'
end

finish
