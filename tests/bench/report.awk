# From what guest.sh printed to a table with the aims beside it; with -v json=1, to JSON.
# SPDX-License-Identifier: GPL-2.0-only

$1 == "kernel" { kernel = $2 }
$1 == "ran" { what = $0; sub(/^ran [^ ]+ /, "", what); ran[$2] = what; if (!($2 in told)) order[++ran_count] = $2; told[$2] = 1 }
$1 == "value" {
	if (!($3 in seen)) {
		seen[$3] = 1
		row[++row_count] = $3
	}
	mean[$2, $3] = $4
	least[$2, $3] = $5
	most[$2, $3] = $6
	has[$2] = 1
}

function have(setup, r) { return (setup, r) in mean }
function low(a, b) { return a < b ? a : b }
function high(a, b) { return a > b ? a : b }

# "Nothing" is measured three times: the middle one counts, and how far they are apart is the drift.
function base(r,  a, b, c) {
	a = mean["nothing", r]; b = mean["again", r]; c = mean["last", r]
	return a + b + c - low(a, low(b, c)) - high(a, high(b, c))
}
function drift(r,  a, b, c) {
	a = mean["nothing", r]; b = mean["again", r]; c = mean["last", r]
	return high(a, high(b, c)) - low(a, low(b, c))
}
function added(setup, r) { return mean[setup, r] - base(r) }
function whole(x) { return sprintf("%.0f", x) + 0 }

function commas(x,  s, out) {
	s = sprintf("%.0f", x < 0 ? -x : x)
	while (length(s) > 3) {
		out = "," substr(s, length(s) - 2) out
		s = substr(s, 1, length(s) - 3)
	}
	return (x < -0.5 ? "-" : "") s out
}
function plus(x) { return (x < -0.5 ? "" : "+") commas(x) }

function aim(text, is_met) {
	aims[++aim_count] = text
	met[aim_count] = is_met
}

function aims_find(  i, r, e, o, x, a, n, names) {
	for (i = 1; i <= row_count; i++) {
		r = row[i]
		if (r != "getppid" && r != "read+write" && r != "stat") continue
		o = added("outside", r)
		aim(r ", no session: costs nothing: " plus(o) ", drift " commas(drift(r)), o <= drift(r) + 1)
	}
	for (i = 1; i <= row_count; i++) {
		r = row[i]
		if (r == "clock" || r == "getppid" || r == "read+write" || r == "stat") continue
		e = added("empty", r)
		o = added("outside", r)
		aim(r ", no session: at most 1.25 x empty programs: " plus(o) " against " plus(e) ", drift " \
			commas(drift(r)) (e > 0 ? sprintf(", %.2f x", o / e) : ""), o <= 1.25 * e)
	}
	n = split("exec vfork+exec+wait", names)
	for (i = 1; i <= n; i++) {
		r = names[i]
		x = added("session", r)
		aim(r " in a session: at most +5,000: " plus(x) ", drift " commas(drift(r)), x <= 5000)
		if (!have("audit", r)) continue
		a = added("audit", r)
		aim(r " in a session: at least 30 x less than auditd's rule adds: " plus(x) " against " plus(a) \
			sprintf(", %.1f x", a / x), a >= 30 * x)
	}
}

function print_text(  i, j, r, s, cell) {
	printf "Instructions a call, Linux %s: mean of the middle half of %d batches, and what it is above nothing\n\n", kernel, repeats
	printf "%-16s %9s", "", "nothing"
	for (j = 1; j <= setup_count; j++) printf " %19s", title[setup[j]]
	printf " %7s\n", "drift"
	for (i = 1; i <= row_count; i++) {
		r = row[i]
		if (r == "clock") continue
		printf "%-16s %9s", r, commas(base(r))
		for (j = 1; j <= setup_count; j++) {
			s = setup[j]
			cell = have(s, r) ? sprintf("%s %9s", commas(mean[s, r]), plus(added(s, r))) : "-"
			printf " %19s", cell
		}
		printf " %7s\n", commas(drift(r))
	}
	print "\nSpread of the batches, least and most against that mean, in per cent\n"
	for (i = 1; i <= row_count; i++) {
		r = row[i]
		if (r == "clock") continue
		printf "%-16s %9s", r, spread("nothing", r)
		for (j = 1; j <= setup_count; j++) printf " %19s", (have(setup[j], r) ? spread(setup[j], r) : "-")
		print ""
	}
	print "\nSet-ups, in this order: nothing, no session and in a session, nothing, empty programs, nothing, auditd"
	for (i = 1; i <= ran_count; i++) printf "  %-13s %s\n", (order[i] in title ? title[order[i]] : order[i]), ran[order[i]]
	printf "  %-13s a loop of 2,000 instructions is %s by the clock\n", "clock", commas(base("clock"))
	print "\nAims"
	for (i = 1; i <= aim_count; i++) printf "  %-7s %s\n", (met[i] ? "met" : "NOT MET"), aims[i]
}

function spread(s, r) {
	return sprintf("%+.1f %+.1f", 100 * (least[s, r] / mean[s, r] - 1), 100 * (most[s, r] / mean[s, r] - 1))
}

function quoted(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\""
}

function print_json(  i, j, n, names, comma) {
	printf "{\n  \"kernel\": %s,\n  \"unit\": \"instructions per call\",\n  \"batches\": %d,\n  \"setups\": {", quoted(kernel), repeats
	for (i = 1; i <= ran_count; i++) printf "%s\n    %s: %s", (i > 1 ? "," : ""), quoted(order[i]), quoted(ran[order[i]])
	printf "\n  },\n  \"rows\": {"
	n = split("nothing again last empty outside session audit", names)
	for (i = 1; i <= row_count; i++) {
		printf "%s\n    %s: {", (i > 1 ? "," : ""), quoted(row[i])
		comma = ""
		for (j = 1; j <= n; j++) {
			if (!have(names[j], row[i])) continue
			printf "%s\n      %s: {\"mean\": %s, \"least\": %s, \"most\": %s}", comma, quoted(names[j]), \
				mean[names[j], row[i]], least[names[j], row[i]], most[names[j], row[i]]
			comma = ","
		}
		printf "\n    }"
	}
	printf "\n  },\n  \"aims\": ["
	for (i = 1; i <= aim_count; i++)
		printf "%s\n    {\"met\": %s, \"aim\": %s}", (i > 1 ? "," : ""), (met[i] ? "true" : "false"), quoted(aims[i])
	print "\n  ]\n}"
}

END {
	title["empty"] = "empty"
	title["outside"] = "no session"
	title["session"] = "in a session"
	title["audit"] = "auditd"
	setup_count = split(has["audit"] ? "empty outside session audit" : "empty outside session", setup)
	if (!has["last"]) {
		print "the measurement is not complete" > "/dev/stderr"
		exit 1
	}
	aims_find()
	if (json) print_json()
	else print_text()
}
