// SPDX-License-Identifier: GPL-2.0-only
/* Whose is a container, as far as the kernel was told? */
#include "kernel/containers.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "kernel/maps.h"
#include "util/cleanup.h"

static struct container_id id_of(const char *hex)
{
	struct container_id id = {0};

	memcpy(id.hex, hex, strnlen(hex, sizeof(id.hex)));
	return id;
}

int container_write(struct kernel *k, const char *hex, u32 session, struct err *err)
{
	struct container_id id = id_of(hex);
	struct container c = {.session = session};

	if (!bpf_map_update_elem(k->map[MAP_CONTAINERS], &id, &c, BPF_ANY))
		return 0;
	if (errno == E2BIG)
		return err_set(err, ENOSPC, "%u containers are known, and more there cannot be",
			       CONTAINERS_MAX);
	return err_errno(err, errno, "the container %.12s cannot be registered", hex);
}

int container_remove(struct kernel *k, const char *hex, struct err *err)
{
	struct container_id id = id_of(hex);

	if (bpf_map_delete_elem(k->map[MAP_CONTAINERS], &id) && errno != ENOENT)
		return err_errno(err, errno, "the container %.12s cannot be forgotten", hex);
	return 0;
}

bool container_find(const struct kernel *k, const char *hex, u32 *ret_session)
{
	struct container_id id = id_of(hex);
	struct container c;

	if (bpf_map_lookup_elem(k->map[MAP_CONTAINERS], &id, &c))
		return false;
	*ret_session = c.session;
	return true;
}

bool container_next(const struct kernel *k, const char *hex, char *ret)
{
	struct container_id id = id_of(hex ? hex : ""), next;

	if (bpf_map_get_next_key(k->map[MAP_CONTAINERS], hex ? &id : NULL, &next))
		return false;
	memcpy(ret, next.hex, sizeof(next.hex));
	ret[sizeof(next.hex)] = '\0';
	return true;
}

int container_watch(struct kernel *k, u32 watch, struct err *err)
{
	struct state state;
	int r = 0;

	if (watch)
		r = kernel_attach(k, NEED_AGENT, err);
	if (!r)
		r = state_read(k, &state, err);
	if (r || state.watch == watch)
		return r;
	state.watch = watch;
	return state_write(k, &state, err);
}

/* --- calls ------------------------------------------------------------------------------------ */

struct calls {
	struct ring_buffer *ring;
	void (*call)(void *arg, const struct call *c);
	void *arg;
};

static int on_call(void *arg, void *bytes, size_t len)
{
	struct calls *calls = arg;
	struct call c;

	if (len < sizeof(c))
		return 0;
	memcpy(&c, bytes, sizeof(c));
	calls->call(calls->arg, &c);
	return 0;
}

int calls_open(struct kernel *k, void (*call)(void *arg, const struct call *c), void *arg,
	       struct calls **ret, struct err *err)
{
	struct calls *calls autodestroy(calls_free) = calloc(1, sizeof(*calls));

	if (!calls)
		return err_set(err, ENOMEM, "out of memory");
	calls->call = call;
	calls->arg = arg;
	calls->ring = ring_buffer__new(k->map[MAP_CALLS], on_call, calls, NULL);
	if (!calls->ring)
		return err_errno(err, errno, "what the kernel asks cannot be read");
	*ret = TAKE_PTR(calls);
	return 0;
}

void calls_free(struct calls **calls)
{
	if (!*calls)
		return;
	ring_buffer__free((*calls)->ring);
	free(*calls);
	*calls = NULL;
}

int calls_fd(const struct calls *calls)
{
	return ring_buffer__epoll_fd(calls->ring);
}

int calls_read(struct calls *calls, struct err *err)
{
	int r = ring_buffer__consume(calls->ring);

	return r < 0 ? err_errno(err, -r, "what the kernel asks cannot be read") : 0;
}
