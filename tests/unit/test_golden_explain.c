// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does explain say what the programs' own `sandbox explain` said? Each case is a folder with a
 * config, arguments, an environment and further files; all of it is put into a home of its own,
 * for which "/home/claw" stands in the answers.
 */
#include <dirent.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "golden.h"

#include "config/document.h"
#include "folder.h"
#include "output/explain_policy.h"
#include "policy/product/product_view.h"
#include "policy/policy_list.h"
#include "policy/product/product.h"

#define HOME "/home/claw"

struct home {
	char *path;   /* owned */
	char *config; /* owned */
};

static void home_free(struct home *h)
{
	free(h->config);
	folder_free(&h->path);
}

struct arguments {
	char *text; /* owned */
	const char *agent, *session;
};

static void arguments_free(struct arguments *a)
{
	free(a->text);
}

static char *file_text(const char *folder, const char *name)
{
	autofree char *path = folder_path(folder, name);
	autofile FILE *f = fopen(path, "rb");
	struct buf b = {0};
	int c;

	if (!f)
		return NULL;
	buf_puts(&b, "");
	while ((c = getc(f)) != EOF)
		buf_putc(&b, (char)c);
	return buf_take(&b);
}

/* Words, in single quotes where they hold spaces or nothing. */
static struct arguments arguments_read(const char *folder)
{
	struct arguments a = {.text = file_text(folder, "args.txt")};
	const char **value = NULL;

	for (char *p = a.text; p && *p;) {
		char *word = p, *end;

		if (*p == ' ' || *p == '\n') {
			p++;
			continue;
		}
		if (*p == '\'') {
			word = p + 1;
			end = strchr(word, '\'');
		} else {
			end = p + strcspn(p, " \n");
		}
		p = *end ? end + 1 : end;
		*end = '\0';
		if (value)
			*value = word;
		value = value ? NULL : !strcmp(word, "--session") ? &a.session : &a.agent;
	}
	return a;
}

static void home_fill(struct home *h, const char *folder, const char *state)
{
	struct sources *s autodestroy(sources_free) = sources_new(false);
	autofree char *setup = folder_path(folder, "setup.json");
	struct node *root autodestroy(node_free) = NULL;
	const struct member *m;

	unsetenv("CLAWDBOT_EAGER_CHANNEL_OPTIONS");
	if (access(setup, R_OK) != 0)
		return;
	root = golden_read(s, setup);
	node_for_each_member (node_get(root, "env"), m)
		setenv(m->key, m->value->string.bytes, 1);
	node_for_each_member (node_get(root, "files"), m) {
		autobuf struct buf name = {0};

		if (m->key[0] == '@')
			buf_printf(&name, "%s", state);
		buf_puts(&name, m->key[0] == '@' ? m->key + 1 : m->key);
		for (char *p = strchr(name.data, '/'); p; p = strchr(p + 1, '/')) {
			autofree char *dir = NULL;

			*p = '\0';
			dir = folder_path(h->path, name.data);
			mkdir(dir, 0700);
			*p = '/';
		}
		folder_write(h->path, name.data, m->value->string.bytes, m->value->string.len);
	}
}

static struct home home_make(const char *folder, const char *dialect)
{
	autofree char *text = file_text(folder, "config.json5"), *name = NULL, *state = NULL;
	struct home h = {.path = folder_new()};

	assert_true(asprintf(&state, ".%s", dialect) > 0);
	assert_true(asprintf(&name, "%s/%s.json", state, dialect) > 0);
	if (text)
		folder_write(h.path, name, text, strlen(text));
	h.config = folder_path(h.path, name);
	setenv("HOME", h.path, 1);
	home_fill(&h, folder, state);
	return h;
}

/* All of theirs is in ours, with the same values; objects may have more behind it. */
static bool same_tree(const cJSON *theirs, const cJSON *ours, bool whole)
{
	const cJSON *a = theirs->child, *b = ours ? ours->child : NULL;

	if (!ours || (theirs->type & 0xff) != (ours->type & 0xff))
		return false;
	if (cJSON_IsString(theirs))
		return !strcmp(theirs->valuestring, ours->valuestring);
	for (; a; a = a->next, b = b->next) {
		if (!b || (a->string && strcmp(a->string, b->string)))
			return false;
		if (!same_tree(a, b, true))
			return false;
	}
	return !whole || !b;
}

static char *with_home(const char *text, const char *home, bool moved)
{
	struct buf b = {0};
	const char *at;

	buf_puts(&b, "");
	for (; !moved && (at = strstr(text, HOME)); text = at + strlen(HOME)) {
		buf_add(&b, text, (size_t)(at - text));
		buf_puts(&b, home);
	}
	buf_puts(&b, text);
	return buf_take(&b);
}

struct answer {
	char *text, *json; /* owned; NULL: refused */
	bool refused;      /* by us, or by the product as we know it */
	struct err err;
};

static void answer_free(struct answer *a)
{
	free(a->text);
	free(a->json);
}

/* Names of its folders are hashes of paths: they come out as theirs in the same home only. */
static void move_home(struct config *c)
{
	free(c->home);
	free(c->state_dir);
	c->home = strdup(HOME);
	c->state_dir = strdup(HOME "/.openclaw");
}

static struct answer ask(const struct home *h, const struct arguments *args, const char *dialect)
{
	struct document *d autodocument = NULL;
	struct answer a = {.refused = true};
	struct warnings problems autowarnings = {0};
	struct product_view view autodestroy(product_view_clear) = {0};
	struct explain_policy e = {.product = &view};
	cJSON *root = NULL;
	size_t size;
	FILE *f;

	if (document_suppose_as(h->config, dialect, &d, &a.err))
		return a;
	if (d->config->speaks == DIALECT_OPENCLAW)
		move_home(d->config);
	e.config = d->config;
	product_problems(d->config, &problems);
	if (product_view_fill(d->config, args->agent, args->session, &view, &a.err) ||
	    explain_policy_json(&e, &root, &a.err))
		return a;
	a.json = cJSON_Print(root);
	cJSON_Delete(root);
	f = open_memstream(&a.text, &size);
	assert_int_equal(explain_policy_print(&e, f, false, &a.err), 0);
	fclose(f);
	a.refused = problems.count > 0;
	if (a.refused)
		snprintf(a.err.message, sizeof(a.err.message), "%s", problems.items[0].text);
	return a;
}

static bool same_answer(const struct answer *a, const char *json, const char *text,
			const struct home *h, bool moved)
{
	autofree char *theirs = with_home(json, h->path, moved), *lines = NULL;
	cJSON *x = cJSON_Parse(theirs), *y = cJSON_Parse(a->json ? a->json : "null");
	bool same = x && y && same_tree(x, y, false) && !a->refused;

	cJSON_Delete(x);
	cJSON_Delete(y);
	if (same && text) {
		lines = with_home(text, h->path, moved);
		same = !strncmp(lines, a->text, strlen(lines));
	}
	return same;
}

static void check_case(struct golden *g, const char *name, const char *dialect)
{
	autofree char *folder = NULL, *sub = NULL, *rc = NULL, *json = NULL, *text = NULL;
	struct home h autodestroy(home_free) = {0};
	struct arguments args autodestroy(arguments_free) = {0};
	struct answer a autodestroy(answer_free) = {0};
	bool same;

	assert_true(asprintf(&folder, GOLDEN "explain/%s", name) > 0);
	sub = folder_path(folder, dialect);
	rc = file_text(sub, "rc");
	if (!rc)
		return;
	json = file_text(sub, "expected.json");
	text = file_text(sub, "expected.txt");
	args = arguments_read(folder);
	h = home_make(folder, dialect);
	a = ask(&h, &args, dialect);
	same = atoi(rc) ? a.refused
			: json && same_answer(&a, json, text, &h, !strcmp(dialect, "openclaw"));
	if (same) {
		g->agree++;
	} else {
		g->differ++;
		print_error("%s %s differs: rc %s\n", dialect, name, rc);
		print_error("%.900s\n%s\n", a.json ? a.json : "", a.err.message);
	}
}

static void check_all(int dialect)
{
	DIR *dir = opendir(GOLDEN "explain");
	struct golden g = {0};
	struct dirent *e;

	assert_non_null(dir);
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			check_case(&g, e->d_name, words_dialect[dialect]);
	closedir(dir);
	golden_report(&g, dialect, "explain");
}

static void test_clawdbot(void **state)
{
	(void)state;
	check_all(DIALECT_CLAWDBOT);
}

static void test_openclaw(void **state)
{
	(void)state;
	check_all(DIALECT_OPENCLAW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clawdbot),
		cmocka_unit_test(test_openclaw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
