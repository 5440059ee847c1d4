// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any answer of a container engine crash what reads it, or make a container somebody's that it
 * is not? The first byte says which answer it is: an event, a container, a list. Names and labels
 * are chosen by whoever may make containers.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/facts.h"
#include "config/json5.h"
#include "policy/key/session_key.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] = "{agents:{list:[{id:'main',default:true},{id:'work',sandbox:{mode:'all',"
			   "scope:'agent'}}],defaults:{sandbox:{mode:'non-main'}}}}";

static struct config *config;

static void config_make(void)
{
	struct node *root autodestroy(node_free) = NULL;
	struct warnings w autowarnings = {0};
	struct err err = {0};

	if (config)
		return;
	assert(!json5_read("fuzz", text, strlen(text), &root, &w, &err));
	assert(!config_decode(root, NULL, &config, &w, &err));
}

static void check_owner(const struct container_facts *f)
{
	struct session_key k autodestroy(session_key_clear) = {0};
	enum container_owner owner;
	autofree char *key = NULL;
	struct err err = {0};
	const char *plain;
	int r = container_owner_find(config, f, &owner, &key, &err);

	assert(!r && (owner == OWNER_SESSION) == (key != NULL));
	/* Without a product's label it is nobody's. */
	assert(owner == OWNER_NOBODY || f->scope || f->marked || f->browser);
	if (!key)
		return;
	plain = strncmp(key, SESSION_BROWSER, strlen(SESSION_BROWSER)) != 0
			? key
			: key + strlen(SESSION_BROWSER);
	assert(strncmp(plain, "clawbpf:", 8) != 0);
	r = session_key_parse(config, plain, &k, &err);
	assert(!r || err.code);
}

static void check(void *arg, const struct container_facts *f)
{
	struct container_facts copy autodestroy(container_facts_clear) = {0};

	(void)arg;
	assert(f->id && container_id_valid(f->id));
	assert(!container_facts_copy(&copy, f) && !strcmp(copy.id, f->id));
	check_owner(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct container_facts f autodestroy(container_facts_clear) = {0};
	autofree char *exact = NULL;
	int r = 0;

	config_make();
	if (!size)
		return 0;
	exact = malloc(size);
	assert(exact);
	memcpy(exact, data + 1, size - 1);
	switch (data[0] % 3) {
	case 0:
		r = facts_of_event(exact, size - 1, &f);
		break;
	case 1:
		r = facts_of_container(exact, size - 1, &f);
		assert(r || f.id);
		break;
	default:
		r = facts_of_list(exact, size - 1, check, NULL);
	}
	assert(!r || !f.id);
	if (f.id)
		check(NULL, &f);
	return 0;
}
