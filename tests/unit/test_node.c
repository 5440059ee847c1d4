// SPDX-License-Identifier: GPL-2.0-only
/* Can trees be built, searched, copied and freed? (A leak or a step too far fails the sanitizer.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/json5.h"
#include "tree.h"
#include "util/cleanup.h"

static struct node *parse(const char *text)
{
	struct node *root = NULL;
	struct err err = {0};

	assert_int_equal(json5_read("t", text, strlen(text), &root, NULL, &err), 0);
	return root;
}

static void assert_text(const struct node *n, bool places, const char *expected)
{
	autobuf struct buf b = {0};

	tree_text(&b, n, places);
	assert_string_equal(b.data, expected);
}

static void test_find(void **state)
{
	static const struct {
		const char *path;
		const char *expected; /* NULL: not there */
		const char *why;
	} rows[] = {
		{"a", "{\"b\": {\"c\": 1}}", "a key of the root"},
		{"a.b", "{\"c\": 1}", "two steps"},
		{"a.b.c", "1", "three steps"},
		{"a.b.c.d", NULL, "a number has no keys"},
		{"a.x", NULL, "no such key"},
		{"list.0", NULL, "an array has no keys"},
		{"", "2", "the empty key"},
		{"a.", NULL, "an empty key that is not there"},
		{"nothing", "null", "null is a value"},
		{"z", NULL, "a key that begins like it has a NUL"},
	};
	autonode struct node *root = parse("{a:{b:{c:1}},list:[1],'':2,nothing:null,'z\\0':1}");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct node *n = node_find(root, rows[i].path);

		if (!n != !rows[i].expected)
			fail_msg("%s: %s", rows[i].path, rows[i].why);
		if (n)
			assert_text(n, false, rows[i].expected);
	}
	assert_null(node_get(NULL, "a"));
	assert_null(node_get(node_get(root, "list"), "a"));
	assert_ptr_equal(node_get(root, "a"), node_find(root, "a"));
}

static void test_copy(void **state)
{
	static const char text[] = "{a:[1,'x\\0y',null,true,{}],\n\n b:{c:[[]]}}";
	autonode struct node *root = parse(text), *copy = node_copy(root);
	autobuf struct buf expected = {0};

	(void)state;
	tree_text(&expected, root, true);
	node_free(&root);
	assert_null(root);
	assert_text(copy, true, expected.data);
}

static void test_grow(void **state)
{
	autonode struct node *array = node_new(NODE_ARRAY, (struct pos){0});
	autonode struct node *object = node_new(NODE_OBJECT, (struct pos){0});
	autonode struct node *copy = NULL;

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct node *a = node_string("x", 1, (struct pos){0});
		struct node *b = node_new(NODE_BOOL, (struct pos){0});
		char key[16];

		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(node_array_add(array, &a), 0);
		assert_int_equal(node_object_add(object, key, strlen(key), (struct pos){0}, &b), 0);
		assert_null(a);
		assert_null(b);
		/* Fewer, then more again: what is there must still fit. */
		if (i % 3 == 2)
			node_object_remove(object, 0);
	}
	assert_int_equal(array->array.count, 100);
	assert_int_equal(object->object.count, 67);
	assert_string_equal(object->object.members[0].key, "k33");
	assert_string_equal(object->object.members[66].key, "k99");
	copy = node_copy(array);
	for (int i = 0; i < 100; i++) {
		struct node *more = node_new(NODE_STRING, (struct pos){0});

		assert_int_equal(node_array_add(copy, &more), 0);
	}
	assert_int_equal(copy->array.count, 200);
}

static void test_names(void **state)
{
	static const struct {
		enum node_type type;
		const char *name;
	} rows[] = {
		{NODE_NULL, "null"},       {NODE_BOOL, "true or false"}, {NODE_NUMBER, "a number"},
		{NODE_STRING, "a string"}, {NODE_ARRAY, "an array"},     {NODE_OBJECT, "an object"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(node_type_name(rows[i].type), rows[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
