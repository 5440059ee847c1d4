#!/bin/bash
# Does help name everything, and do the manual page and the completion know as much?
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")/../..
commands='check load unload run session approvals agent audit explain status doctor version help'

begin "help lists every command"
claw help
exits 0
silent err
for command in $commands; do matches out "^  $command +[a-z]"; done
says out 'Exit status: 0 done, 1 failed, 2 wrong usage.'
end

for same in --help -h 'help --no-color'; do
	begin "clawbpf $same is clawbpf help"
	claw help
	mv "$work/out" "$work/first"
	# shellcheck disable=SC2086 # two words
	claw $same
	exits 0
	cmp -s "$work/first" "$work/out" || because "it differs"
	end
done

for command in $commands; do
	begin "help $command"
	claw help "$command"
	exits 0
	silent err
	says out "Usage: clawbpf $command"
	says out "--json"
	mv "$work/out" "$work/first"
	claw "$command" --help
	exits 0
	cmp -s "$work/first" "$work/out" || because "--help says something else"
	end

	begin "the manual page knows $command and its options"
	claw help "$command"
	while read -r option; do
		grep -qF -- "${option//-/\\-}" "$here/config/man/clawbpf.8" || because "no $option"
	done < <(grep -oE '^ +(-., )?--[a-z-]+' "$work/out" | grep -oE -- '--[a-z-]+')
	grep -qE "^\.(B|BR|BI) (\\\\fB)?\"?$command" "$here/config/man/clawbpf.8" || because "no $command"
	end
done

# documented FILE REGEX : what of FILE is in the quotes behind it is a word of the manual page, from its AUDIT LOG on
documented() {
	local word count=0
	while read -r word; do
		grep -qwF -- "$word" "$work/page" || because "no $word, which is in $1"
		count=$((count + 1))
	done < <(grep -oP "$2\"\K[A-Za-z-]+(?=\")" "$here/$1" | sort -u)
	[ "$count" -gt 1 ] || because "nothing found in $1"
}

begin "the manual page knows what the log and the answers in JSON have"
sed -n '/^\.SH AUDIT LOG/,$s/\\-/-/gp' "$here/config/man/clawbpf.8" >"$work/page"
sed -n '/^\.SH AUDIT LOG/,$p' "$here/config/man/clawbpf.8" >>"$work/page"
documented userspace/events/fields.c '^\t\{"[a-z]*", '
documented userspace/events/words.c '^\t\[RECORD_\w+\] = '
documented include/abi/hook.h 'REASON\(REASON_(?!NONE)\w+, '
for file in approvals doctor load session status version; do
	documented "userspace/cmd/$file.c" '(json_[a-z]+|text_put)\(&?j, '
done
end

begin "the manual page is of this version"
claw version
read -r _ version _ <"$work/out"
grep -q "^\.TH CLAWBPF 8 \"\" \"clawbpf $version\"" "$here/config/man/clawbpf.8" || because "not $version"
end

begin "help in JSON"
claw help --json
exits 0
for command in $commands; do says out "\"name\": \"$command\""; done
end

# complete WORD... : what the completion offers for the last word
complete_words() {
	PATH=$work/bin:$PATH bash -c '
		. "$0/config/completion/clawbpf.bash"
		compopt() { :; }
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_clawbpf
		printf "%s\n" "${COMPREPLY[@]}"' "$here" "$@" >"$work/out" 2>"$work/err"
	status=$?
}

begin "completion knows which options take a value"
for command in $commands; do
	while read -r option; do
		grep -qE -- "^\s(.*\| )?$option( \|.*)?\)" "$here/config/completion/clawbpf.bash" ||
			because "no $option of $command"
	done < <("$CLAWBPF" help "$command" | grep -oP '^ +(-., )?\K--[a-z-]+(?= [A-Z])')
done
end

mkdir "$work/bin"
ln -s "$(realpath "$CLAWBPF")" "$work/bin/clawbpf"
begin "completion of commands"
complete_words clawbpf ''
exits 0
for command in $commands; do matches out "^$command\$"; done
end

begin "completion of a command's options"
complete_words clawbpf --json audit --f
matches out '^--follow$'
matches out '^--file$'
says_not out '--session'
end

begin "completion of values"
complete_words clawbpf audit --type re
matches out '^refusal$'
complete_words clawbpf --color ''
matches out '^always$'
touch "$work/a-file"
mkdir "$work/a-folder"
for words in 'explain -c' 'audit -F' 'agent -e'; do
	# shellcheck disable=SC2086 # words
	complete_words clawbpf $words "$work/a-"
	matches out "^$work/a-file\$"
done
complete_words clawbpf session add -c "$work/a-"
matches out "^$work/a-folder\$"
says_not out a-file
complete_words clawbpf run -e --no
matches out '^--no-prompt$'
end

# A key is chosen by others, and what completion offers is read by the shell.
mkdir "$work/fake"
cat >"$work/fake/clawbpf" <<'END'
#!/bin/sh
printf '{\n  "sessions": [\n    {\n      "session": "agent:main:main"\n    },\n    {\n      "session": "agent:x:$(touch ran)"\n    }\n  ]\n}\n'
END
chmod +x "$work/fake/clawbpf"
begin "completion of sessions"
rm "$work/bin/clawbpf"
ln -s "$work/fake/clawbpf" "$work/bin/clawbpf"
complete_words clawbpf audit --session ''
matches out '^agent:main:main$'
says_not out 'touch'
[ ! -e ran ] || because "a session's key was executed"
end

finish
