// SPDX-License-Identifier: GPL-2.0-only
/* Which commands, binds and agents of a config come to nothing, or to something else? */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "config/schema.h"
#include "policy/sandbox/binds.h"
#include "policy/check/findings_parts.h"
#include "util/cleanup.h"

/* --- patterns of commands ------------------------------------------------------------------- */

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n")];
}

/* The entry of denyBinaries that names the pattern's program, which then runs nowhere. */
static const struct setting *find_denied(const struct claw_settings *claw, const char *pattern)
{
	const char *word = pattern + strspn(pattern, " \t");
	size_t len = strcspn(word, " \t");

	for (size_t i = 0; i < claw->deny_binaries.count; i++) {
		const char *text = claw->deny_binaries.items[i].text;
		const char *slash = *word != '/' ? strrchr(text, '/') : NULL;
		const char *name = slash ? slash + 1 : text;

		if (strlen(name) == len && !strncmp(name, word, len))
			return &claw->deny_binaries.items[i];
	}
	return NULL;
}

static void check_pattern(const struct findings *f, const struct setting *s,
			  const struct setting *before)
{
	const struct setting *denied = find_denied(&f->config->claw, s->text);
	autobuf struct buf shown = {0}, other = {0};

	finding_quote(&shown, s->text);
	if (is_blank(s->text))
		warnings_add(f->warnings, s->pos, "%s: %s matches no command: it is empty", s->key,
			     shown.data);
	else if (strpbrk(s->text, "\r\n"))
		warnings_add(f->warnings, s->pos, "%s: %s can never match: a command is one line",
			     s->key, shown.data);
	else if (s->text[0] == ' ' || s->text[0] == '\t')
		warnings_add(f->warnings, s->pos,
			     "%s: %s can never match: no command begins with a space", s->key,
			     shown.data);
	else if (denied)
		warnings_add(f->warnings, s->pos,
			     "%s: %s is of no use, %s denies that program everywhere", s->key,
			     shown.data, denied->key);
	else if (before)
		warnings_add(f->warnings, s->pos, "%s: %s adds nothing, %s %s has it already",
			     s->key, shown.data, before->key, finding_quote(&other, before->text));
}

/* Those before it that end in a star, by which a later one may be covered: few, so one by one. */
#define STARS_MAX 16

void find_idle_patterns(const struct findings *f, const struct setting_list *patterns)
{
	const struct setting *stars[STARS_MAX];
	size_t star_count = 0;

	for (size_t i = 0; i < patterns->count; i++) {
		const struct setting *s = &patterns->items[i], *before = NULL;

		for (size_t k = 0; k < star_count && !before; k++)
			if (pattern_matches(stars[k]->text, s->text))
				before = stars[k];
		check_pattern(f, s, before);
		if (strchr(s->text, '*') && star_count < STARS_MAX)
			stars[star_count++] = s;
	}
}

/* --- binds ---------------------------------------------------------------------------------- */

/* Options of a mount that engines know, between commas. */
static bool is_mount_mode(const char *mode)
{
	static const char *const known[] = {"ro",      "rw",      "z",         "Z",
					    "U",       "cached",  "delegated", "consistent",
					    "nocopy",  "private", "rprivate",  "shared",
					    "rshared", "slave",   "rslave",    NULL};
	bool all = true;

	while (*mode) {
		size_t len = strcspn(++mode, ",");
		bool found = false;

		for (const char *const *k = known; *k && !found; k++)
			found = strlen(*k) == len && !strncmp(*k, mode, len);
		all = all && found;
		mode += len;
	}
	return all;
}

static void check_bind(const struct findings *f, const struct setting *bind, bool possible)
{
	const char *target = strchr(bind->text, ':'),
		   *mode = target ? strchr(target + 1, ':') : NULL;
	autobuf struct buf shown = {0};
	struct err err = {0};

	finding_quote(&shown, bind->text);
	/* Where sandboxes are possible it is an error, not a finding. */
	if (!possible && bind_check(f->config, bind, &err) && err.message[0])
		warnings_add(f->warnings, bind->pos,
			     "%s: nothing is sandboxed, so it is not asked for; it would be "
			     "refused: %s",
			     bind->key, err.message);
	else if (!target || !target[1])
		warnings_add(f->warnings, bind->pos,
			     "%s: %s does not say where in the sandbox: it would be refused",
			     bind->key, shown.data);
	else if (mode && !is_mount_mode(mode))
		warnings_add(f->warnings, bind->pos,
			     "%s: the mode of %s is neither ro nor rw: it would be writable",
			     bind->key, shown.data);
}

void find_odd_binds(const struct findings *f, const struct sandbox_settings *s, bool possible)
{
	const struct setting_list *lists[] = {&s->binds, &s->docker.binds, &s->browser.binds};

	for (size_t l = 0; l < ARRAY_SIZE(lists); l++)
		for (size_t i = 0; i < lists[l]->count; i++)
			check_bind(f, &lists[l]->items[i], possible);
}

/* --- programs ------------------------------------------------------------------------------- */

/* A path with a typing error denies nothing, and nobody would notice. */
void find_absent_binaries(const struct findings *f, const struct claw_settings *claw)
{
	for (size_t i = 0; i < claw->deny_binaries.count; i++) {
		const struct setting *s = &claw->deny_binaries.items[i];
		autobuf struct buf shown = {0};

		if (s->text[0] == '/' && access(s->text, F_OK) &&
		    (errno == ENOENT || errno == ENOTDIR))
			warnings_add(f->warnings, s->pos,
				     "%s: there is no %s on this machine by now: what comes to be "
				     "there is denied",
				     s->key, finding_quote(&shown, s->text));
	}
}

/* --- agents --------------------------------------------------------------------------------- */

static bool is_marked(const struct agent_settings *a)
{
	return a->is_default.key && a->is_default.flag;
}

void find_unreached_agents(const struct findings *f)
{
	const struct agent_settings *agents = f->config->agents.items, *chosen = NULL;

	for (size_t i = 0; i < f->config->agents.count; i++) {
		const struct agent_settings *a = &agents[i];
		const char *written = a->id.key ? a->id.text : NULL;
		autobuf struct buf shown = {0};

		if (written && strcmp(written, a->entry.name) != 0)
			warnings_add(f->warnings, a->id.pos,
				     "%s: %s is known as \"%s\": its sessions are agent:%s:...",
				     a->id.key, finding_quote(&shown, written), a->entry.name,
				     a->entry.name);
		if (chosen && is_marked(a))
			warnings_add(f->warnings, a->is_default.pos,
				     "%s: does nothing, the default agent is \"%s\" already",
				     a->is_default.key, chosen->entry.name);
		else if (is_marked(a))
			chosen = a;
	}
}
