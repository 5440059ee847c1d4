// SPDX-License-Identifier: GPL-2.0-only
/* How do containers come into their sessions? */
#include "session/containers.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "kernel/apply.h"
#include "kernel/containers.h"
#include "kernel/iterate.h"
#include "kernel/maps.h"
#include "session/cgroup.h"
#include "session/inherit.h"
#include "session/registry.h"
#include "util/cleanup.h"

#define HEX 64

/* As the kernel side reads it: bpf/lib/container.h. */
static bool id_of_name(const char *name, char *ret)
{
	static const char *const heads[] = {"", "docker-", "libpod-"};
	static const char *const tails[] = {"", ".scope"};

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		size_t head = strlen(heads[i]);

		if (strncmp(name, heads[i], head) || strspn(name + head, "0123456789abcdef") != HEX)
			continue;
		for (size_t t = 0; t < ARRAY_SIZE(tails); t++) {
			if (strcmp(name + head + HEX, tails[t]) || (!head && t))
				continue;
			memcpy(ret, name + head, HEX);
			ret[HEX] = '\0';
			return true;
		}
	}
	return false;
}

/* nftw takes no argument along. */
static struct container_cgroups *found;

static int on_folder(const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct container_cgroup c = {.cgroup = st->st_ino, .owner = st->st_uid}, *items;

	if (type != FTW_D || !id_of_name(path + at->base, c.id))
		return 0;
	items = reallocarray(found->items, found->count + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	found->items = items;
	c.path = strdup(path);
	if (!c.path)
		return -ENOMEM;
	items[found->count++] = c;
	return 0;
}

int container_cgroups_find(struct container_cgroups *ret, struct err *err)
{
	autofree char *mount = NULL;
	int r = cgroup_mount(&mount, err);

	if (r)
		return r;
	found = ret;
	/* A cgroup that goes just as it is looked into ends the walk. */
	for (int i = 0; i < 100; i++) {
		container_cgroups_free(ret);
		errno = 0;
		r = nftw(mount, on_folder, 16, FTW_PHYS);
		if (r != -1 || errno != ENOENT)
			break;
	}
	found = NULL;
	if (r == -ENOMEM)
		return err_set(err, ENOMEM, "out of memory");
	return r ? err_errno(err, errno ? errno : EIO, "%s cannot be looked through", mount) : 0;
}

void container_cgroups_free(struct container_cgroups *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->items[i].path);
	free(all->items);
	*all = (struct container_cgroups){0};
}

bool container_cgroup_user(const struct container_cgroup *c, unsigned int *ret_user)
{
	autofree char *mount = NULL;
	struct err ignored;
	size_t len;

	if (cgroup_mount(&mount, &ignored))
		return false;
	len = strlen(mount);
	return !strncmp(c->path, mount, len) &&
	       sscanf(c->path + len, "/user.slice/user-%u.slice/", ret_user) == 1;
}

bool container_cgroup_of_user(const struct container_cgroup *c, unsigned int user)
{
	unsigned int whose;

	return container_cgroup_user(c, &whose) && whose == user;
}

unsigned int container_cgroup_owner(const struct container_cgroup *c)
{
	unsigned int user;

	return container_cgroup_user(c, &user) ? user : c->owner;
}

bool container_is_users(const char *id, unsigned int user)
{
	struct container_cgroups all autodestroy(container_cgroups_free) = {0};
	struct err ignored;
	size_t count = 0;

	if (container_cgroups_find(&all, &ignored))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		if (strcmp(all.items[i].id, id) != 0)
			continue;
		if (!container_cgroup_of_user(&all.items[i], user))
			return false;
		count++;
	}
	return count;
}

int container_assign(struct kernel *k, u32 session, const char *id, struct err *err)
{
	int r = registry_prepare(k, ENTRY_CONTAINER, err);

	return r ? r : container_write(k, id, session, err);
}

bool container_waits(const struct kernel *k, u64 cgroup)
{
	struct cgroup_entry entry;

	return cgroup_entry_find(k, cgroup, &entry) && entry.flags & ENTRY_PENDING;
}

int container_join(struct kernel *k, u32 session, const struct container_cgroup *c, bool *ret_late,
		   struct err *err)
{
	struct cgroup_entry entry = {.session = session, .flags = ENTRY_CONTAINER | ENTRY_ENGINE};
	struct cgroup_entry now;
	struct policy_head head;
	struct err ignored;
	int r;

	*ret_late = false;
	if (cgroup_entry_find(k, c->cgroup, &now)) {
		/* Whoever is in it has executed nothing of the container's yet. */
		if (now.flags & ENTRY_PENDING)
			return cgroup_entry_write(k, c->cgroup, &entry, err);
		return 0;
	}
	*ret_late = cgroup_populated(c->path);
	if (*ret_late && !image_head(k, session, &head, &ignored)) {
		r = inherit_prepare_always(k, session, err);
		if (r)
			return r;
	}
	return registry_add_cgroup(k, session, c->path, entry.flags, err);
}

int container_release(struct kernel *k, const struct container_cgroup *c, struct err *err)
{
	return container_waits(k, c->cgroup) ? cgroup_entry_remove(k, c->cgroup, err) : 0;
}

int containers_continue(struct kernel *k, size_t *ret_left, struct err *err)
{
	autofree struct labelled_task *tasks = NULL;
	struct state state;
	size_t count = 0;
	int r = state_read(k, &state, err);

	*ret_left = 0;
	if (!r)
		r = iterate_tasks(k, &tasks, &count, err);
	for (size_t i = 0; !r && i < count; i++) {
		const struct labelled_task *t = &tasks[i];

		if (t->phase != PHASE_PENDING || !(t->flags & LABEL_HELD) ||
		    (state.watch && container_waits(k, t->entry)))
			continue;
		kill((pid_t)t->tgid, SIGCONT);
		++*ret_left;
	}
	return r;
}

int containers_unwatch(struct kernel *k, struct err *err)
{
	size_t left = 1;
	int r = container_watch(k, 0, err);

	/* One may just be about to stop: until none is seen that has not gone on. */
	for (int i = 0; !r && left && i < 100; i++) {
		r = containers_continue(k, &left, err);
		if (left)
			nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	return r;
}
