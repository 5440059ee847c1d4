// SPDX-License-Identifier: GPL-2.0-only
/* The three descriptors that a program is started with. */
#include "util/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * A caller may have closed 0, 1 or 2. The next file opened would get that number, and what is
 * printed would go into it: a map, the log. Each is taken by what cannot be used that way round,
 * so that using it is an error, as it was.
 */
void streams_guard(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", modes[fd]) != fd) /* the lowest free number */
			_exit(1);
	}
}
