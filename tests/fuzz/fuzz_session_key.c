// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any session key crash what takes it apart, or become another session's? The input is the
 * key. What is accepted means itself when it is written out and read again, keeps to its length,
 * and is the main session by exactly one name.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/json5.h"
#include "policy/key/session_key.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {
	"{}",
	"{agents:{list:[{id:'main'},{id:'work',default:true}]},session:{scope:'global'}}",
};

static struct config *configs[sizeof(texts) / sizeof(texts[0])];

static void configs_read(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts) && !configs[i]; i++) {
		struct node *root autodestroy(node_free) = NULL;
		struct warnings w autowarnings = {0};
		struct err err = {0};

		assert(!json5_read("fuzz", texts[i], strlen(texts[i]), &root, &w, &err));
		assert(!config_decode(root, NULL, &configs[i], &w, &err));
	}
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void check_key(const struct config *c, const struct session_key *k)
{
	struct session_key again autodestroy(session_key_clear) = {0};
	autofree char *main_key = main_session_key(c, k->agent);
	size_t len = strlen(k->text);
	struct err err = {0};

	assert(len && len <= SESSION_KEY_MAX && !strncasecmp(k->text, "agent:", 6));
	assert(k->agent[0] && strlen(k->agent) < SESSION_KEY_MAX);
	assert(k->rest && strlen(k->rest) <= len);
	assert(session_kind_name(k->kind));
	assert(!session_key_parse(c, k->text, &again, &err));
	assert(same(k->text, again.text) && same(k->agent, again.agent) && k->kind == again.kind &&
	       k->main == again.main && k->thread == again.thread &&
	       same(k->channel, again.channel) && same(k->peer, again.peer));
	assert(main_key);
}

static void try_split(const struct config *c, const char *text, size_t len)
{
	autofree char *agent = NULL, *rest = NULL;
	struct err err = {0};
	int r = session_key_split(c, text, len, &agent, &rest, &err);

	assert(!r || err.code);
	assert(r || !agent || (rest && strlen(rest) <= len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = strndup((const char *)data, size);

	configs_read();
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct session_key k autodestroy(session_key_clear) = {0};
		struct err err = {0};
		int r = session_key_parse(configs[i], text, &k, &err);

		assert(r ? err.code && err.message[0] : !err.code);
		if (!r)
			check_key(configs[i], &k);
		try_split(configs[i], text, strlen(text));
	}
	return 0;
}
