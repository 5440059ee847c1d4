// SPDX-License-Identifier: GPL-2.0-only
/* Where config text comes from: the disk, or a snapshot of what was read from it. */
#include "config/sources.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "config/file.h"
#include "config/snapshot.h"
#include "util/cleanup.h"

struct sources {
	bool disk;    /* what is not known yet may be asked for */
	bool trusted; /* see file_read */
	struct records records;
	void *index;         /* a tsearch() tree of the records, by what they are and by name */
	const char *suppose; /* borrowed: see sources_suppose */
};

static int compare(const void *left, const void *right)
{
	const struct record *a = left, *b = right;
	int order = (a->kind == RECORD_FILE) - (b->kind == RECORD_FILE);

	return order ? order : strcmp(a->name, b->name);
}

static const struct record *find(const struct sources *s, enum record_kind kind, const char *name)
{
	struct record wanted = {.kind = kind, .name = (char *)name};
	struct record *const *found = tfind(&wanted, &s->index, compare);

	return found ? *found : NULL;
}

/* NULL: out of memory. */
static const struct record *add(struct sources *s, enum record_kind kind, const char *name,
				char **bytes, size_t len)
{
	struct record *rec = records_add(&s->records, kind, name, bytes, len);

	return rec && tsearch(rec, &s->index, compare) ? rec : NULL;
}

struct sources *sources_new(bool trusted)
{
	struct sources *s = calloc(1, sizeof(*s));

	if (s) {
		s->disk = true;
		s->trusted = trusted;
	}
	return s;
}

struct sources *sources_from_snapshot(const void *bytes, size_t len, struct err *err)
{
	autodestroy(sources_free) struct sources *s = calloc(1, sizeof(*s));

	if (!s) {
		err_set(err, ENOMEM, "out of memory");
		return NULL;
	}
	if (snapshot_decode(bytes, len, &s->records, err))
		return NULL;
	for (size_t i = 0; i < s->records.count; i++) {
		if (!tsearch(s->records.items[i], &s->index, compare)) {
			err_set(err, ENOMEM, "out of memory");
			return NULL;
		}
	}
	return TAKE_PTR(s);
}

static void leave(void *rec)
{
	(void)rec; /* the list owns it */
}

void sources_free(struct sources **s)
{
	if (!*s)
		return;
	tdestroy((*s)->index, leave);
	records_free(&(*s)->records);
	free(*s);
	*s = NULL;
}

int sources_read(struct sources *s, const char *path, const char **ret_text, size_t *ret_len,
		 struct err *err)
{
	const struct record *rec = find(s, RECORD_FILE, path);
	autofree char *text = NULL;
	size_t len;
	int r;

	if (!rec && !s->disk) {
		err_set(err, ENOENT, "was not read when the policy was loaded");
		return err_at(err, (struct pos){.file = path});
	}
	if (!rec) {
		r = file_read(path, s->trusted, &text, &len, err);
		if (r == -ENOENT && s->suppose && !sources_root(s)) {
			text = strdup(s->suppose);
			len = strlen(s->suppose);
			r = text ? 0 : err_set(err, ENOMEM, "out of memory");
		}
		if (r)
			return r;
		rec = add(s, RECORD_FILE, path, &text, len);
		if (!rec)
			return err_set(err, ENOMEM, "out of memory");
	}
	*ret_text = rec->bytes;
	*ret_len = rec->len;
	return 0;
}

void sources_suppose(struct sources *s, const char *text)
{
	s->suppose = text;
}

const char *sources_name(const struct sources *s, const char *path)
{
	const struct record *rec = find(s, RECORD_FILE, path);

	return rec ? rec->name : NULL;
}

const char *sources_env(struct sources *s, const char *name)
{
	const struct record *rec = find(s, RECORD_ENV, name);
	autofree char *copy = NULL;
	const char *value;

	if (!rec && s->disk) {
		value = getenv(name);
		copy = strdup(value ? value : "");
		if (copy)
			rec = add(s, value ? RECORD_ENV : RECORD_ENV_UNSET, name, &copy,
				  value ? strlen(value) : 0);
	}
	return rec && rec->kind == RECORD_ENV ? rec->bytes : NULL;
}

const char *sources_file(const struct sources *s, size_t i)
{
	for (size_t j = 0; j < s->records.count; j++)
		if (s->records.items[j]->kind == RECORD_FILE && !i--)
			return s->records.items[j]->name;
	return NULL;
}

const char *sources_root(const struct sources *s)
{
	return sources_file(s, 0);
}

int sources_snapshot(const struct sources *s, void **ret_bytes, size_t *ret_len, struct err *err)
{
	autobuf struct buf b = {0};
	size_t len;
	char *bytes;

	snapshot_encode(&s->records, &b);
	len = b.len;
	bytes = buf_take(&b);
	if (!bytes)
		return err_set(err, ENOMEM, "out of memory");
	*ret_bytes = bytes;
	*ret_len = len;
	return 0;
}

unsigned long long sources_fingerprint(const struct sources *s)
{
	return snapshot_fingerprint(&s->records);
}
