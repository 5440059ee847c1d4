// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program whose threads all end at once, again and again.
 *   threads-end TIMES
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8

static void *wait_or_work(void *work)
{
	for (;;) {
		if (work)
			usleep(50);
		else
			pause();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	for (int i = 0; argc > 1 && i < atoi(argv[1]); i++) {
		if (!fork())
			execl(argv[0], argv[0], NULL);
		wait(NULL);
	}
	if (argc > 1)
		return 0;
	for (long i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, wait_or_work, (void *)(i & 1));
	usleep(300);
	_exit(0);
}
