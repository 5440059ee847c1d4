#!/bin/bash
# Engines that a user has for himself, and those that have systemd make their cgroups: rootless podman and Docker, and
# root's podman. Named by --engine, a user's is looked after as root's is, and is believed of nothing but his own; not
# named, the agent says that it is not looked after.
# vm: systemd timeout=600 either=6.12
# shellcheck source=tests/vm/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/vm/lib-table.sh
. "$(dirname "$0")/lib-table.sh"
# shellcheck source=tests/vm/lib-containers.sh
. "$(dirname "$0")/lib-containers.sh"

config_write "$scratch/config.json5"
sed -i 's/cgroupfs/systemd/' /etc/containers/containers.conf
session=(--label openclaw.sandbox=1 --label "openclaw.sessionKey=$sandboxed")
run=/run/user/1000
as=(runuser -u agent -- env -C /home/agent HOME=/home/agent "XDG_RUNTIME_DIR=$run" "DBUS_SESSION_BUS_ADDRESS=unix:path=$run/bus"
	"PATH=$PATH")
try_net=(/net-create AF_INET tcp)

# A small image, which is copied for each container.
mkdir -p "$scratch/image"
cp /probes/net-create "$scratch/image/"
tar -C "$scratch/image" -cf /tmp/probe.tar .

docker_start() {
	mkdir -p /home/agent/.config/docker
	cat >/home/agent/.config/docker/daemon.json <<-'END'
		{"bridge": "none", "iptables": false, "ip6tables": false, "ip-forward": false,
		"runtimes": {"crun": {"path": "/usr/bin/crun"}}}
	END
	chown -R agent /home/agent/.config
	"${as[@]}" rootlesskit --net=host --copy-up=/etc --copy-up=/run --propagation=rslave --state-dir=$run/rootless \
		dockerd </dev/null >/tmp/rootless.log 2>&1 &
	rootless=$!
}

answers() {
	curl -s -o /dev/null --unix-socket "$1" http://engine/_ping
}

# anyone ENGINE OPTION... : a container whose first act is a socket; ours: one of the session's
anyone() {
	local engine=$1
	shift
	case $engine in
	podman) podman run --rm --network none "$@" probe "${try_net[@]}" ;;
	users-podman) "${as[@]}" podman run --rm --network none "$@" probe "${try_net[@]}" ;;
	users-docker) docker -H unix://$run/docker.sock run --rm --network none "$@" probe "${try_net[@]}" ;;
	esac
}

ours() {
	local engine=$1
	shift
	anyone "$engine" "${session[@]}" "$@"
}

# Both have a cgroup in the user's slice with somebody in it who is stopped.
users_wait() {
	local cgroup count=0
	for cgroup in /sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/user.slice/{libpod,docker}-*.scope/{,container/}; do
		case $cgroup in *conmon*) continue ;; esac
		stopped_in "$cgroup" && count=$((count + 1))
	done
	[ "$count" -ge 2 ]
}

check "the user's systemd starts" systemctl start user@1000.service
docker_start
check "his podman listens" "${as[@]}" systemctl --user start podman.socket
systemctl start podman.socket
check "... and has an image" "${as[@]}" podman import /tmp/probe.tar probe
podman import /tmp/probe.tar probe >/dev/null 2>&1
check "his Docker answers" eventually 120 answers $run/docker.sock
docker -H unix://$run/docker.sock import /tmp/probe.tar probe >/dev/null
check_prints "nothing loaded: a container with a session's label has the network" '	allowed	' ours users-podman
check "load" clawbpf load "$scratch/config.json5"
engines=(/run/podman/podman.sock)
agent_start
check_prints "an engine of a user's that nobody named: its containers are under no policy" '	allowed	' ours users-podman
check "... and the agent says so" grep -q "of an engine of user 1000's that is not looked after" "$scratch/agent.log"
for options in '' '--runtime runc'; do
	# shellcheck disable=SC2086 # words
	check_prints "podman's scopes${options:+, $options}: a container of the session has no network" '	refused	' ours podman $options
done
podman run -d --name other --network none -v /probes:/probes:ro busybox sleep 900 >"$scratch/other"
# The user claims that this one is his.
echo '{"Id":"'"$(cat "$scratch/other")"'","Names":["/c"],"Labels":{"openclaw.sessionKey":"'$sandboxed'"}}' >"$scratch/list"
: >"$scratch/events"
chmod 755 "$scratch"
"${as[@]}" /probes/engine-fake $run/fake.sock "$scratch/list" "$scratch/events" &
fake=$!

agent_kill
for engine in users-podman users-docker; do
	ours $engine >"$scratch/$engine" 2>&1 &
done
check "without an agent they wait" eventually 120 users_wait
engines=(/run/podman/podman.sock "$run/podman/podman.sock" "$run/docker.sock" "$run/fake.sock")
agent_start
for engine in users-podman users-docker; do
	check_prints "$engine: named, its container goes on under policy" '	refused	' eventually 120 prints '	(refused|allowed)	' cat "$scratch/$engine"
	check_prints "... one of nobody's under none" '	allowed	' anyone $engine
done
try ours users-podman -v /etc:/x
name="a bind of a blocked source is refused, and it says so"
if [ "$status" != 0 ] && [[ $out == *"ot permitted"* ]]; then pass "$name"; else fail "$name" "exit $status" "$out"; fi
check_prints "users-docker with crun: refused" '	refused	' ours users-docker --runtime crun
check_prints "what a user's engine says of another's is not believed" '	allowed	' podman exec other /probes/net-create AF_INET tcp
check_lacks "... nor is it told" "$(cut -c -12 "$scratch/other")" cat "$scratch/agent.log"
podman rm -f -t 0 other >/dev/null
# One that root's engine has made and not started is in no cgroup but what the user calls so.
podman create --name made --network none "${session[@]}" probe "${try_net[@]}" >"$scratch/made"
made=$(cat "$scratch/made")
second=$(printf 'a%.0s' {1..64})
check "a container is made" eventually 60 grep -q "container made .*is in session $sandboxed" "$scratch/agent.log"
for id in "$made" "$second"; do
	"${as[@]}" mkdir "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/$id"
	echo '{"Action":"create","Actor":{"ID":"'"$id"'","Attributes":{"name":"claimed","openclaw.sessionKey":"'$free'"}}}'
done >>"$scratch/events"
check "a user's engine claims one that has a cgroup of his" eventually 60 grep -q "container claimed (aaaaaaaaaaaa) is in session $free" \
	"$scratch/agent.log"
check_prints "... but not one that another engine has told of" '	refused	' podman start -a made
kill "$agent" "$rootless" "$fake"
wait "$agent" "$rootless"
systemctl -q stop user@1000.service podman.socket podman
done_testing
