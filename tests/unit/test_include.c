// SPDX-License-Identifier: GPL-2.0-only
/* What do a config, the files it includes and the environment make together? */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "config/include.h"
#include "config/json5.h"
#include "folder.h"
#include "tree.h"
#include "util/cleanup.h"

#define FILES 4

struct file {
	const char *name, *text;
};

/* config_read of @/main: the tree, or the error with the folder as "@". */
static char *read_main(const char *folder, enum env_missing missing, bool places,
		       struct warnings *w)
{
	autodestroy(sources_free) struct sources *s = sources_new(true);
	autofree char *path = folder_path(folder, "main");
	autonode struct node *root = NULL;
	autobuf struct buf b = {0};
	struct err err = {0};
	char line[2048];

	if (config_read(s, path, missing, &root, w, &err)) {
		err_format(&err, line, sizeof(line));
		return folder_mask(folder, line);
	}
	tree_text(&b, root, places);
	return folder_mask(folder, b.data);
}

static void assert_result(const struct file *files, bool places, const char *expected,
			  const char *why)
{
	autofolder char *folder = folder_new();
	autofree char *found = NULL;

	setenv("HOME", folder, 1);
	for (size_t i = 0; i < FILES && files[i].name; i++)
		folder_write(folder, files[i].name, files[i].text, strlen(files[i].text));
	found = read_main(folder, ENV_MISSING_ERROR, places, NULL);
	if (strcmp(found, expected))
		fail_msg("%s\n  expected %s\n  found    %s", why, expected, found);
}

static void test_merge(void **state)
{
	static const struct {
		struct file files[FILES];
		const char *expected, *why;
	} rows[] = {
		{{{"main", "{a:1}"}}, "{\"a\": 1}", "no include"},
		{{{"main", "{$include:'b'}"}, {"b", "{a:1}"}}, "{\"a\": 1}", "one file"},
		{{{"main", "{$include:'./b',x:{y:['new']}}"}, {"b", "{x:{y:['old'],z:1}}"}},
		 "{\"x\": {\"y\": [\"old\", \"new\"], \"z\": 1}}",
		 "own keys over it; lists are put end to end"},
		{{{"main", "{a:1,$include:'b'}"}, {"b", "{a:2,b:3}"}},
		 "{\"a\": 1, \"b\": 3}",
		 "own keys win, also before it"},
		{{{"main", "{$include:['b','c'],l:[3]}"},
		  {"b", "{l:[1],v:1}"},
		  {"c", "{l:[2],v:2}"}},
		 "{\"l\": [1, 2, 3], \"v\": 2}",
		 "a list, in order"},
		{{{"main", "{$include:[]}"}}, "{}", "an empty list"},
		{{{"main", "{a:{$include:'b'},l:[{$include:'b'}]}"}, {"b", "{x:1}"}},
		 "{\"a\": {\"x\": 1}, \"l\": [{\"x\": 1}]}",
		 "inside an object and a list"},
		{{{"main", "{l:{$include:'b'}}"}, {"b", "[1,{$include:'c'}]"}, {"c", "'text'"}},
		 "{\"l\": [1, \"text\"]}",
		 "values that are no objects"},
		{{{"main", "{l:{$include:['b','c']}}"}, {"b", "[1]"}, {"c", "[2]"}},
		 "{\"l\": [1, 2]}",
		 "lists from a list"},
		{{{"main", "{$include:['b','c']}"},
		  {"b", "{a:[1],b:{},c:1,d:null}"},
		  {"c", "{a:{},b:2,c:null,d:[0]}"}},
		 "{\"a\": {}, \"b\": 2, \"c\": null, \"d\": [0]}",
		 "what is of two kinds is replaced"},
		{{{"main", "{$include:'s/b'}"},
		  {"s/b", "{$include:['../c','d']}"},
		  {"c", "{c:1}"},
		  {"s/d", "{d:1}"}},
		 "{\"c\": 1, \"d\": 1}",
		 "beside the file that includes"},
		{{{"main", "{$include:'~/s/b'}"}, {"s/b", "{b:1}"}},
		 "{\"b\": 1}",
		 "the home folder"},
		{{{"main", "{a:{$include:'b'},b:{$include:'b'}}"}, {"b", "{x:1}"}},
		 "{\"a\": {\"x\": 1}, \"b\": {\"x\": 1}}",
		 "twice is no cycle"},
		{{{"main", "{$include:'b',__proto__:{x:1}}"}, {"b", "{__proto__:{y:1}}"}},
		 "{\"__proto__\": {\"y\": 1, \"x\": 1}}",
		 "no key is special"},
		{{{"main", "{'$include\\0':1}"}}, "{\"$include\\u0000\": 1}", "another key"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_result(rows[i].files, false, rows[i].expected, rows[i].why);
}

static void test_places(void **state)
{
	static const struct file files[FILES] = {{"main", "{\n $include: 'b',\n l: [3],\n}"},
						 {"b", "\n\n{l: [1, 2], k: {}}"}};

	(void)state;
	assert_result(files, true,
		      "{\"l\"@3:2: [1@3:6, 2@3:9, 3@3:6]@3:5, \"k\"@3:13: {}@3:16}@1:1",
		      "each value knows its line");
}

static void test_file_names(void **state)
{
	autodestroy(sources_free) struct sources *s = sources_new(true);
	autofolder char *folder = folder_new();
	autofree char *main_path = folder_path(folder, "main"), *b = folder_path(folder, "b");
	autonode struct node *root = NULL;
	struct err err = {0};

	(void)state;
	folder_write(folder, "main", "{$include:'b',y:1}", 18);
	folder_write(folder, "b", "{x:1}", 5);
	assert_int_equal(config_read(s, main_path, ENV_MISSING_ERROR, &root, NULL, &err), 0);
	assert_string_equal(node_get(root, "x")->pos.file, b);
	assert_string_equal(node_get(root, "y")->pos.file, main_path);
	assert_string_equal(root->object.members[0].pos.file, b);
	assert_string_equal(sources_root(s), main_path);
}

static void test_refused(void **state)
{
	static const struct {
		struct file files[FILES];
		const char *expected;
	} rows[] = {
		{{{"main", ""}},
		 "@/main:1:1: expected a value, found the end of the text (the smallest config is "
		 "{})"},
		{{{"main", " null"}},
		 "@/main:1:2: a config is an object, but this is null (begin it with { and end it "
		 "with })"},
		{{{"main", "[]"}},
		 "@/main:1:1: a config is an object, but this is an array (begin it with { and end "
		 "it with })"},
		{{{"main", "{$include:'b'}"}, {"b", "'x'"}},
		 "@/b:1:1: a config is an object, but this is a string (begin it with { and end it "
		 "with })"},
		{{{"main", "{\n $include:'./b'}"}},
		 "@/main:2:11: $include \"./b\" cannot be opened: No such file or directory: "
		 "@/main "
		 "-> @/b"},
		{{{"main", "{$include:'s/b'}"}, {"s/b", "{x:{$include:['../c']}}"}},
		 "@/s/b:1:15: $include \"../c\" cannot be opened: No such file or directory: "
		 "@/main "
		 "-> @/s/b -> @/c"},
		{{{"main", "{$include:'~/b'}"}},
		 "@/main:1:11: $include \"~/b\" cannot be opened: No such file or directory: "
		 "@/main "
		 "-> @/b (\"~\" is HOME, which sudo changes: write the whole path)"},
		{{{"main", "{$include:'.'}"}},
		 "@/main:1:11: $include \".\" is a directory; a config is a file: @/main -> @"},
		{{{"main", "{$include:'main'}"}},
		 "@/main:1:11: files include each other in a cycle: @/main -> @/main"},
		{{{"main", "{$include:'s/b'}"}, {"s/b", "{x:{$include:'./../s/../main'}}"}},
		 "@/s/b:1:14: files include each other in a cycle: @/main -> @/s/b -> @/main"},
		{{{"main", "{$include:'b'}"}, {"b", "{x:}"}},
		 "@/b:1:4: expected a value, found \"}\""},
		{{{"main", "{$include:1}"}},
		 "@/main:1:11: $include expects a path or a list of paths, found a number"},
		{{{"main", "{$include:['b',null]}"}, {"b", "{}"}},
		 "@/main:1:16: $include expects a path or a list of paths, found null"},
		{{{"main", "{$include:''}"}},
		 "@/main:1:11: $include expects a path or a list of paths, found none"},
		{{{"main", "{$include:'b\\0c'}"}},
		 "@/main:1:11: $include expects a path or a list of paths, found none"},
		{{{"main", "{x:1,$include:'b'}"}, {"b", "[]"}},
		 "@/main:1:6: $include beside other keys must give an object to merge them with, "
		 "but "
		 "gives an array"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_result(rows[i].files, false, rows[i].expected, rows[i].expected);
}

static void test_untrusted_include(void **state)
{
	autofolder char *folder = folder_new();
	autofree char *b = folder_path(folder, "b"), *found = NULL;

	(void)state;
	folder_write(folder, "main", "{$include:'b'}", 14);
	folder_write(folder, "b", "{}", 2);
	assert_int_equal(chmod(b, 0620), 0);
	found = read_main(folder, ENV_MISSING_ERROR, false, NULL);
	assert_string_equal(found, "@/main:1:11: $include \"b\" can be written by its group (mode "
				   "0620): they could change what is enforced: @/main -> @/b "
				   "(chmod go-w @/b)");
}

/* main -> 1 -> 2 -> ... -> count */
static char *read_chain(int count)
{
	autofolder char *folder = folder_new();

	folder_write(folder, "main", "{$include:'1'}", 14);
	for (int i = 1; i <= count; i++) {
		char name[16], text[64];

		snprintf(name, sizeof(name), "%d", i);
		snprintf(text, sizeof(text), i < count ? "{$include:'%d'}" : "{end:%d}", i + 1);
		folder_write(folder, name, text, strlen(text));
	}
	return read_main(folder, ENV_MISSING_ERROR, false, NULL);
}

static void test_depth(void **state)
{
	autofree char *ten = read_chain(10), *eleven = read_chain(11);

	(void)state;
	assert_string_equal(ten, "{\"end\": 11}");
	assert_string_equal(eleven,
			    "@/10:1:11: more than 10 files inside each other: @/main -> @/1 "
			    "-> @/2 -> @/3 -> @/4 -> @/5 -> @/6 -> @/7 -> @/8 -> @/9 -> "
			    "@/10 -> @/11");
}

/* Each of nine files includes the next one ten times. */
static void test_bomb(void **state)
{
	autofolder char *folder = folder_new();
	autofree char *found = NULL;

	(void)state;
	folder_write(folder, "main", "{x:{$include:'0'}}", 18);
	for (int i = 0; i < 9; i++) {
		autobuf struct buf text = {0};
		char name[16];

		snprintf(name, sizeof(name), "%d", i);
		for (int n = 0; n < 10; n++)
			buf_printf(&text, "%s{$include:'%d'}", n ? "," : "[", i + 1);
		buf_putc(&text, ']');
		folder_write(folder, name, text.data, text.len);
	}
	folder_write(folder, "9", "[1]", 3);
	found = read_main(folder, ENV_MISSING_ERROR, false, NULL);
	assert_non_null(strstr(found, "more than 1000 files are included"));
}

/* A file of 28 objects inside each other, the innermost of which includes `name`. */
static char *read_28_levels_and(const char *folder, const char *name)
{
	autobuf struct buf text = {0};

	for (int i = 0; i < 27; i++)
		buf_puts(&text, "{a:");
	buf_printf(&text, "{a:{$include:'%s'}}", name);
	for (int i = 0; i < 27; i++)
		buf_puts(&text, "}");
	folder_write(folder, "main", text.data, text.len);
	return read_main(folder, ENV_MISSING_ERROR, false, NULL);
}

/* Files that are neither too deep nor too big by themselves. */
static void test_limits(void **state)
{
	autofolder char *folder = folder_new();
	autofree char *deep = NULL, *too_deep = NULL, *big = NULL;
	autobuf struct buf arrays = {0}, spaces = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_putc(&arrays, '[');
	for (int i = 0; i < 100; i++)
		buf_putc(&arrays, ']');
	folder_write(folder, "b", arrays.data, arrays.len);
	folder_write(folder, "c", "{a:{$include:'b'}}", 18);
	deep = read_28_levels_and(folder, "b");
	assert_int_equal(deep[0], '{');
	too_deep = read_28_levels_and(folder, "c");
	assert_string_equal(too_deep,
			    "@/b:1:100: nested deeper than 128 levels, includes counted in");
	for (size_t i = 0; i < JSON5_MAX_SIZE / 2; i++)
		buf_putc(&spaces, ' ');
	buf_puts(&spaces, "{}");
	folder_write(folder, "b", spaces.data, spaces.len);
	folder_write(folder, "main", "{$include:['b','b']}", 20);
	big = read_main(folder, ENV_MISSING_ERROR, false, NULL);
	assert_string_equal(big, "@/main:1:16: $include \"b\" makes the config larger than 16 MB: "
				 "@/main -> @/b");
}

/* How a path on the command line is understood. */
static void test_locations(void **state)
{
	static const struct {
		const char *path, *expected;
	} rows[] = {
		{"main", "@/d/main"},           {"./main", "@/d/main"},
		{"../d//main", "@/d/main"},     {"~/d/main", "@/d/main"},
		{"link/main", "@/d/link/main"}, {"link/../x", "@/else/x"},
		{"~x/../main", "@/d/main"},
	};
	autofolder char *folder = folder_new();
	autofree char *d = folder_path(folder, "d"), *odd = folder_path(folder, "d/~x");
	autofree char *target = folder_path(folder, "else/where"), *old = getcwd(NULL, 0);

	(void)state;
	folder_write(folder, "d/main", "{}", 2);
	folder_write(folder, "else/x", "{}", 2);
	folder_write(folder, "else/where/main", "{}", 2);
	setenv("HOME", folder, 1);
	assert_int_equal(chdir(d), 0);
	assert_int_equal(mkdir(odd, 0700), 0);
	assert_int_equal(symlink(target, "link"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		autodestroy(sources_free) struct sources *s = sources_new(true);
		autonode struct node *root = NULL;
		autofree char *masked = NULL;
		struct err err = {0};

		if (config_read(s, rows[i].path, ENV_MISSING_ERROR, &root, NULL, &err))
			fail_msg("%s: %s %s", rows[i].path, err.file, err.message);
		masked = folder_mask(folder, sources_root(s));
		assert_string_equal(masked, rows[i].expected);
	}
	assert_int_equal(chdir(old), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge),      cmocka_unit_test(test_places),
		cmocka_unit_test(test_file_names), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_depth),      cmocka_unit_test(test_untrusted_include),
		cmocka_unit_test(test_bomb),       cmocka_unit_test(test_limits),
		cmocka_unit_test(test_locations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
