// SPDX-License-Identifier: GPL-2.0-only
/* Can this machine enforce, and if not, what is to be done? */
#include "cmd/doctor.h"

#include <errno.h>

#include "cmd/cmd.h"
#include "output/table.h"
#include "util/json.h"

static const struct {
	const char *word;
	enum style style;
} states[] = {
	[FINDING_OK] = {"ok", STYLE_GOOD},
	[FINDING_NOTE] = {"note", STYLE_WARN},
	[FINDING_UNKNOWN] = {"unknown", STYLE_WARN},
	[FINDING_MISSING] = {"MISSING", STYLE_BAD},
};

static void finding_json(struct json *j, const struct doctor_row *row, const struct finding *f)
{
	json_object(j, NULL);
	json_text(j, "id", row->id);
	json_text(j, "title", row->title);
	json_bool(j, "needed", row->needed);
	json_text(j, "state", f->state == FINDING_MISSING ? "missing" : states[f->state].word);
	json_text(j, "text", f->text);
	json_text(j, "remedy", f->remedy[0] ? f->remedy : NULL);
	json_object_end(j);
}

static void finding_rows(struct table *t, const struct doctor_row *row, const struct finding *f)
{
	table_add(t, states[f->state].style, states[f->state].word);
	table_add(t, STYLE_PLAIN, row->title);
	table_add(t, STYLE_PLAIN, f->text);
	if (!f->remedy[0])
		return;
	table_add(t, STYLE_PLAIN, "");
	table_add(t, STYLE_PLAIN, "");
	table_addf(t, STYLE_BOLD, "-> %s", f->remedy);
}

static void verdict_print(struct context *ctx, unsigned int missing)
{
	fputc('\n', ctx->out);
	if (missing)
		style_print(ctx->out, ctx->color, STYLE_BAD,
			    "Nothing can be enforced here: %u of what is needed %s missing.\n",
			    missing, missing == 1 ? "is" : "are");
	else
		style_print(ctx->out, ctx->color, STYLE_GOOD, "All that is needed is there.\n");
}

static int doctor_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	autotable struct table table = {.columns = 3};
	autojson struct json j = {.pretty = true};
	unsigned int missing = 0;
	struct host host;

	(void)argc;
	(void)argv;
	host_init(&host);
	json_object(&j, NULL);
	json_array(&j, "checks");
	for (const struct doctor_row *row = doctor_rows; row->id; row++) {
		struct finding f = {0};

		row->probe(&host, &f);
		missing += row->needed && f.state == FINDING_MISSING;
		finding_json(&j, row, &f);
		finding_rows(&table, row, &f);
	}
	json_array_end(&j);
	json_bool(&j, "ok", !missing);
	json_object_end(&j);
	if (j.text.failed || table.failed)
		return err_set(err, ENOMEM, "out of memory");
	if (ctx->json) {
		json_print(&j, ctx->out);
	} else {
		table_print(&table, ctx->out, ctx->color, 0);
		verdict_print(ctx, missing);
	}
	return missing ? 1 : 0;
}

const struct command doctor_command = {
	.name = "doctor",
	.synopsis = "",
	.summary = "say what this machine needs for enforcing, and how to get it",
	.details =
		"Looks, and loads the programs for a moment to see whether it can be done; "
		"changes\n"
		"nothing. Exit status 0: all that is needed is there; 1: something is missing.\n",
	.run = doctor_run,
};
