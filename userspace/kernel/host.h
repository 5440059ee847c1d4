/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this machine and its kernel offer, read from files and never changed. `root` stands in front
 * of every path: "" on a running system, a directory in a test.
 */
#ifndef CLAWBPF_KERNEL_HOST_H
#define CLAWBPF_KERNEL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The active security modules, separated by commas. */
#define LSM_FILE "/sys/kernel/security/lsm"

struct host {
	const char *root;
	char release[65]; /* of the kernel: "6.1.0-49-amd64" */
	char machine[65]; /* "x86_64" */
};

/* The running system. */
void host_init(struct host *h);

/*
 * The first bytes of a file, NUL-terminated, without the line break at their end. -errno when it
 * cannot be read.
 */
int host_file(const struct host *h, const char *path, char *text, size_t size);
bool host_exists(const struct host *h, const char *path);

/*
 * The value of an option that the kernel was built with: "y", "m", a text without its quotes, or
 * "n" when it is not set. From /proc/config.gz, /boot or /lib/modules; -ENOENT: none of them is
 * there.
 */
int host_config(const struct host *h, const char *option, char *value, size_t size);

/* Is there a mount of that type, and where? `at` is the first one; "" when there is none. */
bool host_mount(const struct host *h, const char *type, char *at, size_t size);
/* Is a file system of that type what one sees at `at`: the last one that was mounted there? */
bool host_mounted(const struct host *h, const char *type, const char *at);

/* "a,b,c" has "b". */
bool host_list_has(const char *list, const char *word);
/* The value of `name=` on the kernel's command line; the last one counts. false: not there. */
bool host_cmdline(const struct host *h, const char *name, char *value, size_t size);
/* Of this process: the effective capabilities, and the effective user. */
uint64_t host_capabilities(const struct host *h);
unsigned int host_user(const struct host *h);

#endif
