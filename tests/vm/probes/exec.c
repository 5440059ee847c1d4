// SPDX-License-Identifier: GPL-2.0-only
/* By which ways can a file be executed, or be made into one that can? The arguments of each method
 * stand beside it. */
#include "ways_copy.h"
#include "ways_name.h"

static const struct method methods[] = {
	{"exec", 1, try_exec, NULL, 0},
	{"loader", 1, try_exec, NULL, SIGSEGV},
	{"symlink", 2, try_symlink, NULL, 0},
	{"link", 2, try_link, NULL, 0},
	{"rename", 2, try_rename, NULL, 0},
	{"script", 2, try_script, NULL, 0},
	{"deep", 3, try_deep, NULL, 0},
	{"chroot", 2, try_chroot, NULL, 0},
	{"swap", 2, try_swap, NULL, 0},
	{"loop", 2, try_loop, NULL, 0},
	{"opath", 1, try_opath, NULL, 0},
	{"procfd", 1, try_procfd, NULL, 0},
	{"open", 1, try_open, NULL, 0},
	{"openexec", 1, try_openexec, NULL, 0},
	{"at", 2, try_at, NULL, 0},
	{"unlinked", 2, try_unlinked, NULL, 0},
	{"receive", 1, try_receive, NULL, 0},
	{"serve", 1, serve, NULL, 0},
	{"copy", 2, try_copy, NULL, 0},
	{"memfd", 1, try_memfd, NULL, 0},
	{"tmpfile", 2, try_tmpfile, NULL, 0},
	{"change", 3, try_change, NULL, 0},
	{"mmap", 1, try_mmap, NULL, 0},
	{"mprotect", 1, try_mprotect, NULL, 0},
	{"held-exec", 0, try_held_exec, NULL, 0},
	{"held-mmap", 0, try_held_mmap, NULL, 0},
	{"held-mmap-here", 0, NULL, map_held_here, 0},
	{"held-mprotect", 0, try_held_mprotect, NULL, 0},
	{"held-read", 0, try_held_read, NULL, 0},
	{"held-copy", 1, try_held_copy, NULL, 0},
	{"bind", 2, try_bind, NULL, 0},
	{"detached", 2, try_detached, NULL, 0},
	{"lazy", 3, try_lazy, NULL, 0},
	{"overlay", 3, try_overlay, NULL, 0},
	{"padded", 4, try_padded, NULL, 0},
	{NULL, 0, NULL, NULL, 0},
};

int main(int argc, char **argv)
{
	return attempts_main(argc, argv, methods);
}
