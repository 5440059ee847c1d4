// SPDX-License-Identifier: GPL-2.0-only
/* Pieces of answers that more than one command gives. */
#include "cmd/report.h"

void report_warnings_json(struct json *j, const struct warnings *w)
{
	json_array(j, "warnings");
	for (size_t i = 0; i < w->count; i++) {
		const struct warning *item = &w->items[i];

		json_object(j, NULL);
		json_text(j, "file", item->pos.file);
		json_unsigned(j, "line", item->pos.line);
		json_unsigned(j, "column", item->pos.column);
		json_text(j, "message", item->text);
		json_object_end(j);
	}
	json_array_end(j);
}

void report_self_test(FILE *out, const enum self_test_result tested[SELF_TEST_COUNT])
{
	const char *sep = "Self-test in a session that may do nothing: ";

	for (int i = 0; i < SELF_TEST_COUNT; i++) {
		if (tested[i] != SELF_TEST_REFUSED)
			continue;
		fprintf(out, "%s%s", sep, self_test_name(i));
		sep = ", ";
	}
	fputs(" refused.\n", out);
	for (int i = 0; i < SELF_TEST_COUNT; i++) {
		if (tested[i] == SELF_TEST_NOT_NEEDED)
			fprintf(out, "No session is without %s by this policy: not attached.\n",
				i == SELF_TEST_SOCKET ? "a network" : "its mounts");
	}
}
