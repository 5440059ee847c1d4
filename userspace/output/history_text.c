// SPDX-License-Identifier: GPL-2.0-only
/* How does it read what records add up to? */
#include "output/history_text.h"

static void count_print(FILE *out, const char *before, unsigned long long n, const char *what)
{
	fprintf(out, "%s%llu %s%s", before, n, what, n == 1 ? "" : "s");
}

/* Of what was asked for. */
static void shown_print(const struct history_sum *s, unsigned int types, FILE *out)
{
	bool execs = !types || types & 1u << RECORD_EXEC;
	bool refusals = !types || types & 1u << RECORD_REFUSAL;

	if (execs)
		count_print(out, "\n", s->execs, "exec");
	if (refusals)
		count_print(out, execs ? ", " : "\n", s->refusals, "refusal");
	if (refusals && s->reported)
		fprintf(out, ", %llu reported only", s->reported);
	if (!execs && !refusals)
		count_print(out, "\n", s->records, "record");
	if (s->cut)
		fputs(", and more before", out);
}

void history_sum_print(const struct history_sum *s, unsigned int types, FILE *out)
{
	shown_print(s, types, out);
	if (!lost_any(&s->lost)) {
		fprintf(out, "; no event was lost%s\n", s->cut ? " since the first of them" : "");
		return;
	}
	count_print(out, "; lost: ", s->lost.execs, "exec");
	count_print(out, ", ", s->lost.exits, "exit");
	count_print(out, ", ", s->lost.refusals, "refusal");
	fprintf(out, ", %llu unreadable\n", (unsigned long long)s->lost.unreadable);
}
