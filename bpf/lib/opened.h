/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bind source that is written as a file that is open already. Runtimes bind themselves by
 * /proc/self/exe and, crun above all, what they have opened in the container by /proc/self/fd/N:
 * below /proc by its text, but what counts is where the file lies.
 */
#ifndef CLAWBPF_BPF_OPENED_H
#define CLAWBPF_BPF_OPENED_H

#include "lib/emit.h"

#define OPENED_MAX 40 /* longer than any such text */

static __always_inline struct file *file_of_number(const char *digits)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = NULL;
	u32 fd = 0, i;

	for (i = 0; i < 7; i++) {
		char c = digits[i];

		if (c < '0' || c > '9')
			break;
		fd = fd * 10 + (u32)(c - '0');
	}
	if (!i || digits[i] || fd >= BPF_CORE_READ(table, max_fds) ||
	    bpf_probe_read_kernel(&file, sizeof(file), files + fd))
		return NULL;
	return file;
}

/* The open file that the text means, as far as the kernel has it now; NULL: it is another text. */
static __noinline struct file *file_opened(const char *source)
{
	struct task_struct *task = bpf_get_current_task_btf();
	char text[OPENED_MAX] = {};
	long len = bpf_probe_read_kernel_str(text, sizeof(text), source);

	if (len <= 0 || len == sizeof(text))
		return NULL;
	if (len == sizeof("/proc/self/exe") &&
	    kernel_bytes_equal(text, "/proc/self/exe", sizeof("/proc/self/exe") - 1))
		return BPF_CORE_READ(task, mm, exe_file);
	if (kernel_bytes_equal(text, "/proc/self/fd/", 14))
		return file_of_number(text + 14);
	if (kernel_bytes_equal(text, "/proc/thread-sel", 16) &&
	    kernel_bytes_equal(text + 16, "f/fd/", 5))
		return file_of_number(text + 21);
	return NULL;
}

#endif
