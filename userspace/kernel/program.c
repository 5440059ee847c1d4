// SPDX-License-Identifier: GPL-2.0-only
/* Which programs are there, and what needs each? */
#include "kernel/program.h"

#include <string.h>

#define FILES   NEED_FILES
#define NETWORK NEED_NETWORK
#define SANDBOX NEED_SANDBOX

const struct program_row program_rows[PROGRAM_COUNT] = {
	{"claw_attach", "cgroup_attach_task", NEED_ALWAYS, false},
	{"claw_fork", "sched_process_fork", NEED_ALWAYS, false},
	{"claw_task_alloc", "task_alloc", NEED_ALWAYS, false},
	{"claw_exit", "sched_process_exit", NEED_ALWAYS, false},
	{"claw_exec_begin", "bprm_creds_for_exec", NEED_ALWAYS, false},
	{"claw_exec", "bprm_check_security", NEED_ALWAYS, false},
	{"claw_exec_done", "bprm_committed_creds", NEED_ALWAYS, false},
	{"claw_bpf", "bpf", NEED_ALWAYS, false},
	{"claw_umount", "sb_umount", NEED_ALWAYS, false},
	{"claw_unlink", "inode_unlink", NEED_ALWAYS, false},
	{"claw_rmdir", "inode_rmdir", NEED_ALWAYS, false},
	{"claw_rename", "inode_rename", NEED_ALWAYS, false},
	{"claw_link", "inode_link", NEED_ALWAYS, false},
	{"claw_makedir", "inode_mkdir", NEED_ALWAYS, false},
	{"claw_symlink", "inode_symlink", NEED_ALWAYS, false},
	{"claw_setattr", "inode_setattr", NEED_ALWAYS, false},
	{"claw_file_open", "file_open", NEED_ALWAYS, false},
	{"claw_ptrace", "ptrace_access_check", SANDBOX, false},
	{"claw_kill", "task_kill", SANDBOX, false},
	{"claw_setrlimit", "task_setrlimit", SANDBOX, false},
	{"claw_setnice", "task_setnice", SANDBOX, false},
	{"claw_setioprio", "task_setioprio", SANDBOX, false},
	{"claw_setsched", "task_setscheduler", SANDBOX, false},
	{"claw_capable", "capable", SANDBOX, false},
	{"claw_key_alloc", "key_alloc", SANDBOX, true}, /* no keys: no such hook */
	{"claw_mmap", "mmap_file", FILES, false},
	{"claw_mprotect", "file_mprotect", FILES, false},
	{"claw_receive", "file_receive", FILES | NETWORK, false},
	{"claw_sk_create", "socket_create", NETWORK, false},
	{"claw_sk_connect", "socket_connect", NETWORK, false},
	{"claw_sk_bind", "socket_bind", NETWORK, false},
	{"claw_sk_listen", "socket_listen", NETWORK, false},
	{"claw_sk_accept", "socket_accept", NETWORK, false},
	{"claw_sk_send", "socket_sendmsg", NETWORK, false},
	{"claw_sk_recv", "socket_recvmsg", NETWORK, false},
	{"claw_sk_getopt", "socket_getsockopt", NETWORK, false},
	{"claw_sqpoll", "uring_sqpoll", NETWORK, true}, /* no io_uring: no such hook */
	{"claw_file_perm", "file_permission", NEED_SPLICE, false},
	{"claw_mount", "sb_mount", SANDBOX, false},
	{"claw_move_mount", "move_mount", SANDBOX, false},
	{"claw_pivotroot", "sb_pivotroot", SANDBOX, false},
	{"claw_remount", "sb_remount", SANDBOX, false},
	{"claw_kern_mount", "sb_kern_mount", SANDBOX, false},
	{"claw_unix_conn", "unix_stream_connect", SANDBOX, false},
	{"claw_unix_send", "unix_may_send", SANDBOX, false},
	{"claw_follow", "inode_follow_link", NEED_SETUP, false},
	{"claw_mount_end", "path_mount", NEED_SETUP, true},
	{"claw_loopback", "__do_loopback", NEED_SETUP,
	 true}, /* registry.c looks whether it is there */
	{"claw_gateway", "bprm_check_security", NEED_GATEWAY, false},
	{"claw_mkdir", "cgroup_mkdir", NEED_AGENT, false},
	{"claw_rmcgroup", "cgroup_rmdir", NEED_AGENT, false},
	{"claw_tasks", "iter/task", 0, false},
	{"claw_files", "iter/task_file", 0, false},
};

int program_find(const char *name)
{
	for (int i = 0; i < PROGRAM_COUNT; i++) {
		if (!strcmp(program_rows[i].name, name))
			return i;
	}
	return -1;
}
