# SPDX-License-Identifier: GPL-2.0-only
# bash completion for clawbpf: commands and options come from `clawbpf help`, so that they are those of this version.
# shellcheck shell=bash

# The words in front of the two spaces in the lists that help prints.
_clawbpf_commands() {
	clawbpf help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_clawbpf_options() {
	clawbpf help ${1:+"$1"} 2>/dev/null | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'
}

# Others choose what is in a key, and a word that is offered is read by the shell: so plain ones only.
_clawbpf_sessions() {
	clawbpf session list --json 2>/dev/null | sed -n 's/.*"session": "\([A-Za-z0-9:._@+/-]*\)".*/\1/p'
}

# The command is the first word that is no option; color is the one global option that takes a value.
_clawbpf_command() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--color) ((i++)) ;;
		-*) ;;
		*) echo "$i ${COMP_WORDS[i]}"; return ;;
		esac
	done
}

_clawbpf() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' at=0 i
	# The colons of a session key are part of the word.
	declare -F _get_comp_words_by_ref >/dev/null && _get_comp_words_by_ref -n =: cur prev
	read -r at command <<<"$(_clawbpf_command)"

	# Behind the program that run starts, that program's own completion.
	if [ "$command" = run ]; then
		for ((i = at + 1; i < COMP_CWORD; i++)); do
			if [ "${COMP_WORDS[i]}" = -- ] && declare -F _command_offset >/dev/null; then
				_command_offset $((i + 1))
				return
			fi
		done
	fi

	# Letters that mean something else to another command.
	case $command$prev in
	explain-c) prev=--config ;;
	session-c) prev=--cgroup ;;
	agent-e) prev=--engine ;;
	run-e) prev='' ;;
	esac
	case $prev in
	--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
	--type | -t) mapfile -t COMPREPLY < <(compgen -W 'exec exit refusal lost approval-requested approved approval-denied approval-expired approval-revoked approval-unused loaded unloaded' -- "$cur"); return ;;
	--dialect | -d) mapfile -t COMPREPLY < <(compgen -W 'native clawdbot openclaw' -- "$cur"); return ;;
	--user | -u) mapfile -t COMPREPLY < <(compgen -u -- "$cur"); return ;;
	--session | -s)
		mapfile -t COMPREPLY < <(compgen -W "$(_clawbpf_sessions)" -- "$cur")
		declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$cur"
		return
		;;
	--config | --file | -F) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	--engine) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	--cgroup) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
	--agent | -a | --since | -S | --until | -U | --limit | -n | --pid | -p | --timeout | -T | --sender) return ;;
	esac

	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_clawbpf_options "$command")" -- "$cur")
		return
	fi
	case $command in
	'' | help) mapfile -t COMPREPLY < <(compgen -W "$(_clawbpf_commands)" -- "$cur") ;;
	check | load | agent) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	approvals)
		case $prev in
		show | approve | deny | revoke)
			mapfile -t COMPREPLY < <(compgen -W "$(clawbpf approvals 2>/dev/null | sed -n 's/^\([0-9a-f]\{8\}\) .*/\1/p')" -- "$cur")
			;;
		*) mapfile -t COMPREPLY < <(compgen -W 'list show approve deny revoke' -- "$cur") ;;
		esac
		;;
	session) mapfile -t COMPREPLY < <(compgen -W 'list add remove' -- "$cur") ;;
	esac
}

complete -F _clawbpf clawbpf
