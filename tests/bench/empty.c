// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a hook cost by itself? Attaches, for each program named, one that only returns 0, of
 * the same type and at the same place as its namesake in the real object. Says how many there are,
 * and holds them until it is killed.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void need(bool ok, const char *what, const char *name)
{
	if (ok)
		return;
	fprintf(stderr, "empty: %s: %s\n", name, what);
	exit(1);
}

/* A section is KIND/FUNCTION, and ".s" at the end of KIND means: may sleep. */
static int empty_load(const struct bpf_program *model)
{
	static const struct bpf_insn insns[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	const char *name = bpf_program__name(model);
	const char *section = bpf_program__section_name(model), *function = strchr(section, '/');
	enum bpf_attach_type attach = bpf_program__expected_attach_type(model);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach);
	int btf_id, fd;

	need(function, "its section names no function", name);
	btf_id = libbpf_find_vmlinux_btf_id(function + 1, attach);
	need(btf_id > 0, "the kernel has no such function", section);
	opts.attach_btf_id = (__u32)btf_id;
	if (function - section > 2 && !strncmp(function - 2, ".s", 2))
		opts.prog_flags = BPF_F_SLEEPABLE;
	fd = bpf_prog_load(bpf_program__type(model), name, "GPL", insns, 2, &opts);
	need(fd >= 0, "cannot be loaded", name);
	return fd;
}

int main(int argc, char **argv)
{
	struct bpf_object *real;

	if (argc < 3) {
		fputs("usage: empty OBJECT PROGRAM...\n", stderr);
		return 2;
	}
	real = bpf_object__open_file(argv[1], NULL);
	need(real, "cannot be opened", argv[1]);
	for (char **name = argv + 2; *name; name++) {
		struct bpf_program *model = bpf_object__find_program_by_name(real, *name);

		need(model, "the object has no program of this name", *name);
		need(bpf_raw_tracepoint_open(NULL, empty_load(model)) >= 0, "cannot be attached",
		     *name);
	}
	printf("%d\n", argc - 2);
	fclose(stdout);
	for (;;)
		pause();
}
