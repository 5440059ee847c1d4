// SPDX-License-Identifier: GPL-2.0-only
/* How are records taken from a ring buffer of the kernel's? */
#include "kernel/consumer.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/types.h"

int consumer_open(struct consumer *c, int map, struct err *err)
{
	struct bpf_map_info info = {0};
	u32 len = sizeof(info);
	void *taken, *put;

	*c = CONSUMER_EMPTY;
	if (bpf_obj_get_info_by_fd(map, &info, &len))
		return err_errno(err, errno, "the ring buffer cannot be opened");
	c->page = (size_t)sysconf(_SC_PAGESIZE);
	c->size = info.max_entries;
	taken = mmap(NULL, c->page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	put = mmap(NULL, c->page + 2 * c->size, PROT_READ, MAP_SHARED, map, (off_t)c->page);
	c->taken = taken == MAP_FAILED ? NULL : taken;
	c->put = put == MAP_FAILED ? NULL : put;
	if (!c->taken || !c->put) {
		err_errno(err, errno, "the ring buffer cannot be opened");
		consumer_close(c);
		return -err->code;
	}
	consumer_back(c);
	return 0;
}

void consumer_close(struct consumer *c)
{
	if (c->taken)
		munmap(c->taken, c->page);
	if (c->put)
		munmap((void *)c->put, c->page + 2 * c->size);
	*c = CONSUMER_EMPTY;
}

unsigned long consumer_end(const struct consumer *c)
{
	return __atomic_load_n(c->put, __ATOMIC_ACQUIRE);
}

size_t consumer_waiting(const struct consumer *c)
{
	return consumer_end(c) - __atomic_load_n(c->taken, __ATOMIC_ACQUIRE);
}

const void *consumer_next(struct consumer *c, unsigned long end, size_t *ret_len)
{
	const char *data = (const char *)c->put + c->page;

	while (c->at < end) {
		const char *head = data + (c->at & (c->size - 1));
		u32 len = __atomic_load_n((const u32 *)head, __ATOMIC_ACQUIRE);
		u32 room;

		if (len & BPF_RINGBUF_BUSY_BIT)
			return NULL; /* somebody is about to write it */
		*ret_len = len & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		room = (u32)*ret_len + BPF_RINGBUF_HDR_SZ;
		c->at += (room + 7) / 8 * 8;
		if (!(len & BPF_RINGBUF_DISCARD_BIT))
			return head + BPF_RINGBUF_HDR_SZ;
	}
	return NULL;
}

void consumer_keep(struct consumer *c)
{
	__atomic_store_n(c->taken, c->at, __ATOMIC_RELEASE);
}

void consumer_back(struct consumer *c)
{
	c->at = __atomic_load_n(c->taken, __ATOMIC_ACQUIRE);
}
