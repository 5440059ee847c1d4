#!/bin/bash
# Does `check --syntax` give every file of the JSON5 project's own tests the right verdict, and nothing but that?
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
suite=$(dirname "$0")/../data/json5

begin "the JSON5 suite through check --syntax"
right=0 refused=0
while IFS= read -r file; do
	cp "$file" "$work/text" # the suite's own may be writable by the group
	chmod 600 "$work/text"
	claw check --syntax "$work/text"
	case $file in
	*.json | *.json5)
		right=$((right + 1))
		[ "$status" = 0 ] && [ ! -s "$work/out" ] && continue
		because "$file is refused"
		;;
	*)
		refused=$((refused + 1))
		[ "$status" = 1 ] && grep -qE ':[0-9]+:[0-9]+: ' "$work/err" && continue
		because "$file: no error with line and column"
		;;
	esac
done < <(find "$suite" -mindepth 2 -type f ! -name '.*')
[ "$right" -gt 60 ] || because "only $right valid ones were found"
[ "$refused" -gt 30 ] || because "only $refused invalid ones were found"
end

begin "check --syntax looks at nothing else"
echo "{tools: 5, nosuch: [], \$include: './none'}" >"$work/text"
claw check --syntax "$work/text"
exits 0
silent out
silent err
end

finish
