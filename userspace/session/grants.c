// SPDX-License-Identifier: GPL-2.0-only
/* What was approved for always? */
#include "session/grants.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/json5.h"
#include "events/clock.h"
#include "kernel/iterate.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/json.h"

#define GRANTS_NEW  GRANTS_NAME ".new"
#define GRANTS_SIZE (8 << 20)

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

/* --- from the file ------------------------------------------------------------------------------
 */

static int damaged(struct err *err, const char *what)
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

	if (!n || n->type != NODE_NUMBER || n->number < 0 || n->number > 4294967295.0)
		return -EBADMSG;
	*ret = (u32)n->number;
	return 0;
}

static int argv_read(const struct node *grant, struct approval *a)
{
	const struct node *argv = node_get(grant, "argv"), *item;
	autobuf struct buf b = {0};

	if (!argv || argv->type != NODE_ARRAY || !argv->array.count)
		return -EBADMSG;
	node_for_each_item (argv, item) {
		if (item->type != NODE_STRING ||
		    unescape_bytes(&b, item->string.bytes, item->string.len))
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

static int text_of_file(int dir, char **ret, size_t *ret_len, struct err *err)
{
	autoclose int fd = openat(dir, GRANTS_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return err_errno(err, errno, GRANTS_PATH);
	if (fstat(fd, &st))
		return err_errno(err, errno, GRANTS_PATH);
	if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 077 || st.st_nlink != 1)
		return damaged(err, "it is no file of root's alone (0600, with one name)");
	if (st.st_size > GRANTS_SIZE)
		return damaged(err, "it is too large");
	*ret = malloc((size_t)st.st_size + 1);
	if (!*ret)
		return err_set(err, ENOMEM, "out of memory");
	n = read(fd, *ret, (size_t)st.st_size);
	if (n != st.st_size)
		return err_errno(err, n < 0 ? errno : EIO, GRANTS_PATH);
	(*ret)[n] = '\0';
	*ret_len = (size_t)n;
	return 0;
}

static int folder_open(int *ret, struct err *err)
{
	struct stat st;
	autoclose int dir = -1;

	mkdir("/var/lib", 0755); /* nothing but ours may be installed */
	if (mkdir(GRANTS_DIR, 0700) && errno != EEXIST)
		return err_errno(err, errno, GRANTS_DIR " cannot be made");
	dir = open(GRANTS_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0 || fstat(dir, &st))
		return err_errno(err, errno, GRANTS_DIR " cannot be opened");
	if (st.st_uid != geteuid() || st.st_mode & 022) {
		err_set(err, EPERM, GRANTS_DIR " may be changed by others than root");
		return err_fix(err, "chown root " GRANTS_DIR "; chmod 700 " GRANTS_DIR);
	}
	*ret = TAKE_FD(dir);
	return 0;
}

/* Is it the one that the kernel keeps sessions out of? */
static int kept_open(const struct kernel *k, int *ret, struct err *err)
{
	struct file_identity id;
	autoclose int dir = -1;
	struct state state;
	int r = folder_open(&dir, err);

	if (!r)
		r = state_read(k, &state, err);
	if (!r)
		r = iterate_files(k, &dir, 1, &id, err);
	if (r)
		return r;
	if (id.ino != state.own_ino || id.dev != state.own_dev) {
		err_set(err, ESTALE, GRANTS_DIR " is not the folder that was there at load");
		return err_fix(err, "look at it, then load again");
	}
	*ret = TAKE_FD(dir);
	return 0;
}

static int read_from(int dir, struct grants *ret, struct err *err)
{
	struct grants g autodestroy(grants_clear) = {0};
	struct node *root autodestroy(node_free) = NULL;
	autofree char *text = NULL;
	const struct node *list, *item;
	size_t len = 0;
	int r = text_of_file(dir, &text, &len, err);

	if (r == -ENOENT) {
		*err = (struct err){0};
		*ret = (struct grants){0};
		return 0;
	}
	if (!r)
		r = json5_read(GRANTS_PATH, text, len, &root, NULL, err);
	if (r)
		return r;
	list = node_get(root, "grants");
	if (!list || list->type != NODE_ARRAY)
		return damaged(err, "it has no \"grants\"");
	g.items = calloc(list->array.count + 1, sizeof(*g.items));
	if (!g.items)
		return err_set(err, ENOMEM, "out of memory");
	node_for_each_item (list, item) {
		if (grant_read(item, &g.items[g.count++]))
			return damaged(err, "it is not as it was written");
	}
	*ret = g;
	g = (struct grants){0};
	return 0;
}

int grants_read(const struct kernel *k, struct grants *ret, struct err *err)
{
	autoclose int dir = -1;
	int r = kept_open(k, &dir, err);

	return r ? r : read_from(dir, ret, err);
}

/* --- to the file --------------------------------------------------------------------------------
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

/* All of it under another name, on the disk, and then at once under its own. */
static int write_to(int dir, const struct grants *g, struct err *err)
{
	struct json j autojson = {.pretty = true};
	autoclose int fd = -1;

	json_object(&j, NULL);
	json_number(&j, "version", 1);
	json_array(&j, "grants");
	for (size_t i = 0; i < g->count; i++)
		grant_put(&j, &g->items[i]);
	json_array_end(&j);
	json_object_end(&j);
	buf_putc(&j.text, '\n');
	if (j.text.failed)
		return err_set(err, ENOMEM, "out of memory");
	unlinkat(dir, GRANTS_NEW, 0);
	fd = openat(dir, GRANTS_NEW, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, j.text.data, j.text.len) != (ssize_t)j.text.len || fsync(fd) ||
	    renameat(dir, GRANTS_NEW, dir, GRANTS_NAME) || fsync(dir))
		return err_errno(err, errno, GRANTS_PATH " cannot be written");
	return 0;
}

int grants_add(const struct kernel *k, u64 id, const struct approval *a, const struct approver *who,
	       struct err *err)
{
	struct grants g autodestroy(grants_clear) = {0};
	struct grant *grown;
	autoclose int dir = -1;
	int r = kept_open(k, &dir, err);

	if (!r)
		r = read_from(dir, &g, err);
	if (r || grants_find(&g, a))
		return r;
	grown = reallocarray(g.items, g.count + 1, sizeof(*grown));
	if (!grown)
		return err_set(err, ENOMEM, "out of memory");
	g.items = grown;
	g.items[g.count++] =
		(struct grant){.id = id, .time_us = clock_now_us(), .what = *a, .who = *who};
	return write_to(dir, &g, err);
}

int grants_revoke(const struct kernel *k, u64 id, struct grant *ret, struct err *err)
{
	struct grants g autodestroy(grants_clear) = {0};
	autoclose int dir = -1, lock = -1;
	size_t kept = 0;
	bool found = false;
	int r = lock_take(LOCK_APPROVALS, &lock, err);

	if (!r)
		r = kept_open(k, &dir, err);
	if (!r)
		r = read_from(dir, &g, err);
	if (r)
		return r;
	for (size_t i = 0; i < g.count; i++) {
		if (g.items[i].id != id) {
			g.items[kept++] = g.items[i];
			continue;
		}
		*ret = g.items[i];
		found = true;
	}
	g.count = kept;
	if (!found)
		return err_set(err, ENOENT, "nothing is approved for always by the number %08llx",
			       (unsigned long long)id);
	return write_to(dir, &g, err);
}

int grants_prepare(int *ret_folder, struct err *err)
{
	const struct grants none = {0};
	autoclose int dir = -1;
	int r = folder_open(&dir, err);

	if (!r && faccessat(dir, GRANTS_NAME, F_OK, AT_SYMLINK_NOFOLLOW))
		r = write_to(dir, &none, err);
	if (!r)
		*ret_folder = TAKE_FD(dir);
	return r;
}
