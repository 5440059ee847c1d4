// SPDX-License-Identifier: GPL-2.0-only
/* What was read for a config, as a list, as bytes, and as a fingerprint. */
#include "config/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"

#define MAGIC       "CLAWSRC1"
#define MAGIC_SIZE  8
#define HEADER_SIZE (MAGIC_SIZE + 8)
#define RECORD_SIZE 9 /* kind and two lengths */

static void record_free(struct record **rec)
{
	if (!*rec)
		return;
	free((*rec)->name);
	free((*rec)->bytes);
	free(*rec);
	*rec = NULL;
}

/* Room for one more; there is always room up to the next power of two. */
static int records_grow(struct records *list)
{
	struct record **items;

	if (list->count & (list->count - 1))
		return 0;
	items = reallocarray(list->items, list->count ? 2 * list->count : 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	list->items = items;
	return 0;
}

struct record *records_add(struct records *list, enum record_kind kind, const char *name,
			   char **bytes, size_t len)
{
	autodestroy(record_free) struct record *rec = calloc(1, sizeof(*rec));

	if (!rec || records_grow(list))
		return NULL;
	rec->kind = kind;
	rec->name = strdup(name);
	if (!rec->name)
		return NULL;
	rec->bytes = TAKE_PTR(*bytes);
	rec->len = len;
	list->items[list->count++] = rec;
	return TAKE_PTR(rec);
}

void records_free(struct records *list)
{
	for (size_t i = 0; i < list->count; i++)
		record_free(&list->items[i]);
	free(list->items);
	*list = (struct records){0};
}

static void put_number(uint8_t *to, uint64_t n, int size)
{
	for (int i = 0; i < size; i++)
		to[i] = (uint8_t)(n >> 8 * i);
}

static uint64_t get_number(const uint8_t *from, int size)
{
	uint64_t n = 0;

	for (int i = 0; i < size; i++)
		n |= (uint64_t)from[i] << 8 * i;
	return n;
}

static void record_header(const struct record *rec, uint8_t to[RECORD_SIZE])
{
	to[0] = (uint8_t)rec->kind;
	put_number(to + 1, strlen(rec->name), 4);
	put_number(to + 5, rec->len, 4);
}

uint64_t snapshot_fnv(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 0x100000001b3ull;
	return hash;
}

uint64_t snapshot_fingerprint(const struct records *list)
{
	uint64_t hash = SNAPSHOT_FNV_START;
	uint8_t number[4];

	put_number(number, list->count, 4);
	hash = snapshot_fnv(hash, number, sizeof(number));
	for (size_t i = 0; i < list->count; i++) {
		const struct record *rec = list->items[i];
		uint8_t header[RECORD_SIZE];

		record_header(rec, header);
		hash = snapshot_fnv(hash, header, sizeof(header));
		hash = snapshot_fnv(hash, rec->name, strlen(rec->name));
		hash = snapshot_fnv(hash, rec->bytes, rec->len);
	}
	return hash;
}

void snapshot_encode(const struct records *list, struct buf *b)
{
	uint8_t number[8];

	buf_add(b, MAGIC, MAGIC_SIZE);
	put_number(number, snapshot_fingerprint(list), 8);
	buf_add(b, number, 8);
	put_number(number, list->count, 4);
	buf_add(b, number, 4);
	for (size_t i = 0; i < list->count; i++) {
		const struct record *rec = list->items[i];
		uint8_t header[RECORD_SIZE];

		record_header(rec, header);
		buf_add(b, header, sizeof(header));
		buf_puts(b, rec->name);
		buf_add(b, rec->bytes, rec->len);
	}
}

struct input {
	const uint8_t *at;
	size_t left;
};

static const uint8_t *input_take(struct input *in, size_t len)
{
	const uint8_t *taken = in->at;

	if (in->left < len)
		return NULL;
	in->at += len;
	in->left -= len;
	return taken;
}

/* -EINVAL: what is there is no record; -ENOMEM. */
static int decode_record(struct input *in, struct records *list)
{
	const uint8_t *header = input_take(in, RECORD_SIZE), *name_bytes, *bytes;
	autofree char *name = NULL, *copy = NULL;
	size_t name_len, len;

	if (!header || header[0] > RECORD_ENV_UNSET)
		return -EINVAL;
	name_len = get_number(header + 1, 4);
	len = get_number(header + 5, 4);
	name_bytes = input_take(in, name_len);
	bytes = name_bytes ? input_take(in, len) : NULL;
	if (!bytes || !name_len || memchr(name_bytes, '\0', name_len))
		return -EINVAL;
	name = strndup((const char *)name_bytes, name_len);
	copy = malloc(len + 1);
	if (!name || !copy)
		return -ENOMEM;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	return records_add(list, header[0], name, &copy, len) ? 0 : -ENOMEM;
}

static int decode(struct input in, struct records *list)
{
	const uint8_t *header = input_take(&in, HEADER_SIZE), *number;
	uint64_t count;
	int r = 0;

	if (!header || memcmp(header, MAGIC, MAGIC_SIZE) ||
	    get_number(header + MAGIC_SIZE, 8) != snapshot_fnv(SNAPSHOT_FNV_START, in.at, in.left))
		return -EINVAL;
	number = input_take(&in, 4);
	if (!number)
		return -EINVAL;
	count = get_number(number, 4);
	for (uint64_t i = 0; i < count && !r; i++)
		r = decode_record(&in, list);
	return r || !in.left ? r : -EINVAL;
}

int snapshot_decode(const void *bytes, size_t len, struct records *list, struct err *err)
{
	int r = decode((struct input){.at = bytes, .left = len}, list);

	if (r)
		records_free(list);
	if (r == -ENOMEM)
		return err_set(err, ENOMEM, "out of memory");
	if (r)
		return err_set(err, EINVAL,
			       "the kept copy of the config is damaged or of another version");
	return 0;
}
