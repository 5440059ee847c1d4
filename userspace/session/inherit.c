// SPDX-License-Identifier: GPL-2.0-only
/* What does a program inherit that would get past the hooks? */
#include "session/inherit.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "kernel/apply.h"
#include "kernel/maps.h"

static bool socket_is_network(int fd)
{
	socklen_t len = sizeof(int);
	int domain;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain != AF_UNIX;
}

static bool holds_network_socket(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	bool found = false;

	if (!dir)
		return true; /* cannot tell */
	while (!found && (entry = readdir(dir)))
		found = socket_is_network((int)strtol(entry->d_name, NULL, 10));
	closedir(dir);
	return found;
}

int inherit_prepare_always(struct kernel *k, u32 session, struct err *err)
{
	struct policy_head head;
	struct state state;
	int r = image_head(k, session, &head, err);

	if (!r)
		r = state_read(k, &state, err);
	if (r || state.splice_covered || !(head.flags & POLICY_NO_NETWORK))
		return r;
	r = kernel_attach(k, NEED_SPLICE, err);
	state.splice_covered = 1;
	return r ? r : state_write(k, &state, err);
}

int inherit_prepare(struct kernel *k, u32 session, struct err *err)
{
	return holds_network_socket() ? inherit_prepare_always(k, session, err) : 0;
}
