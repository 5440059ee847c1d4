// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any config crash what is said of the product's own view of it: what it would refuse, where a
 * session runs, how its container is made? The input is a session key, a line break, and the
 * config.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/json5.h"
#include "policy/container/product_container.h"
#include "policy/dialect/dialect.h"
#include "policy/product/product.h"
#include "policy/product/product_view.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void view(const struct config *c, const char *agent, const char *session)
{
	struct product_view v autodestroy(product_view_clear) = {0};
	struct container_args args autodestroy(container_args_clear) = {0},
				   browser autodestroy(container_args_clear) = {0},
				   exec autodestroy(container_args_clear) = {0};
	struct err err = {0};
	int r = product_view_fill(c, agent, session, &v, &err);

	if (r) {
		assert(err.code == -r && err.message[0]);
		return;
	}
	assert(v.dialect && v.config == c);
	for (size_t i = 0; i < v.mount_count; i++)
		assert(v.mounts[i].host && v.mounts[i].container && v.mounts[i].source);
	assert(!product_container_args(&v, &args, &browser));
	product_exec_args(&v, &exec);
	assert(!args.failed && !browser.failed && !exec.failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
	struct sources *s autodestroy(sources_free) = NULL;
	struct config *c autodestroy(config_free) = NULL;
	struct node *root autodestroy(node_free) = NULL;
	struct warnings w autowarnings = {0};
	struct err err = {0};

	if (!end)
		return 0;
	autofree char *key = strndup((const char *)data, (size_t)(end - data));

	setenv("HOME", "/nonexistent", 1);
	s = sources_new(false);
	if (json5_read("fuzz", (const char *)end + 1, size - (size_t)(end + 1 - data), &root, &w,
		       &err) ||
	    config_decode(root, s, &c, &w, &err))
		return 0;
	if (!(dialect_of(c)->flags & DIALECT_PRODUCT))
		return 0;
	product_problems(c, &w);
	for (size_t i = 0; i < w.count; i++)
		assert(w.items[i].text[0]);
	view(c, NULL, key);
	view(c, "main", NULL);
	return 0;
}
