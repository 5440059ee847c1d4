#!/bin/bash
# The kernel and user space decide alike: on 100,000 random policies and questions, asked of the decision as it is
# compiled for the hooks; and on thousands of real execs and sockets under random policies, against a model of what
# the config's words mean.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-attempts.sh"

seed=${SEED:-$(date +%s)}
agents=16
d=$scratch/d

try "$probes/decide" "$seed" 100000
if [ "$status" = 0 ] && [[ $out =~ ^([0-9]+)\ questions,\ 0\ answers ]] && [ "${BASH_REMATCH[1]}" -ge 100000 ]; then
	pass "seed $seed: $out"
else
	fail "seed $seed: the kernel's decision and user space's agree" "exit $status" "$out"
fi

# --- through the hooks ------------------------------------------------------------------------------

# Programs whose names and contents meet again in other directories, and links under the same names.
programs_make() {
	local i file content
	RANDOM=$seed
	for i in {0..47}; do
		file=$d/$((i / 12))/rnd$((RANDOM % 16))
		[ ! -e "$file" ] || continue
		content=$((RANDOM % 20))
		victim "$file" $((42 + content % 2)) "content $content"
		echo "$file $content" >>"$scratch/programs"
	done
	mkdir "$d/link"
	for i in {0..15}; do
		read -r file content < <(shuf -n 1 --random-source=<(yes "$seed$i") "$scratch/programs")
		ln -s "$file" "$d/link/rnd$i"
		echo "$d/link/rnd$i $content $file" >>"$scratch/programs"
	done
	for i in {0..19}; do
		victim "$d/some" $((42 + i % 2)) "content $i"
		echo "sha256 $i $(sha256sum <"$d/some" | cut -d' ' -f1)" >>"$scratch/hashes"
	done
}

sockets_list() {
	local family type protocol
	for family in 1 2 10 16 17 38 40; do
		for type in 1 2 3 5; do
			for protocol in 0 1 6 17; do
				echo "s $family $type $protocol"
			done
		done
	done
}

# Prints the config, and into $scratch/expected/AGENT what each question's answer is to be.
policies_make() {
	awk -v seed="$seed" -v agents=$agents -v dir="$scratch/expected" '
		function any(n) { return int(rand() * n) }
		# Some entries of a list of denied binaries, remembered in deny[who, ...].
		function entries(who, count,   i, p, text) {
			for (; count; count--) {
				i = any(3)
				if (i == 0) { p = "rnd" any(16); deny[who, "name", p] = 1 }
				if (i == 1) { p = path[any(regular)]; deny[who, "content", content[p]] = 1 }
				if (i == 2) { p = any(20); deny[who, "content", p] = 1; p = "sha256:" hash[p] }
				text = text (text ? ", " : "") "\"" p "\""
			}
			return text
		}
		function name_of(p) { sub(".*/", "", p); return p }
		function denied(who, p) {
			return (who, "name", name_of(p)) in deny || (who, "name", name_of(target[p])) in deny ||
				(who, "content", content[p]) in deny
		}
		function answer(who, question,   w) {
			split(question, w, " ")
			if (w[1] == "x")
				return noexec[who] || denied(who, w[2]) || denied("all", w[2])
			return nonet[who] && w[2] != 1 && (w[2] != 16 || w[4] != 0)
		}
		$1 == "sha256" { hash[$2] = $3; next }
		$1 == "x" || $1 == "s" { question[questions++] = $0; next }
		{ content[$1] = $2; target[$1] = $3; if (!$3) path[regular++] = $1 }
		END {
			srand(seed)
			print "{ clawbpf: { denyBinaries: [" entries("all", 2) "],"
			for (a = 0; a < agents; a++)
				agent = agent " a" a ": { denyBinaries: [" entries("a" a, any(8)) "] },\n"
			print "agents: {\n" agent "} },\nagents: { list: ["
			for (a = 0; a < agents; a++) {
				sandboxed = any(2); network = any(2) ? "none" : "bridge"
				nonet["a" a] = sandboxed && network == "none"
				noexec["a" a] = any(8) == 0
				printf "{ id: \"a%d\", sandbox: { mode: \"%s\", docker: { network: \"%s\" } }%s },\n", a,
					sandboxed ? "all" : "off", network, noexec["a" a] ? ", tools: { deny: [\"exec\"] }" : ""
				for (q = 0; q < questions; q++)
					print answer("a" a, question[q]) >(dir "/a" a)
			}
			print "] } }"
		}' "$scratch/hashes" "$scratch/programs" "$scratch/questions"
}

programs_make
{
	sed 's/^\([^ ]*\).*/x \1/' "$scratch/programs"
	sockets_list
} >"$scratch/all"
# What this kernel has: the control, with nothing loaded.
"$probes/try-all" <"$scratch/all" >"$scratch/answers"
paste -d' ' "$scratch/answers" "$scratch/all" | sed -n 's/^0 //p' >"$scratch/questions"
check "nothing loaded: every program runs, and sockets are made" \
	test "$(grep -c ^x "$scratch/questions") $(($(grep -c ^s "$scratch/questions") >= 10))" = "$(wc -l <"$scratch/programs") 1"
mkdir "$scratch/expected"
policies_make >"$config"
check "load" clawbpf load "$config"
asked=0 refused=0 wrong=
for ((a = 0; a < agents; a++)); do
	clawbpf run --quiet-refusals --kernel-only --session agent:a$a:main -- "$probes/try-all" <"$scratch/questions" \
		>"$scratch/answers" 2>"$scratch/errors"
	asked=$((asked + $(wc -l <"$scratch/answers")))
	refused=$((refused + $(grep -c 1 "$scratch/answers")))
	cmp -s "$scratch/answers" "$scratch/expected/a$a" ||
		wrong+="a$a: $(paste -d' ' "$scratch/answers" "$scratch/expected/a$a" "$scratch/questions" | awk '$1 != $2' | head -n 3)"$'\n'
done
if [ -n "$wrong" ] || [ $asked -lt 1000 ] || [ $refused -lt 100 ]; then
	fail "seed $seed: the hooks answer as the config's words mean ($asked asked, $refused refused)" \
		"agent: answer, expected, question" "$wrong$(cat "$scratch/errors")"
	sed 's/^/# /' "$config"
else
	pass "seed $seed: the hooks answer $asked questions of $agents agents as the config's words mean, $refused of them no"
fi
"$probes/try-all" <"$scratch/questions" >"$scratch/answers"
check "on the host all is as before" test -z "$(tr -d '0\n' <"$scratch/answers")"
done_testing
