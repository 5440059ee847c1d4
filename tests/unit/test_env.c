// SPDX-License-Identifier: GPL-2.0-only
/* What becomes of ${NAME} in a config? */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config/env.h"
#include "config/json5.h"
#include "tree.h"
#include "util/cleanup.h"

static const struct {
	const char *name, *value;
} environment[] = {
	{"CT_A", "aa"},         {"_CT1", "one"},    {"CT_EMPTY", ""},     {"CT_BLANK", " "},
	{"CT_NEST", "${CT_A}"}, {"CT_BAD", "\xff"}, {"CT_E", "\xc3\xa9"},
};

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(environment); i++)
		setenv(environment[i].name, environment[i].value, 1);
	unsetenv("CT_UNSET");
	unsetenv("CT_OTHER");
	return 0;
}

/* The text after substitution, or the error. */
static char *substituted(const char *text, enum env_missing missing, struct warnings *w)
{
	autodestroy(sources_free) struct sources *s = sources_new(false);
	autonode struct node *root = NULL;
	autobuf struct buf b = {0};
	struct err err = {0};
	char line[2048];

	assert_int_equal(json5_read("t", text, strlen(text), &root, NULL, &err), 0);
	if (env_substitute(root, s, missing, w, &err)) {
		err_format(&err, line, sizeof(line));
		return strdup(line);
	}
	tree_text(&b, root, false);
	return buf_take(&b);
}

static void test_substitute(void **state)
{
	static const struct {
		const char *text, *expected, *why;
	} rows[] = {
		{"{x:'${CT_A}'}", "{\"x\": \"aa\"}", "a variable"},
		{"{x:['-${CT_A}${_CT1}-']}", "{\"x\": [\"-aaone-\"]}", "two, with text around"},
		{"{'${CT_A}':1}", "{\"${CT_A}\": 1}", "keys stay"},
		{"{x:'$${CT_A}'}", "{\"x\": \"${CT_A}\"}", "the text itself"},
		{"{x:'$$${CT_A}'}", "{\"x\": \"$${CT_A}\"}", "a dollar and the text itself"},
		{"{x:'$${CT_UNSET}'}", "{\"x\": \"${CT_UNSET}\"}", "which needs no variable"},
		{"{x:'${CT_NEST}'}", "{\"x\": \"${CT_A}\"}", "a value is not looked at again"},
		{"{x:'${ct_a} ${Ct} ${1A} ${} ${CT-A}'}",
		 "{\"x\": \"${ct_a} ${Ct} ${1A} ${} ${CT-A}\"}", "no names of variables"},
		{"{x:'$CT_A $ $$ ${ ${CT_A $${ $${CT_A'}",
		 "{\"x\": \"$CT_A $ $$ ${ ${CT_A $${ $${CT_A\"}", "not closed"},
		{"{x:'${${CT_A}}'}", "{\"x\": \"${aa}\"}", "the inner one"},
		{"{x:'${CT_A}\\0${CT_A}'}", "{\"x\": \"aa\\u0000aa\"}", "a NUL ends nothing"},
		{"{x:'${CT_E}'}", "{\"x\": \"\xc3\xa9\"}", "a letter"},
		{"{x:'${CT_BAD}'}", "{\"x\": \"\\ufffd\"}", "a byte that is no character"},
		{"{x:'${CT_BLANK}'}", "{\"x\": \" \"}", "a blank is something"},
		{"{x:'${CT_UNSET}',env:{CT_UNSET:'own'}}",
		 "{\"x\": \"own\", \"env\": {\"CT_UNSET\": \"own\"}}", "the config's own"},
		{"{env:{vars:{CT_UNSET:'own'}},x:'${CT_UNSET}'}",
		 "{\"env\": {\"vars\": {\"CT_UNSET\": \"own\"}}, \"x\": \"own\"}",
		 "or one of its vars"},
		{"{env:{vars:{CT_UNSET:'vars'},CT_UNSET:'env'},x:'${CT_UNSET}'}",
		 "{\"env\": {\"vars\": {\"CT_UNSET\": \"vars\"}, \"CT_UNSET\": \"env\"}, "
		 "\"x\": \"env\"}",
		 "env before vars"},
		{"{env:{CT_A:'own',CT_BLANK:'own'},x:'${CT_A}${CT_BLANK}'}",
		 "{\"env\": {\"CT_A\": \"own\", \"CT_BLANK\": \"own\"}, \"x\": \"aaown\"}",
		 "the environment before both, unless it is blank"},
		{"{env:{CT_UNSET:'${CT_A}',CT_OTHER:'x${CT_UNSET}'}}",
		 "{\"env\": {\"CT_UNSET\": \"aa\", \"CT_OTHER\": \"x${CT_A}\"}}",
		 "the config's own as it is written"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autofree char *found = substituted(rows[i].text, ENV_MISSING_ERROR, NULL);

		if (strcmp(found, rows[i].expected))
			fail_msg("%s: %s\n  found %s", rows[i].why, rows[i].text, found);
	}
}

static void test_missing(void **state)
{
	static const struct {
		const char *text, *error;
		const char *kept, *warning; /* with ENV_MISSING_KEEP */
	} rows[] = {
		{"{a:{b:['-${CT_UNSET}-']}}",
		 "t:1:8: a.b[0]: the environment variable CT_UNSET is unset or empty (set it "
		 "(under "
		 "sudo: --preserve-env=CT_UNSET), or write $${CT_UNSET} for the text itself)",
		 "{\"a\": {\"b\": [\"-${CT_UNSET}-\"]}}",
		 "a.b[0]: the environment variable CT_UNSET is unset or empty: \"${CT_UNSET}\" "
		 "stays as it is"},
		{"{a:'${CT_EMPTY}'}",
		 "t:1:4: a: the environment variable CT_EMPTY is unset or empty (set it (under "
		 "sudo: "
		 "--preserve-env=CT_EMPTY), or write $${CT_EMPTY} for the text itself)",
		 "{\"a\": \"${CT_EMPTY}\"}",
		 "a: the environment variable CT_EMPTY is unset or empty: \"${CT_EMPTY}\" stays as "
		 "it is"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autowarnings struct warnings w = {0};
		autofree char *error = substituted(rows[i].text, ENV_MISSING_ERROR, &w);
		autofree char *kept = substituted(rows[i].text, ENV_MISSING_KEEP, &w);

		assert_string_equal(error, rows[i].error);
		assert_string_equal(kept, rows[i].kept);
		assert_int_equal(w.count, 1);
		assert_string_equal(w.items[0].text, rows[i].warning);
		assert_int_equal(w.items[0].pos.line, 1);
	}
}

/* A small text and one long variable must not fill the memory. */
static void test_growth(void **state)
{
	autofree char *value = malloc(100001), *found = NULL;
	autobuf struct buf text = {0};

	(void)state;
	memset(value, 'x', 100000);
	value[100000] = '\0';
	setenv("CT_OTHER", value, 1);
	buf_puts(&text, "['");
	for (int i = 0; i < 100; i++)
		buf_puts(&text, "${CT_OTHER}");
	buf_puts(&text, "',\n'");
	for (int i = 0; i < 1000000; i++)
		buf_puts(&text, "${CT_OTHER}");
	buf_puts(&text, "']");
	found = substituted(text.data, ENV_MISSING_ERROR, NULL);
	assert_string_equal(found,
			    "t:2:1: environment variables make the config larger than 16 MB");
	unsetenv("CT_OTHER");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_substitute),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
