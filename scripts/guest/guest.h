/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the guest's process 1 share. */
#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>

#define WORK         "/.vm" /* what the host put there for us; gone before the command runs */
#define WAIT_STEP_US 5000
#define WAIT_STEPS   4000

#define array_size(a) (sizeof(a) / sizeof((a)[0]))

extern char *guest_env[];

/* All of them end the machine, or say on the console what went wrong, themselves. */
_Noreturn void power_off(void);
_Noreturn void fail(const char *what, const char *name);

/* Reads a whole small file; the result ends in a 0 byte that is not counted. NULL: there is none.
 */
char *read_file(const char *path, size_t *ret_size);
/* Runs a program of the guest to its end, its output on the console. 0, its exit status, or -1. */
int run_program(char *const argv[]);
/* The modules that WORK/modules names, in its order. */
void load_modules(void);

/* system.c: after it, the guest looks like a Linux that has booted. */
void system_set_up(void);

/* command.c: runs argv with its streams on the ports; returns its exit status as a shell counts it.
 */
char **command_read(void);
int command_run(char **argv, int port_out, int port_err);
int port_wait(const char *name);
void write_all(int fd, const char *data, size_t size);

#endif
