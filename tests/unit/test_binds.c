// SPDX-License-Identifier: GPL-2.0-only
/* Bind mounts of a config that a sandbox could not have. */
#include <stdlib.h>
#include <unistd.h>

#include "doc.h"

#define GROUP "agent:main:telegram:group:-100123"

static char links[] = "/tmp/clawbpf-binds-XXXXXX";

static int links_make(void **state)
{
	char path[64];

	(void)state;
	if (!mkdtemp(links))
		return -1;
	snprintf(path, sizeof(path), "%s/etc", links);
	if (symlink("/etc", path))
		return -1;
	snprintf(path, sizeof(path), "%s/loop", links);
	return symlink(path, path);
}

static int links_remove(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/etc", links);
	unlink(path);
	snprintf(path, sizeof(path), "%s/loop", links);
	unlink(path);
	return rmdir(links);
}

/* LINKS stands for the directory above. */
static const struct {
	const char *why, *bind, *refused; /* part of the message; NULL: accepted */
	bool by_link;                     /* only the check of the whole config follows symlinks */
} binds[] = {
	{"an ordinary directory", "/srv/data:/data:ro", NULL, false},
	{"without a mode", "/srv/data:/data", NULL, false},
	{"the engine's socket", "/var/run/docker.sock:/var/run/docker.sock", "/var/run/docker.sock",
	 false},
	{"by its real name", "/run/docker.sock:/s", "/run/docker.sock", false},
	{"what contains it", "/var/run:/r", "lies below its source /var/run", false},
	{"and what contains that", "/var:/v", "lies below its source /var", false},
	{"the root", "/:/host:ro", "lies below its source /", false},
	{"/etc", "/etc:/x:ro", "/etc (its source is /etc)", false},
	{"below it", "/etc/ssl/certs:/x", "/etc (its source is /etc/ssl/certs)", false},
	{"not what only starts so", "/etcetera:/x", NULL, false},
	{"through dots", "/srv/../etc:/x", "/etc", false},
	{"through slashes", "//etc//:/x", "/etc", false},
	{"/proc", "/proc/sys:/x", "/proc", false},
	{"/sys", "/sys/fs/bpf:/x", "/sys", false},
	{"/dev", "/dev/kmsg:/x", "/dev", false},
	{"through a symlink", "LINKS/etc:/x", "/etc", true},
	{"below a symlink", "LINKS/etc/nowhere/x:/x", "/etc", true},
	{"up from a symlink", "LINKS/etc/../etc:/x", "/etc", true},
	{"a loop of symlinks", "LINKS/loop/x:/x", "symlinks do not end", true},
	{"the directory that holds it is harmless", "LINKS:/x", NULL, false},
	{"our own list", "/srv/private/x:/x", "/srv/private", false},
	{"its parent", "/srv:/x", "lies below its source /srv", false},
	{"a volume of the engine's", "cache:/cache", NULL, false},
	{"a relative path", "./data:/data", "absolute path", false},
	{"a home", "~/data:/data", "absolute path", false},
	{"nothing", "", "absolute path", false},
	{"space before it", " /etc:/x", "/etc", false},
};

static void bind_config(char *text, size_t size, const char *bind)
{
	char path[256];

	if (!strncmp(bind, "LINKS", 5))
		snprintf(path, sizeof(path), "%s%s", links, bind + 5);
	else
		snprintf(path, sizeof(path), "%s", bind);
	snprintf(text, size,
		 "{agents:{defaults:{sandbox:{mode:'non-main',docker:{binds:['/srv/ok:/"
		 "ok','%s']}}}},"
		 "clawbpf:{blockedBindSources:['/srv/private']}}",
		 path);
}

static void test_binds(void **state)
{
	char text[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(binds); i++) {
		struct policy *p autopolicy = NULL;
		struct err err = {0};
		int r;

		bind_config(text, sizeof(text), binds[i].bind);
		struct doc d autodoc = doc_good(text);

		r = policy_resolve(d.config, GROUP, &p, &err);
		assert_true(!r == (!binds[i].refused || binds[i].by_link));
		r = policy_check(d.config, &err);
		if (!binds[i].refused != !r || (r && !strstr(err.message, binds[i].refused)))
			fail_msg("%s: %d %s", binds[i].why, r, err.message);
		if (!r)
			continue;
		assert_string_equal(err.key, "agents.defaults.sandbox.docker.binds[1]");
		assert_int_equal(err.line, 1);
		assert_true(strlen(err.fix) > 0);
	}
}

static const struct {
	const char *why, *config, *key; /* NULL: accepted */
} bind_places[] = {
	{"the other spelling", "{agents:{defaults:{sandbox:{mode:'all',binds:['/etc:/x']}}}}",
	 "agents.defaults.sandbox.binds[0]"},
	{"an agent's", "{agents:{list:[{id:'a',sandbox:{mode:'all',docker:{binds:['/etc:/x']}}}]}}",
	 "agents.list[0].sandbox.docker.binds[0]"},
	{"the browser's", "{agents:{defaults:{sandbox:{mode:'all',browser:{binds:['/etc:/x']}}}}}",
	 "agents.defaults.sandbox.browser.binds[0]"},
	{"nothing is sandboxed", "{agents:{defaults:{sandbox:{mode:'off',binds:['/etc:/x']}}}}",
	 NULL},
	{"but one agent",
	 "{agents:{defaults:{sandbox:{mode:'off',binds:['/etc:/x']}},list:[{id:'a'},"
	 "{id:'b',sandbox:{mode:'all'}}]}}",
	 "agents.defaults.sandbox.binds[0]"},
	{"an agent's own blocked source",
	 "{agents:{defaults:{sandbox:{mode:'all',binds:['/srv/x:/x']}},list:[{id:'a'}]},"
	 "clawbpf:{agents:{a:{blockedBindSources:['/srv']}}}}",
	 "agents.defaults.sandbox.binds[0]"},
};

static void test_bind_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bind_places); i++) {
		struct doc d autodoc = doc_good(bind_places[i].config);
		struct err err = {0};

		policy_check(d.config, &err);
		assert_string_equal(err.key, bind_places[i].key ? bind_places[i].key : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_binds, links_make, links_remove),
		cmocka_unit_test(test_bind_places),
	};

	return cmocka_run_group_tests_name("binds", tests, NULL, NULL);
}
