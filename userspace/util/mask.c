// SPDX-License-Identifier: GPL-2.0-only
/* Whose file mode creation mask holds? */
#include "util/mask.h"

#include <stdbool.h>
#include <sys/stat.h>

static mode_t callers;
static bool taken;

void mask_take(void)
{
	callers = umask(022);
	taken = true;
}

void mask_give(void)
{
	if (taken)
		umask(callers);
}
