// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sandbox's first process is bubblewrap itself, which executed nothing under the new root. The
 * program may trace it, being the same user: is it any better off as that?
 */
#include "table.h"

#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/user.h>

/* Has process 1 make the call: it sits in one, so that its last instruction is a system call. */
static int call_by_first(const struct attempt *a)
{
	struct user_regs_struct regs, saved;
	int status;

	need(ptrace(PTRACE_ATTACH, 1, 0, 0), "attach");
	need(waitpid(1, &status, __WALL), "wait");
	need(ptrace(PTRACE_GETREGS, 1, 0, &saved), "registers");
	regs = saved;
	regs.rip -= 2;
	regs.rax = regs.orig_rax = (unsigned long)a->number;
	regs.rdi = (unsigned long)a->other;
	regs.rsi = SOCK_STREAM;
	regs.rdx = 0;
	need(ptrace(PTRACE_SETREGS, 1, 0, &regs), "set registers");
	need(ptrace(PTRACE_SINGLESTEP, 1, 0, 0), "step");
	need(waitpid(1, &status, __WALL), "wait");
	need(ptrace(PTRACE_GETREGS, 1, 0, &regs), "registers");
	ptrace(PTRACE_SETREGS, 1, 0, &saved);
	ptrace(PTRACE_DETACH, 1, 0, 0);
	return (long)regs.rax < 0 ? (int)-(long)regs.rax : 0;
}

static const struct attempt table[] = {
	{"unix-by-pid-1", call_by_first, NULL, NULL, SYS_socket, AF_UNIX},
	{"inet-by-pid-1", call_by_first, NULL, NULL, SYS_socket, AF_INET},
	{"mount-by-pid-1", call_by_first, NULL, NULL, SYS_mount, 0},
};

int main(int argc, char **argv)
{
	return table_run(table, ARRAY_SIZE(table), argc, argv);
}
