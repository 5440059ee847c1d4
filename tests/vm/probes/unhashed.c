// SPDX-License-Identifier: GPL-2.0-only
/*
 * unhashed serve PROGRAM FOLDER : a file system in user space (FUSE) at FOLDER with one file in it,
 * "program", which begins like PROGRAM and goes on for two pages that cannot be read. It runs,
 * since what the kernel needs of it is at its beginning, and has no content as a whole. Ends with
 * the mount.
 * unhashed direct FILE : maps it to be executed, through a descriptor of which the kernel hashes
 * nothing (O_DIRECT). 0 it is mapped, 1 EPERM, 2 could not be tried, 3 refused by something else.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE      4096
#define FILE_NODE 2

static char first[PAGE];
static int fuse;

static void answer(unsigned long long unique, int error, const void *data, size_t len)
{
	struct {
		struct fuse_out_header head;
		char data[PAGE];
	} out = {.head = {.len = (unsigned int)(sizeof(out.head) + len),
			  .error = error,
			  .unique = unique}};

	if (len)
		memcpy(out.data, data, len);
	if (write(fuse, &out, out.head.len) < 0 && errno != ENOENT)
		perror("fuse");
}

static struct fuse_attr attr_of(unsigned long long node)
{
	struct fuse_attr a = {.ino = node, .nlink = 1, .blksize = PAGE};

	a.mode = node == FILE_NODE ? S_IFREG | 0755 : S_IFDIR | 0755;
	a.size = node == FILE_NODE ? 3 * PAGE : 0;
	return a;
}

static void on_lookup(const struct fuse_in_header *in)
{
	struct fuse_entry_out out = {.nodeid = FILE_NODE, .attr = attr_of(FILE_NODE)};

	if (strcmp((const char *)(in + 1), "program") != 0)
		answer(in->unique, -ENOENT, NULL, 0);
	else
		answer(in->unique, 0, &out, sizeof(out));
}

static void on_request(const struct fuse_in_header *in)
{
	const struct fuse_read_in *read_in = (const void *)(in + 1);
	/* No reading ahead: the pages are asked for one by one. */
	struct fuse_init_out init = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = PAGE};
	struct fuse_attr_out attr = {.attr = attr_of(in->nodeid)};
	struct fuse_open_out open_out = {0};

	switch (in->opcode) {
	case FUSE_INIT:
		answer(in->unique, 0, &init, sizeof(init));
		break;
	case FUSE_LOOKUP:
		on_lookup(in);
		break;
	case FUSE_GETATTR:
		answer(in->unique, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		answer(in->unique, 0, &open_out, sizeof(open_out));
		break;
	case FUSE_READ:
		if (read_in->offset || read_in->size > PAGE)
			answer(in->unique, -EIO, NULL, 0);
		else
			answer(in->unique, 0, first, read_in->size);
		break;
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
		answer(in->unique, 0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		answer(in->unique, -ENOSYS, NULL, 0);
	}
}

static int serve(const char *program, const char *folder)
{
	static char request[FUSE_MIN_READ_BUFFER + PAGE];
	int fd = open(program, O_RDONLY | O_CLOEXEC);
	char options[64];

	fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fd < 0 || read(fd, first, sizeof(first)) <= 0 || fuse < 0)
		return 2;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	if (mount("unhashed", folder, "fuse.unhashed", 0, options))
		return 2;
	puts("mounted");
	fflush(stdout);
	while (read(fuse, request, sizeof(request)) > 0)
		on_request((const struct fuse_in_header *)request);
	return 0;
}

static int map_direct(const char *file)
{
	int fd = open(file, O_RDONLY | O_DIRECT | O_CLOEXEC);

	if (fd < 0)
		return 2;
	if (mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED)
		return 0;
	return errno == EPERM ? 1 : 3;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "serve"))
		return serve(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "direct"))
		return map_direct(argv[2]);
	return 2;
}
