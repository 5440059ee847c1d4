// SPDX-License-Identifier: GPL-2.0-only
/* Which commands are there, and which options do all of them take? */
#include "cmd/cmd.h"

#include <string.h>

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
