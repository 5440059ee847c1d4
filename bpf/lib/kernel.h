/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's structs, as far as we read them. Each access is relocated at load time against the
 * running kernel's BTF, so only names and types matter here, never offsets. A struct with three
 * underscores is how another kernel version has it.
 */
#ifndef CLAWBPF_BPF_KERNEL_H
#define CLAWBPF_BPF_KERNEL_H

#include <linux/bpf.h>
#include <stdbool.h>

#include "abi/types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

struct qstr {
	__u32 len;
	const unsigned char *name;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
};

struct timespec64 {
	long long tv_sec;
	long tv_nsec;
};

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
	struct super_block *i_sb;
	long long i_size;
	__u32 i_rdev;
	atomic_t i_writecount; /* above 0: so many have it open for writing */
};

struct inode___ctime_61 {
	struct timespec64 i_ctime;
};

struct inode___ctime_66 {
	struct timespec64 __i_ctime;
};

struct inode___ctime_611 {
	long long i_ctime_sec;
	__u32 i_ctime_nsec;
};

/* What a security module may be asked since Linux 6.9. */
union security_list_options___69 {
	void *inode_post_setattr;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	unsigned char d_iname[32]; /* or more: where a short name lies */
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct mnt_namespace;

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;
	unsigned int f_mode;
	void *private_data;
};

struct vm_area_struct {
	struct file *vm_file;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root;
	struct path pwd;
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
};

struct kernfs_node {
	__u64 id;
	const char *name;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup;

struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct tty_driver {
	int major;
	int minor_start;
};

struct tty_struct {
	struct tty_driver *driver;
	int index;
};

struct signal_struct {
	atomic_t live;
	struct tty_struct *tty;
	int nr_threads;
	unsigned int flags;
	int group_exit_code;
};

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct kernel_cap_bits {
	__u64 bits; /* up to 6.2 two words, of which the lower comes first */
};

struct cred {
	kuid_t uid;
	kgid_t gid;
	struct kernel_cap_bits cap_bset;
};

struct user_namespace {
	int level; /* 0: the host's own */
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct pid {
	unsigned int level;
	struct hlist_head tasks[4];
};

struct proc_inode {
	struct pid *pid;
	struct inode vfs_inode;
};

struct thread_info {
	unsigned int status;
};

struct pt_regs {
	unsigned long orig_ax;
};

struct key;

struct mm_struct {
	struct file *exe_file;
};

struct bpf_map {
	__u32 id;
};

struct bpf_local_storage_map {
	struct bpf_map map;
};

struct bpf_local_storage_data {
	struct bpf_local_storage_map *smap;
};

struct bpf_local_storage_elem {
	struct hlist_node snode;
	struct bpf_local_storage_data sdata;
};

struct bpf_local_storage {
	struct hlist_head list;
};

struct task_struct {
	struct thread_info thread_info;
	struct hlist_node pid_links[4];
	int pid;
	int tgid;
	int exit_code;
	unsigned in_execve : 1;
	__u64 start_boottime;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct fs_struct *fs;
	struct files_struct *files;
	struct mm_struct *mm;
	struct nsproxy *nsproxy;
	struct css_set *cgroups;
	struct signal_struct *signal;
	const struct cred *cred;
	struct bpf_local_storage *bpf_storage;
	char comm[16];
};

struct linux_binprm {
	unsigned long p;
	struct file *file;
	struct cred *cred;
	int argc;
	const char *filename;
	const char *interp;
	unsigned long exec;
};

struct sock_common {
	unsigned short skc_family;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_protocol;
	__u16 sk_type;
};

struct unix_sock {
	struct sock sk;
	struct path path;
	struct sock *peer;
};

struct socket {
	short type;
	struct file *file;
	struct sock *sk;
};

struct bpf_iter_meta;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

#pragma clang attribute pop

#define CAP_SYS_RAWIO 17

#define EPERM  1
#define ENOMEM 12

#define BPF_FS_MAGIC        0xcafe4a11
#define BINFMTFS_MAGIC      0x42494e4d
#define CGROUP_SUPER_MAGIC  0x27e0eb
#define CGROUP2_SUPER_MAGIC 0x63677270
#define CONFIGFS_MAGIC      0x62656570
#define FUSECTL_MAGIC       0x65735543
#define NFSD_MAGIC          0x6e667364
#define RESCTRL_MAGIC       0x7655821
#define SELINUX_MAGIC       0xf97cff8c
#define SMACK_MAGIC         0x43415d53
#define XENFS_MAGIC         0xabba1974
#define DEBUGFS_MAGIC       0x64626720
#define EFIVARFS_MAGIC      0xde5e81e4
#define PROC_SUPER_MAGIC    0x9fa0
#define SECURITYFS_MAGIC    0x73636673
#define SYSFS_MAGIC         0x62656572
#define TRACEFS_MAGIC       0x74726163

#define S_IFMT      0170000
#define S_IFSOCK    0140000
#define S_IFLNK     0120000
#define S_ISSOCK(m) (((m)&S_IFMT) == S_IFSOCK)
#define S_IFCHR     0020000

#define S_ISCHR(m)  (((m)&S_IFMT) == S_IFCHR)
#define S_IFBLK     0060000
#define S_ISBLK(m)  (((m)&S_IFMT) == S_IFBLK)
#define S_IFREG     0100000
#define S_ISREG(m)  (((m)&S_IFMT) == S_IFREG)
#define FMODE_WRITE 2

/* System calls, by the 64-bit table; from 424 on all tables have the same numbers. */
#define SYS_clone             56
#define SYS_pivot_root        155
#define SYS_prctl             157
#define SYS_mount             165
#define SYS_umount2           166
#define SYS_request_key       249
#define SYS_unshare           272
#define SYS_open_by_handle_at 304
#define SYS_setns             308
#define SYS_seccomp           317
#define SYS_bpf               321
#define SYS_open_tree         428
#define SYS_move_mount        429
#define SYS_fsopen            430
#define SYS_fsconfig          431
#define SYS_fsmount           432
#define SYS_fspick            433
#define SYS_clone3            435
#define SYS_mount_setattr     442

#define AF_PACKET 17
#define AF_XDP    44

#define IPPROTO_TCP          6
#define TCP_ZEROCOPY_RECEIVE 35
#define MS_REMOUNT           32
#define MS_BIND              4096
#define MS_MOVE              8192

#define PROT_EXEC           4
#define __FMODE_EXEC        0x20
#define CLONE_THREAD        0x00010000
#define CLONE_INTO_CGROUP   0x200000000ull
#define SIGNAL_GROUP_EXIT   4
#define PTRACE_MODE_NOAUDIT 4
#define SIGKILL             9
#define SIGSTOP             19
#define ERESTARTNOINTR      513

#endif
