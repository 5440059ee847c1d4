// SPDX-License-Identifier: GPL-2.0-only
/* What is bubblewrap told? By a memory file: its command line can be read from in the sandbox. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/box/box.h"
#include "session/box/box_stage.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/path.h"

/* Each word with its NUL. */
static void put_words(struct buf *b, const char *const *words)
{
	for (; *words; words++)
		buf_add(b, *words, strlen(*words) + 1);
}

#define put(b, ...) put_words(b, (const char *const[]){__VA_ARGS__, NULL})

static void put_number(struct buf *b, const char *option, unsigned long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", number);
	put(b, option, text);
}

/* The host's programs, read-only. Where /bin is a link to /usr/bin, it is one in the sandbox, too.
 */
static void put_programs(struct buf *b)
{
	static const char *const names[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
	char target[PATH_MAX];
	struct stat st;

	put(b, "--ro-bind", "/usr", "/usr");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ssize_t n = readlink(names[i], target, sizeof(target) - 1);

		if (n > 0) {
			target[n] = '\0';
			put(b, "--symlink", target, names[i]);
		} else if (!stat(names[i], &st)) {
			put(b, "--ro-bind", names[i], names[i]);
		}
	}
}

static void put_tmpfs(struct buf *b, const struct box *box)
{
	for (size_t i = 0; i < box->tmpfs_count; i++) {
		const struct box_tmpfs *t = &box->tmpfs[i];

		if (t->size)
			put_number(b, "--size", t->size);
		put(b, "--perms", "1777", "--tmpfs", t->path);
	}
}

static void put_mounts(struct buf *b, const struct box_place *p)
{
	for (size_t i = 0; i < p->box->mount_count; i++) {
		const struct box_mount *m = &p->box->mounts[i];
		char staged[sizeof(STAGE_FOLDER) + 24];

		snprintf(staged, sizeof(staged), STAGE_FOLDER "/%zu", i);
		put(b, m->writable ? "--bind" : "--ro-bind", p->staged[i] ? staged : m->host,
		    m->container);
	}
}

/* bubblewrap reads the list of mounts for each bind: the earlier, the shorter it is. But a bind
 * into a directory that is mounted here comes after that, as one of a directory that has it in it.
 */
static bool binds_come_first(const struct box *b)
{
	for (size_t i = 0; i < b->mount_count; i++)
		for (size_t j = 0; j < b->tmpfs_count; j++)
			if (path_is_below(b->mounts[i].container, b->tmpfs[j].path) ||
			    path_is_below(b->tmpfs[j].path, b->mounts[i].container))
				return false;
	return true; /* nor are they in /proc or /dev: policy/sandbox/box.c */
}

/* Nothing of the caller's but which terminal it is. */
static void put_env(struct buf *b, const struct box_place *p)
{
	const char *term = getenv("TERM");

	if (p->terminal && term && strlen(term) < 64 &&
	    strspn(term, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-+._") ==
		    strlen(term))
		put(b, "--setenv", "TERM", term);
	for (char **e = p->box->env; e && *e; e++) {
		size_t len = strcspn(*e, "=");

		put(b, "--setenv");
		buf_add(b, *e, len);
		buf_putc(b, '\0');
		put(b, *e + len + 1);
	}
}

static void put_all(struct buf *b, const struct box_place *p)
{
	const bool first = binds_come_first(p->box);

	put(b, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
	    "--unshare-cgroup-try", "--hostname", "sandbox");
	/* A terminal's Ctrl-C ends bubblewrap too: then the program in it decides for itself. */
	if (!p->terminal)
		put(b, "--die-with-parent", "--new-session");
	put_programs(b);
	put(b, "--ro-bind", p->etc, "/etc");
	if (first)
		put_mounts(b, p);
	put(b, "--proc", "/proc", "--dev", "/dev");
	put_tmpfs(b, p->box);
	if (!first)
		put_mounts(b, p);
	if (p->box->read_only_root)
		put(b, "--remount-ro", "/");
	put(b, "--chdir", p->box->workdir);
	put_env(b, p);
	put_number(b, "--seccomp", (unsigned long long)p->filter);
	put_number(b, "--json-status-fd", (unsigned long long)p->status[1]);
}

int box_args_write(struct box_place *p, struct err *err)
{
	struct buf b autobuf = {0};

	put_all(&b, p);
	if (b.failed)
		return err_set(err, ENOMEM, "out of memory");
	p->args = memfd_create("sandbox", MFD_CLOEXEC);
	if (p->args < 0 || write(p->args, b.data, b.len) != (ssize_t)b.len ||
	    lseek(p->args, 0, SEEK_SET))
		return err_errno(err, errno, "the sandbox's options cannot be written");
	return 0;
}
