// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that start another one.
 *
 * Those which do nothing but that are looked through. Those which change what is started (env
 * NAME=value, sudo), or from which it cannot be told, are never said yes to by a list.
 */
#include "policy/command/carrier.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/cleanup.h"

#define CARRIED_MAX 4 /* deep */

char *word_base(const char *word)
{
	const char *slash = strrchr(word, '/');
	char *base = strdup(slash ? slash + 1 : word);

	for (char *p = base; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return base;
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; list && *list; list++)
		if (!strcmp(*list, word))
			return true;
	return false;
}

#define WORDS(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static bool base_is_one_of(const char *word, const char *const *list)
{
	autofree char *base = word_base(word);

	return base && is_one_of(base, list);
}

/* --- shells --------------------------------------------------------------------------------- */

bool word_is_shell(const char *word)
{
	return base_is_one_of(word, WORDS("ash", "bash", "dash", "fish", "ksh", "sh", "zsh"));
}

/* -c, or letters of which one is c: -lc, -xec. */
static bool is_command_flag(const char *word)
{
	if (!strcmp(word, "--command"))
		return true;
	return word[0] == '-' && word[1] != '-' && strchr(word, 'c') && !strchr(word + 1, '-');
}

/* -o, -O and the like have a word of their own behind them. */
static size_t values_of(const char *word)
{
	size_t n = 0;

	if (!strcmp(word, "--init-file") || !strcmp(word, "--rcfile"))
		return 1;
	if ((word[0] != '-' && word[0] != '+') || word[1] == '-')
		return 0;
	for (; *word; word++)
		n += *word == 'o' || *word == 'O';
	return n;
}

/* The index of the shell's -c; 0: it has none. */
static size_t command_flag(char *const *argv, size_t argc)
{
	for (size_t i = 1; i < argc; i += 1 + values_of(argv[i])) {
		if (!strcmp(argv[i], "--"))
			return 0;
		if (is_command_flag(argv[i]))
			return i;
		if (argv[i][0] != '-' && argv[i][0] != '+')
			return 0;
	}
	return 0;
}

const char *shell_inline(char *const *argv, size_t argc)
{
	size_t flag = argc && word_is_shell(argv[0]) ? command_flag(argv, argc) : 0;
	size_t at = flag ? flag + 1 + values_of(argv[flag]) : argc;

	return at < argc && *argv[at] ? argv[at] : NULL;
}

static bool has_letter(const char *word, char letter)
{
	return word[0] == '-' && word[1] != '-' && strchr(word + 1, letter) &&
	       !strchr(word + 1, '-');
}

bool shell_starts_up(char *const *argv, size_t argc)
{
	size_t flag = command_flag(argv, argc);

	for (size_t i = 1; i <= flag && i < argc; i++)
		if (!strcmp(argv[i], "--login") || !strcmp(argv[i], "--interactive") ||
		    has_letter(argv[i], 'l') || has_letter(argv[i], 'i'))
			return true;
	return false;
}

size_t shell_script(char *const *argv, size_t argc)
{
	size_t i = 1;

	if (!argc || !word_is_shell(argv[0]))
		return 0;
	for (; i < argc; i++) {
		const char *word = argv[i];

		if (!strcmp(word, "--")) {
			i++;
			break;
		}
		if (is_command_flag(word) || has_letter(word, 's') ||
		    !strncmp(word, "--rcfile", 8) || !strncmp(word, "--init-file", 11) ||
		    !strncmp(word, "--startup-file", 14))
			return 0;
		if (is_one_of(word, WORDS("-o", "-O", "+O")))
			i++;
		else if (word[0] != '-' && word[0] != '+')
			break;
	}
	return i < argc ? i : 0;
}

/* --- programs that start others ------------------------------------------------------------- */

struct carrier {
	const char *name;
	const char *const *flags;  /* which stand alone */
	const char *const *values; /* which have a word behind them, or a value behind '=' */
	size_t operands;           /* words of its own before the program: a duration */
	bool opaque;               /* never looked through */
};

static const struct carrier carriers[] = {
	{.name = "caffeinate",
	 .flags = WORDS("-d", "-i", "-m", "-s", "-u"),
	 .values = WORDS("-t", "-w")},
	{.name = "env"}, /* with an option or a variable it changes what is started */
	{.name = "nice", .values = WORDS("-n", "--adjustment", "--priority")},
	{.name = "nohup", .flags = WORDS("--help", "--version")},
	{.name = "sandbox-exec", .values = WORDS("-f", "-p", "-d")},
	{.name = "stdbuf", .values = WORDS("-i", "--input", "-o", "--output", "-e", "--error")},
	{.name = "time",
	 .flags = WORDS("-a", "--append", "-h", "--help", "-l", "-p", "-q", "--quiet", "-v",
			"--verbose", "--version"),
	 .values = WORDS("-f", "--format", "-o", "--output")},
	{.name = "timeout",
	 .flags = WORDS("--foreground", "--preserve-status", "-v", "--verbose"),
	 .values = WORDS("-k", "--kill-after", "-s", "--signal"),
	 .operands = 1},
	{.name = "arch", .opaque = true},
	{.name = "busybox", .opaque = true},
	{.name = "chrt", .opaque = true},
	{.name = "doas", .opaque = true},
	{.name = "ionice", .opaque = true},
	{.name = "script", .opaque = true},
	{.name = "setsid", .opaque = true},
	{.name = "sudo", .opaque = true},
	{.name = "taskset", .opaque = true},
	{.name = "toybox", .opaque = true},
	{.name = "xargs", .opaque = true},
	{.name = "xcrun", .opaque = true},
	/* What the shell does itself with the words behind it. */
	{.name = "builtin"},
	{.name = "command"},
	{.name = "exec", .flags = WORDS("-c", "-l"), .values = WORDS("-a")},
};

static const struct carrier *carrier_of(const char *word)
{
	autofree char *base = word_base(word);

	for (size_t i = 0; base && i < ARRAY_SIZE(carriers); i++)
		if (!strcmp(carriers[i].name, base))
			return &carriers[i];
	return NULL;
}

static bool is_assignment_word(const char *word)
{
	size_t n = strcspn(word, "=");

	if (!word[n] || !(isalpha((unsigned char)*word) || *word == '_'))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)word[i]) && word[i] != '_')
			return false;
	return true;
}

/* How many words an option is; 0: it is not known. */
static size_t option_words(const struct carrier *c, const char *word)
{
	autofree char *name = strndup(word, strcspn(word, "="));

	for (char *p = name; p && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (!name)
		return 0;
	if (is_one_of(name, c->flags))
		return 1;
	if (is_one_of(name, c->values))
		return strchr(word, '=') ? 1 : 2;
	/* nice -5, nice -n5 */
	if (!strcmp(c->name, "nice") && (isdigit((unsigned char)word[1]) || name[1] == 'n'))
		return 1;
	return 0;
}

/* The index of the program that it starts; 0: it cannot be told. */
static size_t program_behind(const struct carrier *c, char *const *argv, size_t argc)
{
	bool env = !strcmp(c->name, "env");
	size_t i = 1;

	while (i < argc) {
		size_t n;

		if (!*argv[i]) {
			i++;
			continue;
		}
		if (!strcmp(argv[i], "--") || (env && !strcmp(argv[i], "-"))) {
			i++;
			break;
		}
		if (env && is_assignment_word(argv[i]))
			return 0;
		if (argv[i][0] != '-' || !argv[i][1])
			break;
		n = option_words(c, argv[i]);
		if (!n)
			return 0;
		i += n;
	}
	i += c->operands;
	return i < argc ? i : 0;
}

/* --- what no list says yes to --------------------------------------------------------------- */

static const char *never_by_itself(char *const *argv, size_t argc)
{
	if (base_is_one_of(argv[0], WORDS("eval", "source", ".", "alias")))
		return "the shell reads more commands from it";
	if (!base_is_one_of(argv[0], WORDS("find")))
		return NULL;
	for (size_t i = 1; i < argc; i++)
		if (is_one_of(argv[i], WORDS("-exec", "-execdir", "-ok", "-okdir")))
			return "find starts other programs";
	return NULL;
}

struct carried carrier_look(char *const *argv, size_t argc)
{
	struct carried c = {0};

	for (int depth = 0;; depth++) {
		const struct carrier *carrier = carrier_of(argv[c.first]);
		size_t behind;

		c.never = never_by_itself(argv + c.first, argc - c.first);
		if (c.never || !carrier)
			break;
		behind = carrier->opaque || depth == CARRIED_MAX
				 ? 0
				 : program_behind(carrier, argv + c.first, argc - c.first);
		if (!behind) {
			c.never = "it starts another program in a way of its own";
			break;
		}
		c.first += behind;
	}
	if (!c.never && c.first && shell_inline(argv + c.first, argc - c.first))
		c.never = "it starts a shell with commands of its own";
	return c;
}
