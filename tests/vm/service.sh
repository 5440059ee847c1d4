#!/bin/bash
# clawbpf as a service of a real systemd: it is ready before the engine starts, keeps what it promises through reload,
# kill, stop and start, and finds the containers of an engine that has systemd make their cgroups.
# vm: systemd timeout=900 either=6.12
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"

config=/etc/clawbpf.json5
config_write $config
sed -i 's/cgroupfs/systemd/' /etc/docker/daemon.json
install -m644 "$top/config/clawbpf.service" /usr/lib/systemd/system/
systemctl daemon-reload
rm -rf /var/lib/clawbpf
run=(docker run --rm --network host -v /probes:/probes:ro)
session=(--label openclaw.sandbox=1 --label "openclaw.sessionKey=$sandboxed")
try_net=(/probes/net-create AF_INET tcp)

property() {
	systemctl show --value -p "$1" "$2"
}

watched() {
	[ "$(journalctl -u clawbpf -o cat --no-pager | grep -c 'engine /run/docker.sock: watching')" -ge "$1" ]
}

mv $config "$scratch/config.json5"
check "without a config it is not started" systemctl start clawbpf
check_prints "... and that is no failure" '^inactive$' property ActiveState clawbpf
mv "$scratch/config.json5" $config
check "asked for together, both start" systemctl start docker.service clawbpf.service
check "the engine comes after the service is ready" test \
	"$(property ActiveEnterTimestampMonotonic clawbpf)" -lt "$(property ExecMainStartTimestampMonotonic docker)"
check_prints "the policy is enforced" '^Enforcing /etc/clawbpf.json5' clawbpf status
check_prints "systemd is told how it stands" 'active.*running' sh -c "systemctl show -p ActiveState -p SubState clawbpf | paste -s"
check "it watches the engine" eventually 60 watched 1
check_prints "containers are scopes of systemd's" '/docker-[0-9a-f]{64}\.scope' \
	docker run --rm --network none --cgroupns host busybox cat /proc/self/cgroup
check_prints "a container of the session has no network" '	refused	' "${run[@]}" "${session[@]}" busybox "${try_net[@]}"
check_prints "... with crun" '	refused	' "${run[@]}" --runtime crun "${session[@]}" busybox "${try_net[@]}"
check_prints "one of nobody's has it" '	allowed	' "${run[@]}" busybox "${try_net[@]}"
check_prints "the log is written, by root for root" '"session":"'"$sandboxed"'".*"reason":"network-none"' \
	eventually 10 grep network-none /var/log/clawbpf/audit.jsonl
check "... and its state, a list of what is approved for always" test \
	"$(stat -c '%U %a' /var/lib/clawbpf /var/lib/clawbpf/approvals.json | paste -s)" = "root 700	root 600"
check "the log has mode 0600, in a directory of 0700" test "$(stat -c %a /var/log/clawbpf /var/log/clawbpf/audit.jsonl | paste -s)" = "700	600"

# A file with a mistake changes nothing, and the service goes on.
sed -i 's/non-main/nonmain/' $config
check_fails "reload: a mistake is said" systemctl reload clawbpf
check_prints "... and what was enforced is" 'generation [0-9]+' clawbpf status
sed -i 's/nonmain/all/' $config
check "reload: another config" systemctl reload clawbpf
check_prints "... is enforced, for the main session too" '	refused	' "${run[@]}" --label openclaw.sandbox=1 \
	--label "openclaw.sessionKey=$free" busybox "${try_net[@]}"

docker run -d --name known --network host -v /probes:/probes:ro "${session[@]}" busybox sleep 900 >/dev/null
systemctl kill -s KILL clawbpf
check_prints "killed: what runs stays under policy" '	refused	' docker exec known "${try_net[@]}"
check "... and it is started again" eventually 60 watched 2
check_prints "... and a new container is under policy" '	refused	' "${run[@]}" "${session[@]}" busybox "${try_net[@]}"
check "stop" systemctl stop clawbpf
check_prints "... is no failure" '^success$' property Result clawbpf
check_prints "... and what runs stays under policy" '	refused	' docker exec known "${try_net[@]}"
check_prints "... nobody waits" '	allowed	' "${run[@]}" busybox "${try_net[@]}"
check "start" systemctl start clawbpf
check_prints "... what runs is under policy" '	refused	' docker exec known "${try_net[@]}"
check_prints "... and what comes" '	refused	' "${run[@]}" "${session[@]}" busybox "${try_net[@]}"
docker rm -f known >/dev/null
systemctl -q stop clawbpf docker.socket docker
done_testing
