// SPDX-License-Identifier: GPL-2.0-only
/* How does clawdbot ask its exec allowlist? */
#include "policy/command/exec_match.h"

#include <errno.h>
#include <string.h>

#include "policy/command/command.h"
#include "policy/command/path_pattern.h"
#include "util/cleanup.h"

/* The path that the patterns are compared with; NULL: none, no entry can match. */
static int path_of(const struct exec_match *m, const char *name, char **ret_found, char **ret_path)
{
	int r = executable_find(m->place, name, ret_found);

	if (r)
		return r;
	if (!*ret_found) /* a path is compared whether something is there or not */
		return executable_place(m->place, name, ret_path);
	*ret_path = strdup(*ret_found);
	return *ret_path ? 0 : -ENOMEM;
}

/* The first entry that matches, in *ret_pattern. */
static int find_entry(struct exec_match *m, const char *path, const char **ret_pattern)
{
	for (size_t i = 0; i < m->list->count; i++) {
		autofree char *trimmed = pattern_trimmed(m->list->patterns[i]), *pattern = NULL;
		bool yes = false;
		int r;

		pattern = trimmed ? executable_expand(m->place, trimmed) : NULL;
		if (!pattern)
			return -ENOMEM;
		if (!*pattern || !pattern_is_path(trimmed))
			continue;
		r = path_pattern_matches_loosely(pattern, path, &yes, &m->err);
		if (r)
			return r == -ENOMEM ? r : 0;
		if (yes) {
			*ret_pattern = m->list->patterns[i];
			return 0;
		}
	}
	return 0;
}

static int ask_command(struct exec_match *m, const struct command *c, bool *ret)
{
	autofree char *found = NULL, *path = NULL, *name = pattern_trimmed(c->argv[0]);
	const char *pattern = NULL;
	int r = name ? 0 : -ENOMEM;

	*ret = false;
	if (!r && *name)
		r = path_of(m, name, &found, &path);
	if (!r && path)
		r = find_entry(m, path, &pattern);
	if (r || m->err.code)
		return r;
	if (pattern)
		r = exec_match_add(m, pattern);
	*ret = pattern || (found && safe_bins_allow_loosely(&m->safe, m->place, found, c->argv));
	return r;
}

/* One part of a chain, or a line without one. *ret: all of it is allowed. */
static int ask_part(struct exec_match *m, const char *text, bool *ret)
{
	struct command_line l autodestroy(command_line_clear) = {0};
	int r = command_line_read_loosely(text, &l);

	*ret = true;
	m->understood = !l.refused;
	if (r || l.refused) {
		*ret = r ? false : exec_match_refuse(m, "it has %s", l.refused);
		return r;
	}
	for (size_t i = 0; i < l.count && *ret && !r && !m->err.code; i++) {
		r = ask_command(m, &l.items[i], ret);
		if (!r && !*ret)
			exec_match_refuse(m, "%s is not in the list", l.items[i].argv[0]);
	}
	return r;
}

int exec_match_loosely(struct exec_match *m, const char *command)
{
	struct command_parts parts autodestroy(command_parts_clear) = {0};
	bool yes = true;
	int r = command_split_loosely(command, &parts);

	if (!r && !parts.count) {
		r = ask_part(m, command, &m->listed);
		return r;
	}
	/* It stops at the first part that is not allowed, without reading the rest. */
	for (size_t i = 0; i < parts.count && yes && !r && !m->err.code; i++)
		r = ask_part(m, parts.items[i], &yes);
	if (!m->understood)
		m->count = 0;
	m->listed = !r && yes && m->understood;
	return r;
}
