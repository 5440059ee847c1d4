// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is called as clawbpf: it starts a program in a session that an earlier run has found out all
 * about, and leaves everything else to the whole program. It is there because of what is not in
 * it: to load shared libraries and what reads configs costs more than to start the sandbox does.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/elevated.h"
#include "policy/key/session_database.h"
#include "session/approvals.h"
#include "session/elevated.h"
#include "session/find_out.h"
#include "session/plan.h"
#include "session/user.h"
#include "util/cleanup.h"
#include "util/mask.h"
#include "util/streams.h"

/* From the folder of this one. */
#define WHOLE "../libexec/clawbpf/clawbpf"

/* --- what is not here: each makes the whole program start anew, since nothing was done yet ------
 */

static int whole_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	(void)ctx, (void)argc, (void)argv;
	return err_set(err, ENOSYS, "that takes the whole program");
}

const struct command help_command = {.name = "help", .run = whole_run};
const struct command version_command = {.name = "version", .run = whole_run};
const struct command *const commands[] = {&run_command, NULL};

const char *command_nearest(const char *name)
{
	(void)name;
	return NULL;
}

int elevated_run(struct context *ctx, const struct run_request *request,
		 const struct elevated_options *options, struct run_result *ret, bool *ret_stays,
		 struct err *err)
{
	(void)request, (void)options, (void)ret, (void)ret_stays;
	return whole_run(ctx, 0, NULL, err);
}

int elevated_register(struct kernel *k, const char *key, const struct run_elevated *e, u32 *ret_id,
		      struct err *err)
{
	(void)k, (void)key, (void)e, (void)ret_id;
	return whole_run(NULL, 0, NULL, err);
}

int elevated_claim(struct kernel *k, const struct run_elevated *e, u64 cgroup, struct err *err)
{
	(void)k, (void)e, (void)cgroup;
	return whole_run(NULL, 0, NULL, err);
}

int elevated_become(const struct run_elevated *e, char *const *argv, const char **ret_what)
{
	(void)e, (void)argv, (void)ret_what;
	return ENOSYS;
}

/* Of an elevated run that was killed: it waits for the whole program to look. */
int approval_run_ends(struct kernel *k, u64 cgroup, const struct cgroup_entry *entry,
		      struct err *err)
{
	(void)k, (void)cgroup, (void)entry;
	return whole_run(NULL, 0, NULL, err);
}

int session_find_out(const struct run_request *request, struct kernel **k, u32 *ret_session,
		     struct box **ret_box, struct found **ret, struct err *err)
{
	(void)request, (void)k, (void)ret_session, (void)ret_box, (void)ret;
	return whole_run(NULL, 0, NULL, err);
}

/* Of what is linked in with box_free, and not called. */
struct session_database *session_database_new(const char *path, uid_t owner)
{
	(void)path, (void)owner;
	return NULL;
}

int session_database_ask(struct session_database *d, const char *key, char **ret, size_t *ret_len,
			 struct err *err)
{
	(void)d, (void)key, (void)ret, (void)ret_len;
	return whole_run(NULL, 0, NULL, err);
}

void session_database_free(struct session_database **d)
{
	(void)d;
}

void found_free(struct found **f)
{
	(void)f;
}

int user_named(const char *text, struct box_user *ret, struct err *err)
{
	(void)text, (void)ret;
	return whole_run(NULL, 0, NULL, err);
}

/* Neither is reached with one: see user_wanted. */
int user_check(const char *name, struct err *err)
{
	return name ? whole_run(NULL, 0, NULL, err) : 0;
}

int user_become(const char *name)
{
	return name ? ENOSYS : 0;
}

/* --- from the command line to an exit status ---------------------------------------------------
 */

static bool whole_find(char path[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *name;

	if (n <= 0)
		return false;
	self[n] = '\0';
	name = strrchr(self, '/');
	*name = '\0';
	return snprintf(path, PATH_MAX, "%s/" WHOLE, self) < PATH_MAX;
}

static bool user_wanted(const struct context *ctx)
{
	for (size_t i = 0; run_command.options[i].name; i++)
		if (ctx->opt[i] && !strcmp(run_command.options[i].name, "user"))
			return true;
	return false;
}

/* Negative: nothing has run, and the whole program may say why. */
static int front_run(int argc, char **argv)
{
	struct context ctx = {.out = stdout, .log = stderr};
	autofree char **words = calloc((size_t)argc + 1, sizeof(*words)); /* getopt's to change */
	char **rest = words;
	struct err err = {0};
	int r;

	if (!words || argc < 2 || strcmp(argv[1], run_command.name) != 0)
		return -1;
	memcpy(words, argv, (size_t)argc * sizeof(*words));
	r = context_read(&ctx, &argc, &rest, &err);
	return r || user_wanted(&ctx) ? -1 : ctx.command->run(&ctx, argc, rest, &err);
}

int main(int argc, char **argv)
{
	static char whole[PATH_MAX];
	sigset_t blocked;
	int r;

	streams_guard();
	if (!whole_find(whole))
		return EXIT_FAILURE;
	plan_program = whole;
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	mask_take();
	r = front_run(argc, argv);
	if (r >= 0)
		return r;
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	signal(SIGPIPE, SIG_DFL);
	mask_give();
	execv(whole, argv);
	fprintf(stderr, "clawbpf: %s: %s\n", whole, strerror(errno));
	return EXIT_FAILURE;
}
