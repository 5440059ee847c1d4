// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does anything that a product keeps beside its config crash what reads it, or give a session
 * another's policy? The input is exec-approvals.json as well as the store of sessions, for each
 * dialect.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/json5.h"
#include "policy/command/approvals.h"
#include "policy/command/exec_list.h"
#include "policy/key/session_spawn.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {"{clawbpf:{dialect:'clawdbot'}}",
				    "{clawbpf:{dialect:'openclaw'}}"};
static const char *const folders[] = {"/.clawdbot", "/.openclaw"};

static struct config *configs[ARRAY_SIZE(texts)];
static struct sources *sources[ARRAY_SIZE(texts)];
static char home[64], files[2 * ARRAY_SIZE(texts)][256];

static void cleanup(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		unlink(files[i]);
		for (char *slash; (slash = strrchr(files[i], '/')) && slash != files[i];) {
			*slash = '\0';
			if (rmdir(files[i]))
				break;
		}
	}
}

/* With the folders on its way. */
static void file_name(size_t i, const char *folder, const char *rest)
{
	char *at = files[i] + strlen(home) + 1;

	snprintf(files[i], sizeof(files[i]), "%s%s%s", home, folder, rest);
	while ((at = strchr(at, '/'))) {
		*at = '\0';
		mkdir(files[i], 0700);
		*at++ = '/';
	}
}

static void prepare(void)
{
	if (home[0])
		return;
	snprintf(home, sizeof(home), "/dev/shm/clawbpf-fuzz-XXXXXX");
	assert(mkdtemp(home));
	setenv("HOME", home, 1);
	unsetenv("OPENCLAW_STATE_DIR");
	unsetenv("CLAWDBOT_STATE_DIR");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct node *root autodestroy(node_free) = NULL;
		struct sources *s = sources[i] = sources_new(false);
		struct warnings w autowarnings = {0};
		struct err err = {0};

		file_name(2 * i, folders[i], "/exec-approvals.json");
		file_name(2 * i + 1, folders[i], "/agents/main/sessions/sessions.json");
		assert(s && !json5_read("fuzz", texts[i], strlen(texts[i]), &root, &w, &err));
		assert(!config_decode(root, s, &configs[i], &w, &err));
		assert(configs[i]->state_dir &&
		       !strncmp(configs[i]->state_dir, home, strlen(home)));
	}
	atexit(cleanup);
}

static void write_all(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		autoclose int fd = open(files[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	}
}

static void try_approvals(const struct config *c)
{
	static const char *const commands[] = {"ls", "git status | head", "env rm x; \"a b\""};
	const struct exec_place place = {.cwd = "/", .path = "/bin", .home = "/", .root = home};
	const struct exec_rules otherwise = exec_rules_of(dialect_of(c));
	struct node *file autodestroy(node_free) = NULL;
	struct approvals a autodestroy(approvals_clear) = {0};
	struct err err = {0};
	int r = approvals_read(c, &file, &err);

	assert(r ? !file && err.code : file != NULL);
	if (r)
		return;
	assert(!approvals_resolve(dialect_of(c), file, "main", &otherwise, &a));
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		struct exec_answer answer autodestroy(exec_answer_clear) = {0};
		const struct exec_list list = {.patterns = a.patterns, .count = a.count};

		assert(!exec_list_ask(dialect_of(c), &list, &place, commands[i], &answer));
		assert(!answer.allowed || answer.listed);
		assert(answer.allowed || answer.why || answer.failure);
	}
}

static void try_store(const struct config *c)
{
	static const char *const keys[] = {"agent:main:subagent:1", "subagent:a"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct session_key k autodestroy(session_key_clear) = {0},
				     from autodestroy(session_key_clear) = {0};
		struct stored_session stored autodestroy(session_stored_clear) = {0};
		struct err err = {0};

		assert(!session_key_parse(c, keys[i], &k, &err));
		assert(!session_stored_find(c, &k, &stored, &err));
		if (!session_spawner_find(c, &k, &stored, &from, &err))
			assert(!from.grouped || (from.text && from.channel));
		else
			assert(err.code && err.message[0]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	prepare();
	write_all(data, size);
	for (size_t i = 0; i < ARRAY_SIZE(configs); i++) {
		try_approvals(configs[i]);
		try_store(configs[i]);
	}
	return 0;
}
