// SPDX-License-Identifier: GPL-2.0-only
/* Would the product of a dialect take this config at all? As far as its rules are known. */
#include "policy/product/product.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "config/schema.h"
#include "util/cleanup.h"

#define BLOCKED "Sandbox security: "

/* --- rules of openclaw ---------------------------------------------------------------------- */

static void check_layer(const struct tool_layer *l, struct warnings *w)
{
	if (l->allow.count && l->also_allow.count)
		warnings_add(w, l->also_allow.pos,
			     "%s: cannot set both allow and alsoAllow in the same scope (merge "
			     "alsoAllow into allow, or remove allow and use profile + alsoAllow)",
			     l->also_allow.key);
}

static void check_tools(const struct tools_settings *t, struct warnings *w)
{
	const struct tool_layer_entry *providers = t->by_provider.items;
	const struct tool_layer_entry *senders = t->by_sender.items;

	check_layer(&t->layer, w);
	check_layer(&t->sandbox, w);
	check_layer(&t->subagents, w);
	for (size_t i = 0; i < t->by_provider.count; i++)
		check_layer(&providers[i].layer, w);
	for (size_t i = 0; i < t->by_sender.count; i++)
		check_layer(&senders[i].layer, w);
	if (t->exec.mode.key && (t->exec.security.key || t->exec.ask.key))
		warnings_add(w, t->exec.mode.pos,
			     "%s: mode cannot be combined with security or ask in the same exec "
			     "object",
			     t->exec.mode.key);
}

static const char *skip_space(const char *text)
{
	return text + strspn(text, " \t\r\n");
}

/* The word of a setting, whatever its case and the space around it. */
static bool setting_is(const struct setting *s, const char *word, bool prefix)
{
	const char *text = s->key ? skip_space(s->text) : "";
	size_t len = strlen(word);

	if (strncasecmp(text, word, len) != 0)
		return false;
	return prefix || !*skip_space(text + len);
}

static void check_binds(const struct setting_list *binds, struct warnings *w)
{
	for (size_t i = 0; i < binds->count; i++) {
		const struct setting *b = &binds->items[i];
		const char *source = skip_space(b->text);
		bool drive = isalpha((unsigned char)source[0]) && source[1] == ':' &&
			     (source[2] == '\\' || source[2] == '/');

		if (!*source)
			warnings_add(w, b->pos,
				     "%s: " BLOCKED "bind mount entry must be a non-empty string.",
				     b->key);
		else if (*source != '/' && !drive)
			warnings_add(w, b->pos,
				     "%s: " BLOCKED "bind mount \"%s\" uses a non-absolute source "
				     "path \"%.*s\".",
				     b->key, b->text, (int)strcspn(source, ":"), source);
	}
}

static void check_sandbox(const struct sandbox_settings *s, struct warnings *w)
{
	const struct docker_settings *d = &s->docker;

	check_binds(&d->binds, w);
	check_binds(&s->browser.binds, w);
	if (setting_is(&d->network, "host", false))
		warnings_add(w, d->network.pos, "%s: " BLOCKED "network mode \"host\" is blocked.",
			     d->network.key);
	if (setting_is(&d->network, "container:", true) &&
	    !(d->allow_namespace_join.key && d->allow_namespace_join.flag))
		warnings_add(w, d->network.pos,
			     "%s: " BLOCKED "network mode \"container:*\" is blocked by default.",
			     d->network.key);
	if (setting_is(&d->seccomp_profile, "unconfined", false))
		warnings_add(w, d->seccomp_profile.pos,
			     "%s: " BLOCKED "seccomp profile \"unconfined\" is blocked.",
			     d->seccomp_profile.key);
	if (setting_is(&d->apparmor_profile, "unconfined", false))
		warnings_add(w, d->apparmor_profile.pos,
			     "%s: " BLOCKED "AppArmor profile \"unconfined\" is blocked.",
			     d->apparmor_profile.key);
	if (setting_is(&s->browser.network, "host", false))
		warnings_add(w, s->browser.network.pos,
			     "%s: " BLOCKED "browser network mode \"host\" is blocked.",
			     s->browser.network.key);
}

static void check_ids(const struct config *c, struct warnings *w)
{
	const struct agent_settings *agents = c->agents.items;

	for (size_t i = 0; i < c->agents.count; i++) {
		const struct entry *e = &agents[i].entry;
		const char *written = agents[i].id.key ? agents[i].id.text : e->name;

		if (strcmp(written, e->name) != 0)
			warnings_add(w, e->pos,
				     "%s: agent id \"%s\" is not canonical: write \"%s\"", e->key,
				     written, e->name);
	}
}

/* Who owns what names no agent? */
static void check_roster(const struct config *c, struct warnings *w)
{
	const struct agent_settings *agents = c->agents.items;
	bool explicit = c->ownership.key && !strcmp(c->ownership.text, "explicit");
	size_t marked = 0;

	for (size_t i = 0; i < c->agents.count; i++)
		marked += agents[i].is_default.key && agents[i].is_default.flag;
	if (marked > 1 || (c->agents.count > 1 && !marked && !explicit))
		warnings_add(w, c->agents.pos,
			     "agents.ownership: multi-agent rosters require "
			     "agents.ownership=\"explicit\" or one legacy default=true marker; add "
			     "agents.ownership=\"explicit\" or run openclaw doctor");
	check_ids(c, w);
}

static void check_openclaw(const struct config *c, struct warnings *w)
{
	const struct agent_settings *agents = c->agents.items;

	check_roster(c, w);
	check_sandbox(&c->sandbox, w);
	check_tools(&c->tools, w);
	for (size_t i = 0; i < c->agents.count; i++) {
		check_sandbox(&agents[i].sandbox, w);
		check_tools(&agents[i].tools, w);
	}
}

/* --- rules of clawdbot ----------------------------------------------------------------------- */

static void check_word(const struct setting *s, const char *newer, struct warnings *w)
{
	if (s->key && !strcmp(s->text, newer))
		warnings_add(w, s->pos, "%s: Invalid input", s->key);
}

/* Words that only the newer one knows. */
static void check_clawdbot(const struct config *c, struct warnings *w)
{
	const struct agent_settings *agents = c->agents.items;

	check_word(&c->session.dm_scope, "per-account-channel-peer", w);
	check_word(&c->tools.exec.host, "auto", w);
	for (size_t i = 0; i < c->agents.count; i++)
		check_word(&agents[i].tools.exec.host, "auto", w);
}

/* --- both ----------------------------------------------------------------------------------- */

static bool has_claw_block(const struct config *c)
{
	return c->claw_pos.line > 0;
}

void product_problems_of(const struct config *c, int product, struct warnings *ret)
{
	const struct warnings *foreign = &c->foreign[product];

	for (size_t i = 0; i < foreign->count; i++)
		warnings_add(ret, foreign->items[i].pos, "%s", foreign->items[i].text);
	if (has_claw_block(c))
		warnings_add(ret, c->claw_pos,
			     "<root>: Unrecognized key: \"clawbpf\" (keep that block in a file of "
			     "its own that includes this one)");
	if (product == DIALECT_CLAWDBOT)
		check_clawdbot(c, ret);
	if (product == DIALECT_OPENCLAW)
		check_openclaw(c, ret);
}

void product_problems(const struct config *c, struct warnings *ret)
{
	product_problems_of(c, c->speaks, ret);
}

int product_note_bind(const struct config *c, struct err *err)
{
	const struct dialect *d = dialect_of(c);
	struct warnings problems autowarnings = {0};

	if (!(d->flags & DIALECT_PRODUCT))
		return -err->code;
	product_problems(c, &problems);
	if (problems.count)
		return err_note(err, "%s refuses this file: %s", d->program,
				problems.items[0].text);
	if (d->flags & DIALECT_CHECKS_BINDS)
		return err_note(err,
				"%s accepts this file, and looks at binds when it makes the "
				"container",
				d->program);
	return err_note(err, "%s accepts this file, and looks at no bind: its sandbox gets it",
			d->program);
}

bool product_refuses(const struct config *c)
{
	struct warnings problems autowarnings = {0};
	size_t ours = has_claw_block(c); /* that one is for us */

	/* A file that merely has the name of a product's may well be a handbook's example. */
	if (c->speaks_because != DIALECT_BY_OPTION && c->speaks_because != DIALECT_BY_KEY)
		return false;
	product_problems(c, &problems);
	return problems.count > ours;
}

const char *product_consequence(const struct config *c, const struct warnings *problems)
{
	if (problems->count <= has_claw_block(c) || !(dialect_of(c)->flags & DIALECT_LOOSE_KEYS))
		return NULL;
	return "its command line ends with an error, but its gateway goes on with an empty config: "
	       "nothing would be sandboxed; what is enforced here is what the file says";
}

bool product_is_laxer(const struct tool_verdict *v, const struct tool_verdict *like)
{
	return v->product_allows && !v->allowed && !strcmp(v->origin.key, like->origin.key);
}

bool product_is_first(const struct policy *p, size_t tool)
{
	if (!product_is_laxer(&p->tools[tool], &p->tools[tool]))
		return false;
	for (size_t t = 0; t < tool; t++)
		if (product_is_laxer(&p->tools[t], &p->tools[tool]))
			return false;
	return true;
}
