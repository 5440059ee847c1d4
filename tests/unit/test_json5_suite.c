// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does json5_read agree with the JSON5 project's own tests (tests/data/json5), verdict and value?
 * The expected values are read by cJSON, so that our reader does not judge itself.
 */
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include "config/json5.h"
#include "number.h"
#include "util/buf.h"
#include "util/cleanup.h"

#define FOLDER "tests/data/json5/"

static cJSON *expected; /* path in the folder -> value */
static unsigned int valid, refused;

static void read_whole(const char *path, struct buf *b)
{
	autofile FILE *f = fopen(path, "rb");
	char chunk[4096];
	size_t n;

	if (!f)
		fail_msg("%s cannot be opened; run the tests from the top of the tree", path);
	while ((n = fread(chunk, 1, sizeof(chunk), f)))
		buf_add(b, chunk, n);
}

static double special_number(const char *word)
{
	static const struct {
		const char *word;
		double value;
	} words[] = {{"Infinity", INFINITY}, {"-Infinity", -INFINITY}, {"-0", -0.0}, {"NaN", NAN}};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].word, word))
			return words[i].value;
	fail_msg("no such number: %s", word);
	return 0;
}

static bool same(const struct node *n, const cJSON *want)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(want, "$number"),
		    *item = want->child;

	switch (n->type) {
	case NODE_NULL:
		return cJSON_IsNull(want);
	case NODE_BOOL:
		return cJSON_IsBool(want) && cJSON_IsTrue(want) == n->boolean;
	case NODE_NUMBER:
		return number ? same_number(n->number, special_number(number->valuestring))
			      : cJSON_IsNumber(want) && same_number(n->number, want->valuedouble);
	case NODE_STRING:
		return cJSON_IsString(want) && n->string.len == strlen(want->valuestring) &&
		       !strcmp(n->string.bytes, want->valuestring);
	case NODE_ARRAY:
		for (size_t i = 0; i < n->array.count; i++, item = item->next)
			if (!item || !same(n->array.items[i], item))
				return false;
		return cJSON_IsArray(want) && !item;
	case NODE_OBJECT:
		for (size_t i = 0; i < n->object.count; i++, item = item->next)
			if (!item || strcmp(n->object.members[i].key, item->string) ||
			    !same(n->object.members[i].value, item))
				return false;
		return cJSON_IsObject(want) && !item;
	}
	return false;
}

static int check_file(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	const char *ending = strrchr(path, '.'), *name = path + strlen(FOLDER);
	const cJSON *want = cJSON_GetObjectItemCaseSensitive(expected, name);
	autonode struct node *root = NULL;
	autobuf struct buf text = {0};
	struct err err = {0};
	bool is_valid;
	int r;

	(void)st;
	if (kind != FTW_F || where->level < 2 || path[where->base] == '.')
		return 0;
	is_valid = !strcmp(ending, ".json") || !strcmp(ending, ".json5");
	read_whole(path, &text);
	r = json5_read(path, text.data ? text.data : "", text.len, &root, NULL, &err);
	if (is_valid != !r)
		fail_msg("%s: %s", path, r ? err.message : "is accepted, but is not JSON5");
	if (is_valid && (!want || !same(root, want)))
		fail_msg("%s has another value", path);
	is_valid ? valid++ : refused++;
	return 0;
}

static void test_suite(void **state)
{
	autobuf struct buf table = {0};

	(void)state;
	read_whole(FOLDER "expected.json", &table);
	expected = cJSON_Parse(table.data);
	assert_non_null(expected);
	assert_int_equal(nftw("tests/data/json5", check_file, 8, FTW_PHYS), 0);
	assert_int_equal(valid, cJSON_GetArraySize(expected));
	assert_int_equal(refused, 31);
	cJSON_Delete(expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_suite)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
