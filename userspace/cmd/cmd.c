// SPDX-License-Identifier: GPL-2.0-only
/* Which commands are there, and which options do all of them take? */
#include "cmd/cmd.h"

#include <string.h>

#include "util/cleanup.h"
#include "util/nearest.h"

/* In the order a user meets them: before anything is enforced, enforcing, looking, the rest. */
static const struct command *const commands[] = {
	&check_command,   &load_command,
	&unload_command,  &run_command,
	&session_command, &approvals_command,
	&agent_command,   &audit_command,
	&explain_command, &status_command,
	&doctor_command,  &version_command,
	&help_command,    NULL,
};

const struct option_row global_options[] = {
	[GLOBAL_JSON] = {"json", 0, NULL, "answer in JSON, errors too"},
	[GLOBAL_COLOR] = {"color", 0, "WHEN", "auto (a terminal, the default), always or never"},
	[GLOBAL_NO_COLOR] = {"no-color", 0, NULL, "the same as --color=never"},
	[GLOBAL_VERBOSE] = {"verbose", 'v', NULL,
			    "say more on the standard error; twice: libbpf too"},
	[GLOBAL_HELP] = {"help", 'h', NULL, "explain the command and its options"},
	[GLOBAL_VERSION] = {"version", 'V', NULL, "print the version"},
	{0},
};

const struct command *const *command_all(void)
{
	return commands;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	return NULL;
}

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
