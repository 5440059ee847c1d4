// SPDX-License-Identifier: GPL-2.0-only
/* From nothing, or from an older policy, to an enforced one; and back to nothing. */
#include "session/load.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kernel/iterate.h"
#include "kernel/lock.h"
#include "kernel/maps.h"
#include "kernel/skeleton.h"
#include "session/cgroup.h"
#include "session/containers.h"
#include "session/enforce.h"
#include "session/grants.h"
#include "session/load_record.h"
#include "session/marker.h"
#include "session/registry.h"
#include "util/cleanup.h"

/*
 * The folder that no session may change. Without it, or on a disk that cannot be written, nothing
 * can be approved for always; all else holds.
 */
static void own_folder_find(struct kernel *k, struct state *state)
{
	struct file_identity id = {0};
	autoclose int folder = -1;
	struct err ignored;

	lock_prepare();
	if (grants_prepare(&folder, &ignored) || iterate_files(k, &folder, 1, &id, &ignored))
		id = (struct file_identity){0};
	state->own_dev = id.dev;
	state->own_ino = id.ino;
}

/* What never changes while the programs are loaded. */
static int state_begin(struct kernel *k, struct err *err)
{
	autoclose int root = open("/proc/1/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct state state = {.abi = CLAW_ABI_VERSION, .object = skeleton_fingerprint()};
	struct file_identity id;
	int r;

	if (root < 0)
		return err_errno(err, errno, "the host's root directory cannot be opened");
	r = iterate_files(k, &root, 1, &id, err);
	if (r)
		return r;
	state.root_dev = id.dev;
	state.root_ino = id.ino;
	own_folder_find(k, &state);
	return state_write(k, &state, err);
}

static int load_first(const struct document *d, struct load_result *ret, struct err *err)
{
	struct kernel *k autokernel = NULL;
	int r = kernel_load(&k, err);

	if (!r)
		r = state_begin(k, err);
	if (!r)
		r = enforce_document(k, d, err);
	if (!r)
		r = self_test(k, ret->tested, err);
	if (!r)
		r = kernel_pin(k, err);
	if (r)
		cgroup_remove_empty(""); /* of the self-test */
	ret->first = true;
	ret->generation = 1;
	return r;
}

static int load_on(struct kernel *k, const struct document *d, struct load_result *ret,
		   struct err *err)
{
	struct state before, after;
	struct err ignored;
	int r;

	/* Events name their rules by generation: what waits is read while theirs is there. */
	r = registry_drain(k, err);
	if (!r)
		r = state_read(k, &before, err);
	if (!r) {
		own_folder_find(k, &before);
		r = state_write(k, &before, err);
	}
	if (!r)
		r = enforce_document(k, d, err);
	if (r)
		return r;
	r = self_test(k, ret->tested, err);
	if (!r)
		r = state_read(k, &after, err);
	if (r) {
		/* The old image is still in its slot. */
		state_write(k, &before, &ignored);
		return r;
	}
	ret->first = false;
	ret->generation = after.generation;
	return 0;
}

static int object_write(struct kernel *k, struct err *err)
{
	struct state state;
	int r = state_read(k, &state, err);

	state.object = skeleton_fingerprint();
	return r ? r : state_write(k, &state, err);
}

/* Programs of another build are replaced by ours: for a moment both enforce, on the same maps. */
static int load_again(struct kernel *pinned, const struct document *d, struct load_result *ret,
		      struct err *err)
{
	struct kernel *k autokernel = NULL;
	bool current;
	int r = kernel_is_current(pinned, &current, err);

	if (r || current)
		return r ? r : load_on(pinned, d, ret, err);
	r = kernel_load_beside(pinned, &k, err);
	if (!r)
		r = kernel_attach_like(k, pinned, err);
	if (!r)
		r = load_on(k, d, ret, err);
	if (!r)
		r = object_write(k, err);
	if (!r)
		r = kernel_pin(k, err);
	ret->programs_replaced = !r;
	return r;
}

int load_document(const struct document *d, struct load_result *ret, struct err *err)
{
	struct kernel *k autokernel = NULL;
	autoclose int lock = -1;
	struct err ignored;
	int r = lock_take(LOCK_CHANGE, &lock, err);

	if (r)
		return r;
	r = kernel_open(&k, err);
	if (r == -ENOENT)
		r = load_first(d, ret, err);
	else if (!r)
		r = load_again(k, d, ret, err);
	if (r)
		return r;
	marker_write(sources_root(d->sources), &ignored); /* a hint, no more */
	ret->unlogged = (struct err){0};
	load_record(RECORD_LOADED, sources_root(d->sources), ret->generation,
		    ret->first ? "first" : "again", &ret->unlogged);
	return 0;
}

/* --- unload ------------------------------------------------------------------------------------
 */

static int labelled_count(const struct kernel *k, size_t *ret, struct err *err)
{
	autofree struct labelled_task *tasks = NULL;
	size_t count = 0;
	int r = iterate_tasks(k, &tasks, &count, err);

	*ret = 0;
	for (size_t i = 0; !r && i < count; i++)
		*ret += tasks[i].phase != PHASE_PENDING;
	return r;
}

/* Also what an unload that was killed, or a run, left behind. */
static int remains_remove(struct err *err)
{
	int r = kernel_unpin(err);

	if (!r) {
		cgroup_remove_empty("");
		marker_remove();
	}
	return r;
}

/* First the trail: nothing is taken away that is not in it. */
static int unload_record(struct kernel *k, bool force, struct err *err)
{
	autofree char *config = NULL;
	struct state state = {0};
	struct err ignored;

	marker_read(&config, &ignored);
	if (k)
		state_read(k, &state, &ignored);
	return load_record(RECORD_UNLOADED, config, state.generation, force ? "force" : NULL, err);
}

int unload(bool force, bool *ret_loaded, struct err *err)
{
	struct kernel *k autokernel = NULL;
	autoclose int lock = -1;
	size_t tasks = 0;
	int r = lock_take(LOCK_CHANGE, &lock, err);

	if (r)
		return r;
	r = kernel_open(&k, err);
	*ret_loaded = r != -ENOENT;
	if (r == -ENOENT)
		return remains_remove(err);
	if (r && r != -ESTALE)
		return r;
	if (!r)
		r = labelled_count(k, &tasks, err);
	if (tasks && !force) {
		err_set(err, EBUSY, "%zu %s in sessions, and nothing would hold them any more",
			tasks, tasks == 1 ? "task is" : "tasks are");
		return err_fix(err, "end them (`clawbpf session list`), or unload with --force");
	}
	if (!r)
		r = registry_drain(k, err);
	if (!r || r == -ESTALE)
		r = unload_record(k, force, err);
	if (r && !force)
		return r;
	if (k) /* nobody would ever tell those who wait */
		containers_unwatch(k, err);
	return remains_remove(err);
}
