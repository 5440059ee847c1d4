// SPDX-License-Identifier: GPL-2.0-only
/* Is something enforced, now and in truth? */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "events/clock.h"
#include "kernel/apply.h"
#include "kernel/lock.h"
#include "kernel/program.h"
#include "output/style.h"
#include "session/enforce.h"
#include "session/status.h"
#include "util/cleanup.h"

/* Two programs may be of one hook, which is one hook. */
static bool hook_is_attached(const struct status *s, int program)
{
	for (int i = 0; i < program; i++)
		if (s->attached[i] && !strcmp(program_rows[i].hook, program_rows[program].hook))
			return false;
	return s->attached[program];
}

static void print_json(struct context *ctx, const struct status *s)
{
	struct json j autojson = {.pretty = true};

	json_object(&j, NULL);
	json_bool(&j, "enforcing", true);
	json_text(&j, "config", s->config);
	json_text(&j, "configState", status_file_word(s->file));
	json_unsigned(&j, "generation", s->generation);
	json_unsigned(&j, "loadedAt", s->loaded_at);
	json_unsigned(&j, "rules", s->rules);
	json_unsigned(&j, "policies", s->policies);
	json_unsigned(&j, "sessions", s->sessions);
	json_array(&j, "hooks");
	for (int i = 0; i < PROGRAM_COUNT; i++) {
		if (hook_is_attached(s, i))
			json_text(&j, NULL, program_rows[i].hook);
	}
	json_array_end(&j);
	json_object(&j, "lost");
	json_unsigned(&j, "execs", s->lost_execs);
	json_unsigned(&j, "exits", s->lost_exits);
	json_unsigned(&j, "refusals", s->lost_refusals);
	json_object_end(&j);
	json_array(&j, "tested");
	for (int i = 0; i < SELF_TEST_COUNT; i++) {
		if (s->tested[i] == SELF_TEST_REFUSED)
			json_text(&j, NULL, self_test_name(i));
	}
	json_array_end(&j);
	json_object_end(&j);
	json_print(&j, ctx->out);
}

static void print_text(struct context *ctx, const struct status *s)
{
	char when[CLOCK_TEXT_LEN];
	int hooks = 0;

	for (int i = 0; i < PROGRAM_COUNT; i++)
		hooks += hook_is_attached(s, i);
	clock_format(s->loaded_at * 1000000, 0, when);
	style_print(ctx->out, ctx->color, STYLE_GOOD, "Enforcing");
	fprintf(ctx->out, " %s, loaded %s (generation %llu).\n", s->config, when,
		(unsigned long long)s->generation);
	if (s->file != STATUS_FILE_SAME)
		style_print(ctx->out, ctx->color, STYLE_WARN,
			    "The file %s: `clawbpf load` it again.\n",
			    status_file_sentence(s->file));
	report_self_test(ctx->out, s->tested);
	fprintf(ctx->out, "Rules: %zu in %zu policies. Sessions: %u. Hooks attached: %d.\n",
		s->rules, s->policies, s->sessions, hooks);
	if (s->lost_execs || s->lost_exits || s->lost_refusals)
		style_print(ctx->out, ctx->color, STYLE_BAD,
			    "Lost events: %llu execs, %llu exits, %llu refusals.\n",
			    (unsigned long long)s->lost_execs, (unsigned long long)s->lost_exits,
			    (unsigned long long)s->lost_refusals);
	else
		fputs("Lost events: none.\n", ctx->out);
}

static int status_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	struct status s autodestroy(status_clear) = {0};
	struct kernel *k autokernel = NULL;
	autoclose int lock = -1;
	int r = lock_take(LOCK_CHANGE, &lock, err);

	(void)argc;
	(void)argv;
	if (!r)
		r = kernel_open(&k, err);
	if (!r)
		r = status_read(k, &s, err);
	if (r)
		return r;
	if (ctx->json)
		print_json(ctx, &s);
	else
		print_text(ctx, &s);
	return 0;
}

const struct command status_command = {
	.name = "status",
	.synopsis = "",
	.summary = "say whether anything is enforced, after trying it out",
	.details =
		"Exit status 0 only when a process in a throw-away session was refused what the\n"
		"attached hooks are there to refuse.\n",
	.run = status_run,
};
