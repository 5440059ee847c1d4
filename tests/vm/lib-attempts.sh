# shellcheck shell=bash
# Tables of attempts: each is made with nothing loaded, by the host, in a session with another policy, and in the
# session that is refused; and what the audit trail says of the last is looked at. Sourced after lib.sh.
#
# A table has a line an attempt, and comments:
#   NAME  SESSION NEIGHBOUR  REASON HOOK ENTRY  METHOD ARG...
# SESSION and NEIGHBOUR are verdicts of the probe, 0 allowed or 1 refused. Of what is refused in the session there
# has to be an event with REASON and HOOK, whose rule is that of a line of the config which ends in
# "// ENTRY = KEY": the event names the key, the file and the line.
# REASON, HOOK and ENTRY are extended regular expressions, and "-" for what is allowed.

declare -A verdict_of pid_of why_of events_of
config=$scratch/config.json5
table=$scratch/table
batch=$scratch/batch

# victim FILE [STATUS [TEXT]] : a whole ELF program of 132 bytes, that ends with STATUS (42), and TEXT behind it, which
# makes its content another
victim() {
	local status code
	printf -v status '\\x%02x' "${2-42}"
	code='\xbf'$status'\0\0\0\xb8\x3c\0\0\0\x0f\x05' # mov STATUS, edi; mov 60, eax; syscall
	mkdir -p "$(dirname "$1")"
	{
		printf '\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0\1\0\0\0' # 64 bits, x86-64
		printf '\x78\0\x40\0\0\0\0\0\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' # entry 0x400078
		printf '\0\0\0\0\x40\0\x38\0\1\0\0\0\0\0\0\0'
		printf '\1\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\0\0\x40\0\0\0\0\0' # load all at 0x400000
		printf '\0\0\x40\0\0\0\0\0\x84\0\0\0\0\0\0\0\x84\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0'
		# shellcheck disable=SC2059 # made above
		printf "$code"
		echo "${3-}"
	} >"$1"
	chmod 755 "$1"
}

# attempts_table : reads the table from stdin
attempts_table() {
	grep -vE '^[[:space:]]*(#|$)' >"$table"
	awk '{ printf "%s", $1; for (i = 7; i <= NF; i++) printf " %s", $i; print "" }' "$table" >"$batch"
}

# attempts_make PHASE COMMAND... : makes them all, by a probe that COMMAND starts
attempts_make() {
	local phase=$1
	shift
	"$@" -f "$batch" >"$scratch/$phase" 2>"$scratch/$phase.err" </dev/null
	attempts_read "$phase"
}

# attempts_read PHASE : what the probe wrote
attempts_read() {
	local phase=$1 name verdict pid why
	while read -r name verdict pid why; do
		verdict_of[$phase/$name]=$verdict
		pid_of[$phase/$name]=$pid
		why_of[$phase/$name]=$why
	done <"$scratch/$phase"
	[ ! -s "$scratch/$phase.err" ] || sed "s/^/# $phase: /" "$scratch/$phase.err"
}

# attempts_events SESSION : what its processes were refused, by pid and by parent's pid; and all, as "any"
attempts_events() {
	local line
	events_of=()
	while IFS= read -r line; do
		[[ $line =~ \"pid\":([0-9]+),\"tid\":[0-9]+,\"ppid\":([0-9]+) ]] || continue
		events_of[${BASH_REMATCH[1]}]+=$line$'\n'
		events_of[${BASH_REMATCH[2]}]+=$line$'\n'
		events_of[any]+=$line$'\n'
	done < <(clawbpf audit --json --type refusal --session "$1")
}

# Sets rules: those of the lines that end so, as an extended regular expression on an event. No subshells from here
# on: there are hundreds of checks, and a fork is slow in an emulated machine.
config_rules() {
	local line key number=0
	rules=
	while IFS= read -r line; do
		number=$((number + 1))
		[[ $line =~ //\ ($1)\ =\ ([^ ]+)$ ]] || continue
		key=${BASH_REMATCH[-1]//[/\\[}
		rules+="${rules:+|}\"key\":\"$key\",\"file\":\"$config\",\"line\":$number"
	done <"$config"
	rules="(${rules:-none})"
}

# event_like PID REASON HOOK ENTRY : is there such an event? With enforced=false, one of what was only reported.
event_like() {
	local pattern rules
	config_rules "$4"
	pattern="\"hook\":\"($3)\",\"reason\":\"($2)\",[^"$'\n'"]*\"enforced\":${enforced-true}"
	pattern+="[^"$'\n'"]*\"rule\":\{${rules}[,}]"
	[[ ${events_of[$1]-} =~ $pattern ]]
}

# phase_check NAME PHASE WANTED : adds to wrong what is wrong with it, if anything
phase_check() {
	local got=${verdict_of[$2/$1]-none}
	[ "$got" = "$3" ] || wrong+="$2: verdict $got, not $3 (${why_of[$2/$1]-the probe did not come so far}). "
}

# attempts_check PHASES... : one check an attempt; PHASES are those in which everything is allowed
attempts_check() {
	local name session neighbour reason hook entry rest wrong pid phase
	while read -r name session neighbour reason hook entry rest; do
		wrong=
		for phase in "$@"; do
			phase_check "$name" "$phase" 0
		done
		phase_check "$name" neighbour "$neighbour"
		phase_check "$name" session "$session"
		pid=${pid_of[session/$name]-0}
		if [ "$session" = 1 ] && ! event_like "$pid" "$reason" "$hook" "$entry"; then
			wrong+="no event of pid $pid: $reason by $hook, by $entry"
		fi
		if [ -n "$wrong" ]; then
			fail "$name ($rest)" "$wrong" "${events_of[$pid]-}"
		elif [ "$session" = 1 ]; then
			pass "$name: $reason, $hook"
		else
			pass "$name: allowed"
		fi
	done <"$table"
}
