// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does openclaw ask its exec allowlist? These are the safe rules of the other dialects, too.
 *
 * The program that counts is the one behind env and timeout, and behind `sh -c`; symlinks are
 * followed; a pattern is itself but for its stars. A shell is allowed by no entry but "*".
 */
#include "policy/command/exec_match.h"

#include <errno.h>
#include <string.h>

#include "policy/command/carrier.h"
#include "policy/command/command.h"
#include "policy/command/path_pattern.h"
#include "util/cleanup.h"
#include "util/path.h"

#define INLINE_DEPTH 2 /* `sh -c "sh -c ..."` */

/* --- entries -------------------------------------------------------------------------------- */

struct target {
	char *written; /* owned: the first word */
	char *path;    /* owned: where it is, or would be; NULL: not on PATH */
	char *real;    /* owned: the same with its symlinks followed */
	bool found;
};

static void target_clear(struct target *t)
{
	free(t->written);
	free(t->path);
	free(t->real);
}

static int target_find(const struct exec_match *m, const char *word, struct target *ret)
{
	int r;

	ret->written = pattern_trimmed(word);
	if (!ret->written)
		return -ENOMEM;
	r = executable_find(m->place, ret->written, &ret->path);
	ret->found = ret->path != NULL;
	if (!r && !ret->path)
		r = executable_place(m->place, ret->written, &ret->path);
	if (r || !ret->path)
		return r;
	ret->real = executable_real(m->place, ret->path);
	return ret->real ? 0 : -ENOMEM;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int entry_matches(const struct exec_match *m, const char *pattern, const struct target *t,
			 bool *ret)
{
	autofree char *expanded = NULL, *canonical = NULL;
	const char *path = t->real;
	int r;

	*ret = false;
	/* A name stands for programs on PATH: a file of that name elsewhere is another program. */
	if (!pattern_is_path(pattern)) {
		if (pattern_is_path(t->written) || !strcmp(pattern, "*"))
			return 0;
		r = path_pattern_matches(pattern, last_part(t->path), ret);
		return r == -ENOMEM ? r : 0;
	}
	expanded = executable_expand(m->place, pattern);
	if (!expanded)
		return -ENOMEM;
	if (strpbrk(expanded, "*?")) {
		canonical = path_canonical(path);
		path = canonical ? canonical : path;
	}
	r = path_pattern_matches(expanded, path, ret);
	return r == -ENOMEM ? r : 0;
}

static int find_entry(const struct exec_match *m, const struct target *t, const char **ret)
{
	for (size_t i = 0; i < m->list->count; i++) {
		autofree char *pattern = pattern_trimmed(m->list->patterns[i]);

		if (!pattern)
			return -ENOMEM;
		if (!strcmp(pattern, "*")) {
			*ret = m->list->patterns[i];
			return 0;
		}
	}
	for (size_t i = 0; t->path && i < m->list->count; i++) {
		autofree char *pattern = pattern_trimmed(m->list->patterns[i]);
		bool yes = false;
		int r = pattern ? 0 : -ENOMEM;

		if (!r && *pattern)
			r = entry_matches(m, pattern, t, &yes);
		if (r)
			return r;
		if (yes) {
			*ret = m->list->patterns[i];
			return 0;
		}
	}
	return 0;
}

/* --- commands ------------------------------------------------------------------------------- */

/* What a shell does itself, and that starts nothing. */
static bool is_harmless_builtin(char *const *argv, size_t argc)
{
	static const char *const builtins[] = {":", "cd", "false", "pwd", "test", "true"};

	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
		if (!strcmp(builtins[i], argv[0]))
			return true;
	return !strcmp(argv[0], "[") && !strcmp(argv[argc - 1], "]");
}

static bool is_star(const char *pattern)
{
	autofree char *trimmed = pattern ? pattern_trimmed(pattern) : NULL;

	return trimmed && !strcmp(trimmed, "*");
}

/* A shell with arguments runs them: what counts is the script, if it has a name. */
static int find_shell_entry(const struct exec_match *m, char *const *argv, size_t argc,
			    const char **pattern)
{
	struct target t autodestroy(target_clear) = {0};
	size_t script = shell_script(argv, argc);
	autofree char *name = NULL;
	int r;

	*pattern = NULL;
	if (!script)
		return 0;
	if (asprintf(&name, "%s%s", strchr(argv[script], '/') ? "" : "./", argv[script]) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	r = target_find(m, name, &t);
	return r ? r : find_entry(m, &t, pattern);
}

static int ask_program(struct exec_match *m, char *const *argv, size_t argc, bool *ret)
{
	struct target t autodestroy(target_clear) = {0};
	const char *pattern = NULL;
	int r = target_find(m, argv[0], &t);

	if (!r && *t.written)
		r = find_entry(m, &t, &pattern);
	if (!r && word_is_shell(argv[0]) && argc > 1 && !is_star(pattern))
		r = find_shell_entry(m, argv, argc, &pattern);
	if (!r && pattern)
		r = exec_match_add(m, pattern);
	*ret = !r && (pattern || (t.found && safe_bins_allow(&m->safe, t.real, argv)) ||
		      is_harmless_builtin(argv, argc));
	return r;
}

static int ask_command(struct exec_match *m, const struct command *c, bool *ret)
{
	struct carried carried = carrier_look(c->argv, c->argc);
	int r;

	*ret = false;
	if (c->assigns || carried.never) {
		exec_match_refuse(m, "%s: %s", c->argv[0],
				  carried.never ? carried.never
						: "variables are set for it on the line");
		return 0;
	}
	r = ask_program(m, c->argv + carried.first, c->argc - carried.first, ret);
	if (!r && !*ret)
		exec_match_refuse(m, "%s is not in the list", c->argv[carried.first]);
	return r;
}

/* --- lines ---------------------------------------------------------------------------------- */

static int ask_all(struct exec_match *m, const struct command_line *l)
{
	bool all = true, one;
	int r = 0;

	for (size_t i = 0; i < l->count && !r; i++) {
		r = ask_command(m, &l->items[i], &one);
		all = all && one;
	}
	m->listed = !r && all;
	return r;
}

/* Is there something in a line, or in what its shells are given, that is not looked into? */
static int find_refusal(const struct command_line *l, int depth, const char **ret)
{
	*ret = l->refused;
	for (size_t i = 0; i < l->count && !*ret; i++) {
		const struct command *c = &l->items[i];
		struct command_line within autodestroy(command_line_clear) = {0};
		const char *text = c->expands ? NULL : shell_inline(c->argv, c->argc);
		int r = 0;

		if (c->expands && !carrier_look(c->argv, c->argc).never) {
			*ret = "an argument that the shell makes";
		} else if (text && depth < INLINE_DEPTH) {
			r = command_line_read(text, &within);
			r = r ? r : find_refusal(&within, depth + 1, ret);
		}
		if (r)
			return r;
	}
	return 0;
}

/* May the programs that `sh -c` is given be judged in its place? */
static bool may_look_inside(const struct command *shell, const struct command_line *within)
{
	if (shell->assigns || strpbrk(shell->argv[0], "/\\") ||
	    shell_starts_up(shell->argv, shell->argc))
		return false;
	for (size_t i = 0; i < within->count; i++) {
		const char *name = within->items[i].argv[0];
		size_t len = strlen(name);

		if (strpbrk(name, "/\\") || (len >= 8 && !strcmp(name + len - 8, "-wrapper")))
			return false;
	}
	return within->count > 0;
}

int exec_match_strictly(struct exec_match *m, const char *command)
{
	struct command_line l autodestroy(command_line_clear) = {0};
	struct command_line within autodestroy(command_line_clear) = {0};
	const char *refused = NULL, *inner = NULL;
	int r = command_line_read(command, &l);

	if (!r)
		r = find_refusal(&l, 0, &refused);
	if (!r && l.count == 1 && !l.refused)
		inner = shell_inline(l.items[0].argv, l.items[0].argc);
	if (r)
		return r;
	if (refused && !inner) {
		exec_match_refuse(m, "it has %s", refused);
		return 0;
	}
	m->understood = true;
	if (!refused && inner)
		r = command_line_read(inner, &within);
	if (!r && !refused && inner && may_look_inside(&l.items[0], &within))
		return ask_all(m, &within);
	return r ? r : ask_all(m, &l);
}
