/* SPDX-License-Identifier: GPL-2.0-only */
/* What an engine's JSON says of containers. */
#ifndef CLAWBPF_AGENT_FACTS_H
#define CLAWBPF_AGENT_FACTS_H

#include <stddef.h>

#include "policy/container/container_owner.h"

/* An event. 0 with f->id NULL: it is about nothing that matters. -EINVAL: no JSON; -ENOMEM. */
int facts_of_event(const char *text, size_t len, struct container_facts *f);
/* One container: the engine's answer when it is asked, or what it keeps in a file. */
int facts_of_container(const char *text, size_t len, struct container_facts *f);
/* The list of all: `each` is called for every one. */
int facts_of_list(const char *text, size_t len,
		  void (*each)(void *arg, const struct container_facts *f), void *arg);
/*
 * What Docker keeps of this container. -ENOENT: it knows none of that id; -ENOTDIR: where it keeps
 * them is not there.
 */
int facts_of_file(const char *id, struct container_facts *f);

/* 64 lower-case hex digits? */
int container_id_valid(const char *id);

#endif
