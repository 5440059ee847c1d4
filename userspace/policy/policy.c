// SPDX-License-Identifier: GPL-2.0-only
/* Freeing what one session may do. */
#include "policy/policy.h"

#include <stdlib.h>

void policy_free(struct policy **p)
{
	struct policy *dead = *p;

	if (!dead)
		return;
	for (size_t i = 0; i < dead->binary_count; i++) {
		free(dead->binaries[i].value);
		free(dead->binaries[i].tool);
		origin_clear(&dead->binaries[i].origin);
	}
	for (size_t i = 0; i < dead->blocked_count; i++) {
		free(dead->blocked[i].path);
		origin_clear(&dead->blocked[i].origin);
	}
	for (size_t i = 0; i < dead->tool_count; i++) {
		free(dead->tools[i].tool);
		free(dead->tools[i].left_out);
		origin_clear(&dead->tools[i].origin);
	}
	free(dead->binaries);
	free(dead->blocked);
	free(dead->tools);
	free(dead->session_key);
	free(dead->agent);
	free(dead->scope_key);
	origin_clear(&dead->mode_origin);
	origin_clear(&dead->sandbox_origin);
	origin_clear(&dead->network_origin);
	origin_clear(&dead->exec_origin);
	free(dead);
	*p = NULL;
}
