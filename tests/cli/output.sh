#!/bin/bash
# Do answers arrive, in colours only where wanted, and is it said when they cannot?
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")/../..

begin "version"
claw version
exits 0
matches out '^clawbpf [0-9]+\.[0-9]+\.[0-9]+ \(libbpf [0-9.]+, Linux .*\)$'
end

begin "--version is version"
claw --version
exits 0
matches out '^clawbpf [0-9]'
end

begin "version in JSON"
claw version --json
exits 0
matches out '^  "version": "[0-9.]+",$'
end

begin "no colours into a file"
claw help
plain out
end

begin "colours when asked for"
claw --color=always help
says out $'\033[1mCommands:'
end

begin "--no-color"
claw --color=always --no-color help
plain out
end

begin "a full disk is an error"
"$CLAWBPF" help >/dev/full 2>"$work/err"
status=$?
: >"$work/out"
exits 1
says err 'could not be written: No space left on device'
end

begin "a closed standard output is an error"
"$CLAWBPF" help >&- 2>"$work/err"
status=$?
exits 1
says err 'could not be written: Bad file descriptor'
end

begin "a reader that leaves is none to shout at"
{ "$CLAWBPF" help --json 2>"$work/err"; echo $? >"$work/status"; } | true
sleep 0.1
silent err
end

begin "what is opened while descriptors are closed is not written into"
cp "$here/config/clawbpf-block.json5" "$work/config.json5"
cp "$work/config.json5" "$work/before"
"$CLAWBPF" check "$work/config.json5" <&- >&- 2>&-
status=$?
: >"$work/out"
: >"$work/err"
exits 1
cmp -s "$work/before" "$work/config.json5" || because "the config has changed"
end

finish
