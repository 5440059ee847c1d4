// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any answer of who reads openclaw's database, who may have become the database's by then,
 * crash who asked, or take a sandbox from a session of which nothing can be told? The input is all
 * that the reader says.
 */
#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/json5.h"
#include "policy/key/session_database_reader.h"
#include "policy/key/session_stores.h"
#include "policy/resolve.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
	"{clawbpf:{dialect:'openclaw'},agents:{defaults:{sandbox:{mode:'non-main'}}},"
	"channels:{telegram:{groups:{'-1':{tools:{deny:['exec']}}}}}}";

static struct config *config;
static struct sources *sources;
static char home[64], file[160];
static const uint8_t *said;
static size_t said_len;

/* In the place of the reader, and of a process for him: it says its part, whatever it is asked. */
#define READER 0x7ffffff0

void database_serve(const char *path, const struct stat *checked, int fd)
{
	(void)path, (void)checked, (void)fd;
	abort();
}

int socketpair(int family, int type, int protocol, int ends[2])
{
	if (syscall(SYS_socketpair, family, type, protocol, ends))
		return -1;
	assert(!said_len || write(ends[1], said, said_len) == (ssize_t)said_len);
	return 0;
}

pid_t fork(void)
{
	return READER;
}

int kill(pid_t pid, int signal)
{
	assert(pid == READER && signal == SIGKILL);
	return 0;
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	(void)status, (void)options;
	assert(pid == READER);
	return pid;
}

static void cleanup(void)
{
	unlink(file);
	for (char *slash; (slash = strrchr(file, '/')) && slash != file;) {
		*slash = '\0';
		if (rmdir(file))
			break;
	}
}

static void prepare(void)
{
	struct node *root autodestroy(node_free) = NULL;
	struct warnings w autowarnings = {0};
	struct err err = {0};
	char *at;
	int fd;

	if (home[0])
		return;
	snprintf(home, sizeof(home), "/dev/shm/clawbpf-fuzz-XXXXXX");
	assert(mkdtemp(home));
	setenv("HOME", home, 1);
	unsetenv("OPENCLAW_STATE_DIR");
	snprintf(file, sizeof(file), "%s/.openclaw/agents/main/agent/openclaw-agent.sqlite", home);
	for (at = file + strlen(home) + 1; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		mkdir(file, 0700);
	}
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert(fd >= 0 && write(fd, "x", 1) == 1);
	close(fd);
	sources = sources_new(false);
	assert(sources && !json5_read("fuzz", text, strlen(text), &root, &w, &err));
	assert(!config_decode(root, sources, &config, &w, &err));
	atexit(cleanup);
}

static void resolve(const char *key)
{
	struct policy *p autodestroy(policy_free) = NULL;
	struct err err = {0};
	int r = policy_resolve(config, key, &p, &err);

	assert(r ? err.code && !p : p != NULL);
	assert(r || !strcmp(key, "agent:main:main") || said_len || p->sandboxed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = {"agent:main:main", "agent:main:subagent:1",
					   "agent:main:telegram:group:-1"};

	prepare();
	said = data;
	said_len = size;
	session_stores_begin(config);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		resolve(keys[i]);
	session_stores_end(config);
	return 0;
}
