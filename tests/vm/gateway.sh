#!/bin/bash
# The agent's own process tree: what its config promises to run in a sandbox, and it starts on the host, is refused or
# reported, as the config says. What it needs, what is listed, and whoever is not it go on.
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

# Something that reads commands and executes them, as a gateway does; a program of its own, so no shell.
mkdir -p /opt/agent
cp "$(readlink -f /bin/bash)" /opt/agent/gateway
cp "$(readlink -f /bin/bash)" /opt/agent/interpreter
printf '#!/opt/agent/interpreter\necho listed\n' >/opt/agent/tool
cp "$(readlink -f /usr/bin/id)" /usr/local/bin/docker
chmod 755 /opt/agent/*

# gateway_start [PROGRAM]
gateway_start() {
	rm -f "$scratch/in"
	mkfifo "$scratch/in"
	# shellcheck disable=SC2016 # the gateway's
	"${1-/opt/agent/gateway}" -c 'while read -r line; do eval "$line"; done' <"$scratch/in" >>"$scratch/out" 2>&1 &
	gateway=$!
	exec 9>"$scratch/in"
}

# gateway COMMAND : the gateway executes it; prints what came out and ends as it did
gateway() {
	: >"$scratch/out"
	echo "($1); echo \"status \$?\"" >&9
	eventually 20 grep -q '^status' "$scratch/out"
	cat "$scratch/out"
	[ "$(sed -n 's/^status //p' "$scratch/out")" = 0 ]
}

# gateway_config MODE [MORE] : a config that says sandbox.mode MODE
gateway_config() {
	cat >"$scratch/config.json5" <<-END
	{
	  agents: { defaults: { sandbox: {
	    mode: "$1"
	  } } },
	  clawbpf: { gatewayPrograms: ["/opt/agent/tool", "/opt/agent/interpreter"]${2:+, $2} }
	}
	END
}

gateway_start
check "nothing loaded: the gateway starts a shell" gateway 'bash -c true'
gateway_config all
check "load" clawbpf load "$scratch/config.json5"
check "nobody said which the gateway is: it does as it likes" gateway 'bash -c true'
check_prints "... and explain says so" 'process is not known' clawbpf explain
check "the gateway is registered" clawbpf session add --gateway --pid "$gateway"

check_fails "every session is sandboxed: a shell on the host is refused" gateway 'bash -c true'
check_prints "... to it and to all that it starts" 'not permitted' gateway '(bash -c true); true'
check_fails "... any other command, too" gateway 'ls /'
check_fails "... by env" gateway 'env ls /'
check_fails "... by ld.so" gateway '/lib64/ld-linux-x86-64.so.2 /bin/ls /'
cp /bin/ls /tmp/docker
check_fails "... by the name of what it may start" gateway '/tmp/docker /'
check_fails "... from another cgroup, in the background" gateway 'setsid ls /'
events_read
rule_of[not-sandboxed]=$(rule_at agents.defaults.sandbox.mode "$scratch/config.json5" 'mode: "all"')
check "the event names the promise and its key" events_have reason=not-sandboxed hook=bprm_check_security session=clawbpf:gateway
check "what a gateway needs: the container client" gateway 'docker'
check "... its own runtime" gateway '/opt/agent/gateway -c true'
check_prints "... what is listed, a script with its interpreter" '^listed' gateway '/opt/agent/tool'
check "... the network" gateway ': <>/dev/udp/127.0.0.1/9'
check "... files, signals, mounts" gateway 'read -r x </etc/passwd; kill -0 1'
check "a neighbour does as it likes" bash -c true
check "a process of a session, too" clawbpf run --session agent:main:main -- sh -c 'ls / >/dev/null'
check "what the gateway runs in a sandbox is under that one's policy" \
	gateway 'clawbpf run --session agent:main:telegram:group:-1 -- ls / >/dev/null'
clawbpf audit --json >"$scratch/all"
check "... and is none of its own" grep -q '"type":"exec","session":"agent:main:telegram:group:-1".*"argv":\["ls"' "$scratch/all"
check_prints "explain counts" 'Execs: +[1-9][0-9]* in sandboxes, [1-9][0-9]* on the host by rule, [1-9][0-9]* on the host against the rule' \
	clawbpf explain
check_prints "... and names the promise" 'agents.defaults.sandbox.mode "all" is held to: enforce$' clawbpf explain
check_prints "... in JSON" '"hostRefused":[[:space:]]*[1-9]' clawbpf explain --json

gateway_config all 'gateway: "report"'
check "load: report" clawbpf load "$scratch/config.json5"
reports=$(clawbpf audit --json --type refusal | grep -c '"enforced":false')
check "reported only, it runs" gateway 'bash -c true'
check "... and is reported" test "$(clawbpf audit --json --type refusal | grep -c '"enforced":false')" -gt "$reports"
gateway_config all 'gateway: "off"'
check "load: off" clawbpf load "$scratch/config.json5"
reports=$(clawbpf audit --json --type refusal | wc -l)
check "off: it runs" gateway 'bash -c true'
check "... and nobody speaks of it" test "$(clawbpf audit --json --type refusal | wc -l)" = "$reports"
gateway_config non-main
check "load: every session but main is sandboxed" clawbpf load "$scratch/config.json5"
check "main's commands run on the host by rule: reported only" gateway 'bash -c true'
check_prints "... as explain says" 'mode "non-main" is held to: report$' clawbpf explain
gateway_config non-main 'gateway: "enforce"'
check "load: enforce all the same" clawbpf load "$scratch/config.json5"
check_fails "... then refused" gateway 'bash -c true'
gateway_config off
check "load: nothing is promised" clawbpf load "$scratch/config.json5"
check "... nothing is refused" gateway 'bash -c true'
exec 9>&-
wait "$gateway"
check "forgotten" clawbpf session remove --gateway

gateway_config all
clawbpf load "$scratch/config.json5" >/dev/null
mkdir /sys/fs/cgroup/claw-gateway
check "by its cgroup" clawbpf session add --gateway --cgroup /sys/fs/cgroup/claw-gateway
gateway_start
echo "$gateway" >/sys/fs/cgroup/claw-gateway/cgroup.procs
check_fails "who comes into it is the gateway" gateway 'bash -c true'
exec 9>&-
wait "$gateway"
rmdir /sys/fs/cgroup/claw-gateway

# --- nobody says which it is: the agent's service looks
clawbpf agent --no-engine >"$scratch/agent.log" 2>&1 &
agent=$!
unit=/sys/fs/cgroup/user.slice/openclaw-gateway.service
mkdir -p "$unit"
gateway_start
echo "$gateway" >"$unit/cgroup.procs"
check "it is found by its unit" eventually 30 grep -q 'gateway runs as openclaw-gateway.service' "$scratch/agent.log"
check_fails "... then a shell on the host is refused" gateway 'bash -c true'
check "... and its needs are not" gateway 'docker'
exec 9>&-
wait "$gateway"
rmdir "$unit"
cp /opt/agent/gateway /opt/agent/openclaw-gateway
gateway_start /opt/agent/openclaw-gateway
check "by the name of its process" eventually 30 grep -q "gateway is process $gateway:" "$scratch/agent.log"
check_fails "... then a shell on the host is refused" gateway 'bash -c true'
check "a neighbour does as it likes" bash -c true
exec 9>&-
wait "$gateway"
kill "$agent"
wait "$agent"
done_testing
