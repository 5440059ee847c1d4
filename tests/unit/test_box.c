// SPDX-License-Identifier: GPL-2.0-only
/* What a session's sandbox has, when clawbpf makes it: by the config alone. */
#include "doc.h"

#include "policy/sandbox/box.h"
#include "policy/sandbox/box_settings.h"
#include "util/buf.h"

#define GROUP "agent:main:telegram:group:-100"

static struct box *box_of(const struct doc *d, const char *session, struct err *err)
{
	struct policy *p autopolicy = doc_policy(d, session);
	struct box *b = NULL;

	assert_true(p->sandboxed);
	box_resolve(d->config, p, &b, err);
	return b;
}

/* "host>container:rw source", one after the other. */
static char *mounts_text(const struct box *b)
{
	struct buf text autobuf = {0};

	buf_puts(&text, "");
	for (size_t i = 0; i < b->mount_count; i++)
		buf_printf(&text, "%s%s>%s:%s", i ? " " : "", b->mounts[i].host,
			   b->mounts[i].container, b->mounts[i].writable ? "rw" : "ro");
	return buf_take(&text);
}

#define CONFIG(defaults, list)                                                                     \
	"{ agents: { defaults: { workspace: '/ws', sandbox: { mode: 'all', workspaceRoot: "        \
	"'/boxes',"                                                                                \
	"  " defaults " } }, list: [ " list " ] } }"

static const struct {
	const char *config, *session, *mounts, *why;
} mounts[] = {
	{CONFIG("", ""), GROUP, "/boxes/agent-main-telegram-group--100-*>/workspace:rw",
	 "none: a private directory"},
	{CONFIG("workspaceAccess: 'ro'", ""), GROUP,
	 "/boxes/agent-main-telegram-group--100-*>/workspace:rw /ws>/agent:ro",
	 "ro: the workspace beside it"},
	{CONFIG("workspaceAccess: 'rw'", ""), GROUP, "/ws>/workspace:rw",
	 "rw: the workspace itself"},
	{CONFIG("scope: 'agent'", ""), GROUP, "/boxes/agent-main-*>/workspace:rw",
	 "one for the agent's sessions"},
	{CONFIG("scope: 'shared'", ""), GROUP, "/boxes>/workspace:rw", "one for everybody"},
	{CONFIG("workspaceAccess: 'rw', binds: ['/srv/a:/a:ro', '/srv/b:/b', '/srv/c:/c:rw']", ""),
	 GROUP, "/ws>/workspace:rw /srv/a>/a:ro /srv/b>/b:rw /srv/c>/c:rw",
	 "writable when the mode is left out"},
	{CONFIG("workspaceAccess: 'rw', docker: { binds: ['/srv/a:/a:ro,z'] }",
		"{ id: 'main', sandbox: { binds: ['/srv/b:/b:z,ro'] } }"),
	 GROUP, "/ws>/workspace:rw /srv/a>/a:ro /srv/b>/b:ro", "both levels, both spellings"},
	{CONFIG("workspaceAccess: 'rw', scope: 'shared', binds: ['/srv/a:/a']",
		"{ id: 'main', sandbox: { binds: ['/srv/b:/b'], docker: { binds: ['/srv/c:/c'] } } "
		"}"),
	 GROUP, "/ws>/workspace:rw /srv/a>/a:rw", "shared: an agent's own do not count"},
	{CONFIG("workspaceAccess: 'rw', docker: { workdir: '/w/' }", ""), GROUP, "/ws>/w:rw",
	 "the working directory's name"},
};

/* '*' stands for the hash in a directory's name. */
static bool mounts_equal(const char *got, const char *wanted)
{
	for (; *wanted; wanted++) {
		if (*wanted == '*') {
			while (*got && *got != '>')
				got++;
		} else if (*got++ != *wanted) {
			return false;
		}
	}
	return !*got;
}

static void test_mounts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		struct doc d autodoc = doc_good(mounts[i].config);
		struct err err = {0};
		struct box *b autobox = box_of(&d, mounts[i].session, &err);
		autofree char *got = b ? mounts_text(b) : NULL;

		if (!got || !mounts_equal(got, mounts[i].mounts))
			fail_msg("%s: %s, not %s (%s)", mounts[i].why, got ? got : "none",
				 mounts[i].mounts, err.message);
	}
}

static const struct {
	const char *settings, *key, *says;
} refused[] = {
	{"docker: { network: 'bridge' }", "agents.defaults.sandbox.docker.network", "no network"},
	{"docker: { user: '0' }", "agents.defaults.sandbox.docker.user", "root"},
	{"docker: { user: 'root:root' }", "agents.defaults.sandbox.docker.user", "root"},
	{"docker: { user: '0:1000' }", "agents.defaults.sandbox.docker.user", "root"},
	{"binds: ['volume:/v']", "agents.defaults.sandbox.binds[0]", "volume"},
	{"binds: ['/srv/a']", "agents.defaults.sandbox.binds[0]", "where in the sandbox"},
	{"binds: ['/srv/a:/']", "agents.defaults.sandbox.binds[0]", "covers"},
	{"binds: ['/srv/a:/b/..']", "agents.defaults.sandbox.binds[0]", "covers"},
	{"binds: ['/srv/a:/proc/sys']", "agents.defaults.sandbox.binds[0]", "covers"},
	{"binds: ['/srv/a:/dev//x/../shm']", "agents.defaults.sandbox.binds[0]", "covers"},
	{"binds: ['/srv/a:/workspace/x']", "agents.defaults.sandbox.binds[0]", "covers"},
	{"docker: { binds: ['/srv/b:/agent'] }", "agents.defaults.sandbox.docker.binds[0]",
	 "covers"},
	{"docker: { workdir: '/proc' }", "agents.defaults.sandbox.docker.workdir", "working"},
	{"docker: { memory: 'much' }", "agents.defaults.sandbox.docker.memory", "size"},
	{"docker: { memory: '1g', memorySwap: '512m' }",
	 "agents.defaults.sandbox.docker.memorySwap", "swap"},
	{"docker: { ulimits: { files: 3 } }", "agents.defaults.sandbox.docker.ulimits.files",
	 "limit"},
	{"docker: { tmpfs: ['tmp'] }", "agents.defaults.sandbox.docker.tmpfs[0]", "path"},
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		autofree char *config = NULL;
		struct doc d autodoc = {0};
		struct err err = {0};
		struct box *b autobox = NULL;

		assert_true(asprintf(&config, CONFIG("%s", ""), refused[i].settings) > 0);
		d = doc_good(config);
		b = box_of(&d, GROUP, &err);
		if (b || strcmp(err.key, refused[i].key) || !strstr(err.message, refused[i].says))
			fail_msg("%s: %s: %s", refused[i].settings, err.key, err.message);
	}
}

static const struct {
	const char *text;
	unsigned long long bytes; /* 0: no size */
} sizes[] = {
	{"1024", 1024},
	{"512m", 512ull << 20},
	{"1.5G", 3ull << 29},
	{"2gb", 2ull << 30},
	{"7b", 7},
	{"1KiB", 1024},
	{"", 0},
	{"m", 0},
	{"-1", 0},
	{"1x", 0},
	{"1mx", 0},
	{"nan", 0},
	{"1e3", 0},
	{"0x10", 0},
};

static void test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned long long got = 0;
		bool is = size_parse(sizes[i].text, &got);

		if (is != (sizes[i].bytes > 0) || (is && got != sizes[i].bytes))
			fail_msg("%s: %d, %llu", sizes[i].text, is, got);
	}
}

static void test_settings(void **state)
{
	struct doc d autodoc = doc_good(
		CONFIG("docker: { memory: '64m', cpus: 1.5, pidsLimit: 9, readOnlyRoot: false,"
		       "  env: { A: '1', B: '2' }, ulimits: { nofile: '10:20' } }",
		       "{ id: 'main', sandbox: { docker: { env: { B: '3' }, tmpfs: [] } } },"
		       "{ id: 'slow', tools: { exec: { timeoutSec: 5 } } }"));
	struct err err = {0};
	struct box *b autobox = box_of(&d, GROUP, &err);
	struct box *slow autobox = box_of(&d, "agent:slow:x:group:1", &err);
	const char *const env[] = {"A=1", "B=3", ("PATH=" BOX_PATH), "HOME=/workspace"};

	(void)state;
	assert_non_null(b);
	assert_non_null(slow);
	assert_true(b->memory == 64 << 20 && b->swap == 64 << 20 && !b->swap_unlimited);
	assert_true(b->cpus == 1.5 && b->pids == 9);
	assert_false(b->read_only_root);
	for (size_t i = 0; i < ARRAY_SIZE(env); i++)
		assert_string_equal(b->env[i], env[i]);
	assert_int_equal(b->limit_count, 1);
	assert_true(b->limits[0].soft == 10 && b->limits[0].hard == 20);
	assert_int_equal(b->tmpfs_count, 0);
	assert_int_equal(slow->tmpfs_count, 3);
	assert_int_equal(b->timeout, 60);
	assert_int_equal(slow->timeout, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
