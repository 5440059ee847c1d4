// SPDX-License-Identifier: GPL-2.0-only
/* Where does a product keep what it knows of an agent's sessions? */
#include "policy/key/store_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/cleanup.h"

/* session.store, with {agentId} in it; NULL: out of memory. */
static char *configured_path(const struct config *c, const char *agent)
{
	static const char id[] = "{agentId}";
	const char *store = c->session.store.text, *at;
	autobuf struct buf b = {0};

	if (store[0] == '~' && (!store[1] || store[1] == '/')) {
		buf_puts(&b, c->home);
		store++;
	}
	for (; (at = strstr(store, id)); store = at + strlen(id)) {
		buf_add(&b, store, (size_t)(at - store));
		buf_puts(&b, agent);
	}
	buf_puts(&b, store);
	return buf_take(&b);
}

static bool is_configured(const struct config *c)
{
	return c->session.store.key && *c->session.store.text;
}

char *store_file_path(const struct config *c, const char *agent)
{
	char *path = NULL;

	if (is_configured(c))
		return configured_path(c, agent);
	return asprintf(&path, "%s/agents/%s/sessions/sessions.json", c->state_dir, agent) < 0
		       ? NULL
		       : path;
}

static bool ends_with(const char *text, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len > n && !strncmp(text + len - n, end, n);
}

/* Of ".../agents/ID/sessions/sessions.json" the folder of that agent; 0: it is no such path. */
static size_t agent_folder(const char *store)
{
	static const char end[] = "/sessions/sessions.json";
	size_t len = strlen(store), at;

	if (!ends_with(store, len, end))
		return 0;
	len -= strlen(end);
	for (at = len; at && store[at - 1] != '/'; at--)
		;
	return at < len && at && ends_with(store, at - 1, "/agents") ? len : 0;
}

/* The same file's name with another ending; sessions.json has a name of its own. */
static char *beside(const char *store, const char *agent)
{
	const char *slash = strrchr(store, '/'), *name = slash ? slash + 1 : store;
	const char *dot = strrchr(name, '.');
	autobuf struct buf b = {0};

	buf_add(&b, store, (size_t)(name - store));
	if (!strcmp(name, "sessions.json") || !*name)
		buf_puts(&b, "openclaw-agent");
	else
		buf_add(&b, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
	if (agent)
		buf_printf(&b, ".%s", agent);
	buf_puts(&b, ".sqlite");
	return buf_take(&b);
}

/* A path that was meant for a file, as older versions had it, is where the database is, too. */
static char *database_for(const char *store, const char *agent)
{
	autofree char *own = NULL;
	size_t folder = agent_folder(store);
	autobuf struct buf b = {0};

	if (ends_with(store, strlen(store), ".sqlite"))
		return strdup(store);
	if (folder) {
		buf_add(&b, store, folder);
		buf_puts(&b, "/agent/openclaw-agent.sqlite");
		return buf_take(&b);
	}
	own = beside(store, agent);
	if (!own || !access(own, F_OK))
		return TAKE_PTR(own);
	return beside(store, NULL);
}

char *store_database_path(const struct config *c, const char *agent)
{
	autofree char *store = is_configured(c) ? configured_path(c, agent) : NULL;
	char *path = NULL;

	if (is_configured(c))
		return store ? database_for(store, agent) : NULL;
	return asprintf(&path, "%s/agents/%s/agent/openclaw-agent.sqlite", c->state_dir, agent) < 0
		       ? NULL
		       : path;
}
