// SPDX-License-Identifier: GPL-2.0-only
/* Which calls of programs that only read their input need no entry in a list? */
#include "policy/command/safe_bins.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "policy/command/carrier.h"
#include "util/cleanup.h"

const char *const safe_bins_clawdbot[] = {"jq",   "grep", "cut", "sort", "uniq",
					  "head", "tail", "tr",  "wc",   NULL};
const char *const safe_bins_openclaw[] = {"cut", "uniq", "head", "tail", "tr", "wc", NULL};
const char *const safe_bin_dirs[] = {"/bin", "/usr/bin", NULL};

static bool is_one_of(const char *word, const char *const *list)
{
	for (; list && *list; list++)
		if (!strcmp(*list, word))
			return true;
	return false;
}

static bool looks_like_path(const char *word)
{
	word += strspn(word, " \t\r\n\v\f");
	if (*word == '/' || *word == '~' || !strncmp(word, "./", 2) || !strncmp(word, "../", 3))
		return true;
	return isalpha((unsigned char)*word) && word[1] == ':' &&
	       (word[2] == '\\' || word[2] == '/');
}

bool safe_bins_allow_loosely(const struct safe_bins *s, const struct exec_place *p,
			     const char *file, char *const *argv)
{
	autofree char *base = word_base(file);

	if (!base || !is_one_of(base, s->names))
		return false;
	for (argv++; *argv; argv++) {
		const char *word = *argv;

		if (!*word || !strcmp(word, "-"))
			continue;
		if (*word == '-') {
			word = strchr(word, '=');
			if (!word || !*++word)
				continue;
		}
		if (looks_like_path(word) || executable_file_exists(p, word))
			return false;
	}
	return true;
}

/* --- by profile ----------------------------------------------------------------------------- */

#define WORDS(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

struct profile {
	const char *name;
	size_t least, most;        /* words that are no options */
	const char *const *values; /* options with a value; no other is taken */
	const char *const *denied;
};

static const struct profile profiles[] = {
	{.name = "jq",
	 .most = 1,
	 .values = WORDS("--arg", "--argjson", "--argstr"),
	 .denied = WORDS("--argfile", "--rawfile", "--slurpfile", "--from-file", "--library-path",
			 "-L", "-f")},
	{.name = "grep",
	 .values = WORDS("--regexp", "--max-count", "--after-context", "--before-context",
			 "--context", "--devices", "--binary-files", "--exclude", "--include",
			 "--label", "-e", "-m", "-A", "-B", "-C", "-D"),
	 .denied = WORDS("--file", "--exclude-from", "--dereference-recursive", "--directories",
			 "--recursive", "-f", "-d", "-r", "-R")},
	{.name = "cut",
	 .values = WORDS("--bytes", "--characters", "--fields", "--delimiter", "--output-delimiter",
			 "-b", "-c", "-f", "-d")},
	{.name = "sort",
	 .values = WORDS("--key", "--field-separator", "--buffer-size", "--parallel",
			 "--batch-size", "-k", "-t", "-S"),
	 .denied = WORDS("--compress-program", "--files0-from", "--output", "--random-source",
			 "--temporary-directory", "-T", "-o")},
	{.name = "uniq",
	 .values = WORDS("--skip-fields", "--skip-chars", "--check-chars", "--group", "-f", "-s",
			 "-w")},
	{.name = "head", .values = WORDS("--lines", "--bytes", "-n", "-c")},
	{.name = "tail",
	 .values = WORDS("--lines", "--bytes", "--sleep-interval", "--max-unchanged-stats", "--pid",
			 "-n", "-c")},
	{.name = "tr", .least = 1, .most = 2},
	{.name = "wc", .denied = WORDS("--files0-from")},
};

static const struct profile *profile_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		if (!strcmp(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}

static bool is_literal(const char *word)
{
	return !*word || !strcmp(word, "-") || (!strpbrk(word, "*?[]") && !looks_like_path(word));
}

static bool is_value(const char *word)
{
	return word && *word && is_literal(word);
}

/* The long option that is meant by its first letters; NULL: none, or more than one. */
static const char *long_option(const struct profile *p, const char *word, size_t len)
{
	const char *const *lists[] = {p->values, p->denied};
	const char *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		for (const char *const *o = lists[i]; o && *o; o++) {
			if (strncmp(*o, "--", 2) != 0 || strncmp(*o, word, len) != 0)
				continue;
			if (strlen(*o) == len)
				return *o;
			if (found)
				return NULL;
			found = *o;
		}
	}
	return found;
}

/* How many words it is; 0: it is not taken. */
static size_t long_words(const struct profile *p, char *const *argv)
{
	size_t len = strcspn(*argv, "=");
	const char *option = len > 2 ? long_option(p, *argv, len) : NULL;
	const char *value = (*argv)[len] ? *argv + len + 1 : NULL;

	if (!option || is_one_of(option, p->denied))
		return 0;
	if (value)
		return is_one_of(option, p->values) && is_literal(value);
	if (!is_one_of(option, p->values))
		return 1;
	return is_value(argv[1]) ? 2 : 0;
}

static size_t short_words(const struct profile *p, char *const *argv)
{
	for (const char *letter = *argv + 1; *letter; letter++) {
		char option[3] = {'-', *letter, '\0'};

		if (is_one_of(option, p->denied))
			return 0;
		if (!is_one_of(option, p->values))
			continue;
		if (letter[1])
			return is_literal(letter + 1);
		return is_value(argv[1]) ? 2 : 0;
	}
	return 0;
}

static bool profile_takes(const struct profile *p, char *const *argv)
{
	size_t words = 0, n;
	bool options = true;

	for (; *argv; argv += n) {
		n = 1;
		if (!**argv || !strcmp(*argv, "-"))
			continue;
		if (options && !strcmp(*argv, "--")) {
			options = false;
		} else if (!options || **argv != '-') {
			if (!is_literal(*argv))
				return false;
			words++;
		} else {
			n = (*argv)[1] == '-' ? long_words(p, argv) : short_words(p, argv);
			if (!n)
				return false;
		}
	}
	return words >= p->least && words <= p->most;
}

bool safe_bins_allow(const struct safe_bins *s, const char *file, char *const *argv)
{
	autofree char *base = word_base(file);
	const char *slash = strrchr(file, '/');
	autofree char *folder = slash ? strndup(file, (size_t)(slash - file)) : NULL;
	const struct profile *p = base ? profile_of(base) : NULL;

	return p && folder && is_one_of(base, s->names) && is_one_of(folder, s->dirs) &&
	       profile_takes(p, argv + 1);
}
