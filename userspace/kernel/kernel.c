// SPDX-License-Identifier: GPL-2.0-only
/* How do maps and programs get into the kernel, stay there, and leave it? */
#include "kernel/kernel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "kernel/host.h"
#include "kernel/maps.h"
#include "kernel/pin.h"
#include "kernel/program.h"
#include "kernel/skeleton.h"
#include "util/cleanup.h"

static const char *const map_names[MAP_COUNT] = {
#define KERNEL_MAP_NAME(id, name, known) [id] = name,
	KERNEL_MAPS(KERNEL_MAP_NAME)
#undef KERNEL_MAP_NAME
};

static const bool map_known[MAP_COUNT] = {
#define KERNEL_MAP_KNOWN(id, name, known) [id] = known,
	KERNEL_MAPS(KERNEL_MAP_KNOWN)
#undef KERNEL_MAP_KNOWN
};

static struct kernel *kernel_new(void)
{
	struct kernel *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	for (int i = 0; i < MAP_COUNT; i++)
		k->map[i] = -1;
	for (int i = 0; i < PROGRAM_COUNT; i++)
		k->program[i] = k->link[i] = -1;
	return k;
}

void kernel_free(struct kernel **p)
{
	struct kernel *k = *p;

	if (!k)
		return;
	for (int i = 0; i < PROGRAM_COUNT; i++) {
		if (k->link[i] >= 0)
			close(k->link[i]);
		if (!k->skeleton && k->program[i] >= 0)
			close(k->program[i]);
	}
	for (int i = 0; !k->skeleton && i < MAP_COUNT; i++) {
		if (k->map[i] >= 0)
			close(k->map[i]);
	}
	skeleton_free(k->skeleton);
	free(k);
	*p = NULL;
}

/* One that every policy needs has its link. Of one that is attached nobody needs the program who
 * opens but few. */
static int program_adopt(struct kernel *k, int i, struct err *err)
{
	const struct program_row *row = &program_rows[i];
	int r = 0;

	if (k->link[i] < 0)
		r = pin_open("links", row->name, &k->link[i], err);
	if (r == -ENOENT && (row->optional || !(row->needs & NEED_ALWAYS)))
		r = 0;
	if (r || k->program[i] >= 0 || (k->few && k->link[i] >= 0))
		return r;
	r = pin_open("programs", row->name, &k->program[i], err);
	return r == -ENOENT && row->optional ? 0 : r;
}

static int kernel_adopt(struct kernel *k, struct err *err)
{
	int r = 0;

	for (int i = 0; !r && i < MAP_COUNT; i++)
		if (!k->few || map_known[i])
			r = pin_open("maps", map_names[i], &k->map[i], err);
	for (int i = 0; !r && !k->few && i < PROGRAM_COUNT; i++)
		r = program_adopt(k, i, err);
	if (r == -ENOENT)
		return err_set(err, ESTALE, "what is pinned under " PIN_ROOT " is not complete"),
		       err_fix(err, "run `clawbpf unload`, then `clawbpf load` again");
	return r;
}

/* Is it that there is nothing at all? Then that is the error. */
static int pins_missing(int r, struct err *err)
{
	struct err nothing = {0};
	int r_nothing = pin_present(&nothing);

	if (r_nothing)
		*err = nothing;
	return r_nothing ? r_nothing : r;
}

static int kernel_open_as(bool few, struct kernel **ret, struct err *err)
{
	struct kernel *k autokernel = kernel_new();
	struct state state;
	int r;

	if (!k)
		return err_set(err, ENOMEM, "out of memory");
	k->few = few;
	r = kernel_adopt(k, err);
	if (!r)
		r = state_read(k, &state, err);
	if (r)
		return pins_missing(r, err);
	if (state.abi != CLAW_ABI_VERSION) {
		err_set(err, ESTALE,
			"the policy in the kernel was loaded by another version of clawbpf");
		return err_fix(err, "run `clawbpf unload`, then `clawbpf load` again");
	}
	k->pinned = true;
	*ret = TAKE_PTR(k);
	return 0;
}

int kernel_open(struct kernel **ret, struct err *err)
{
	return kernel_open_as(false, ret, err);
}

int kernel_open_few(struct kernel **ret, struct err *err)
{
	return kernel_open_as(true, ret, err);
}

void kernel_detach_links(struct kernel *k)
{
	for (int i = 0; i < PROGRAM_COUNT; i++) {
		if (k->link[i] >= 0)
			close(TAKE_FD(k->link[i]));
	}
	k->pinned = false;
}

static u64 map_id(int fd)
{
	struct bpf_map_info info = {0};
	u32 len = sizeof(info);

	return fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len) ? 0 : info.id;
}

u64 kernel_pinned_id(void)
{
	autoclose int fd = bpf_obj_get(PIN_ROOT "/maps/events");

	return map_id(fd);
}

u64 kernel_id(const struct kernel *k)
{
	return map_id(k->map[MAP_EVENTS]);
}

static int kernel_load_on(const struct map_reuse *reuse, size_t count, struct kernel **ret,
			  struct err *err)
{
	struct kernel *k autokernel = kernel_new();
	int r;

	if (!k)
		return err_set(err, ENOMEM, "out of memory");
	r = skeleton_load(reuse, count, &k->skeleton, err);
	if (r)
		return r;
	for (int i = 0; i < MAP_COUNT; i++)
		k->map[i] = skeleton_map(k->skeleton, map_names[i]);
	for (int i = 0; i < PROGRAM_COUNT; i++)
		k->program[i] = skeleton_program(k->skeleton, program_rows[i].name);
	*ret = TAKE_PTR(k);
	return 0;
}

/* Without it in the list programs would load, attach and never be asked, if they load at all. */
static int lsm_need(struct err *err)
{
	struct host host;
	char list[512];

	host_init(&host);
	if (host_file(&host, LSM_FILE, list, sizeof(list)) || host_list_has(list, "bpf"))
		return 0;
	err_set(err, ENOTSUP, "\"bpf\" is not among the active security modules (%s)", list);
	return err_fix(
		err,
		"start the kernel with lsm=%s,bpf on its command line; `clawbpf doctor` says "
		"where that is set",
		list);
}

int kernel_load(struct kernel **ret, struct err *err)
{
	int r = lsm_need(err);

	return r ? r : kernel_load_on(NULL, 0, ret, err);
}

int kernel_is_current(const struct kernel *k, bool *ret, struct err *err)
{
	struct state state;
	int r = state_read(k, &state, err);

	*ret = !r && state.object == skeleton_fingerprint();
	return r;
}

int kernel_load_beside(const struct kernel *pinned, struct kernel **ret, struct err *err)
{
	struct map_reuse reuse[MAP_COUNT];

	for (int i = 0; i < MAP_COUNT; i++)
		reuse[i] = (struct map_reuse){.name = map_names[i], .fd = pinned->map[i]};
	return kernel_load_on(reuse, MAP_COUNT, ret, err);
}

static int program_attach(struct kernel *k, int i, struct err *err)
{
	const struct program_row *row = &program_rows[i];

	if (k->link[i] >= 0)
		return 0;
	if (k->program[i] < 0)
		return row->optional
			       ? 0
			       : err_set(err, ENOTSUP, "this kernel has no hook \"%s\"", row->hook);
	/* The program itself says what it is attached to: this takes no name. */
	k->link[i] = bpf_raw_tracepoint_open(NULL, k->program[i]);
	if (k->link[i] < 0)
		return err_errno(err, errno, "the program \"%s\" cannot be attached to \"%s\"",
				 row->name, row->hook);
	return k->pinned ? pin_object(PIN_ROOT, "links", row->name, k->link[i], err) : 0;
}

int kernel_attach(struct kernel *k, unsigned int needs, struct err *err)
{
	int r = 0;

	for (int i = 0; !r && i < PROGRAM_COUNT; i++) {
		if (!(program_rows[i].needs & needs))
			continue;
		if (k->few)
			r = program_adopt(k, i, err);
		if (!r)
			r = program_attach(k, i, err);
	}
	return r;
}

int kernel_attach_like(struct kernel *k, const struct kernel *other, struct err *err)
{
	int r = 0;

	for (int i = 0; !r && i < PROGRAM_COUNT; i++) {
		if (other->link[i] >= 0)
			r = program_attach(k, i, err);
	}
	return r;
}

static int kernel_pin_all(const struct kernel *k, const char *root, struct err *err)
{
	int r = 0;

	for (int i = 0; !r && i < MAP_COUNT; i++)
		r = pin_object(root, "maps", map_names[i], k->map[i], err);
	for (int i = 0; !r && i < PROGRAM_COUNT; i++) {
		if (k->program[i] >= 0)
			r = pin_object(root, "programs", program_rows[i].name, k->program[i], err);
		if (!r && k->link[i] >= 0)
			r = pin_object(root, "links", program_rows[i].name, k->link[i], err);
	}
	return r;
}

int kernel_pin(struct kernel *k, struct err *err)
{
	struct err ignored;
	int r;

	r = pin_begin(err);
	if (!r)
		r = kernel_pin_all(k, PIN_STAGING, err);
	if (!r)
		r = pin_commit(err);
	if (r)
		pin_remove(PIN_STAGING, &ignored);
	else
		k->pinned = true;
	return r;
}

int kernel_unpin(struct err *err)
{
	return pin_retire(err);
}
