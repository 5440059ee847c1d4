// SPDX-License-Identifier: GPL-2.0-only
/* The compiled BPF object: opened, fitted to the kernel, loaded. */
#include "kernel/skeleton.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clawbpf.skel.h"
#include "kernel/program.h"

static void (*log_print)(const char *text);

__attribute__((format(printf, 2, 0))) static int log_libbpf(enum libbpf_print_level level,
							    const char *fmt, va_list ap)
{
	char text[4096];

	if (!log_print || level == LIBBPF_DEBUG)
		return 0;
	vsnprintf(text, sizeof(text), fmt, ap);
	log_print(text);
	return 0;
}

void skeleton_log(void (*print)(const char *text))
{
	log_print = print;
	libbpf_set_print(log_libbpf);
}

/* A hook that this kernel was built without: its program stays behind when it is optional. */
static bool hook_exists(const struct btf *btf, const struct program_row *row, const char *section)
{
	char name[96];

	if (!strncmp(section, "lsm", 3))
		snprintf(name, sizeof(name), "bpf_lsm_%s", row->hook);
	else if (!strncmp(section, "f", 1)) /* fentry, fexit */
		snprintf(name, sizeof(name), "%s", row->hook);
	else
		return true;
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

static int programs_fit(struct clawbpf *skel, struct err *err)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int r = 0;

	if (!btf) {
		err_set(err, ENOTSUP, "the kernel has no BTF (/sys/kernel/btf/vmlinux)");
		return err_fix(err, "boot a kernel with CONFIG_DEBUG_INFO_BTF, such as Debian's");
	}
	for (int i = 0; !r && i < PROGRAM_COUNT; i++) {
		const struct program_row *row = &program_rows[i];
		struct bpf_program *p = bpf_object__find_program_by_name(skel->obj, row->name);

		if (!p)
			r = err_set(err, ENOENT, "the program \"%s\" was not built in", row->name);
		else if (hook_exists(btf, row, bpf_program__section_name(p)))
			continue;
		else if (row->optional)
			bpf_program__set_autoload(p, false);
		else
			r = err_set(err, ENOTSUP, "this kernel has no hook \"%s\"", row->hook);
	}
	btf__free(btf);
	return r;
}

static int maps_reuse(struct clawbpf *skel, const struct map_reuse *reuse, size_t count,
		      struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(skel->obj, reuse[i].name);
		int r = map ? bpf_map__reuse_fd(map, reuse[i].fd) : -ENOENT;

		if (r)
			return err_errno(err, -r, "the map \"%s\" cannot be taken over",
					 reuse[i].name);
	}
	return 0;
}

unsigned long long skeleton_fingerprint(void)
{
	unsigned long long hash = 0xcbf29ce484222325ull;
	const unsigned char *bytes;
	size_t len;

	bytes = clawbpf__elf_bytes(&len);
	while (len--)
		hash = (hash ^ *bytes++) * 0x100000001b3ull;
	return hash;
}

int skeleton_load(const struct map_reuse *reuse, size_t count, void **ret, struct err *err)
{
	struct clawbpf *skel;
	int r;

	libbpf_set_print(log_libbpf);
	skel = clawbpf__open();
	if (!skel)
		return err_errno(err, errno, "the BPF object cannot be opened");
	r = programs_fit(skel, err);
	if (!r)
		r = maps_reuse(skel, reuse, count, err);
	if (!r) {
		r = clawbpf__load(skel);
		if (r == -EPERM || r == -EACCES) {
			err_errno(err, -r, "the kernel refuses to load the BPF programs");
			err_fix(err, geteuid()
					     ? "run this as root; `clawbpf doctor` says what else "
					       "is missing"
					     : "`clawbpf doctor` says what is missing");
		} else if (r) {
			err_errno(err, -r, "the BPF programs cannot be loaded");
			err_fix(err,
				"`clawbpf doctor` says what is missing, -vv what the kernel says");
		}
	}
	if (r) {
		clawbpf__destroy(skel);
		return r;
	}
	*ret = skel;
	return 0;
}

void skeleton_free(void *skeleton)
{
	clawbpf__destroy(skeleton);
}

int skeleton_map(void *skeleton, const char *name)
{
	struct clawbpf *skel = skeleton;

	return bpf_object__find_map_fd_by_name(skel->obj, name);
}

int skeleton_program(void *skeleton, const char *name)
{
	struct clawbpf *skel = skeleton;
	struct bpf_program *p = bpf_object__find_program_by_name(skel->obj, name);
	int fd = p ? bpf_program__fd(p) : -1;

	return fd < 0 ? -1 : fd;
}
