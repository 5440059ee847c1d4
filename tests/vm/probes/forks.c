// SPDX-License-Identifier: GPL-2.0-only
/*
 * forks COUNT [hold] : so many children that are there at once, on one processor, and how many
 * there were: "600 of 600", "71 of 600: Operation not permitted". They end when it ends; with hold,
 * when its stdin does. forks enter CGROUP PROGRAM : on the same processor, moves into it, and
 * executes that.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int enter(const char *cgroup, char **argv)
{
	char path[256];
	FILE *procs;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	procs = fopen(path, "w");
	if (!procs || fprintf(procs, "0") < 0 || fclose(procs))
		return 2;
	execv(argv[0], argv);
	return errno == EPERM ? 126 : 3;
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 0, made = 0;
	cpu_set_t first;
	char c;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		return 2;
	if (argc == 4 && !strcmp(argv[1], "enter"))
		return enter(argv[2], argv + 3);
	for (; made < count; made++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
	}
	printf("%d of %d%s%s\n", made, count, made < count ? ": " : "",
	       made < count ? strerror(errno) : "");
	fflush(stdout);
	while (argc == 3 && read(0, &c, 1) > 0)
		;
	return 0;
}
