/* SPDX-License-Identifier: GPL-2.0-only */
/* The questions the kernel asks us, and why an answer was no: the words of every event. */
#ifndef CLAWBPF_ABI_HOOK_H
#define CLAWBPF_ABI_HOOK_H

/* HOOK(constant, word printed): the word is the kernel's own name of the hook. */
#define CLAW_HOOKS(HOOK)                                                                           \
	HOOK(HOOK_NONE, "none")                                                                    \
	HOOK(HOOK_TASK_ALLOC, "task_alloc")                                                        \
	HOOK(HOOK_BPRM_CHECK, "bprm_check_security")                                               \
	HOOK(HOOK_BPRM_COMMITTED, "bprm_committed_creds")                                          \
	HOOK(HOOK_FILE_OPEN, "file_open")                                                          \
	HOOK(HOOK_MMAP_FILE, "mmap_file")                                                          \
	HOOK(HOOK_FILE_MPROTECT, "file_mprotect")                                                  \
	HOOK(HOOK_FILE_RECEIVE, "file_receive")                                                    \
	HOOK(HOOK_FILE_PERMISSION, "file_permission")                                              \
	HOOK(HOOK_SB_MOUNT, "sb_mount")                                                            \
	HOOK(HOOK_SB_UMOUNT, "sb_umount")                                                          \
	HOOK(HOOK_SB_PIVOTROOT, "sb_pivotroot")                                                    \
	HOOK(HOOK_SB_REMOUNT, "sb_remount")                                                        \
	HOOK(HOOK_SB_KERN_MOUNT, "sb_kern_mount")                                                  \
	HOOK(HOOK_MOVE_MOUNT, "move_mount")                                                        \
	HOOK(HOOK_FOLLOW_LINK, "inode_follow_link")                                                \
	HOOK(HOOK_LOOPBACK, "__do_loopback")                                                       \
	HOOK(HOOK_SOCKET_CREATE, "socket_create")                                                  \
	HOOK(HOOK_SOCKET_CONNECT, "socket_connect")                                                \
	HOOK(HOOK_SOCKET_BIND, "socket_bind")                                                      \
	HOOK(HOOK_SOCKET_LISTEN, "socket_listen")                                                  \
	HOOK(HOOK_SOCKET_ACCEPT, "socket_accept")                                                  \
	HOOK(HOOK_SOCKET_SENDMSG, "socket_sendmsg")                                                \
	HOOK(HOOK_SOCKET_RECVMSG, "socket_recvmsg")                                                \
	HOOK(HOOK_SOCKET_GETOPT, "socket_getsockopt")                                              \
	HOOK(HOOK_UNIX_CONNECT, "unix_stream_connect")                                             \
	HOOK(HOOK_UNIX_SEND, "unix_may_send")                                                      \
	HOOK(HOOK_URING_SQPOLL, "uring_sqpoll")                                                    \
	HOOK(HOOK_BPF, "bpf")                                                                      \
	HOOK(HOOK_PTRACE, "ptrace_access_check")                                                   \
	HOOK(HOOK_TASK_KILL, "task_kill")                                                          \
	HOOK(HOOK_UNLINK, "inode_unlink")                                                          \
	HOOK(HOOK_RMDIR, "inode_rmdir")                                                            \
	HOOK(HOOK_RENAME, "inode_rename")                                                          \
	HOOK(HOOK_ENTRY, "session_entry")                                                          \
	HOOK(HOOK_CAPABLE, "capable")                                                              \
	HOOK(HOOK_KEY_ALLOC, "key_alloc")                                                          \
	HOOK(HOOK_SETRLIMIT, "task_setrlimit")                                                     \
	HOOK(HOOK_SETNICE, "task_setnice")                                                         \
	HOOK(HOOK_SETIOPRIO, "task_setioprio")                                                     \
	HOOK(HOOK_SETSCHEDULER, "task_setscheduler")                                               \
	HOOK(HOOK_LINK, "inode_link")                                                              \
	HOOK(HOOK_MKDIR, "inode_mkdir")                                                            \
	HOOK(HOOK_SYMLINK, "inode_symlink")                                                        \
	HOOK(HOOK_SETATTR, "inode_setattr")

/* REASON(constant, word printed, sentence for a person) */
#define CLAW_REASONS(REASON)                                                                       \
	REASON(REASON_NONE, "none", "allowed")                                                     \
	REASON(REASON_BINARY, "denied-binary", "the binary is denied")                             \
	REASON(REASON_NAME, "denied-name", "a program of this name is denied")                     \
	REASON(REASON_PATH, "denied-path", "the program at this path is denied")                   \
	REASON(REASON_CONTENT, "denied-content", "the content is that of a denied binary")         \
	REASON(REASON_APPLET, "denied-applet", "this applet of a multi-call binary is denied")     \
	REASON(REASON_EXEC, "exec-denied", "the session may not execute programs")                 \
	REASON(REASON_FILELESS, "fileless-exec", "the program is in no mounted file system")       \
	REASON(REASON_NETWORK, "network-none", "the session has no network")                       \
	REASON(REASON_BIND, "blocked-bind-source", "the bind source is blocked")                   \
	REASON(REASON_BIND_TEXT, "bind-source-not-canonical",                                      \
	       "the bind source is not written as its real path")                                  \
	REASON(REASON_MOUNT, "mount-tree-sealed", "a sandboxed session may not change mounts")     \
	REASON(REASON_OUTSIDE, "outside-session", "the process is not one of the session")         \
	REASON(REASON_PROTECT, "protected-object", "clawbpf rests on it")                          \
	REASON(REASON_MACHINE, "machine-wide", "it acts on the whole machine")                     \
	REASON(REASON_UNSANDBOXED, "not-sandboxed",                                                \
	       "the agent promises a sandbox, and started this on the host")                       \
	REASON(REASON_NO_POLICY, "no-policy", "no policy is loaded for the session")               \
	REASON(REASON_UNREADABLE, "unreadable", "what it is could not be read")                    \
	REASON(REASON_NO_STORAGE, "no-storage", "the label could not be stored")                   \
	REASON(REASON_RELOADED, "reloaded", "the policy was replaced too often during one exec")

#define CLAW_ENUM_MEMBER(name, ...) name,
enum claw_hook { CLAW_HOOKS(CLAW_ENUM_MEMBER) HOOK_COUNT };
enum claw_reason { CLAW_REASONS(CLAW_ENUM_MEMBER) REASON_COUNT };

#endif
