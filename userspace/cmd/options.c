// SPDX-License-Identifier: GPL-2.0-only
/* What does the command line ask for? */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "util/cleanup.h"
#include "util/nearest.h"

/* What getopt_long returns for a long option: beyond every letter. */
#define LONG_GLOBAL  0x100
#define LONG_COMMAND 0x200

#define OPTIONS_MAX (CMD_OPTIONS_MAX + GLOBAL_COUNT)

/* The tables of a command and of all commands, as getopt wants them. */
struct parser {
	const struct command *command; /* NULL: in front of the command's name */
	struct option longs[OPTIONS_MAX + 1];
	const char *names[OPTIONS_MAX];
	size_t count;
	char shorts[2 + 2 * OPTIONS_MAX + 1];
	const char *globals[GLOBAL_COUNT]; /* as context.opt */
	int verbose;
};

int err_usage(struct err *err, const char *fmt, ...)
{
	char message[sizeof(err->message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return err_set(err, CMD_USAGE, "%s", message);
}

int option_number(const struct context *ctx, unsigned int option, long long min, long long max,
		  long long *ret_number, struct err *err)
{
	const char *text = ctx->opt[option];
	const char *name = ctx->command->options[option].name;
	long long number;
	char *end;

	if (!text)
		return 0;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || *end || end == text || number < min || number > max)
		return err_usage(err, "--%s: \"%s\" is no whole number from %lld to %lld", name,
				 text, min, max);
	*ret_number = number;
	return 0;
}

static void parser_add(struct parser *p, const struct option_row *rows, int base)
{
	size_t used = strlen(p->shorts);

	for (int i = 0; rows && rows[i].name && p->count < OPTIONS_MAX; i++) {
		p->longs[p->count] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].arg ? required_argument : no_argument,
			.val = base + i,
		};
		p->names[p->count++] = rows[i].name;
		if (!rows[i].letter)
			continue;
		p->shorts[used++] = rows[i].letter;
		if (rows[i].arg)
			p->shorts[used++] = ':';
	}
}

static void parser_start(struct parser *p, const struct command *command)
{
	bool stop = !command || command->flags & CMD_VERBATIM; /* at the first word */

	p->command = command;
	p->count = 0;
	memset(p->longs, 0, sizeof(p->longs));
	memset(p->shorts, 0, sizeof(p->shorts));
	strcpy(p->shorts, stop ? "+:" : ":");
	parser_add(p, command ? command->options : NULL, LONG_COMMAND);
	parser_add(p, global_options, LONG_GLOBAL);
	optind = 0; /* GNU: forget the last parse entirely */
	opterr = 0;
}

/* The table that has the letter, as the value its long option returns. 0: none. */
static int parser_letter(const struct parser *p, int letter)
{
	const struct option_row *rows = p->command ? p->command->options : NULL;

	for (int i = 0; rows && rows[i].name; i++) {
		if (rows[i].letter == letter)
			return LONG_COMMAND + i;
	}
	for (int i = 0; i < GLOBAL_COUNT; i++) {
		if (global_options[i].letter == letter)
			return LONG_GLOBAL + i;
	}
	return 0;
}

static const struct option_row *parser_row(const struct parser *p, int value)
{
	return value >= LONG_COMMAND ? &p->command->options[value - LONG_COMMAND]
				     : &global_options[value - LONG_GLOBAL];
}

void usage_hint(const struct context *ctx, struct err *err)
{
	if (err->code != CMD_USAGE || err->fix[0])
		return;
	if (ctx->command)
		err_fix(err, "clawbpf %s --help lists its options", ctx->command->name);
	else
		err_fix(err, "clawbpf help lists commands and options");
}

static int unknown_option(const struct parser *p, const char *word, struct err *err)
{
	char name[64];
	const char *near;

	if (optopt) /* a letter, maybe one of several in a word */
		return err_usage(err, "there is no option -%c", optopt);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	err_usage(err, "there is no option --%s", name);
	near = nearest_name(name, p->names, p->count);
	return near ? err_fix(err, "did you mean --%s?", near) : -err->code;
}

/* getopt_long found something wrong at argv[optind - 1]. */
static int option_wrong(const struct parser *p, int value, const char *word, struct err *err)
{
	if (value == ':') {
		int option = optopt >= LONG_GLOBAL ? optopt : parser_letter(p, optopt);
		const struct option_row *row = parser_row(p, option);

		return err_usage(err, "--%s needs its %s", row->name, row->arg);
	}
	if (optopt >= LONG_GLOBAL)
		return err_usage(err, "--%s takes no value", parser_row(p, optopt)->name);
	return unknown_option(p, word, err);
}

static void option_store(struct parser *p, struct context *ctx, int value)
{
	const char *text = optarg ? optarg : "";
	size_t used = strlen(ctx->many);

	if (value >= LONG_COMMAND && p->command->many == (unsigned int)(value - LONG_COMMAND) + 1) {
		snprintf(ctx->many + used, sizeof(ctx->many) - used, "%s%s", used ? "\n" : "",
			 text);
		ctx->opt[value - LONG_COMMAND] = ctx->many;
	} else if (value >= LONG_COMMAND)
		ctx->opt[value - LONG_COMMAND] = text;
	else
		p->globals[value - LONG_GLOBAL] = text;
	if (value == LONG_GLOBAL + GLOBAL_VERBOSE)
		p->verbose++;
}

/* Goes on after an error, so that a --json behind it counts. The first error is the one told. */
static int parser_run(struct parser *p, struct context *ctx, int argc, char **argv, struct err *err)
{
	int value, r = 0;

	while ((value = getopt_long(argc, argv, p->shorts, p->longs, NULL)) != -1) {
		if (value == ':' || value == '?') {
			if (!r)
				r = option_wrong(p, value, argv[optind - 1], err);
			continue;
		}
		option_store(p, ctx, value >= LONG_GLOBAL ? value : parser_letter(p, value));
	}
	return r;
}

static bool color_wanted(const char *when)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when && strcmp(when, "auto") != 0)
		return !strcmp(when, "always");
	if (no_color && no_color[0])
		return false;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

static int globals_apply(const struct parser *p, struct context *ctx, struct err *err)
{
	const char *when = p->globals[GLOBAL_COLOR];

	ctx->json = p->globals[GLOBAL_JSON];
	ctx->verbose = p->verbose;
	if (when && strcmp(when, "auto") && strcmp(when, "always") && strcmp(when, "never"))
		return err_usage(err, "--color: \"%s\" is none of auto, always, never", when);
	ctx->color = !ctx->json && !p->globals[GLOBAL_NO_COLOR] && color_wanted(when);
	return 0;
}

/* Before the command is known its own options are not, so this looks for the bare word. */
static void json_guess(struct context *ctx, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		ctx->json |= !strcmp(argv[i], "--json");
}

static int arity_check(const struct command *c, int argc, char **argv, struct err *err)
{
	if (argc < c->min_args)
		err_usage(err, "%s: something is missing", c->name);
	else if (c->max_args != CMD_ARGS_ANY && argc > c->max_args)
		err_usage(err, "%s: \"%s\" is one word too many", c->name, argv[c->max_args]);
	else
		return 0;
	return err_fix(err, "usage: clawbpf %s%s%s", c->name, c->synopsis[0] ? " " : "",
		       c->synopsis);
}

static int command_unknown(const char *name, struct err *err)
{
	const char *near = command_nearest(name);

	err_usage(err, "there is no command \"%s\"", name);
	return near ? err_fix(err, "did you mean \"%s\"?", near) : -err->code;
}

/* --help and --version are commands as well, with what stands there as their words. */
static bool redirected(const struct parser *p, struct context *ctx, int *argc, char **argv)
{
	if (p->globals[GLOBAL_HELP]) {
		*argc = 0;
		if (ctx->command)
			argv[(*argc)++] = (char *)ctx->command->name;
		ctx->command = &help_command;
	} else if (p->globals[GLOBAL_VERSION]) {
		*argc = 0;
		ctx->command = &version_command;
	} else {
		return false;
	}
	memset(ctx->opt, 0, sizeof(ctx->opt));
	argv[*argc] = NULL;
	return true;
}

int context_read(struct context *ctx, int *argc, char ***argv, struct err *err)
{
	struct parser p = {0};
	char **rest;
	int r, r_globals;

	json_guess(ctx, *argc, *argv);
	parser_start(&p, NULL);
	r = parser_run(&p, ctx, *argc, *argv, err);
	if (r)
		return r;
	rest = *argv + optind;
	*argc -= optind;
	if (*argc) {
		ctx->command = command_find(rest[0]);
		if (!ctx->command)
			return command_unknown(rest[0], err);
		parser_start(&p, ctx->command);
		r = parser_run(&p, ctx, *argc, rest, err);
		rest += optind;
		*argc -= optind;
	}
	r_globals = globals_apply(&p, ctx, r ? &(struct err){0} : err);
	if (r || r_globals)
		return r ? r : r_globals;
	*argv = rest;
	/* There is room in front: at least the program's name was there. */
	if (p.globals[GLOBAL_HELP] || p.globals[GLOBAL_VERSION])
		*argv = rest - 1;
	if (redirected(&p, ctx, argc, *argv))
		return 0;
	if (!ctx->command)
		return err_usage(err, "a command is missing");
	return arity_check(ctx->command, *argc, *argv, err);
}
