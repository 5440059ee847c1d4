// SPDX-License-Identifier: GPL-2.0-only
/* Can the source of a bind mount be swapped between the look at its text and the walk along it? One
 * thread exchanges a directory with a link to /etc, the other binds what the name leads to:
 *   mount-race TIMES  ->  binds COUNT, refused COUNT, blocked COUNT
 * "blocked": /etc was what was bound.
 */
#include "table.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define WHERE "/tmp/race"

static volatile int done;

static void *exchange(void *arg)
{
	while (!done)
		renameat2(AT_FDCWD, WHERE "/source", AT_FDCWD, WHERE "/link", RENAME_EXCHANGE);
	return arg;
}

int main(int argc, char **argv)
{
	long times = argc > 1 ? atol(argv[1]) : 1000, binds = 0, refused = 0, blocked = 0;
	pthread_t thread;

	need(unshare(CLONE_NEWNS), "unshare");
	mkdir(WHERE, 0700);
	need(mkdir(WHERE "/source", 0700), "mkdir");
	need(symlink("/etc", WHERE "/link"), "symlink");
	need(-pthread_create(&thread, NULL, exchange, NULL), "pthread_create");
	for (long i = 0; i < times; i++) {
		if (mount(WHERE "/source", "/mnt", NULL, MS_BIND, NULL)) {
			refused += errno == EPERM;
			continue;
		}
		binds++;
		blocked += access("/mnt/passwd", F_OK) == 0;
		umount2("/mnt", MNT_DETACH);
	}
	done = 1;
	pthread_join(thread, NULL);
	unlink(WHERE "/link");
	rmdir(WHERE "/link");
	unlink(WHERE "/source");
	rmdir(WHERE "/source");
	rmdir(WHERE);
	printf("binds %ld, refused %ld, blocked %ld\n", binds, refused, blocked);
	return 0;
}
