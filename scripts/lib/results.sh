# shellcheck shell=bash
# What came out of a test, said in one line? Sourced; `work` is a directory of the run.
# Understands "ok - NAME", "not ok - NAME" and "# SKIP" of lint, the shell tests and cmocka, each followed by its
# explanation, and programs that say nothing of the kind and exit 0, 1 or 77 (skipped).

# report ok|FAIL|skip NAME [REASON] : REASON of a failure may have many lines
report() {
	local word=$1 reason=${3-}
	if [ "$word" = skip ] && [ "${CI-}" = true ] && [[ $reason != "optional: "* ]]; then
		word=FAIL
		reason="skipped, which it may not be in CI: $reason"
	fi
	echo "$word" >>"$work/results"
	case $word in
	FAIL)
		reason=$(sed -e 's/^\( \{4\}\)\{0,1\}/     /' -e 's/ *$//' <<<"$reason") # and no empty lines at its end
		printf '%-4s %s\n%s' "$word" "$2" "${reason:+$reason$'\n'}"
		;;
	skip) printf '%-4s %s # %s\n' "$word" "$2" "$reason" ;;
	*) printf '%-4s %s\n' "$word" "$2" ;;
	esac
}

# results_of NAME [EXIT] : reports what is on stdin, the output of a program that ended with EXIT
results_of() {
	local prefix=$1 status=${2-0} line word='' name='' text='' last='' found=0 failed=0

	results_flush() {
		[ -n "$word" ] || return
		[ "$word" = FAIL ] || [ "$word" = skip ] || text=
		report "$word" "$prefix: $name" "$text"
		found=1
		[ "$word" != FAIL ] || failed=1
		word=
	}

	while IFS= read -r line || [ -n "$line" ]; do
		[ -z "$line" ] || last=$line
		if [[ $line =~ ^(ok|not\ ok)\ ([0-9]+\ )?(- )?(.*)$ ]]; then
			results_flush
			name=${BASH_REMATCH[4]} text=
			word=ok
			[ "${BASH_REMATCH[1]}" = ok ] || word=FAIL
			if [[ $name =~ ^(.*)#\ SKIP\ ?(.*)$ ]]; then
				word=skip
				# cmocka writes the name where others write the reason
				name=${BASH_REMATCH[1]:-${BASH_REMATCH[2]}}
				text=${BASH_REMATCH[2]}
			fi
		elif [ "$word" != skip ]; then
			text+=$line$'\n'
		fi
	done
	results_flush

	if [ "$status" = 77 ]; then
		report skip "$prefix" "${last#skipped: }"
	elif [ "$status" != 0 ] && [ $failed = 0 ]; then
		report FAIL "$prefix" "exit $status"$'\n'"$(tail -n 60 <<<"$text")"
	elif [ $found = 0 ]; then
		report ok "$prefix"
	fi
}

results_count() {
	grep -cx "$1" "$work/results"
}

# The line that counts, and whether all is well.
results_end() {
	local failed
	failed=$(results_count FAIL)
	echo
	echo "$(results_count ok) passed, $failed failed, $(results_count skip) skipped"
	[ "$failed" = 0 ]
}
