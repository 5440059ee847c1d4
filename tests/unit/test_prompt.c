// SPDX-License-Identifier: GPL-2.0-only
/* What does a person see who is asked on his terminal, and what is a yes? */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/elevated.h"
#include "util/cleanup.h"

/* --- the question -----------------------------------------------------------------------------*/

static void argv_put(struct approval *a, const char *arg)
{
	size_t len = strlen(arg) + 1;

	assert_true(a->argv_len + len <= sizeof(a->argv));
	memcpy(a->argv + a->argv_len, arg, len);
	a->argv_len += (u32)len;
	a->argc++;
}

/* What is written for it: to `text`, with an end. */
static void question(const struct approval *a, const char *by, char *text, size_t size)
{
	int ends[2];
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	prompt_ask(ends[1], 0xa1b2c3d4, a, by, 120);
	close(ends[1]);
	n = read(ends[0], text, size - 1);
	assert_true(n > 0);
	text[n] = '\0';
	close(ends[0]);
}

static struct approval asked(void)
{
	struct approval a = {.uid = 1000};

	strcpy(a.session, "agent:main:telegram:group:-1");
	strcpy(a.program, "/usr/bin/tool");
	strcpy(a.cwd, "/usr");
	argv_put(&a, "tool");
	return a;
}

static void test_question(void **state)
{
	struct approval a = asked();
	char text[8192];

	(void)state;
	argv_put(&a, "two words");
	question(&a, "tool *", text, sizeof(text));
	assert_non_null(strstr(text, "  tool 'two words'\n"));
	assert_non_null(strstr(text, "  /usr/bin/tool, as user 1000, in /usr\n"));
	assert_non_null(strstr(text, "Approve a1b2c3d4?"));
	assert_null(strstr(text, "These were"));
	assert_null(strstr(text, "Others than root"));
	strcpy(a.cwd, "/tmp");
	question(&a, "tool *", text, sizeof(text));
	assert_non_null(strstr(text, "Others than root may write in that folder"));
}

/* "ls" with a Cyrillic letter; a word with what looks like quotes in it. */
static void test_other_letters(void **state)
{
	static const char *const words[] = {"l\xd1\x95", "a\xe2\x80\x99 \xe2\x80\x98"
							 "b"};
	char text[8192];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct approval a = asked();

		question(&a, "tool *", text, sizeof(text));
		assert_null(strstr(text, "ASCII"));
		argv_put(&a, words[i]);
		question(&a, "tool *", text, sizeof(text));
		assert_non_null(strstr(text, "\n  Not all of its letters are ASCII"));
	}
}

/* Whatever a session did to the terminal before: its long lines wrap, and all of them are seen. */
static void test_terminal(void **state)
{
	static const char *const undone[] = {"\x1b[r", "\x1b[0m", "\x1b(B", "\x1b[?7h", "\x1b[4l"};
	struct approval a = asked();
	int master = posix_openpt(O_RDWR | O_NOCTTY), tty;
	char text[8192];
	ssize_t n;

	(void)state;
	assert_true(master >= 0 && !grantpt(master) && !unlockpt(master));
	tty = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(tty >= 0);
	for (int dumb = 0; dumb < 2; dumb++) {
		setenv("TERM", dumb ? "dumb" : "linux", 1);
		prompt_ask(tty, 0xa1b2c3d4, &a, "tool *", 120);
		n = read(master, text, sizeof(text) - 1);
		assert_true(n > 0);
		text[n] = '\0';
		assert_non_null(strstr(text, "clawbpf: "));
		for (size_t i = 0; i < ARRAY_SIZE(undone); i++) {
			const char *at = strstr(text, undone[i]);

			assert_int_equal(at != NULL, !dumb);
			assert_true(!at || at < strstr(text, "clawbpf: "));
		}
	}
	close(tty);
	close(master);
}

/* Nothing that it says moves a cursor, hides a part, or looks like a line of ours. */
static const char *const hostile[] = {
	"\x1b[2K\x1b[1A",
	"\rgit status",
	"x\n\nclawbpf: approved",
	"\b\b\b\b",
	"\x9b"
	"2J",
	"\xe2\x80\xae"
	"evil",
	"\xe2\x80\x8b",
	"\xc2\x9b"
	"2J",
	"\x1b]0;title\x07",
	"\x1b[8m",
	"\xff\xfe",
	"\xf3\xa0\x81\xa1",
	"a\x7f",
	"\t\v\f",
};

static void plain_check(const char *text, const char *why)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if ((*p < 0x20 && *p != '\n') || *p >= 0x7f)
			fail_msg("%s: byte %02x is shown", why, *p);
}

static void test_hostile(void **state)
{
	char text[8192];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hostile); i++) {
		struct approval a = asked();
		size_t lines = 0;

		argv_put(&a, hostile[i]);
		snprintf(a.cwd, sizeof(a.cwd), "/usr/%s", hostile[i]);
		snprintf(a.sender, sizeof(a.sender), "telegram:%s", hostile[i]);
		question(&a, hostile[i], text, sizeof(text));
		plain_check(text, "a hostile word");
		for (const char *p = text; (p = strchr(p, '\n')); p++)
			lines++;
		assert_true(lines <= 14);
	}
}

static void test_long(void **state)
{
	struct approval a = asked();
	char word[2001], text[8192];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	argv_put(&a, word);
	question(&a, "tool *", text, sizeof(text));
	assert_non_null(strstr(text, "These were 2 words, 2006 bytes: see how they begin."));
	assert_true(strstr(text, "These were") > strstr(text, word));
}

/* --- the answer ---------------------------------------------------------------------------------
 */

static const struct {
	const char *typed;
	enum approval_verdict verdict;
} answers[] = {
	{"y\n", VERDICT_ONCE},
	{"yes\n", VERDICT_ONCE},
	{"Y\n", VERDICT_ONCE},
	{" YES\n", VERDICT_ONCE},
	{"a\n", VERDICT_ALWAYS},
	{"always\n", VERDICT_ALWAYS},
	{"\n", VERDICT_DENY},
	{"n\n", VERDICT_DENY},
	{"", VERDICT_DENY},
	{"y", VERDICT_DENY},
	{"yy\n", VERDICT_DENY},
	{"y\r\n", VERDICT_DENY},
	{"n\ny\n", VERDICT_DENY},
	{"y\x1b[6n\n", VERDICT_DENY},
	{"yes please\n", VERDICT_DENY},
	{"                                                                          y\n",
	 VERDICT_DENY},
};

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		enum approval_verdict verdict = VERDICT_ONCE;
		size_t len = strlen(answers[i].typed);
		int ends[2];

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], answers[i].typed, len), len);
		close(ends[1]);
		/* nobody there any more is an answer, too: no */
		if (prompt_read(ends[0], 0, &verdict) && verdict != answers[i].verdict)
			fail_msg("row %zu: %d", i, (int)verdict);
		close(ends[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question),      cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_other_letters), cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_long),          cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
