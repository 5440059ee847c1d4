/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a command is, and what it is given.
 *
 * To add one: write cmd/NAME.c that defines `const struct command NAME_command`, declare it below,
 * and add it to the table in cmd/cmd.c. Its options are a table as well; the frame has read them
 * before `run` is called.
 */
#ifndef CLAWBPF_CMD_CMD_H
#define CLAWBPF_CMD_CMD_H

#include <stdbool.h>
#include <stdio.h>

#include "util/err.h"

#define CMD_OPTIONS_MAX 16
#define CMD_ARGS_ANY    (-1) /* for max_args */
#define CMD_USAGE       4096 /* err.code of a wrong usage: beyond every errno */

struct context;

/* A table of these ends with an empty row. The index of a row is its index in context.opt. */
struct option_row {
	const char *name; /* long, without dashes */
	char letter;      /* short; 0: none */
	const char *arg;  /* "KEY": what it takes, for the help text; NULL: nothing */
	const char *help; /* one line; given twice, the last one counts */
};

enum command_flags {
	/* What follows the first word that is no option, or "--", is another program's: untouched.
	 */
	CMD_VERBATIM = 1u << 0,
};

struct command {
	const char *name;
	const char *synopsis;             /* what follows the name: "[--follow] [--session KEY]" */
	const char *summary;              /* one line, no full stop */
	const char *details;              /* paragraphs for --help, each line ended; NULL: none */
	const struct option_row *options; /* NULL: none of its own */
	int min_args, max_args; /* words that are no options; max_args may be CMD_ARGS_ANY */
	unsigned int flags;     /* enum command_flags */
	/* 1 + the index of the option of which all count that are given, with line breaks between;
	 * 0: there is none. */
	unsigned int many;
	/*
	 * argv[0..argc) are the words that are no options, argv[argc] is NULL. Answers:
	 *   0         done: exit status 0
	 *   negative  failed, err says why: exit status 1, or 2 for what err_usage returned
	 *   positive  this exit status, and everything has been said (a program's own status)
	 * What it has to say goes to ctx->out; a warning to ctx->log.
	 */
	int (*run)(struct context *ctx, int argc, char **argv, struct err *err);
};

struct context {
	FILE *out;   /* answers; after run the frame flushes it, and a failed write is an error */
	FILE *log;   /* the standard error: warnings, and what -v adds */
	bool json;   /* answer in JSON */
	bool color;  /* `out` takes colours */
	int verbose; /* how often -v was given */
	const struct command *command;
	/* By the index of the option's row: NULL not given, "" given (takes nothing), its argument.
	 */
	const char *opt[CMD_OPTIONS_MAX];
	char many[1024]; /* the text of the option that may be given again */
};

/* Sets *err to a wrong usage (exit status 2) and returns its code, to `return err_usage(...)`. */
int err_usage(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Where to look up what is right, unless *err is no wrong usage or has a better remedy already. */
void usage_hint(const struct context *ctx, struct err *err);

/*
 * The argument of an option as a whole number in [min, max]. *ret_number stays as it is when the
 * option was not given.
 */
int option_number(const struct context *ctx, unsigned int option, long long min, long long max,
		  long long *ret_number, struct err *err);

/* All in the order they are shown, ended by NULL. */
extern const struct command *const commands[];

/* NULL = none of that name. */
const struct command *command_find(const char *name);
/* All commands in the order they are shown, ended by NULL. */
const struct command *const *command_all(void);
/* The nearest command's name; NULL = nothing near. */
const char *command_nearest(const char *name);

/* The options that every command takes; indexes of global_options, which an empty row ends. */
enum global_option {
	GLOBAL_JSON,
	GLOBAL_COLOR,
	GLOBAL_NO_COLOR,
	GLOBAL_VERBOSE,
	GLOBAL_HELP,
	GLOBAL_VERSION,
	GLOBAL_COUNT,
};
extern const struct option_row global_options[];

/*
 * Reads the whole command line: global options, the command, its options. Fills ctx; *argv becomes
 * the words that are no options, *argc their number. On an error ctx->json is as asked, so that the
 * error can be printed as the caller wants it.
 */
int context_read(struct context *ctx, int *argc, char ***argv, struct err *err);

/* By another name this program is the ssh of an elevated git. Returns an exit status. */
bool git_ssh_is(const char *called);
int git_ssh_run(int argc, char **argv);

extern const struct command agent_command;
extern const struct command approvals_command;
extern const struct command audit_command;
extern const struct command check_command;
extern const struct command doctor_command;
extern const struct command explain_command;
extern const struct command help_command;
extern const struct command load_command;
extern const struct command run_command;
extern const struct command session_command;
extern const struct command status_command;
extern const struct command unload_command;
extern const struct command version_command;

#endif
