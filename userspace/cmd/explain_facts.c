// SPDX-License-Identifier: GPL-2.0-only
/* What does the kernel say of the policies that are explained? */
#include "cmd/explain_facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "events/words.h"
#include "kernel/apply.h"
#include "kernel/loaded.h"
#include "kernel/maps.h"
#include "kernel/program.h"
#include "kernel/sessions.h"
#include "config/schema.h"
#include "policy/dialect/dialect.h"
#include "policy/image.h"
#include "output/command_text.h"
#include "session/census.h"
#include "session/enforce.h"
#include "session/grants.h"
#include "session/status.h"
#include "util/cleanup.h"

static const char *const gaps_without_splice[] = {
	"splice(2) and sendfile(2) with an inherited network socket are refused by a hook that "
	"every read and write asks: it is attached when a program that holds one is put into a "
	"session",
	"open_tree(2) and mount_setattr(2): the kernel asks no security hook",
	"a session with exec can run code from anonymous memory, without a file",
	NULL,
};
/* The same without the first: what no kernel lets a hook refuse. */
static const char *const *const gaps_always = gaps_without_splice + 1;

/* The entry of a hook, of which two programs may be: what is counted there is counted together. */
static struct hook_facts *hook_entry(struct kernel_facts *f, const char *hook)
{
	for (size_t i = 0; i < f->hook_count; i++) {
		if (!strcmp(f->hooks[i].hook, hook))
			return &f->hooks[i];
	}
	f->hooks[f->hook_count].hook = hook;
	return &f->hooks[f->hook_count++];
}

static int hooks_read(const struct kernel *k, struct kernel_facts *f, struct err *err)
{
	int r = 0;

	f->hooks = calloc(PROGRAM_COUNT, sizeof(*f->hooks));
	if (!f->hooks)
		return err_set(err, ENOMEM, "out of memory");
	for (int i = 0; !r && i < PROGRAM_COUNT; i++) {
		int word = hook_of_word(program_rows[i].hook);
		struct hook_facts *hook;

		if (!program_rows[i].needs)
			continue; /* an iterator: nothing is attached */
		hook = hook_entry(f, program_rows[i].hook);
		hook->attached |= k->link[i] >= 0;
		hook->counted = word >= 0;
		if (hook->counted)
			r = hook_stats_read(k, (enum claw_hook)word, &hook->stats, err);
	}
	return r;
}

static int loaded_facts(const struct kernel *k, const struct document *d, struct kernel_facts *f,
			struct err *err)
{
	struct document *enforced autodocument = NULL;
	struct loaded *loaded autoloaded = NULL;
	enum status_file file;
	struct state state;
	int r = state_read(k, &state, err);

	if (!r)
		r = enforced_document(k, &enforced, &loaded, err);
	if (!r)
		r = image_size(k, &f->rules, &f->policies, err);
	if (r)
		return r;
	f->config = strdup(sources_root(enforced->sources));
	if (!f->config)
		return err_set(err, ENOMEM, "out of memory");
	f->generation = state.generation;
	f->loaded_at = loaded->loaded_at;
	f->other = sources_fingerprint(d->sources) != loaded->fingerprint;
	file = status_file_compare(f->config, loaded->fingerprint);
	if (file != STATUS_FILE_SAME)
		f->changed = status_file_sentence(file);
	f->gaps = state.splice_covered ? gaps_always : gaps_without_splice;
	return 0;
}

/* What is asked of the enforced image for every session. */
struct enforced {
	struct census census;
	struct image *image; /* to find the policies' ids by */
	struct rule_counts_list counts;
};

static void enforced_clear(struct enforced *e)
{
	census_clear(&e->census);
	image_free(&e->image);
	rule_counts_clear(&e->counts);
}

static int session_facts_read(const struct kernel *k, const struct policy *policy,
			      struct enforced *e, struct session_facts *f, struct err *err)
{
	const struct rule_counts *counts;
	struct session_counts counted;
	struct policy_head head = {0};
	struct session session;
	struct err ignored;
	size_t index;
	u32 id;
	u64 policy_id;
	int r = image_add_policy(e->image, policy, &index, err);

	if (r)
		return r;
	policy_id = e->image->policies[index].id;
	counts = rule_counts_find(&e->counts, policy_id);
	f->known = counts;
	if (counts) {
		f->files = counts->files;
		f->names = counts->names;
		f->paths = counts->paths;
		f->contents = counts->contents;
		f->binds = counts->binds;
	}
	if (session_find(k, policy->session_key, &id, &session, &ignored) ||
	    !census_goes_on(&e->census, id))
		return 0;
	r = session_counts_read(k, id, &counted, err);
	if (r)
		return r;
	f->registered = true;
	f->execs = counted.execs;
	f->refusals = counted.refusals;
	f->reports = counted.reports;
	f->differs = image_head(k, id, &head, &ignored) || head.policy != policy_id;
	return 0;
}

static int sessions_facts_read(const struct kernel *k, const struct policy_list *policies,
			       struct kernel_facts *f, struct err *err)
{
	struct enforced e autodestroy(enforced_clear) = {0};
	int r = image_new(&e.image, err);

	if (!r)
		r = image_count(k, &e.counts, err);
	if (!r)
		r = census_take(k, &e.census, err);
	if (r)
		return r;
	f->sessions = calloc(policies->count + 1, sizeof(*f->sessions));
	if (!f->sessions)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; !r && i < policies->count; i++)
		r = session_facts_read(k, policies->items[i], &e, &f->sessions[i], err);
	return r;
}

/* Where everything ran that was executed in a session or by the gateway. */
static int place_facts_read(const struct kernel *k, const struct config *c, struct place_facts *f,
			    struct err *err)
{
	struct gateway gateway autodestroy(gateway_clear) = {0};
	struct session_counts counted;
	struct session session;
	struct err ignored;
	u32 id;
	int r = gateway_resolve(c, &gateway, err);

	if (r)
		return r;
	f->mode = gateway_mode_word(gateway.mode);
	if (gateway.promised != SANDBOX_OFF &&
	    asprintf(&f->promise, "%s \"%s\"", gateway.promise.key,
		     words_sandbox_mode[gateway.promised]) < 0)
		return err_set(err, ENOMEM, "out of memory");
	f->watched = !session_find(k, SESSION_GATEWAY, &id, &session, &ignored);
	if (f->watched) {
		r = session_counts_read(k, id, &counted, err);
		if (r)
			return r;
		f->refused = counted.refusals;
		f->reported = counted.reports;
	}
	r = counter_read(k, COUNTER_EXECS_SANDBOXED, &f->sandboxed, err);
	if (!r)
		r = counter_read(k, COUNTER_EXECS_HOST, &f->by_rule, err);
	if (!r)
		r = counter_read(k, COUNTER_EXECS_ELEVATED, &f->elevated, err);
	f->by_rule -= f->reported < f->by_rule ? f->reported : f->by_rule;
	return r;
}

static int always_add(struct always_facts *f, const struct grant *g)
{
	autobuf struct buf b = {0};

	buf_printf(&b, "%08llx %s: ", (unsigned long long)g->id, g->what.session);
	command_words(&b, g->what.argv, g->what.argv_len);
	f->lines[f->count] = buf_take(&b);
	return f->lines[f->count] ? (f->count++, 0) : -ENOMEM;
}

static int always_facts_read(const struct kernel *k, struct always_facts *f, struct err *err)
{
	struct grants grants autodestroy(grants_clear) = {0};
	struct err problem = {0};
	int r = 0;

	if (grants_read(k, &grants, &problem)) {
		f->problem = strdup(problem.message);
		return f->problem ? 0 : err_set(err, ENOMEM, "out of memory");
	}
	f->lines = calloc(grants.count + 1, sizeof(*f->lines));
	for (size_t i = 0; f->lines && !r && i < grants.count; i++)
		r = always_add(f, &grants.items[i]);
	return r || !f->lines ? err_set(err, ENOMEM, "out of memory") : 0;
}

int explain_facts_read(const struct kernel *k, const struct document *d,
		       const struct policy_list *policies, struct kernel_facts *ret,
		       struct err *err)
{
	int r = loaded_facts(k, d, ret, err);

	if (!r)
		r = hooks_read(k, ret, err);
	if (!r)
		r = place_facts_read(k, d->config, &ret->place, err);
	if (!r)
		r = always_facts_read(k, &ret->always, err);
	return r ? r : sessions_facts_read(k, policies, ret, err);
}

int explain_add_running(const struct kernel *k, const struct config *c, struct policy_list *list,
			struct err *err)
{
	struct census census autodestroy(census_clear) = {0};
	int r = census_take(k, &census, err);

	for (size_t i = 0; !r && i < census.count; i++) {
		struct session session;
		struct err ignored;

		if (session_is_over(&census.items[i]) ||
		    session_read(k, census.items[i].session, &session, &ignored) ||
		    !strncmp(session.key, SESSION_RESERVED, strlen(SESSION_RESERVED)))
			continue;
		r = policy_list_add(list, c, session.key, &ignored);
		if (r == -ENOMEM)
			*err = ignored;
		else
			r = 0; /* this config has no such session: its agent is gone */
	}
	return r;
}

int explain_only_agent(struct policy_list *list, const struct config *c, const char *agent,
		       struct err *err)
{
	autofree char *id = agent_id_normalize(agent, strlen(agent)), *key = NULL;
	size_t kept = 0;

	if (!id)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < list->count; i++) {
		if (!strcmp(list->items[i]->agent, id))
			list->items[kept++] = list->items[i];
		else
			policy_free(&list->items[i]);
	}
	list->count = kept;
	if (kept)
		return 0;
	if (!c->agents.count && !(dialect_of(c)->flags & DIALECT_PRODUCT)) {
		err_set(err, ENOENT, "there is no agent \"%s\": the config has no agents.list", id);
		return err_fix(err, "agents: main");
	}
	if (asprintf(&key, "agent:%s:main", id) < 0)
		return err_set(err, ENOMEM, "out of memory");
	return policy_list_add(list, c, key, err);
}
