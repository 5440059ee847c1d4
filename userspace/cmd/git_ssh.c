// SPDX-License-Identifier: GPL-2.0-only
/*
 * As the ssh of an elevated git: the real one, when what it is to execute on the other machine is
 * git's own. A repository could name any command for that, and this one is executed with the keys
 * of whoever runs git.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "policy/command/git.h"

bool git_ssh_is(const char *called)
{
	const char *slash = strrchr(called, '/');

	return !strcmp(slash ? slash + 1 : called, "git-ssh");
}

int git_ssh_run(int argc, char **argv)
{
	if (argc < 3 || !git_serves(argv[argc - 1])) {
		fputs("clawbpf: the repository has git execute something else than git on the "
		      "other "
		      "machine: not for an elevated command\n",
		      stderr);
		return 1;
	}
	argv[0] = (char[]){"ssh"};
	execvp("ssh", argv);
	perror("clawbpf: ssh");
	return 127;
}
