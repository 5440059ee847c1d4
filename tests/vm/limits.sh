#!/bin/bash
# What is full, has no memory, or cannot be read: who asks for more of it is refused and told why, and what would have
# been decided by it is refused as well. (Sessions, rules, and no memory for a load: scale.sh; the ring: audit-flood.sh.)
# vm: timeout=600 either=6.12
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
folder=/sys/fs/cgroup/many
key=agent:main:main
victim "$d/denied" 42
victim "$d/allowed" 43 allowed
victim /usr/local/bin/allowed 43 allowed
chmod 755 /usr/local/bin
mkdir "$d/fuse" "$d/disk"
cat >"$d/config.json5" <<END
{
  agents: { list: [{ id: 'main' }, { id: 'free' }] },
  tools: { elevated: { enabled: true, allowFrom: { telegram: ['1'] }, patterns: ['/usr/local/bin/allowed'] } },
  clawbpf: { agents: { main: { denyBinaries: ['$d/denied'] } } }
}
END

run() {
	clawbpf run --quiet-refusals --session "${session-$key}" -- "$@"
}

# says STATUS PATTERN COMMAND...
says() {
	local wanted=$1 pattern=$2
	shift 2
	"$@" >"$d/said" 2>&1
	[ $? = "$wanted" ] && grep -qE -- "$pattern" "$d/said" || { cat "$d/said"; return 1; }
}

# in_cgroup CGROUP COMMAND... : who moves into it, and executes that
# shellcheck disable=SC2016 # its own
in_cgroup() {
	bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$@" 2>/dev/null
}

# event PATTERN : a refusal like that was recorded
event() {
	clawbpf audit --json --type refusal | grep -E -- "$1"
}

# --- a file that cannot be hashed ---------------------------------------------------------------------

modprobe -q fuse
modprobe -q loop
"$probes/unhashed" serve "$d/allowed" "$d/fuse" >"$d/served" &
server=$!
check "a file of which all but its beginning cannot be read" eventually 20 grep -q mounted "$d/served"
check_exit "... does not read" 1 cat "$d/fuse/program"
check_exit "... runs, with nothing loaded" 43 "$d/fuse/program"
truncate -s 8M "$d/image"
mke2fs -q -t ext4 "$d/image"
mount -o loop "$d/image" "$d/disk"
cp "$d/allowed" "$d/disk/program"
check_allowed "a file is mapped that is read past the cache" "$probes/unhashed" direct "$d/disk/program"
check "load" clawbpf load "$d/config.json5"
check_exit "unreadable: refused where contents are denied" 126 run "$d/fuse/program"
check "... and it says so" event '"hook":"bprm_check_security","reason":"unreadable","why":"what it is could not be read".*fuse/program'
session=agent:free:main
check_exit "... runs in a session where none are" 43 run "$d/fuse/program"
unset session
check_exit "... and on the host" 43 "$d/fuse/program"
check_exit "mapped past the cache: refused" 1 run "$probes/unhashed" direct "$d/disk/program"
check "... and it says so" event '"hook":"mmap_file","reason":"unreadable"'
check_exit "what can be hashed runs" 43 run "$d/disk/program"
check_allowed "... and is mapped by the host" "$probes/unhashed" direct "$d/disk/program"
umount "$d/fuse" "$d/disk"
wait $server

# --- cgroups that lead to sessions ----------------------------------------------------------------------

full='65536 cgroups lead to sessions, and more there cannot be'
check "cgroups: as many as there can be" says 1 "$full" "$probes/many" cgroups 70000
mkdir -p "$folder/one"
check "one more is refused" says 1 "$full" clawbpf session add --session $key --cgroup "$folder/one"
check "... and a command" says 1 "$full" run "$d/allowed"
check_exit "... of which nothing ran" 43 in_cgroup "$folder/one" "$d/allowed"
check "a container's is made all the same" "$probes/many" watched 1 1
container=$folder/$(printf '%064x' 1)
check_exit "... and may do nothing" 126 in_cgroup "$container" "$d/allowed"
check "... it says so" event '"reason":"no-policy"'
check_exit "the host goes on" 43 "$d/allowed"
check "sessions that are there go on" says 0 'agent:main:many' clawbpf session list
check "the one session is removed, with all that lead to it" clawbpf session remove --session agent:main:many
check_exit "there is room again" 43 run "$d/allowed"
check_exit "... what is denied is refused" 126 run "$d/denied"
rmdir "$container"

# --- containers, and the questions whose they are ---------------------------------------------------------

check "containers: as many as there can be" says 1 '65536 containers are known, and more there cannot be' \
	"$probes/many" containers 70000

# The ring of questions holds fewer than 3,000, and nobody takes them.
check "more containers than questions have room" "$probes/many" watched 100000 103000
container=$folder/$(printf '%064x' 103000)
mkdir "$d/root"
cp "$d/allowed" "$d/root/"
# shellcheck disable=SC2016 # its own
bash -c 'echo $$ >"$0/cgroup.procs" && exec chroot "$1" /allowed' "$container" "$d/root" &
held=$!
check "one whose question was lost waits, as the others do" eventually 30 grep -q '^State:.*stopped' /proc/$held/status
check_exit "the host goes on" 43 "$d/allowed"
check "unload" clawbpf unload
wait $held
check "... and who waited goes on" test $? = 43
find $folder -depth -type d -delete

# --- approvals ----------------------------------------------------------------------------------------------

check "load" clawbpf load "$d/config.json5"
check "approvals: as many as there can be" says 1 '128 requests wait for an answer already' "$probes/many" approvals 200
elevated() {
	clawbpf run --session "$key" --elevated --sender telegram:1 -- /usr/local/bin/allowed
}
check "one more request is refused, and nothing runs" says 1 '128 requests of the session wait for an answer already' elevated
check_exit "commands that ask for nothing go on" 43 run "$d/allowed"
check "unload" clawbpf unload

# --- labels --------------------------------------------------------------------------------------------------

# The kernel takes the memory of a map's elements from the memory cgroup of who made the map. Linux 6.1 takes what it
# needs for a label above the cgroup's limit: there no label is ever without memory as long as the machine has some.
labels=/sys/fs/cgroup/labels
mkdir $labels
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
check "load, in a cgroup" in_cgroup $labels clawbpf load "$d/config.json5"
check "a cgroup leads to the session" clawbpf session add --session $key --cgroup $folder
check_exit "who moves into it may run this" 43 "$probes/forks" enter $folder "$d/allowed"
check_prints "a session's forks succeed" '^3000 of 3000$' run "$probes/forks" 3000
echo 0 >$labels/memory.max
mkfifo "$d/hold"
clawbpf run --quiet-refusals --session $key -- "$probes/forks" 3000 hold <"$d/hold" >"$d/forked" &
forking=$!
exec 3>"$d/hold"
check "no memory" eventually 60 grep -q ' of 3000' "$d/forked"
if [[ $(uname -r) = 6.1.* ]]; then
	check "... Linux 6.1 finds some for labels" grep -qx '3000 of 3000' "$d/forked"
	check_exit "... also of who moves into a session" 43 "$probes/forks" enter $folder "$d/allowed"
else
	check "... a session's forks are refused" grep -qE '^[0-9]+ of 3000: Operation not permitted$' "$d/forked"
	check_exit "... so is what somebody executes who moves into it" 126 "$probes/forks" enter $folder "$d/allowed"
fi
check_exit "the host goes on" 43 "$d/allowed"
exec 3>&-
wait $forking
echo max >$labels/memory.max
if [[ $(uname -r) != 6.1.* ]]; then
	why='"reason":"no-storage","why":"the label could not be stored"'
	check "... both say so" test "$(event '"hook":"(task_alloc|bprm_check_security)",'"$why" | sed 's/.*"hook":"\([a-z_]*\)".*/\1/' | sort -u | wc -l)" = 2
fi
check_prints "with memory again, forks succeed" '^3000 of 3000$' run "$probes/forks" 3000
check_exit "... and who moves into it may run this" 43 "$probes/forks" enter $folder "$d/allowed"
check_exit "... what is denied is refused" 126 run "$d/denied"
check "unload" clawbpf unload
rmdir $labels $folder
rm /usr/local/bin/allowed
done_testing
