// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest program there is: what an exec costs is then the kernel's part alone. A letter as
 * its fifth argument makes it execute itself again until that letter is an 'a'.
 */
#include <sys/syscall.h>

void start(long *stack);

__asm__(".globl _start\n_start:\tmov %rsp, %rdi\n\tcall start");

static long call(long number, long a, long b, long c)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return ret;
}

void start(long *stack)
{
	char **argv = (char **)(stack + 1);
	long argc = stack[0], status = 0;

	if (argc > 4 && argv[4][0] > 'a') {
		argv[4][0]--;
		status = call(SYS_execve, (long)"/bench/tiny", (long)argv, (long)(argv + argc + 1));
	}
	call(SYS_exit_group, -status, 0, 0);
	__builtin_unreachable();
}
