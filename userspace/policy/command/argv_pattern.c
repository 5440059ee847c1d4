// SPDX-License-Identifier: GPL-2.0-only
/* Does a command match a pattern of tools.elevated.patterns? */
#include "policy/command/argv_pattern.h"

#include <stdio.h>
#include <string.h>

#include "policy/command/carrier.h"
#include "policy/tools/patterns.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/utf8.h"

#define PATTERN_WORDS 32
#define PATTERN_LEN   512

struct pattern_words {
	char text[PATTERN_LEN];
	const char *word[PATTERN_WORDS];
	size_t count; /* 0: empty, or more than there is room for */
};

static void pattern_split(const char *pattern, struct pattern_words *ret)
{
	char *rest = NULL;

	ret->count = 0;
	if (strlen(pattern) >= sizeof(ret->text))
		return;
	strcpy(ret->text, pattern);
	for (char *w = strtok_r(ret->text, " \t", &rest); w; w = strtok_r(NULL, " \t", &rest)) {
		if (ret->count == PATTERN_WORDS) {
			ret->count = 0;
			return;
		}
		ret->word[ret->count++] = w;
	}
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Programs that run what their arguments or the files of their folder say, beside shells and those
 * that carrier.c knows. */
static const char runners[] =
	" ansible ansible-playbook ant at awk batch bmake bsdtar bun bundle bunx busybox"
	" bwrap cargo chroot cmake composer crontab deno doas ed emacs env expect find"
	" flock gawk gdb gem gmake go gradle just lua make mawk meson mvn nc ncat nice"
	" ninja node nodejs nox npm npx nsenter openssl parallel perl php pip pip3 pipx"
	" pkexec pnpm pytest python rake ruby runcon screen script setpriv socat ssh"
	" strace su sudo systemd-run tar tclsh time timeout tmux toybox tox unshare uv"
	" uvx vi vim watch xargs yarn ";
static const char installers[] =
	" apt apt-get aptitude brew dnf dpkg flatpak pacman rpm snap yum zypper ";

static bool is_among(const char *words, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = strstr(words, name); at; at = strstr(at + 1, name))
		if (len && at > words && at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}

static bool is_runner(const char *program)
{
	const char *base = base_of(program);
	char *const alone[] = {(char *)base, (char *)"x", NULL};
	struct carried c = carrier_look(alone, 2);

	if (word_is_shell(base) || c.never || c.first || !strncmp(base, "python", 6))
		return true;
	return is_among(runners, base);
}

/* To a package manager it is a package of somebody's own, with its scripts. */
static bool is_package_file(const char *arg)
{
	size_t len = strlen(arg);
	const char *end = len > 4 ? arg + len - 4 : arg;

	return strchr(arg, '/') || !strcmp(end, ".deb") || !strcmp(end, ".rpm") ||
	       !strcmp(end, "snap");
}

static bool git_command_is_free(const struct pattern_words *w)
{
	size_t i = 1;

	while (i < w->count && w->word[i][0] == '-')
		i++;
	return i < w->count && strchr(w->word[i], '*');
}

const char *argv_pattern_problem(const char *pattern)
{
	struct pattern_words w;

	pattern_split(pattern, &w);
	if (!w.count)
		return "it is empty, or too long";
	if (strchr(w.word[0], '*'))
		return "its first word has to name a program, without *";
	if (strchr(w.word[0], '/') && w.word[0][0] != '/')
		return "its program is neither a name nor an absolute path";
	if (strchr(pattern, '*') && is_runner(w.word[0]))
		return "that program runs whatever its arguments or its folder say, so they have "
		       "to be written out, without *";
	if (!strcmp(base_of(w.word[0]), "git") && git_command_is_free(&w))
		return "which command of git's has to be written out: a repository can define "
		       "others";
	return NULL;
}

const char *argv_pattern_note(const char *pattern)
{
	static const char builders[] =
		" ant bmake bun bundle cargo cmake composer go gmake gradle just make meson mvn "
		"ninja nox npm npx pnpm pytest rake tox yarn ";
	struct pattern_words w;
	const char *program;

	pattern_split(pattern, &w);
	if (!w.count)
		return NULL;
	program = base_of(w.word[0]);
	if (is_among(builders, program))
		return "does what the files of its folder say, which a session may have written";
	if (strchr(pattern, '*') && is_among(" docker podman ", program))
		return "can do all that root can";
	return NULL;
}

void argv_pattern_program(const char *pattern, char *ret, size_t size)
{
	pattern += strspn(pattern, " \t");
	snprintf(ret, size, "%.*s", (int)strcspn(pattern, " \t"), pattern);
}

/*
 * Nothing that a shell, ours or one on the other side of a connection, would take for more than a
 * word; nothing that could not be shown to whoever has to approve it.
 */
static bool is_plain(const char *arg)
{
	size_t len = strlen(arg), n;

	for (size_t i = 0; i < len; i += n) {
		n = escape_printable(arg + i, len - i);
		if (!n || strchr(";&|<>$`\\\"'()", arg[i]))
			return false;
	}
	return true;
}

/* May a `*` stand for the whole argument? NULL: yes. */
static const char *star_refuses(char *const *argv, const char *arg)
{
	if (!is_plain(arg))
		return "has a character in it that a shell would act on";
	if (arg[0] == '-' && !argv_option_is_harmless(base_of(argv[0]), argv[1], arg))
		return "is an option that * does not stand for: write it into the pattern";
	if (arg[0] == '@')
		return "may name a file with more arguments in it";
	if (strstr(arg, "::") && arg[0] != ':')
		return "may name a helper to be run";
	if (is_among(installers, base_of(argv[0])) && is_package_file(arg))
		return "may be a package of the session's own";
	return NULL;
}

static const char *word_refuses(char *const *argv, const char *word, const char *arg)
{
	if (!strchr(word, '*'))
		return strcmp(word, arg) ? "is not what the pattern has there" : NULL;
	if (!pattern_matches(word, arg))
		return "is not what the pattern has there";
	return word[0] == '*'  ? star_refuses(argv, arg)
	       : is_plain(arg) ? NULL
			       : "has a character in it that a shell would act on";
}

static bool program_matches(const char *word, const char *program)
{
	if (strchr(program, '/') && program[0] != '/')
		return false;
	/* Whether a path and a name are the same file is asked when the file is looked for. */
	if (!strchr(word, '/') || !strchr(program, '/'))
		return !strcmp(base_of(word), base_of(program));
	return !strcmp(word, program);
}

static void say(struct argv_match *ret, const char *pattern, const char *arg, const char *why)
{
	autobuf struct buf shown = {0};

	utf8_quote(&shown, arg, strlen(arg), 60);
	snprintf(ret->why, sizeof(ret->why), "\"%.60s\": %.120s %s", pattern,
		 shown.data ? shown.data : "?", why);
}

static bool matches(const char *pattern, char *const *argv, struct argv_match *ret)
{
	struct pattern_words w;
	const char *why = argv_pattern_problem(pattern);
	size_t i = 1, rest; /* rest: the last word is a star, for all that is left */

	pattern_split(pattern, &w);
	if (!w.count || !program_matches(w.word[0], argv[0]))
		return false;
	if (why) {
		snprintf(ret->why, sizeof(ret->why), "\"%.60s\": %s", pattern, why);
		return false;
	}
	rest = w.count > 1 && !strcmp(w.word[w.count - 1], "*");
	for (; i < w.count - rest; i++) {
		if (!argv[i]) {
			snprintf(ret->why, sizeof(ret->why), "\"%.60s\": \"%.60s\" is missing",
				 pattern, w.word[i]);
			return false;
		}
		why = word_refuses(argv, w.word[i], argv[i]);
		if (why)
			return say(ret, pattern, argv[i], why), false;
	}
	for (; rest && argv[i]; i++) {
		why = star_refuses(argv, argv[i]);
		if (why)
			return say(ret, pattern, argv[i], why), false;
	}
	if (argv[i])
		return say(ret, pattern, argv[i], "is one argument too many"), false;
	return true;
}

void argv_patterns_match(const struct setting_list *patterns, char *const *argv,
			 struct argv_match *ret)
{
	*ret = (struct argv_match){0};
	for (size_t i = 0; i < patterns->count; i++) {
		if (!matches(patterns->items[i].text, argv, ret))
			continue;
		ret->pattern = &patterns->items[i];
		return;
	}
	if (!ret->why[0])
		snprintf(ret->why, sizeof(ret->why), "no pattern is for \"%.60s\"", argv[0]);
}
