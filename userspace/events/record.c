// SPDX-License-Identifier: GPL-2.0-only
/* What does a record of the audit trail hold? */
#include "events/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum object_kind record_object(const struct record *r)
{
	switch (r->hook) {
	case HOOK_SOCKET_CREATE:
	case HOOK_SOCKET_CONNECT:
	case HOOK_SOCKET_BIND:
	case HOOK_SOCKET_LISTEN:
	case HOOK_SOCKET_ACCEPT:
	case HOOK_SOCKET_SENDMSG:
	case HOOK_SOCKET_RECVMSG:
	case HOOK_SOCKET_GETOPT:
		return OBJECT_SOCKET;
	case HOOK_SB_MOUNT:
	case HOOK_SB_UMOUNT:
	case HOOK_SB_PIVOTROOT:
	case HOOK_SB_REMOUNT:
	case HOOK_SB_KERN_MOUNT:
	case HOOK_MOVE_MOUNT:
	case HOOK_FOLLOW_LINK:
	case HOOK_LOOPBACK:
		return OBJECT_MOUNT;
	default: /* a socket may also be received, or written to as a file */
		return r->reason == REASON_NETWORK && r->number[0] ? OBJECT_SOCKET : OBJECT_FILE;
	}
}

const char *record_next_arg(const struct record *r, const char *arg)
{
	if (!r->argv.len)
		return NULL;
	arg = arg ? arg + strlen(arg) + 1 : r->argv.data;
	return arg < r->argv.data + r->argv.len ? arg : NULL;
}

int bytes_set(struct bytes *to, const void *data, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return -ENOMEM;
	if (len)
		memcpy(copy, data, len);
	copy[len] = '\0';
	free(to->data);
	*to = (struct bytes){.data = copy, .len = len};
	return 0;
}

void record_clear(struct record *r)
{
	struct bytes *const owned[] = {
		&r->session, &r->agent,    &r->comm,      &r->path,       &r->argv,
		&r->cwd,     &r->rule.key, &r->rule.file, &r->rule.entry, &r->sender,
		&r->how,     &r->login,    &r->tty,       &r->boot,
	};

	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		free(owned[i]->data);
	memset(r, 0, sizeof(*r));
}

static bool bytes_equal(const struct bytes *b, const char *text)
{
	return b->data && b->len == strlen(text) && !memcmp(b->data, text, b->len);
}

/* "agent:main:telegram:group:-1", or without its head, which is then any agent's. */
static bool session_matches(const struct bytes *session, const char *key)
{
	const char *rest = session->data;

	if (bytes_equal(session, key))
		return true;
	if (!rest || strncmp(rest, "agent:", 6) != 0 || !strncmp(key, "agent:", 6))
		return false;
	rest = strchr(rest + 6, ':');
	return rest && !strcmp(rest + 1, key);
}

bool record_matches(const struct record *r, const struct record_filter *f)
{
	if (f->types && !(f->types & 1u << r->type))
		return false;
	if (r->time_us < f->since_us || (f->until_us && r->time_us >= f->until_us))
		return false;
	if (r->type == RECORD_LOST)
		return true; /* it may have been any session's */
	return (!f->session || session_matches(&r->session, f->session)) &&
	       (!f->agent || bytes_equal(&r->agent, f->agent));
}
