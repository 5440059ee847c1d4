// SPDX-License-Identifier: GPL-2.0-only
/* What of a git command can be told before it runs? */
#include "policy/command/git.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/cleanup.h"

bool git_is(const char *program)
{
	autofree char *real = realpath(program, NULL);
	const char *path = real ? real : program, *slash = strrchr(path, '/');

	return !strcmp(slash ? slash + 1 : path, "git");
}

/* --- which command ------------------------------------------------------------------------------
 */

static bool is_among(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(*words, word))
			return true;
	return false;
}

/* Its own programs: what is built in is there as a link. */
static bool is_own(const char *command)
{
	static const char *const folders[] = {"/usr/lib/git-core", "/usr/libexec/git-core",
					      "/usr/local/libexec/git-core"};
	char path[512];

	for (size_t i = 0; !strchr(command, '/') && i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "%s/git-%.200s", folders[i], command);
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

size_t git_command(char *const *argv, bool *ret_own)
{
	static const char *const with_value[] = {"-C",
						 "-c",
						 "--git-dir",
						 "--work-tree",
						 "--namespace",
						 "--super-prefix",
						 "--config-env",
						 "--attr-source",
						 NULL};
	size_t i = 1;

	*ret_own = true;
	while (argv[0] && argv[i] && argv[i][0] == '-')
		i += is_among(argv[i], with_value) && argv[i + 1] ? 2 : 1;
	if (!argv[0] || !argv[i])
		return 0;
	*ret_own = is_own(argv[i]);
	return i;
}

/* --- differences --------------------------------------------------------------------------------
 */

/* By .gitattributes and diff.NAME.textconv or .command, git starts a program for each file. */
static bool shows_differences(const char *command)
{
	static const char *const commands[] = {
		"annotate",  "blame",        "diff", "diff-files", "diff-index",
		"diff-tree", "format-patch", "log",  "reflog",     "shortlog",
		"show",      "whatchanged",  NULL};

	return is_among(command, commands);
}

char **git_argv(char *const *argv)
{
	static char no_program[] = "--no-ext-diff", no_filter[] = "--no-textconv";
	size_t argc = 0, n = 0, command;
	bool own;
	char **ret;

	while (argv[argc])
		argc++;
	ret = calloc(argc + 3, sizeof(*ret));
	if (!ret)
		return NULL;
	command = git_command(argv, &own);
	for (size_t i = 0; i < argc; i++) {
		ret[n++] = argv[i];
		if (i && i == command && shows_differences(argv[i])) {
			ret[n++] = no_program;
			ret[n++] = no_filter;
		}
	}
	return ret;
}

/* --- the other side -----------------------------------------------------------------------------
 */

bool git_serves(const char *command)
{
	static const char *const programs[] = {"git-receive-pack '", "git-upload-pack '",
					       "git-upload-archive '"};
	const char *path = NULL;
	size_t len;

	for (size_t i = 0; !path && i < ARRAY_SIZE(programs); i++)
		if (!strncmp(command, programs[i], strlen(programs[i])))
			path = command + strlen(programs[i]);
	if (!path)
		return false;
	len = strcspn(path, "'");
	return len && path[len] == '\'' && !path[len + 1];
}
