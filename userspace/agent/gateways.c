// SPDX-License-Identifier: GPL-2.0-only
/* Where does an agent's gateway run? */
#include "agent/gateways.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/maps.h"
#include "policy/gateway.h"
#include "session/cgroup.h"
#include "session/registry.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/escape.h"

#define COMM_MAX 15

static const char *const gateways[] = {"openclaw-gateway", "clawdbot-gateway", "moltbot-gateway",
				       "moldbot-gateway"};

bool gateway_unit_name(const char *name)
{
	static const char tail[] = ".service";
	size_t len = strlen(name), head;

	for (size_t i = 0; i < ARRAY_SIZE(gateways); i++) {
		head = strlen(gateways[i]);
		if (len < head + strlen(tail) || strncmp(name, gateways[i], head))
			continue;
		/* Behind a dash: the profile, when there are several. */
		return (name[head] == '.' || name[head] == '-') &&
		       !strcmp(name + len - strlen(tail), tail);
	}
	return false;
}

bool gateway_process_name(const char *comm)
{
	for (size_t i = 0; i < ARRAY_SIZE(gateways); i++) {
		if (strlen(comm) == COMM_MAX && !strncmp(comm, gateways[i], COMM_MAX))
			return true;
	}
	return false;
}

/* ret_new: it was not the gateway's before. */
static int join_cgroup(struct owners *o, const char *path, bool *ret_new, struct err *err)
{
	struct cgroup_entry entry;
	u32 session;
	u64 id;
	int r = cgroup_id(path, &id, err);

	if (r || cgroup_entry_find(o->kernel, id, &entry))
		return r;
	r = registry_add_gateway(o->kernel, &session, err);
	if (!r)
		r = registry_add_cgroup(o->kernel, session, path, ENTRY_GATEWAY | ENTRY_ENGINE,
					err);
	*ret_new = !r;
	return r;
}

/* A user who may make cgroups chooses their names: none of them moves a cursor. */
static void tell(const struct owners *o, const char *name)
{
	struct buf text autobuf = {0};

	escape_message(&text, name, strlen(name));
	if (!text.failed)
		fprintf(o->out, "the gateway runs as %s: what it starts is looked at\n", text.data);
}

/* nftw takes no argument along. */
static struct owners *looking;

static int on_folder(const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct err ignored; /* it may be gone by now: the next look tells */
	bool fresh = false;

	(void)st;
	if (type != FTW_D || !gateway_unit_name(path + at->base))
		return 0;
	if (!join_cgroup(looking, path, &fresh, &ignored) && fresh)
		tell(looking, path + at->base);
	return 0;
}

/* A container has a host of its own, which is none of its config's. */
static bool process_of_host(int proc, const char *pid)
{
	char path[300];
	struct stat root, host;

	snprintf(path, sizeof(path), "%s/root", pid);
	return !fstatat(proc, path, &root, 0) && !stat("/", &host) && root.st_ino == host.st_ino &&
	       root.st_dev == host.st_dev;
}

static bool process_is_gateway(int proc, const char *pid)
{
	char path[300], comm[COMM_MAX + 2] = "";
	autoclose int fd = -1;

	snprintf(path, sizeof(path), "%s/comm", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, comm, sizeof(comm) - 1) <= 0)
		return false;
	comm[strcspn(comm, "\n")] = '\0';
	return gateway_process_name(comm) && process_of_host(proc, pid);
}

static void join_process(struct owners *o, const char *name)
{
	pid_t pid = (pid_t)strtol(name, NULL, 10);
	unsigned int count;
	struct err ignored; /* it is in a session already, or gone */
	u32 session;

	if (registry_add_gateway(o->kernel, &session, &ignored) ||
	    registry_add_process(o->kernel, session, pid, PHASE_GATEWAY, &count, &ignored))
		return;
	fprintf(o->out, "the gateway is process %d: what it starts is looked at\n", (int)pid);
}

static int processes_look(struct owners *o, struct err *err)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	if (!dir)
		return err_errno(err, errno, "/proc cannot be read");
	while ((entry = readdir(dir))) {
		if (isdigit((unsigned char)*entry->d_name) &&
		    process_is_gateway(dirfd(dir), entry->d_name))
			join_process(o, entry->d_name);
	}
	closedir(dir);
	return 0;
}

int gateways_look(struct owners *o, struct err *err)
{
	struct gateway promised autodestroy(gateway_clear) = {0};
	autofree char *mount = NULL;
	int r = gateway_resolve(o->document->config, &promised, err);

	if (!r && promised.mode == GATEWAY_OFF)
		return 0;
	if (!r)
		r = cgroup_mount(&mount, err);
	if (r)
		return r;
	looking = o;
	if (nftw(mount, on_folder, 16, FTW_PHYS) && errno != ENOENT)
		r = err_errno(err, errno, "%s cannot be looked through", mount);
	if (!r)
		r = processes_look(o, err);
	fflush(o->out);
	return r;
}
