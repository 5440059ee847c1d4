#!/bin/bash
# Does our reader of JSON5 take and refuse what the agents' own does, the npm package json5, and read the same from it?
# Deliberate differences: bytes that are no UTF-8, and what is beyond our limits, are refused by ours.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$(dirname "$0")/../.." || exit 1
version=2.2.3
package=build/json5-reference/node_modules/json5

skip() {
	echo "skipped: optional: $1"
	exit 77
}

command -v node >/dev/null && command -v npm >/dev/null || skip "there is no node, or no npm"
[ -e "$package/package.json" ] ||
	timeout 120 npm install --silent --ignore-scripts --no-audit --no-fund --no-save \
		--prefix build/json5-reference "json5@$version" >/dev/null 2>&1 || skip "npm cannot fetch json5@$version"
make -s build/json5-values || exit 1

mapfile -t files < <(find tests/data/json5/*/ tests/fuzz/seeds build/fuzz/corpus/json5 config \
	-type f ! -name '.*' ! -path '*/man/*' 2>/dev/null | LC_ALL=C sort)

# compare VALUES COUNT
compare() {
	node tests/fuzz/reference.js "$package" "$1" "$2" 1 "${files[@]}" >"$work/out" 2>"$work/err"
	status=$?
}

begin "both readers agree on the suite, the fuzz corpus and 6000 texts more"
compare build/json5-values 6000
exits 0
matches out '^[0-9]+ texts, [1-9][0-9]{2,} accepted, .* 0 told apart$'
end

begin "a reader that refuses everything is told apart"
printf '#!/bin/sh\nyes refused | head -n 100000\n' >"$work/refuses"
chmod 700 "$work/refuses"
compare "$work/refuses" 100
exits 1
says_not out ' 0 told apart'
end

finish
