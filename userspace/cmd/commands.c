// SPDX-License-Identifier: GPL-2.0-only
/* Which commands are there? */
#include <string.h>

#include "cmd/cmd.h"
#include "util/cleanup.h"
#include "util/nearest.h"

/* In the order a user meets them: before anything is enforced, enforcing, looking, the rest. */
const struct command *const commands[] = {
	&check_command,   &load_command,
	&unload_command,  &run_command,
	&session_command, &approvals_command,
	&agent_command,   &audit_command,
	&explain_command, &status_command,
	&doctor_command,  &version_command,
	&help_command,    NULL,
};

const char *command_nearest(const char *name)
{
	const char *names[ARRAY_SIZE(commands)];
	size_t n = 0;

	if (!strcmp(name, "sandbox")) /* as the agent has it: sandbox explain */
		return explain_command.name;
	for (; commands[n]; n++)
		names[n] = commands[n]->name;
	return nearest_name(name, names, n);
}
