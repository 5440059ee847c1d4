// SPDX-License-Identifier: GPL-2.0-only
/* What was approved for always, as text. */
#include "session/grants_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/json5.h"
#include "events/clock.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/json.h"

void grants_clear(struct grants *g)
{
	free(g->items);
	*g = (struct grants){0};
}

const struct grant *grants_find(const struct grants *g, const struct approval *want)
{
	for (size_t i = 0; i < g->count; i++) {
		const struct approval *a = &g->items[i].what;

		if (a->uid == want->uid && a->gid == want->gid && a->argc == want->argc &&
		    a->argv_len == want->argv_len && !memcmp(a->argv, want->argv, a->argv_len) &&
		    !strcmp(a->session, want->session) && !strcmp(a->sender, want->sender) &&
		    !strcmp(a->program, want->program) && !strcmp(a->cwd, want->cwd))
			return &g->items[i];
	}
	return NULL;
}

/* --- read --------------------------------------------------------------------------------------
 */

int grants_damaged(struct err *err, const char *what)
{
	err_set(err, EBADMSG, GRANTS_PATH ": %s", what);
	return err_fix(err, "remove it: what was approved for always is asked again then");
}

static int text_read(const struct node *grant, const char *key, char *ret, size_t size)
{
	const struct node *n = node_get(grant, key);
	autobuf struct buf b = {0};

	if (!n || n->type != NODE_STRING || unescape_bytes(&b, n->string.bytes, n->string.len) ||
	    b.failed || b.len >= size || (b.len && memchr(b.data, 0, b.len)))
		return -EBADMSG;
	memset(ret, 0, size);
	if (b.len)
		memcpy(ret, b.data, b.len);
	return 0;
}

static int number_read(const struct node *grant, const char *key, u32 *ret)
{
	const struct node *n = node_get(grant, key);

	if (!n || n->type != NODE_NUMBER || !(n->number >= 0 && n->number <= 4294967295.0))
		return -EBADMSG;
	*ret = (u32)n->number;
	return *ret == n->number ? 0 : -EBADMSG;
}

static int argv_read(const struct node *grant, struct approval *a)
{
	const struct node *argv = node_get(grant, "argv"), *item;
	autobuf struct buf b = {0};

	if (!argv || argv->type != NODE_ARRAY || !argv->array.count)
		return -EBADMSG;
	node_for_each_item (argv, item) {
		size_t start = b.len;

		if (item->type != NODE_STRING ||
		    unescape_bytes(&b, item->string.bytes, item->string.len))
			return -EBADMSG;
		if (b.len > start && memchr(b.data + start, 0, b.len - start))
			return -EBADMSG;
		buf_add(&b, "", 1);
	}
	if (b.failed || b.len > sizeof(a->argv))
		return -EBADMSG;
	a->argc = (u32)argv->array.count;
	a->argv_len = (u32)b.len;
	memcpy(a->argv, b.data, b.len);
	return 0;
}

static int grant_read(const struct node *n, struct grant *g)
{
	struct approval *a = &g->what;
	char id[24], time[CLOCK_TEXT_LEN];
	struct err ignored;

	if (text_read(n, "id", id, sizeof(id)) || text_read(n, "time", time, sizeof(time)) ||
	    text_read(n, "session", a->session, sizeof(a->session)) ||
	    text_read(n, "agent", a->agent, sizeof(a->agent)) ||
	    text_read(n, "sender", a->sender, sizeof(a->sender)) ||
	    text_read(n, "program", a->program, sizeof(a->program)) ||
	    text_read(n, "cwd", a->cwd, sizeof(a->cwd)) || number_read(n, "uid", &a->uid) ||
	    number_read(n, "gid", &a->gid) || argv_read(n, a) ||
	    number_read(n, "approvedByUid", &g->who.uid) ||
	    text_read(n, "approvedByLogin", g->who.login, sizeof(g->who.login)) ||
	    text_read(n, "approvedOn", g->who.tty, sizeof(g->who.tty)))
		return -EBADMSG;
	g->id = strtoull(id, NULL, 16);
	return clock_parse(time, 0, &g->time_us, &ignored) ? -EBADMSG : 0;
}

int grants_from_text(const char *text, size_t len, struct grants *ret, struct err *err)
{
	struct grants g autodestroy(grants_clear) = {0};
	struct node *root autodestroy(node_free) = NULL;
	const struct node *list, *item;
	int r = json5_read(GRANTS_PATH, text, len, &root, NULL, err);

	if (r)
		return r;
	list = node_get(root, "grants");
	if (!list || list->type != NODE_ARRAY)
		return grants_damaged(err, "it has no \"grants\"");
	g.items = calloc(list->array.count + 1, sizeof(*g.items));
	if (!g.items)
		return err_set(err, ENOMEM, "out of memory");
	node_for_each_item (list, item) {
		if (grant_read(item, &g.items[g.count++]))
			return grants_damaged(err, "it is not as it was written");
	}
	*ret = g;
	g = (struct grants){0};
	return 0;
}

/* --- written ------------------------------------------------------------------------------------
 */

static void text_put(struct json *j, const char *key, const char *text)
{
	json_bytes(j, key, text, strlen(text));
}

static void grant_put(struct json *j, const struct grant *g)
{
	const struct approval *a = &g->what;
	char id[24], time[CLOCK_TEXT_LEN];
	const char *arg = a->argv;

	snprintf(id, sizeof(id), "%08llx", (unsigned long long)g->id);
	clock_format(g->time_us, 3, time);
	json_object(j, NULL);
	text_put(j, "id", id);
	text_put(j, "time", time);
	text_put(j, "session", a->session);
	text_put(j, "agent", a->agent);
	text_put(j, "sender", a->sender);
	text_put(j, "program", a->program);
	text_put(j, "cwd", a->cwd);
	json_unsigned(j, "uid", a->uid);
	json_unsigned(j, "gid", a->gid);
	json_array(j, "argv");
	for (; arg < a->argv + a->argv_len; arg += strlen(arg) + 1)
		text_put(j, NULL, arg);
	json_array_end(j);
	json_unsigned(j, "approvedByUid", g->who.uid);
	text_put(j, "approvedByLogin", g->who.login);
	text_put(j, "approvedOn", g->who.tty);
	json_object_end(j);
}

void grants_to_text(const struct grants *g, struct buf *ret)
{
	struct json j autojson = {.pretty = true};

	json_object(&j, NULL);
	json_number(&j, "version", 1);
	json_array(&j, "grants");
	for (size_t i = 0; i < g->count; i++)
		grant_put(&j, &g->items[i]);
	json_array_end(&j);
	json_object_end(&j);
	buf_putc(&j.text, '\n');
	*ret = j.text;
	j.text = (struct buf){0};
}
