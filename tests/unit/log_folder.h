/* SPDX-License-Identifier: GPL-2.0-only */
/* A log in a folder of its own, for one test. */
#ifndef CLAWBPF_TESTS_LOG_FOLDER_H
#define CLAWBPF_TESTS_LOG_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/log.h"

static char dir[64], path[128];

static inline int start(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/claw-log-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/" LOG_NAME, dir);
	return 0;
}

static inline int end(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static inline int append(struct log *l, const char *text)
{
	struct buf b = {.data = (char *)text, .len = strlen(text)};
	struct err err = {0};

	return log_append(l, &b, &err);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, start, end)

#endif
