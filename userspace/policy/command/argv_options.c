// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which options may a `*` in a pattern of commands stand for? Those that only say how much is done
 * or shown. What names a program, a file to read settings from, another host or another root is not
 * here, and what is not here has to be written in the pattern.
 */
#include "policy/command/argv_pattern.h"

#include <string.h>

struct option_set {
	const char *program, *command; /* command: the first argument; NULL: any */
	const char *letters;           /* of short options, alone or one behind the other */
	const char *const *words;      /* long ones, without what is behind "="; NULL-ended */
};

#define WORDS(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static const struct option_set sets[] = {
	/* -u is a program to be run for other commands */
	{"git", "push", "fnquv",
	 WORDS("--all", "--atomic", "--dry-run", "--follow-tags", "--force", "--force-with-lease",
	       "--porcelain", "--progress", "--prune", "--quiet", "--set-upstream", "--tags",
	       "--verbose")},
	{"git", NULL, "qv",
	 WORDS("--all", "--dry-run", "--ff-only", "--no-tags", "--porcelain", "--progress",
	       "--prune", "--quiet", "--short", "--staged", "--stat", "--tags", "--verbose")},
	{"journalctl", NULL, "abefknopqrtuxSU",
	 WORDS("--all", "--boot", "--catalog", "--dmesg", "--follow", "--full", "--grep",
	       "--identifier", "--lines", "--no-full", "--no-pager", "--no-tail", "--output",
	       "--pager-end", "--priority", "--quiet", "--reverse", "--since", "--unit", "--until",
	       "--user-unit", "--utc")},
	{"systemctl", "status", "alnoqt",
	 WORDS("--all", "--failed", "--full", "--lines", "--no-legend", "--no-pager", "--output",
	       "--plain", "--quiet", "--state", "--type")},
	{"docker", NULL, "aq",
	 WORDS("--all", "--no-trunc", "--quiet", "--since", "--tail", "--until")},
	{"podman", NULL, "aq",
	 WORDS("--all", "--no-trunc", "--quiet", "--since", "--tail", "--until")},
	{"brew", NULL, "qv", WORDS("--cask", "--dry-run", "--formula", "--quiet", "--verbose")},
};

static bool letters_are_harmless(const struct option_set *s, const char *option)
{
	/* "-n50" too: digits belong to the letter before. */
	for (const char *p = option + 1; *p; p++)
		if (!strchr(s->letters, *p) && (p == option + 1 || *p < '0' || *p > '9'))
			return false;
	return option[1] != '\0';
}

static bool is_harmless(const struct option_set *s, const char *option)
{
	size_t len = strcspn(option, "=");

	if (option[1] != '-')
		return letters_are_harmless(s, option);
	for (const char *const *w = s->words; *w; w++)
		if (strlen(*w) == len && !strncmp(*w, option, len))
			return true;
	return false;
}

bool argv_option_is_harmless(const char *program, const char *command, const char *option)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (strcmp(sets[i].program, program) != 0)
			continue;
		if (!sets[i].command || !strcmp(sets[i].command, command))
			return is_harmless(&sets[i], option);
	}
	return false;
}
