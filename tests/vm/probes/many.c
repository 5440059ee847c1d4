// SPDX-License-Identifier: GPL-2.0-only
/* As many as there can be, by what the program itself would call for each. It says how many it
 * made, and why it made no more.
 *
 * many sessions FROM TO: agent:main:telegram:group:-I for each I, with a cgroup of its own below
 * /sys/fs/cgroup/many, and in that a process that does nothing.
 *
 * many keys TO: agent:main:key:I, registered and no more; their cgroups there are not.
 *
 * many cgroups TO: entries of cgroups that there are not, which lead to agent:main:many.
 *
 * many containers TO, many approvals TO (requests that wait).
 *
 * many watched FROM TO: cgroups below that of above, as an engine names them for its containers,
 * which somebody looks after who does not answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "abi/approval.h"
#include "kernel/approvals.h"
#include "kernel/containers.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "kernel/sessions.h"
#include "session/enforce.h"
#include "session/registry.h"
#include "util/cleanup.h"

#define FOLDER "/sys/fs/cgroup/many"

/* It shares our memory, and never touches it: thousands of them need little. */
static int idle_in(const char *cgroup)
{
	autoclose int fd = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct clone_args args = {.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
					   CLONE_INTO_CGROUP,
				  .cgroup = (unsigned long long)fd};
	long r;

	if (fd < 0)
		return -errno;
	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n"
			 "2:\n\t"
			 "mov %[pause], %%eax\n\t"
			 "syscall\n\t"
			 "jmp 2b\n"
			 "1:"
			 : "=a"(r)
			 : "a"(SYS_clone3), "D"(&args), "S"(sizeof(args)), [pause] "i"(SYS_pause)
			 : "rcx", "r11", "memory", "cc");
	return (int)r;
}

/* Far above the ids that there are. */
static int add_cgroup(struct kernel *k, u32 session, u32 i, struct err *err)
{
	const struct cgroup_entry entry = {.session = session};

	return cgroup_entry_write(k, (1ull << 40) + i, &entry, err);
}

static int add_session(struct kernel *k, const struct document *d, u32 i, struct err *err)
{
	char cgroup[64], key[64];
	u32 id;
	int r;

	snprintf(key, sizeof(key), "agent:main:telegram:group:-%u", i);
	r = registry_add_by(k, d, key, &id, NULL, err);
	snprintf(cgroup, sizeof(cgroup), FOLDER "/%u", i);
	if (!r && mkdir(cgroup, 0755))
		r = err_errno(err, errno, "%s", cgroup);
	if (!r)
		r = registry_add_cgroup(k, id, cgroup, 0, err);
	if (r)
		return r;
	r = idle_in(cgroup);
	return r < 0 ? err_errno(err, -r, "no process in %s", cgroup) : 0;
}

static int add_approval(struct kernel *k, u32 i, struct err *err)
{
	struct approval a = {.state = APPROVAL_WAITING};
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	a.asked_ns = (u64)now.tv_sec * 1000000000ull;
	a.deadline_ns = a.asked_ns + 3600000000000ull;
	snprintf(a.session, sizeof(a.session), "agent:main:main");
	return approval_add(k, i, &a, err);
}

static int add_container(struct kernel *k, u32 i, struct err *err)
{
	char id[CONTAINER_ID_LEN + 1];

	snprintf(id, sizeof(id), "%064x", i);
	return container_write(k, id, CONTAINER_FOREIGN, err);
}

static int add_watched(struct kernel *k, u32 i, struct err *err)
{
	char cgroup[128];
	int r = container_watch(k, WATCH_DOCKER, err);

	snprintf(cgroup, sizeof(cgroup), FOLDER "/%064x", i);
	if (!r && mkdir(cgroup, 0755))
		r = err_errno(err, errno, "%s", cgroup);
	return r;
}

static int add(struct kernel *k, const struct document *d, const char *what, u32 i, struct err *err)
{
	struct session session = {.created_ns = 1};
	static u32 many;
	u32 id;
	int r;

	if (!strcmp(what, "sessions"))
		return add_session(k, d, i, err);
	if (!strcmp(what, "keys")) {
		snprintf(session.key, sizeof(session.key), "agent:main:key:%u", i);
		r = session_add(k, &session, &id, err);
		return r ? r : add_cgroup(k, id, i, err);
	}
	if (!strcmp(what, "cgroups")) {
		r = many ? 0 : registry_add_by(k, d, "agent:main:many", &many, NULL, err);
		return r ? r : add_cgroup(k, many, i, err);
	}
	if (!strcmp(what, "watched"))
		return add_watched(k, i, err);
	if (!strcmp(what, "containers"))
		return add_container(k, i, err);
	if (!strcmp(what, "approvals"))
		return add_approval(k, i, err);
	return err_set(err, EINVAL, "there is no \"%s\"", what);
}

int main(int argc, char **argv)
{
	struct document *d autodocument = NULL;
	struct kernel *k autokernel = NULL;
	autoclose int lock = -1;
	struct err err = {0};
	u32 i = argc == 4 ? (u32)atoi(argv[2]) : 1, to = (u32)atoi(argv[argc - 1]), made = 0;
	int r;

	if (argc < 3)
		return 2;
	r = lock_take(LOCK_CHANGE, &lock, &err);
	if (!r)
		r = kernel_open(&k, &err);
	if (!r)
		r = enforced_document(k, &d, NULL, &err);
	if (!r && mkdir(FOLDER, 0755) && errno != EEXIST)
		r = err_errno(&err, errno, FOLDER);
	for (; !r && i <= to; i++) {
		r = add(k, d, argv[1], i, &err);
		made += !r;
	}
	printf("%s: %u\n", argv[1], made);
	if (r)
		printf("%s%s%s\n", err.message, *err.fix ? "; " : "", err.fix);
	/* What there is left of us shares our descriptors, and holds none of them open. */
	fclose(stdout);
	fclose(stderr);
	close(0);
	return r ? 1 : 0;
}
