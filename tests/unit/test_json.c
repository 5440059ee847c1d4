// SPDX-License-Identifier: GPL-2.0-only
/* Is what we write JSON, and do we read it as it was meant? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/json.h"
#include "util/json_read.h"

static void write_all(struct json *j)
{
	json_object(j, NULL);
	json_text(j, "text", "a\"b\\c\n\t\x01\xc2\x9b\xff\xe2\x80\xa8\xc3\xa4\xf3\xa0\x81\x81");
	json_text(j, "none", NULL);
	json_bytes(j, "bytes", "\033\\", 2);
	json_number(j, "low", -9223372036854775807ll);
	json_unsigned(j, "high", 18446744073709551615ull);
	json_bool(j, "yes", true);
	json_array(j, "empty");
	json_array_end(j);
	json_array(j, "list");
	json_number(j, NULL, 1);
	json_object(j, NULL);
	json_object_end(j);
	json_array_end(j);
	json_raw(j, "raw", "0.500");
	json_object_end(j);
}

static void test_write(void **state)
{
	autojson struct json j = {0};

	(void)state;
	write_all(&j);
	assert_string_equal(
		j.text.data,
		"{\"text\":\"a\\\"b\\\\c\\n\\t\\u0001\\u009b\\ufffd\\u2028\xc3\xa4\\udb40\\udc41\","
		"\"none\":null,\"bytes\":\"\\\\x1b\\\\\\\\\",\"low\":-9223372036854775807,"
		"\"high\":18446744073709551615,\"yes\":true,"
		"\"empty\":[],\"list\":[1,{}],\"raw\":0.500}");
}

/* What json_read tells, one value a line: object.name[]=kind text. */
static int tell(void *arg, const struct json_value *v)
{
	static const char *const kinds[] = {"null", "bool", "number", "string"};
	struct buf *b = arg;

	buf_printf(b, "%s.%s%s=%s %s;", v->object, v->name, v->in_array ? "[]" : "", kinds[v->kind],
		   v->kind == JSON_BOOL ? (v->boolean ? "true" : "false") : v->text);
	return 0;
}

static void test_write_pretty(void **state)
{
	autojson struct json j = {.pretty = true};
	autobuf struct buf told = {0};

	(void)state;
	json_object(&j, NULL);
	json_array(&j, "list");
	json_number(&j, NULL, 1);
	json_text(&j, NULL, "x");
	json_array_end(&j);
	json_object(&j, "none");
	json_object_end(&j);
	json_object_end(&j);
	assert_string_equal(j.text.data,
			    "{\n  \"list\": [\n    1,\n    \"x\"\n  ],\n  \"none\": {}\n}");
	assert_int_equal(json_read(j.text.data, j.text.len, tell, &told), 0);
	assert_string_equal(told.data, ".list[]=number 1;.list[]=string x;");
}

static const struct {
	const char *text;
	const char *told; /* NULL: refused */
	const char *why;
} readings[] = {
	{"{\"a\":1,\"b\":{\"c\":\"x\"},\"d\":[1,\"y\"]}",
	 ".a=number 1;b.c=string x;.d[]=number 1;.d[]=string y;", "names and places"},
	{" [ true , null ] ", ".[]=bool true;.[]=null ;", "spaces and words"},
	{"\"\\u0041\\n\\/\\ud83e\\udd9e\"", ".=string A\n/\xf0\x9f\xa6\x9e;", "escapes"},
	{"\"\\ud800\"", ".=string \xef\xbf\xbd;", "half a pair is no character"},
	{"{\"n\":18446744073709551615}", ".n=number 18446744073709551615;", "no digit is lost"},
	{"-0.5e+10", ".=number -0.5e+10;", "a number as written"},
	{"{}", "", "nothing in it"},
	{"{\"a\":[]}", "", "an empty list tells nothing"},
	{"{\"0123456789012345678901234567890123456789012345678\":1}", ".?=number 1;",
	 "a long name is not ours"},
	{"{\"0123456789012345678901234567890123456789012345678\":{\"Id\":1}}", "?.Id=number 1;",
	 "what is in such a one is not at the top"},
	{"{\"\":{\"Id\":1}}", "?.Id=number 1;", "nor what has no name"},
	{"{\"a\\u0000\":[{\"Id\":1}]}", "?.Id=number 1;", "nor one with a NUL in it, a list"},
	{"", NULL, "no value"},
	{"{", NULL, "cut"},
	{"{\"a\"}", NULL, "no value of a member"},
	{"{\"a\":1,}", NULL, "a comma too many"},
	{"{a:1}", NULL, "a bare name"},
	{"[1 2]", NULL, "a comma too few"},
	{"1 2", NULL, "two values"},
	{"01", NULL, "a leading zero"},
	{"1.", NULL, "no digits behind the point"},
	{"+1", NULL, "a plus"},
	{"NaN", NULL, "no number"},
	{"tru", NULL, "half a word"},
	{"\"a\nb\"", NULL, "a line break in a string"},
	{"\"\\q\"", NULL, "an unknown escape"},
	{"\"\\u12g4\"", NULL, "not hexadecimal"},
	{"\"\\ud83e\\u0041\"", NULL, "not the other half"},
	{"\"a", NULL, "no end"},
	{"[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", NULL, "too deep"},
};

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(readings); i++) {
		autobuf struct buf told = {0};
		int r;

		buf_puts(&told, "");
		r = json_read(readings[i].text, strlen(readings[i].text), tell, &told);
		if (r != (readings[i].told ? 0 : -EINVAL))
			fail_msg("%s: %d", readings[i].why, r);
		if (readings[i].told && strcmp(told.data, readings[i].told) != 0)
			fail_msg("%s: %s", readings[i].why, told.data);
	}
}

static int stop(void *arg, const struct json_value *v)
{
	(void)v;
	++*(int *)arg;
	return -EDOM;
}

static void test_read_stops(void **state)
{
	int calls = 0;

	(void)state;
	assert_int_equal(json_read("[1,2]", 5, stop, &calls), -EDOM);
	assert_int_equal(json_read(NULL, 0, stop, &calls), -EINVAL); /* an answer without a body */
	assert_int_equal(calls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_pretty),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_read_stops),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
