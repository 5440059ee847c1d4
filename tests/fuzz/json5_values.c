// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does json5_read make of each text on the standard input? For reference.js, which asks
 * another reader the same.
 *
 * A text comes behind its length, four bytes with the lowest first. Its answer is a line: a value,
 * with numbers by their bits and strings by their bytes, "refused", or "limit".
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/json5.h"
#include "util/cleanup.h"

static void print_string(const char *s, size_t len)
{
	putchar('"');
	for (size_t i = 0; i < len; i++)
		printf("%02x", (unsigned char)s[i]);
	putchar('"');
}

static void print_number(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	if (isnan(number))
		fputs("#nan", stdout);
	else
		printf("#%016llx", (unsigned long long)bits);
}

static int by_key(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	size_t len = x->key_len < y->key_len ? x->key_len : y->key_len;
	int r = memcmp(x->key, y->key, len);

	return r ? r : (x->key_len > y->key_len) - (x->key_len < y->key_len);
}

/* The other one has another order of keys: digits first. */
static void print_value(struct node *n)
{
	struct node *item;
	struct member *m;

	if (n->type == NODE_NULL)
		fputs("null", stdout);
	if (n->type == NODE_BOOL)
		fputs(n->boolean ? "true" : "false", stdout);
	if (n->type == NODE_NUMBER)
		print_number(n->number);
	if (n->type == NODE_STRING)
		print_string(n->string.bytes, n->string.len);
	if (n->type == NODE_ARRAY) {
		putchar('[');
		node_for_each_item (n, item) {
			print_value(item);
			putchar(',');
		}
		putchar(']');
	}
	if (n->type == NODE_OBJECT) {
		if (n->object.count)
			qsort(n->object.members, n->object.count, sizeof(struct member), by_key);
		putchar('{');
		node_for_each_member (n, m) {
			print_string(m->key, m->key_len);
			putchar(':');
			print_value(m->value);
			putchar(',');
		}
		putchar('}');
	}
}

static int answer(const char *text, size_t len)
{
	struct node *root autonode = NULL;
	struct err err = {0};
	int r = json5_read("text", text, len, &root, NULL, &err);

	if (r == -ENOMEM)
		return r;
	if (r)
		fputs(r == -E2BIG ? "limit" : "refused", stdout);
	else
		print_value(root);
	putchar('\n');
	return 0;
}

int main(void)
{
	unsigned char head[4];

	while (fread(head, sizeof(head), 1, stdin) == 1) {
		size_t len = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 |
			     (size_t)head[3] << 24;
		autofree char *text = malloc(len + 1);

		if (!text || fread(text, 1, len, stdin) != len || answer(text, len))
			return 1;
	}
	return 0;
}
