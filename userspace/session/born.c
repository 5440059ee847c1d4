// SPDX-License-Identifier: GPL-2.0-only
/* A process that is in a cgroup from its birth on. */
#include "session/born.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK_SIZE (128 * 1024)

/* On its own stack the child cannot return to where its parent will: it ends after `run`. */
static long clone_and_run(struct clone_args *args, int (*run)(void *arg), void *arg)
{
	register int (*run_at)(void *) __asm__("r12") = run;
	register void *arg_at __asm__("r13") = arg;
	long r;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %[arg], %%rdi\n\t"
			 "call *%[run]\n\t"
			 "mov %%eax, %%edi\n\t"
			 "mov %[exit], %%eax\n\t"
			 "syscall\n"
			 "1:"
			 : "=a"(r)
			 : "a"(SYS_clone3), "D"(args), "S"(sizeof(*args)), [run] "r"(run_at),
			   [arg] "r"(arg_at), [exit] "i"(SYS_exit_group)
			 : "rcx", "r11", "memory", "cc");
	return r;
}

pid_t born_in_cgroup(int cgroup, int (*run)(void *arg), void *arg)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	struct clone_args args = {.flags = CLONE_VM | CLONE_VFORK | CLONE_INTO_CGROUP,
				  .exit_signal = SIGCHLD,
				  .stack = (uintptr_t)stack,
				  .stack_size = sizeof(stack),
				  .cgroup = (uint64_t)cgroup};
	long r;

	r = clone_and_run(&args, run, arg);
	if (r >= 0)
		return (pid_t)r;
	errno = (int)-r;
	return -1;
}
