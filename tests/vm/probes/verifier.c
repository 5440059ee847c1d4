// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does this kernel's verifier say of each of our programs, and how much memory can the maps
 * take? Loads all of them, attaches none, and prints both tables.
 *   verifier MOST-INSTRUCTIONS MOST-MEGABYTES SLEEPING-PROGRAM...
 * Fails when one takes the verifier more instructions than that, when the maps can together take
 * more than that, when one has no stated size, and when one may sleep that is not named, or the
 * other way round.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clawbpf.skel.h"

#define LOG_STATS      4 /* of the verifier, the sums only */
#define LOG_SIZE       (64 << 10)
#define PROGRAMS_MAX   128
#define HASH_ELEM_SIZE 64 /* what the kernel adds to each, generously */

static char *logs[PROGRAMS_MAX];
static bool failed;

__attribute__((format(printf, 2, 0))) static int quiet(enum libbpf_print_level level,
						       const char *fmt, va_list ap)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, ap) : 0;
}

static void must(bool ok, const char *name, const char *what)
{
	if (ok)
		return;
	printf("too much: %s: %s\n", name, what);
	failed = true;
}

/* --- programs ----------------------------------------------------------------------------------
 */

static bool hook_exists(const struct btf *btf, const char *section)
{
	const char *hook = strchr(section, '/');
	char name[96];

	if (strncmp(section, "lsm", 3) || !hook)
		return true;
	snprintf(name, sizeof(name), "bpf_lsm_%s", hook + 1);
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

static void programs_prepare(struct bpf_object *obj)
{
	struct btf *btf = btf__load_vmlinux_btf();
	struct bpf_program *p;
	int i = 0;

	bpf_object__for_each_program(p, obj)
	{
		if (!hook_exists(btf, bpf_program__section_name(p)))
			bpf_program__set_autoload(p, false);
		if (i == PROGRAMS_MAX || !(logs[i] = calloc(1, LOG_SIZE)))
			exit(2);
		bpf_program__set_log_level(p, LOG_STATS);
		bpf_program__set_log_buf(p, logs[i++], LOG_SIZE);
	}
	btf__free(btf);
}

/* What follows the word in the log, up to the end of the line. */
static const char *log_word(const char *log, const char *word, char *to, size_t size)
{
	const char *at = strstr(log, word);

	snprintf(to, size, "%.*s", at ? (int)strcspn(at + strlen(word), "\n") : 1,
		 at ? at + strlen(word) : "?");
	return to;
}

static bool named(const char *name, char *const *names)
{
	for (; *names; names++) {
		if (!strcmp(name, *names))
			return true;
	}
	return false;
}

static void programs_print(struct bpf_object *obj, unsigned int most, char *const *sleeping)
{
	struct bpf_program *p;
	int i = -1;

	printf("%-16s %-30s %9s %7s %6s %7s  %s\n", "program", "at", "processed", "%", "insns",
	       "machine", "stack");
	bpf_object__for_each_program(p, obj)
	{
		const char *name = bpf_program__name(p), *section = bpf_program__section_name(p);
		bool sleeps = strstr(section, ".s/");
		struct bpf_prog_info info = {0};
		unsigned int size = sizeof(info);
		char stack[64];

		i++;
		if (!bpf_program__autoload(p))
			continue;
		if (bpf_obj_get_info_by_fd(bpf_program__fd(p), &info, &size))
			exit(2);
		printf("%-16s %-30s %9u %7.2f %6u %7u  %s\n", name, section, info.verified_insns,
		       info.verified_insns / 10000.0,
		       info.xlated_prog_len / (unsigned int)sizeof(struct bpf_insn),
		       info.jited_prog_len,
		       log_word(logs[i], "stack depth ", stack, sizeof(stack)));
		must(info.verified_insns && info.verified_insns <= most, name,
		     "instructions that the verifier looks at");
		must(sleeps == named(name, sleeping), name,
		     sleeps ? "may sleep, and is not to" : "does not sleep");
	}
}

/* --- maps --------------------------------------------------------------------------------------
 */

static unsigned long long round8(unsigned int size)
{
	return (size + 7ull) & ~7ull;
}

/* Bytes that the map can take at most; 0: its size is stated nowhere. */
static unsigned long long map_most(const struct bpf_map *map, int cpus)
{
	unsigned long long count = bpf_map__max_entries(map);
	unsigned long long value = round8(bpf_map__value_size(map));

	switch (bpf_map__type(map)) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
		return count * value;
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		return count * value * (unsigned int)cpus;
	case BPF_MAP_TYPE_HASH:
		return count * (value + round8(bpf_map__key_size(map)) + HASH_ELEM_SIZE);
	case BPF_MAP_TYPE_RINGBUF:
		return count;
	default:
		return 0;
	}
}

static void maps_print(struct bpf_object *obj, unsigned int most)
{
	int cpus = libbpf_num_possible_cpus();
	unsigned long long sum = 0, bytes;
	struct bpf_map *map;

	printf("\n%-16s %8s %8s %6s %6s %12s\n", "map", "type", "entries", "key", "value",
	       "bytes at most");
	bpf_object__for_each_map(map, obj)
	{
		const char *name = bpf_map__name(map);
		enum bpf_map_type type = bpf_map__type(map);

		printf("%-16s %8s %8u %6u %6u ", name,
		       strchr(libbpf_bpf_map_type_str(type), '_')
			       ? strchr(libbpf_bpf_map_type_str(type), '_') + 1
			       : libbpf_bpf_map_type_str(type),
		       bpf_map__max_entries(map), bpf_map__key_size(map), bpf_map__value_size(map));
		if (type == BPF_MAP_TYPE_TASK_STORAGE || type == BPF_MAP_TYPE_INODE_STORAGE) {
			printf("%12s\n",
			       type == BPF_MAP_TYPE_TASK_STORAGE ? "one a task" : "one an inode");
			continue;
		}
		bytes = map_most(map, cpus);
		printf("%12llu\n", bytes);
		must(bytes, name, "no stated size");
		sum += bytes;
	}
	printf("all of them, on %d processors: %.1f MB\n", cpus, (double)sum / (1 << 20));
	must(sum <= (unsigned long long)most << 20, "the maps", "memory");
}

int main(int argc, char **argv)
{
	struct clawbpf *skel;

	if (argc < 3)
		return 2;
	libbpf_set_print(quiet);
	skel = clawbpf__open();
	if (!skel)
		return 2;
	programs_prepare(skel->obj);
	if (clawbpf__load(skel))
		return 2;
	programs_print(skel->obj, (unsigned int)atoi(argv[1]), argv + 3);
	maps_print(skel->obj, (unsigned int)atoi(argv[2]));
	clawbpf__destroy(skel);
	return failed;
}
