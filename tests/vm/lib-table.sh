# shellcheck shell=bash
# Checks on probes that make a table of attempts (probes/table.h): each line is a check of its own, and what is
# refused must be in the audit trail, by the process that tried it, with the hook, the reason, the object and the
# place in the config that the refusal comes from. Sourced after lib.sh.

declare -A rule_of=() # reason -> what the event's rule must say, as it stands in the JSON
table=()              # lines of the probe that ran last

# The config's line of a text, as an event names it: rule_at KEY FILE TEXT
rule_at() {
	local line
	line=$(grep -nF -m1 -- "$3" "$2" | cut -d: -f1)
	echo "\"rule\":{\"key\":\"$1\",\"file\":\"$2\",\"line\":$line,"
}

# table_try COMMAND... : runs a probe
table_try() {
	local out status
	try "$@"
	mapfile -t table < <(grep -P '^[^\t]+\t\d+\t' <<<"$out")
	[ "$status" = 0 ] && [ ${#table[@]} -gt 0 ] || fail "the probe runs" "exit $status from: $*" "$out"
	table_noise=$(grep -vP '^[^\t]+\t\d+\t' <<<"$out")
}

# table_judge NAME VERDICTS : each attempt came out as one of VERDICTS (a|b)
table_judge() {
	local name verdict what line
	for line in "${table[@]}"; do
		IFS=$'\t' read -r name _ verdict what _ <<<"$line"
		if [[ "|$2|" == *"|$verdict|"* ]]; then
			pass "$1: $name is $verdict"
		else
			fail "$1: $name" "$verdict ($what), not $2" "$table_noise"
		fi
	done
}

# One check for a whole table that changes nothing: table_all NAME VERDICTS COMMAND...
table_all() {
	local label=$1 verdicts=$2 name verdict what line bad=()
	shift 2
	table_try "$@"
	for line in "${table[@]}"; do
		IFS=$'\t' read -r name _ verdict what _ <<<"$line"
		[[ "|$verdicts|" == *"|$verdict|"* ]] || bad+=("$name: $verdict ($what)")
	done
	if [ ${#bad[@]} = 0 ]; then
		pass "$label: ${#table[@]} attempts"
	else
		fail "$label" "not $verdicts: ${bad[*]}" "$table_noise"
	fi
}

# What the trail has, in $scratch/events.
events_read() {
	clawbpf audit --json --type refusal >"$scratch/events"
}

# The words FIELD=VALUE that an event must say, each as it stands in the JSON. A reason stands for its rule, too.
# In awk: bash needs a second for what this does in a blink.
# shellcheck disable=SC2016 # awk's
table_awk='
	function says(event, words,    n, i, w, name, value, list) {
		n = split(words, list, " ")
		for (i = 1; i <= n; i++) {
			name = value = list[i]
			sub(/=.*/, "", name)
			sub(/^[^=]*=/, "", value)
			if (name == "rule")
				w = rule[value]
			else if (value == "true" || value == "false" || value ~ /^[0-9]+$/)
				w = "\"" name "\":" value ","
			else
				w = "\"" name "\":\"" value "\""
			if (w == "" || !index(event, w) || (name == "reason" && value in rule && !index(event, rule[value])))
				return 0
		}
		return 1
	}
	FILENAME == RULES { rule[$1] = $2; next }
	FILENAME == EVENTS {
		pid = $0
		sub(/.*"pid":/, "", pid)
		of[pid + 0, ++count[pid + 0]] = $0
		all[++total] = $0
		next
	}'

# events_awk PROGRAM FILE : the program over FILE, when rules and events are read
events_awk() {
	local reason
	for reason in "${!rule_of[@]}"; do
		printf '%s\t%s\n' "$reason" "${rule_of[$reason]}"
	done >"$scratch/rules"
	awk -F'\t' -v RULES="$scratch/rules" -v EVENTS="$scratch/events" "$table_awk $1" "$scratch/rules" "$scratch/events" "$2"
}

# events_have WORDS... : has any event, since events_read, all of the words? For use as the command of a check.
events_have() {
	echo "$*" >"$scratch/words"
	# shellcheck disable=SC2016 # awk's
	events_awk '{ for (i = 1; i <= total; i++) if (says(all[i], $0)) exit 0; exit 1 }' "$scratch/words"
}

# table_events NAME [WORDS...] : each attempt of the last table that was refused or killed has its event
table_events() {
	local label=$1 verdict name why
	shift
	events_read
	printf '%s\n' "${table[@]}" >"$scratch/table"
	while IFS=$'\t' read -r verdict name why; do
		if [ "$verdict" = ok ]; then
			pass "$label: the event of $name says $why"
		else
			fail "$label: the event of $name" "none says $why" "$(grep "\"pid\":$verdict," "$scratch/events")"
		fi
	done < <(MORE="$*" events_awk '
		$3 == "refused" || $3 == "killed" {
			words = $5 " " ENVIRON["MORE"]
			found = 0
			for (i = 1; i <= count[$2]; i++)
				found += says(of[$2, i], words)
			print (found ? "ok" : $2) "\t" $1 "\t" words
		}' "$scratch/table")
}

# table_refused NAME COMMAND... : each attempt is refused, and its event says so
table_refused() {
	local label=$1
	shift
	table_try "$@"
	table_judge "$label" refused
	table_events "$label"
}

# What the tests of the network and of mounts load: a sandboxed group session, and a main session that is not.
sandboxed=agent:main:telegram:group:-100123
# shellcheck disable=SC2034 # for the tests
free=agent:main:main

# config_write FILE : each key that a rule can come from has a line of its own
config_write() {
	cat >"$1" <<-'END'
	{
	  agents: {
	    defaults: {
	      sandbox: {
	        mode: "non-main",
	        docker: { network: "none" }
	      }
	    }
	  },
	  channels: { telegram: { groups: { "-100123": {} } } },
	  clawbpf: {
	    blockedBindSources: ["/srv/secret"]
	  }
	}
	END
	rule_of[network-none]=$(rule_at agents.defaults.sandbox.docker.network "$1" 'network: "none"')
	rule_of[sandbox]=$(rule_at agents.defaults.sandbox.mode "$1" 'mode: "non-main"')
	rule_of[mount-tree-sealed]=${rule_of[sandbox]}
	rule_of[bind-source-not-canonical]=${rule_of[sandbox]}
	rule_of[machine-wide]=${rule_of[sandbox]}
	rule_of[secret]=$(rule_at 'clawbpf.blockedBindSources[0]' "$1" /srv/secret)
}

# The trail of this test alone.
rm -f /var/log/clawbpf/audit.jsonl

# What probes/mount-try asks to be there.
mount_prepare() {
	modprobe overlay
	mkdir -p /etc/below /srv/secret/x /srv/try/dir /srv/try/up
	touch /srv/try/file /run/docker.sock
	ln -sfn /etc /srv/try/to-etc
	ln -sfn / /srv/try/up/to-root
	for fs in fs ro; do
		mkdir -p "/srv/try/$fs"
		mountpoint -q "/srv/try/$fs" || mount -t tmpfs try "/srv/try/$fs"
	done
	mkdir -p /srv/try/fs/upper /srv/try/fs/work
}
