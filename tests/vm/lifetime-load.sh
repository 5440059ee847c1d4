#!/bin/bash
# What a load and an unload leave: the whole of it, or nothing; and a config that is refused changes nothing.
# vm: either=6.12
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

d=$scratch/d
mkdir -p "$d/empty"
key=agent:main:main
victim "$d/denied" 42 1
victim "$d/other" 42 2

cat >"$config" <<END
{
  agents: { list: [{ id: "main", default: true }, { id: "guest" }] },
  clawbpf: {
    denyBinaries: [
      "$d/denied", // denied = clawbpf.denyBinaries[0]
      "wget", // wget = clawbpf.denyBinaries[1]
    ],
  },
}
END

# broken NAME WORDS : a config from stdin is refused with words like these
broken() {
	local file=$d/$1.json5
	cat >"$file"
	chmod "${mode-644}" "$file"
	check_exit "load of a broken config: $1" 1 clawbpf load "$file"
	try clawbpf load "$file"
	if grep -qE -- "$2" <<<"$out"; then pass "$1: says so"; else fail "$1: says so" "not like $2" "$out"; fi
}

all_broken() {
	broken syntax "syntax.json5:1:19" <<<'{ clawbpf: { mode "audit" } }'
	broken type "type.json5:1:[0-9]+.*denyBinaries" <<<'{ clawbpf: { denyBinaries: 7 } }'
	broken value "audit" <<<'{ clawbpf: { mode: "adit" } }'
	# shellcheck disable=SC2016 # a key, not a variable
	broken include "nowhere.json5" <<<'{ $include: "nowhere.json5" }'
	# shellcheck disable=SC2016 # a key, not a variable
	broken loop "loop.json5" <<<'{ $include: "loop.json5" }'
	broken bind "/etc" <<<'{ agents: { defaults: { sandbox: { mode: "all", docker: { binds: ["/etc:/x"] } } } } }'
	mode=666 broken writable "writ" <<<'{ clawbpf: { denyBinaries: [] } }'
	broken utf8 "utf8.json5:1" <<<$'{ a: "\xff\xfe" }'
	printf '[%.0s' $(seq 10000) | broken deep "deep.json5:1"
	head -c 10000000 /dev/urandom | broken garbage "garbage.json5"
}

# --- before anything is loaded ----------------------------------------------------------------------

all_broken
check "they leave nothing" nothing_left
check_fails "status: nothing is enforced" clawbpf status
check_fails "a session cannot be run" clawbpf run --session $key -- true
check "unload of nothing" clawbpf unload

# --- while a policy is enforced ---------------------------------------------------------------------

check "load" clawbpf load "$config"
check_exit "what is denied is refused" 126 clawbpf run --session $key -- "$d/denied"
bpftool map list | grep -o '^[0-9]*' >"$d/maps"
clawbpf status --json | grep -v loadedAt >"$d/before"
all_broken
clawbpf status --json | grep -v loadedAt >"$d/after"
check "the policy is the same after all of them" cmp "$d/before" "$d/after"
check_exit "and is enforced" 126 clawbpf run --session $key -- "$d/denied"
check_exit "what is not denied is not" 42 clawbpf run --session $key -- "$d/other"
check_fails "an unknown agent's session" clawbpf run --session agent:nobody:main -- "$d/other"
check_fails "a malformed key" clawbpf run --session agent: -- "$d/other"

# An agent that a new config does not know any more: its sessions keep no policy, and may do nothing.
mkfifo "$d/go"
clawbpf run --session agent:guest:main -- "$probes/exec" -w "$d/go" exec "$d/other" >"$d/guest" 2>&1 </dev/null &
guest=$!
check "a guest's session begins" eventually 20 grep -q ready "$d/guest"
echo '{ agents: { list: [{ id: "main", default: true }] } }' >"$d/without.json5"
check "load of a config without the guest" clawbpf load "$d/without.json5"
: >"$d/go"
wait $guest
check_prints "the guest is refused everything" '^- 1 .*Operation not permitted' cat "$d/guest"
check_prints "for want of a policy" '"reason":"no-policy"' clawbpf audit --json --type refusal --session agent:guest:main
check_exit "for the others nothing is denied any more" 42 clawbpf run --session $key -- "$d/denied"

# --- mode "audit": the same is seen, and nothing is refused -----------------------------------------

attempts_table <<END
denied    1 - denied-binary   bprm_check_security   denied  exec $d/denied
opened    1 - denied-binary   file_open             denied  open $d/denied
copied    1 - denied-content  bprm_check_security   denied  copy $d/denied $d/copy
mapped    1 - denied-binary   mmap_file             denied  mmap $d/denied
memfd     1 - fileless-exec   bprm_check_security   denied  memfd $d/other
named     1 - denied-name     bprm_check_security   wget    exec /usr/bin/wget
applet    1 - denied-applet   bprm_committed_creds  wget    exec /usr/bin/busybox busybox wget
END
sed -i 's/clawbpf: {/clawbpf: { mode: "audit",/' "$config"
check "load with mode audit" clawbpf load "$config"
attempts_make audit clawbpf run --session agent:main:audit -- "$probes/exec"
attempts_events agent:main:audit
while read -r name _ _ reason hook entry rest; do
	pid=${pid_of[audit/$name]-0}
	if [ "${verdict_of[audit/$name]-}" != 0 ]; then
		fail "audit: $name ($rest)" "${why_of[audit/$name]-it was not made}"
	elif ! enforced=false event_like "$pid" "$reason" "$hook" "$entry" || event_like "$pid" ".*" ".*" "$entry"; then
		fail "audit: $name ($rest)" "no event that says what would have been refused" "${events_of[$pid]-}"
	else
		pass "audit: $name is allowed, and reported: $reason"
	fi
done <"$table"
check_lacks "no event says that somebody was killed" '"killed":true' \
	clawbpf audit --json --type refusal --session agent:main:audit

# --- and the end ------------------------------------------------------------------------------------

sleep 60 &
pid=$!
disown
check "a process is in a session" clawbpf session add --session $key --pid $pid
check_fails "unload is refused while it is" clawbpf unload
check "it is still enforced" clawbpf status
check "unload by force" clawbpf unload --force
kill $pid
check "nothing is left" eventually 10 nothing_left
check "the audit trail is" grep -q denied-applet /var/log/clawbpf/audit.jsonl
check_prints "... with who loaded" 'loaded .*\.json5 is enforced, generation 1, first, by uid 0.*, boot [0-9a-f]{8}$' \
	clawbpf audit --type loaded
check_prints "... and unloaded what" 'UNLOADED .*\.json5 is enforced no more, force, by uid 0' clawbpf audit --type unloaded
check_prints "and is shown" 'denied-applet|this applet' clawbpf audit --json --session agent:main:audit
check_exit "what was denied runs" 42 "$d/denied"
done_testing
