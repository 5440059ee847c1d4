// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any pattern crash what matches names and paths against it, or match what it should not? The
 * input is a pattern, a line break, and a name. Answers are compared with those of a matcher that
 * is slow and simple.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/command/path_pattern.h"
#include "policy/tools/patterns.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SHORT 48 /* of what the simple matcher is asked */

/* A run goes on over this: for `*` in names all, in paths what is no slash, for `**` what ends no
 * line. */
static bool runs_over(char c, bool paths, bool all)
{
	if (!paths)
		return true;
	return all ? c != '\n' && c != '\r' : c != '/';
}

/* `*`, and with `paths` `**`, stand for a run, `?` for one that is no slash: by a table of which
 * ends of the pattern match which ends of the name. */
static bool simple(const char *p, const char *s, bool paths)
{
	bool m[SHORT + 1][SHORT + 1] = {0};
	size_t len = strlen(s);

	for (size_t i = strlen(p) + 1; i-- > 0;) {
		bool all = paths && p[i] == '*' && p[i + 1] == '*';

		for (size_t j = len + 1; j-- > 0;) {
			if (!p[i])
				m[i][j] = !s[j];
			else if (p[i] == '*')
				m[i][j] = m[i + 1 + all][j] ||
					  (s[j] && runs_over(s[j], paths, all) && m[i][j + 1]);
			else if (paths && p[i] == '?')
				m[i][j] = s[j] && s[j] != '/' && m[i + 1][j + 1];
			else
				m[i][j] = s[j] == p[i] && m[i + 1][j + 1];
		}
	}
	return m[0][0];
}

static bool ascii(const char *s)
{
	while (*s > 0)
		s++;
	return !*s;
}

static void try_paths(const char *pattern, const char *name)
{
	bool matches = false, loosely = false;
	struct err err = {0};
	int r = path_pattern_matches(pattern, name, &matches);

	assert(r == 0 || r == -EINVAL || r == -ENOMEM);
	if (!r && strlen(pattern) < SHORT && strlen(name) < SHORT && ascii(pattern) && ascii(name))
		assert(matches == simple(pattern, name, true));
	r = path_pattern_matches_loosely(pattern, name, &loosely, &err);
	assert(!r || err.code);
}

static void try_tools(const struct dialect *d, const char *pattern, const char *name)
{
	struct patterns list autodestroy(patterns_clear) = {0};
	struct source source = {.layer = "tools.allow"};
	const struct pattern *found;
	autofree char *tool = tool_normalize(d, name), *again = NULL, *text = NULL;

	assert(tool);
	again = tool_normalize(d, tool);
	assert(again && !strcmp(tool, again));
	assert(!patterns_add(&list, d, pattern, &source));
	patterns_seal(&list);
	found = patterns_find(&list, tool);
	/* One that is no group stands for itself. */
	text = tool_normalize(d, pattern);
	assert(text);
	if (found && list.name_count + list.wild_count == 1)
		assert(pattern_matches(found->text, tool));
	if (!found && list.name_count + list.wild_count == 1 && list.wild_count)
		assert(!pattern_matches(list.wild[0].text, tool));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;

	if (!end)
		return 0;
	autofree char *pattern = strndup((const char *)data, (size_t)(end - data)),
		      *name = strndup((const char *)end + 1, size - (size_t)(end + 1 - data));

	if (strlen(pattern) < SHORT && strlen(name) < SHORT)
		assert(pattern_matches(pattern, name) == simple(pattern, name, false));
	else
		pattern_matches(pattern, name);
	try_paths(pattern, name);
	try_tools(&dialect_native, pattern, name);
	try_tools(&dialect_clawdbot, pattern, name);
	try_tools(&dialect_openclaw, pattern, name);
	return 0;
}
