// SPDX-License-Identifier: GPL-2.0-only
/* From `run --elevated` to a decision, an answer, and the command. */
#include "cmd/elevated.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "kernel/approvals.h"
#include "policy/elevate/elevate.h"
#include "policy/command/git.h"
#include "policy/resolve.h"
#include "policy/key/session_key.h"
#include "session/confine.h"
#include "session/elevated.h"
#include "session/enforce.h"
#include "session/grants.h"
#include "util/cleanup.h"

#define POLL_MS 200

struct asking {
	struct context *ctx;
	const struct run_request *request;
	const struct elevated_options *options;
	struct kernel *kernel; /* its maps only */
	struct document *document;
	struct policy *policy;
	struct elevated_user user;
	struct elevate_answer answer;
	struct approval want;
	unsigned int timeout; /* seconds */
	u64 id;               /* of the approval */
	bool passed;          /* nobody has to be asked */
	bool stored;          /* since somebody said always */
	bool said;            /* something was, on the terminal */
};

static void asking_clear(struct asking *a)
{
	kernel_free(&a->kernel);
	document_free(&a->document);
	policy_free(&a->policy);
	elevated_user_clear(&a->user);
	elevate_clear(&a->answer);
}

/* --- what is asked for --------------------------------------------------------------------------
 */

static int text_fill(char *to, size_t size, const char *text, const char *what, struct err *err)
{
	size_t len = strlen(text) + 1;

	if (len > size)
		return err_set(err, E2BIG, "%s is too long to be approved", what);
	memcpy(to, text, len);
	return 0;
}

static int argv_fill(struct approval *want, char *const *argv, struct err *err)
{
	for (; *argv; argv++) {
		size_t len = strlen(*argv) + 1;

		if (want->argv_len + len > sizeof(want->argv))
			return err_set(err, E2BIG, "the command is too long to be approved");
		memcpy(want->argv + want->argv_len, *argv, len);
		want->argv_len += (u32)len;
		want->argc++;
	}
	return 0;
}

static int want_fill(struct asking *a, u64 fingerprint, const char *cwd, struct err *err)
{
	const struct trusted_program *p = &a->answer.program;
	const char *sender = a->options->sender ? a->options->sender : "";
	struct approval *w = &a->want;
	int r = argv_fill(w, a->request->argv, err);

	w->fingerprint = fingerprint;
	w->dev = p->dev;
	w->ino = p->ino;
	w->size = p->size;
	w->mtime_ns = p->mtime_ns;
	w->ctime_ns = p->ctime_ns;
	w->uid = a->user.uid;
	w->gid = a->user.gid;
	if (!r)
		r = text_fill(w->session, sizeof(w->session), a->policy->session_key,
			      "the session's key", err);
	if (!r)
		r = text_fill(w->agent, sizeof(w->agent), a->policy->agent, "the agent's id", err);
	if (!r)
		r = text_fill(w->sender, sizeof(w->sender), sender, "the sender", err);
	if (!r)
		r = text_fill(w->program, sizeof(w->program), p->path, "the program's path", err);
	return r ? r : text_fill(w->cwd, sizeof(w->cwd), cwd, "the working directory", err);
}

/* --- the gates ----------------------------------------------------------------------------------
 */

static int refused(const struct elevate_answer *a, struct err *err)
{
	err_set(err, EPERM, "elevated is refused by the gate \"%s\": %s", a->gate, a->why);
	if (a->pos.line)
		err_at(err, a->pos);
	err_key(err, "%s", a->key);
	return err_fix(err, "change %s and load again", a->key);
}

static int program_prepare(struct asking *a, struct err *err)
{
	bool own, git = git_is(a->answer.program.path);
	size_t at = git_command(a->request->argv, &own);

	if (git && !own)
		return err_set(err, EPERM,
			       "git has no command \"%.60s\" of its own, and an alias is what the "
			       "repository says",
			       a->request->argv[at]);
	return confine_prepare(git, err);
}

static int decide(struct asking *a, bool *ret_stays, struct err *err)
{
	struct elevate_request rq = {.sender = a->options->sender, .argv = a->request->argv};
	struct loaded *loaded autoloaded = NULL;
	struct session_key key autodestroy(session_key_clear) = {0};
	char cwd[PATH_MAX];
	int r = kernel_open(&a->kernel, err);

	if (r)
		return session_key_first(a->request->session, r, err);
	kernel_detach_links(a->kernel); /* whoever waits must not keep `unload` from its work */
	if (!getcwd(cwd, sizeof(cwd)) || cwd[0] != '/')
		return err_errno(err, errno ? errno : ENOENT, "the working directory");
	r = enforced_document(a->kernel, &a->document, &loaded, err);
	if (!r)
		r = session_key_parse(a->document->config, a->request->session, &key, err);
	if (!r)
		r = policy_resolve(a->document->config, key.text, &a->policy, err);
	if (!r)
		r = elevated_user_find(a->request->user, a->document->config->home, &a->user, err);
	if (r)
		return r;
	rq.cwd = cwd;
	rq.home = a->user.home;
	rq.session = key.text;
	a->timeout = elevate_timeout(a->document->config);
	r = elevate_ask(a->document->config, a->policy, &rq, &a->answer, err);
	if (!r && a->answer.outcome == ELEVATE_REFUSED)
		return refused(&a->answer, err);
	*ret_stays = !r && a->answer.outcome == ELEVATE_STAYS;
	if (!r && !*ret_stays)
		r = program_prepare(a, err);
	return r || *ret_stays ? r : want_fill(a, loaded->fingerprint, cwd, err);
}

/* --- the answer ---------------------------------------------------------------------------------
 */

static u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (u64)now.tv_sec * 1000000000ull + (u64)now.tv_nsec;
}

static void tell_waiting(struct asking *a)
{
	fprintf(a->ctx->log,
		"clawbpf: waits for approval %08llx, %u seconds at most; on another terminal: "
		"clawbpf approvals approve %08llx\n",
		(unsigned long long)a->id, a->timeout, (unsigned long long)a->id);
	fflush(a->ctx->log);
}

static int prompt_answer(struct asking *a, int *tty, struct err *err)
{
	enum approval_verdict verdict;
	struct approver who;
	int r;

	if (!prompt_read(*tty, POLL_MS, &verdict))
		return 0;
	a->said = true;
	if (verdict != VERDICT_DENY && prompt_is_shared(a->kernel)) {
		close(TAKE_FD(*tty));
		fputs("clawbpf: a process of a session has come to this terminal: that was no "
		      "answer\n",
		      a->ctx->log);
		tell_waiting(a);
		return 0;
	}
	r = approver_self(a->kernel, &who, err);
	if (!r)
		r = approval_answer(a->kernel, a->id, verdict, &who, err);
	if (r == -EALREADY || r == -ETIMEDOUT) {
		*err = (struct err){0}; /* somebody else was faster */
		return 0;
	}
	return r;
}

static int prompt_begin(struct asking *a)
{
	struct approver who;
	struct err ignored;
	int tty = -1;

	if (!a->options->no_prompt && !approver_self(a->kernel, &who, &ignored))
		tty = prompt_open(a->kernel);
	if (tty >= 0)
		prompt_ask(tty, a->id, &a->want, a->answer.by, a->timeout);
	else
		tell_waiting(a);
	return tty;
}

/* Until somebody has answered, here or by `clawbpf approvals`, or the time is up. */
static int answer_wait(struct asking *a, struct err *err)
{
	autoclose int tty = -1;
	bool asked = false;
	struct approval now;
	int r;

	while (!(r = approval_read(a->kernel, a->id, &now, err))) {
		if (now.state != APPROVAL_WAITING || now_ns() >= now.deadline_ns) {
			if (tty >= 0 && !a->said)
				prompt_end(tty);
			return 0; /* what it is, the claim tells */
		}
		if (!asked)
			tty = prompt_begin(a);
		asked = true;
		if (kernel_pinned_id() != kernel_id(a->kernel)) /* nobody can answer any more */
			return err_set(err, ESTALE, "the policy was unloaded meanwhile: ask again");
		if (tty < 0)
			nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
		else
			r = prompt_answer(a, &tty, err);
		if (r)
			return r;
	}
	return r;
}

/* Nobody has to be asked: says the config, or somebody did for always. The trail has it. */
static int pass_unasked(struct asking *a, struct err *err)
{
	struct grants grants autodestroy(grants_clear) = {0};
	bool asks = a->answer.outcome == ELEVATE_ASKS;
	const struct grant *g = NULL;
	int r = asks ? grants_read(a->kernel, &grants, err) : 0;

	if (r)
		return r;
	if (asks)
		g = grants_find(&grants, &a->want);
	a->passed = !asks || g;
	a->stored = g;
	if (!a->passed)
		return 0;
	a->id = g ? g->id : approval_new_id();
	return approval_record(RECORD_APPROVED, a->id, &a->want, g ? "stored" : "config",
			       g ? &g->who : NULL, err);
}

/* What was said for always may have been revoked since it was read. */
static int claim_stored(struct asking *a, struct kernel *k, struct err *err)
{
	struct grants grants autodestroy(grants_clear) = {0};
	int r = grants_read(k, &grants, err);

	if (!r && !grants_find(&grants, &a->want))
		r = err_set(err, ESTALE, "it was revoked meanwhile: ask again");
	return r;
}

/* Somebody may have taken his time to answer: program and folder are looked at once more. */
static int claim(void *arg, struct kernel *k, u64 cgroup, struct err *err)
{
	struct trusted_program now autodestroy(trusted_clear) = {0};
	struct asking *a = arg;
	const char *path = a->answer.program.path;
	char cwd[PATH_MAX];
	int r = trusted_find(path, path, &now, err);

	if (!r && !trusted_same(&now, &a->answer.program))
		r = err_set(err, ESTALE, "%s was replaced meanwhile: ask again", path);
	if (!r && (!getcwd(cwd, sizeof(cwd)) || strcmp(cwd, a->want.cwd) != 0))
		r = err_set(err, ESTALE, "the folder was moved meanwhile: ask again");
	if (r)
		return r;
	if (!a->passed)
		return approval_claim(k, a->id, &a->want, cgroup, err);
	return a->stored ? claim_stored(a, k, err) : 0;
}

static int run_it(struct asking *a, struct run_result *ret, struct err *err)
{
	struct run_elevated e = {.approval = a->id,
				 .fingerprint = a->want.fingerprint,
				 .agent = a->policy->agent,
				 .program = a->answer.program.path,
				 .user = &a->user,
				 .claim = claim,
				 .arg = a};
	struct run_request request = *a->request;

	request.session = a->policy->session_key;
	request.elevated = &e;
	return run(&request, ret, err);
}

int elevated_run(struct context *ctx, const struct run_request *request,
		 const struct elevated_options *options, struct run_result *ret, bool *ret_stays,
		 struct err *err)
{
	struct asking a autodestroy(asking_clear) = {
		.ctx = ctx, .request = request, .options = options};
	int r = decide(&a, ret_stays, err);

	if (r)
		return r;
	if (*ret_stays) {
		fprintf(ctx->log, "clawbpf: not elevated: %s (%s)\n", a.answer.why, a.answer.key);
		return 0;
	}
	do {
		*err = (struct err){0};
		r = pass_unasked(&a, err);
		if (!r && !a.passed)
			r = approval_request(a.kernel, &a.want, a.timeout, &a.id, err);
		if (!r && !a.passed)
			r = answer_wait(&a, err);
		if (!r)
			r = run_it(&a, ret, err);
		/* Another one that waited for the same has used it up: this one needs its own. */
	} while (r == -EAGAIN && !a.passed);
	return r;
}
