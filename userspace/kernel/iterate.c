// SPDX-License-Identifier: GPL-2.0-only
/* Questions that a BPF iterator answers: who is in a session, and what does the kernel call a file?
 */
#include "kernel/iterate.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "abi/policy.h"
#include "kernel/program.h"
#include "util/buf.h"
#include "util/cleanup.h"

/* `pid`: of this process only; 0: of all tasks. */
static int iterator_read(const struct kernel *k, const char *name, pid_t pid, struct buf *out,
			 struct err *err)
{
	union bpf_iter_link_info info = {.task.pid = (u32)pid};
	LIBBPF_OPTS(bpf_link_create_opts, opts, .iter_info = pid ? &info : NULL,
		    .iter_info_len = pid ? sizeof(info) : 0);
	int program = k->program[program_find(name)];
	autoclose int link = -1, fd = -1;
	char chunk[4096];
	ssize_t n;

	link = bpf_link_create(program, 0, BPF_TRACE_ITER, &opts);
	if (link < 0)
		return err_errno(err, errno, "the iterator \"%s\" cannot be attached", name);
	fd = bpf_iter_create(link);
	if (fd < 0)
		return err_errno(err, errno, "the iterator \"%s\" cannot be started", name);
	do {
		n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			buf_add(out, chunk, (size_t)n);
	} while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	if (n < 0)
		return err_errno(err, errno, "the iterator \"%s\" cannot be read", name);
	return out->failed ? err_set(err, ENOMEM, "out of memory") : 0;
}

int iterate_tasks(const struct kernel *k, struct labelled_task **ret, size_t *ret_count,
		  struct err *err)
{
	struct buf out autobuf = {0};
	int r = iterator_read(k, "claw_tasks", 0, &out, err);

	if (r)
		return r;
	*ret_count = out.len / sizeof(**ret);
	*ret = (struct labelled_task *)buf_take(&out);
	return *ret ? 0 : err_set(err, ENOMEM, "out of memory");
}

int iterate_missed(const struct kernel *k, struct err *err)
{
	autofree struct labelled_task *tasks = NULL;
	struct alerts now;
	size_t count;
	u32 zero = 0;

	if (bpf_map_lookup_elem(k->map[MAP_ALERTS], &zero, &now))
		return err_errno(err, errno, "what the kernel missed cannot be read");
	return now.labels_missed == now.labels_settled ? 0 : iterate_tasks(k, &tasks, &count, err);
}

int iterate_files(const struct kernel *k, const int *fds, size_t count, struct file_identity *ret,
		  struct err *err)
{
	struct buf out autobuf = {0};
	const struct file_identity *lines;
	size_t found = 0, total, at = 0;
	int r = iterator_read(k, "claw_files", getpid(), &out, err);

	if (r)
		return r;
	lines = (const struct file_identity *)out.data;
	total = out.len / sizeof(*lines);
	/* The kernel goes by rising descriptor, and mostly so did whoever opened them. */
	for (size_t i = 0; i < count; i++) {
		size_t left = total;

		for (; left && lines[at].fd != (u32)fds[i]; left--)
			at = (at + 1) % total;
		if (left) {
			ret[i] = lines[at];
			found++;
		}
	}
	if (found == count)
		return 0;
	return err_set(err, EIO, "the kernel did not tell the identity of every file");
}
