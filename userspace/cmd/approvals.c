// SPDX-License-Identifier: GPL-2.0-only
/* What waits for somebody's yes, and who says it? */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "events/clock.h"
#include "output/command_text.h"
#include "policy/command/trusted.h"
#include "session/approvals.h"
#include "session/grants.h"
#include "session/registry.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/json.h"

enum { OPT_ONCE, OPT_ALWAYS };

static const struct option_row approvals_options[] = {
	[OPT_ONCE] = {"once", '1', NULL, "approve: this one time (the default)"},
	[OPT_ALWAYS] = {"always", 'A', NULL,
			"approve: this very command of this session, from now on"},
	{0},
};

static const char *const state_words[] = {
	[APPROVAL_NONE] = "none",         [APPROVAL_WAITING] = "waiting",
	[APPROVAL_APPROVED] = "approved", [APPROVAL_USED] = "used",
	[APPROVAL_DENIED] = "denied",     [APPROVAL_EXPIRED] = "expired",
	[APPROVAL_UNUSED] = "unused",
};

static const char *state_word(const struct approval *a)
{
	return a->state < ARRAY_SIZE(state_words) ? state_words[a->state] : "?";
}

/* Seconds that are left; 0: none. */
static unsigned int left_of(const struct approval *a)
{
	struct timespec now;
	u64 at;

	clock_gettime(CLOCK_BOOTTIME, &now);
	at = (u64)now.tv_sec * 1000000000ull + (u64)now.tv_nsec;
	if (a->state != APPROVAL_WAITING && a->state != APPROVAL_APPROVED)
		return 0;
	return at < a->deadline_ns ? (unsigned int)((a->deadline_ns - at) / 1000000000ull) : 0;
}

/* --- as JSON ------------------------------------------------------------------------------------
 */

static void text_put(struct json *j, const char *key, const char *text)
{
	json_bytes(j, key, text, strlen(text));
}

static void id_put(struct json *j, u64 id)
{
	char text[24];

	snprintf(text, sizeof(text), "%08llx", (unsigned long long)id);
	json_text(j, "id", text);
}

static void approval_put(struct json *j, const struct approval *a)
{
	text_put(j, "session", a->session);
	text_put(j, "agent", a->agent);
	text_put(j, "sender", a->sender);
	text_put(j, "program", a->program);
	json_array(j, "argv");
	for (const char *arg = a->argv; arg < a->argv + a->argv_len; arg += strlen(arg) + 1)
		text_put(j, NULL, arg);
	json_array_end(j);
	text_put(j, "cwd", a->cwd);
	json_bool(j, "cwdIsRoots", trusted_folder(a->cwd));
	json_unsigned(j, "uid", a->uid);
	json_unsigned(j, "gid", a->gid);
}

static void item_put(struct json *j, const struct approval_item *item)
{
	json_object(j, NULL);
	id_put(j, item->id);
	json_text(j, "state", state_word(&item->approval));
	json_unsigned(j, "secondsLeft", left_of(&item->approval));
	approval_put(j, &item->approval);
	json_object_end(j);
}

static void grant_put(struct json *j, const struct grant *g)
{
	char time[CLOCK_TEXT_LEN];

	clock_format(g->time_us, 0, time);
	json_object(j, NULL);
	id_put(j, g->id);
	json_text(j, "state", "always");
	json_text(j, "approvedAt", time);
	json_unsigned(j, "approvedByUid", g->who.uid);
	text_put(j, "approvedByLogin", g->who.login);
	text_put(j, "approvedOn", g->who.tty);
	approval_put(j, &g->what);
	json_object_end(j);
}

/* --- for a person -------------------------------------------------------------------------------
 */

static void line_print(FILE *out, u64 id, const char *state, const char *left,
		       const struct approval *a)
{
	autobuf struct buf session = {0}, command = {0};

	escape_message(&session, a->session, strlen(a->session));
	command_words(&command, a->argv, a->argv_len);
	fprintf(out, "%08llx  %-8s  %5s  %-36s  %s\n", (unsigned long long)id, state, left,
		session.data ? session.data : "?", command.data ? command.data : "?");
}

static void field_print(FILE *out, const char *name, const char *text)
{
	autobuf struct buf b = {0};

	escape_message(&b, text, strlen(text));
	fprintf(out, "%-9s %s\n", name, b.data ? b.data : "");
}

static void approval_print(FILE *out, u64 id, const char *state, const struct approval *a)
{
	autobuf struct buf command = {0};

	command_words(&command, a->argv, a->argv_len);
	fprintf(out, "Request:  %08llx, %s\n", (unsigned long long)id, state);
	field_print(out, "Session:", a->session);
	if (a->sender[0])
		field_print(out, "Sender:", a->sender);
	fprintf(out, "Command:  %s\n", command.data ? command.data : "?");
	if (!command_is_ascii(a->argv, a->argv_len))
		fputs(COMMAND_NOT_ASCII("          ", "\n          ") "\n", out);
	field_print(out, "Program:", a->program);
	field_print(out, "Folder:", a->cwd);
	if (!trusted_folder(a->cwd))
		fputs("          others than root may write there: what the command does with its "
		      "files may be\n          a session's wish\n",
		      out);
	fprintf(out, "User:     %u\n", a->uid);
}

/* --- each of them -------------------------------------------------------------------------------
 */

struct approvals {
	struct approval_item *items;
	size_t count;
	struct grants grants;
};

static void approvals_clear_all(struct approvals *a)
{
	free(a->items);
	grants_clear(&a->grants);
}

static int list_run(struct context *ctx, const struct approvals *all)
{
	struct json j autojson = {.pretty = true};

	if (ctx->json) {
		json_object(&j, NULL);
		json_array(&j, "requests");
		for (size_t i = 0; i < all->count; i++)
			item_put(&j, &all->items[i]);
		json_array_end(&j);
		json_array(&j, "always");
		for (size_t i = 0; i < all->grants.count; i++)
			grant_put(&j, &all->grants.items[i]);
		json_array_end(&j);
		json_object_end(&j);
		return json_print(&j, ctx->out);
	}
	if (!all->count && !all->grants.count) {
		fputs("Nothing waits for approval, and nothing is approved for always.\n",
		      ctx->out);
		return 0;
	}
	fprintf(ctx->out, "%-8s  %-8s  %5s  %-36s  %s\n", "ID", "STATE", "LEFT", "SESSION",
		"COMMAND");
	for (size_t i = 0; i < all->count; i++) {
		char left[16];

		snprintf(left, sizeof(left), "%us", left_of(&all->items[i].approval));
		line_print(ctx->out, all->items[i].id, state_word(&all->items[i].approval), left,
			   &all->items[i].approval);
	}
	for (size_t i = 0; i < all->grants.count; i++)
		line_print(ctx->out, all->grants.items[i].id, "always", "-",
			   &all->grants.items[i].what);
	return 0;
}

static int show_run(struct context *ctx, const struct approvals *all, u64 id, struct err *err)
{
	const struct approval_item *item = NULL;
	const struct grant *grant = NULL;
	struct json j autojson = {.pretty = true};

	for (size_t i = 0; i < all->count; i++)
		item = all->items[i].id == id ? &all->items[i] : item;
	for (size_t i = 0; i < all->grants.count; i++)
		grant = all->grants.items[i].id == id ? &all->grants.items[i] : grant;
	if (!item && !grant)
		return err_set(err, ENOENT, "there is no request %08llx", (unsigned long long)id);
	if (ctx->json) {
		if (grant)
			grant_put(&j, grant);
		else
			item_put(&j, item);
		return json_print(&j, ctx->out);
	}
	if (!grant) {
		approval_print(ctx->out, id, state_word(&item->approval), &item->approval);
		return 0;
	}
	approval_print(ctx->out, id, "approved for always", &grant->what);
	fprintf(ctx->out, "Approved: by uid %u", grant->who.uid);
	if (grant->who.login[0])
		fprintf(ctx->out, " (%s)", grant->who.login);
	if (grant->who.tty[0])
		fprintf(ctx->out, " on %s", grant->who.tty);
	fputc('\n', ctx->out);
	return 0;
}

static int id_read(const char *text, u64 *ret, struct err *err)
{
	size_t len = strlen(text);

	if (!len || len > 16 || text[strspn(text, "0123456789abcdefABCDEF")])
		return err_usage(err, "\"%.40s\" is no number of a request", text);
	*ret = strtoull(text, NULL, 16);
	return 0;
}

static int revoke_run(const struct kernel *k, u64 id, const struct approver *who, struct err *err)
{
	struct grant was = {0};
	int r = grants_revoke(k, id, &was, err);

	return r ? r : approval_record(RECORD_REVOKED, id, &was.what, NULL, who, err);
}

static int look_run(struct context *ctx, struct kernel *k, u64 id, struct err *err)
{
	struct approvals all autodestroy(approvals_clear_all) = {0};
	int r = registry_reap(k, err);

	if (!r)
		r = approval_list(k, &all.items, &all.count, err);
	if (!r)
		r = grants_read(k, &all.grants, err);
	if (r)
		return r;
	return id ? show_run(ctx, &all, id, err) : list_run(ctx, &all);
}

static int answer_run(struct context *ctx, struct kernel *k, const char *word, u64 id,
		      struct err *err)
{
	struct approver who;
	int r = approver_self(k, &who, err);

	if (r)
		return r;
	if (!strcmp(word, "revoke"))
		r = revoke_run(k, id, &who, err);
	else
		r = approval_answer(k, id,
				    !strcmp(word, "deny")  ? VERDICT_DENY
				    : ctx->opt[OPT_ALWAYS] ? VERDICT_ALWAYS
							   : VERDICT_ONCE,
				    &who, err);
	if (!r && ctx->json)
		fputs("{\"ok\": true}\n", ctx->out);
	return r;
}

static int words_check(struct context *ctx, int argc, char **argv, struct err *err)
{
	static const char *const words[] = {"list", "show", "approve", "deny", "revoke"};
	const char *word = argc ? argv[0] : "list";
	bool known = false, approves = !strcmp(word, "approve");

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		known |= !strcmp(word, words[i]);
	if (!known)
		return err_usage(err, "\"%.40s\" is none of list, show, approve, deny, revoke",
				 word);
	if (!strcmp(word, "list") && argc > 1)
		return err_usage(err, "list takes no number");
	if (strcmp(word, "list") != 0 && argc != 2)
		return err_usage(err, "%s needs the number of a request", word);
	if ((ctx->opt[OPT_ONCE] || ctx->opt[OPT_ALWAYS]) && !approves)
		return err_usage(err, "--once and --always go with approve");
	if (ctx->opt[OPT_ONCE] && ctx->opt[OPT_ALWAYS])
		return err_usage(err, "--once and --always exclude each other");
	return 0;
}

static int approvals_run(struct context *ctx, int argc, char **argv, struct err *err)
{
	const char *word = argc ? argv[0] : "list";
	struct kernel *k autokernel = NULL;
	u64 id = 0;
	int r = words_check(ctx, argc, argv, err);

	if (!r && argc == 2)
		r = id_read(argv[1], &id, err);
	if (!r)
		r = kernel_open(&k, err);
	if (r)
		return r;
	if (!strcmp(word, "list") || !strcmp(word, "show"))
		return look_run(ctx, k, id, err);
	return answer_run(ctx, k, word, id, err);
}

const struct command approvals_command = {
	.name = "approvals",
	.synopsis = "[list] | show ID | approve ID [--once | --always] | deny ID | revoke ID",
	.summary = "say yes or no to commands that are to run outside of their sandbox",
	.details =
		"`clawbpf run --elevated` waits for an answer to it, until its time is up "
		"(clawbpf.approvalTimeout).\n"
		"An approval is for the command word for word, the program's file, the session, "
		"the\n"
		"sender, the folder, the user and the config that is loaded, and is used once. "
		"With\n"
		"--always the question is not asked again for that command of that session, until\n"
		"`revoke`. No process of a session, nor of the agent, can answer.\n",
	.options = approvals_options,
	.max_args = 2,
	.run = approvals_run,
};
