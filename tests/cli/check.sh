#!/bin/bash
# Does check accept what ships, and say what is wrong with the rest?
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")/../..

# config TEXT : into a file that may be trusted
config() {
	printf '%s' "$1" >"$work/config.json5"
	chmod 600 "$work/config.json5"
}

for example in "$here"/config/*.json5; do
	begin "check ${example##*/}"
	claw check "$example"
	exits 0
	silent err
	says out ': ok; the kernel would be told'
	claw check --json "$example"
	exits 0
	says out '"ok":'
	claw check --syntax "$example"
	exits 0
	silent out
	end
done

# refused WHERE MESSAGE TEXT
refused() {
	begin "refused: ${3//$'\n'/ }"
	config "$3"
	claw check "$work/config.json5"
	exits 1
	silent out
	says err "$work/config.json5:$1: "
	says err "$2"
	claw check --json "$work/config.json5"
	exits 1
	says out '"ok": false'
	says out "\"line\": ${1%%:*},"
	end
}

refused 1:6 '' '{ a: }'
refused 2:1 'tool' $'{\ntolos: {} }'
refused 1:40 '"all"' '{ agents: { defaults: { sandbox: {mode:"al"} } } }'

begin "a duplicate key is a warning"
config '{ tools: { deny: ["exec"], deny: ["cron"] } }'
claw check "$work/config.json5"
exits 0
says err "clawbpf: warning: $work/config.json5:1:28: "
end

begin "no such file"
claw check "$work/none.json5"
exits 1
says err 'No such file'
end

begin "a file that others may write"
config '{}'
chmod 666 "$work/config.json5"
claw check "$work/config.json5"
exits 1
end

finish
