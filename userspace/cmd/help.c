// SPDX-License-Identifier: GPL-2.0-only
/* What can be asked for? */
#include <ctype.h>
#include <string.h>

#include "cmd/cmd.h"
#include "output/style.h"
#include "util/json.h"

static void option_print(struct context *ctx, const struct option_row *row)
{
	char left[64];

	if (row->letter)
		snprintf(left, sizeof(left), "-%c, --%s%s%s", row->letter, row->name,
			 row->arg ? " " : "", row->arg ? row->arg : "");
	else
		snprintf(left, sizeof(left), "    --%s%s%s", row->name, row->arg ? " " : "",
			 row->arg ? row->arg : "");
	fprintf(ctx->out, "  %-24s %s\n", left, row->help);
}

static void options_print(struct context *ctx, const char *title, const struct option_row *rows)
{
	if (!rows || !rows[0].name)
		return;
	fputc('\n', ctx->out);
	style_print(ctx->out, ctx->color, STYLE_BOLD, "%s", title);
	fputc('\n', ctx->out);
	for (; rows->name; rows++)
		option_print(ctx, rows);
}

static void overview_print(struct context *ctx)
{
	fputs("clawbpf enforces an AI agent's sandbox and tool policy in the kernel.\n\n"
	      "Usage: clawbpf COMMAND [OPTIONS]\n\n",
	      ctx->out);
	style_print(ctx->out, ctx->color, STYLE_BOLD, "Commands:");
	fputc('\n', ctx->out);
	for (const struct command *const *c = command_all(); *c; c++)
		fprintf(ctx->out, "  %-10s %s\n", (*c)->name, (*c)->summary);
	options_print(ctx, "Options of every command:", global_options);
	fputs("\nclawbpf help COMMAND explains one. The manual page is clawbpf(8).\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage.\n",
	      ctx->out);
}

static void command_print(struct context *ctx, const struct command *c)
{
	fprintf(ctx->out, "Usage: clawbpf %s%s%s\n\n%c%s.\n", c->name, c->synopsis[0] ? " " : "",
		c->synopsis, toupper(c->summary[0]), c->summary + 1);
	if (c->details)
		fprintf(ctx->out, "\n%s", c->details);
	options_print(ctx, "Options:", c->options);
	options_print(ctx, "Options of every command:", global_options);
}

static void options_json(struct json *j, const char *key, const struct option_row *rows)
{
	json_array(j, key);
	for (; rows && rows->name; rows++) {
		json_object(j, NULL);
		json_text(j, "name", rows->name);
		json_text(j, "letter", rows->letter ? (char[]){rows->letter, 0} : NULL);
		json_text(j, "argument", rows->arg);
		json_text(j, "help", rows->help);
		json_object_end(j);
	}
	json_array_end(j);
}

static void command_json(struct json *j, const struct command *c)
{
	json_object(j, NULL);
	json_text(j, "name", c->name);
	json_text(j, "synopsis", c->synopsis);
	json_text(j, "summary", c->summary);
	options_json(j, "options", c->options);
	json_object_end(j);
}

static void help_json(struct context *ctx, const struct command *one)
{
	struct json j = {.pretty = true};

	if (one) {
		command_json(&j, one);
	} else {
		json_object(&j, NULL);
		json_array(&j, "commands");
		for (const struct command *const *c = command_all(); *c; c++)
			command_json(&j, *c);
		json_array_end(&j);
		options_json(&j, "options", global_options);
		json_object_end(&j);
	}
	json_print(&j, ctx->out);
}

static int help_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	const struct command *one = argc ? command_find(argv[0]) : NULL;
	const char *near;

	if (argc && !one) {
		err_usage(err, "there is no command \"%s\"", argv[0]);
		near = command_nearest(argv[0]);
		return err_fix(err, near ? "did you mean \"%s\"?" : "clawbpf help lists them",
			       near);
	}
	if (ctx->json)
		help_json(ctx, one);
	else if (one)
		command_print(ctx, one);
	else
		overview_print(ctx);
	return 0;
}

const struct command help_command = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = "list the commands, or explain one",
	.max_args = 1,
	.run = help_run,
};
