// SPDX-License-Identifier: GPL-2.0-only
/* What does a record of the ring buffer say? */
#include "events/decode.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "abi/policy.h"

static const enum record_type type_of_event[] = {
	[EVENT_EXEC] = RECORD_EXEC,
	[EVENT_EXIT] = RECORD_EXIT,
	[EVENT_REFUSAL] = RECORD_REFUSAL,
};

/* The kernel side is trusted to mean well, not to be of the same version. */
static bool event_valid(const struct event *e, size_t blob_len)
{
	if (e->type < EVENT_EXEC || e->type > EVENT_REFUSAL)
		return false;
	if (e->hook >= HOOK_COUNT || e->reason >= REASON_COUNT)
		return false;
	if (WIFSTOPPED(e->exit_code))
		return false;
	if (e->path_len > EVENT_PATH_MAX || e->argv_len > EVENT_ARGV_MAX ||
	    e->cwd_len > EVENT_CWD_MAX)
		return false;
	return (size_t)e->path_len + e->argv_len + e->cwd_len <= blob_len;
}

static u32 count_args(const struct bytes *argv)
{
	u32 n = 0;

	for (size_t i = 0; i < argv->len; n++)
		i += strlen(argv->data + i) + 1;
	return n;
}

static int blob_decode(struct record *r, const struct event *e, const char *blob)
{
	if (e->path_len && bytes_set(&r->path, blob, e->path_len))
		return -ENOMEM;
	blob += e->path_len;
	if (e->argv_len && bytes_set(&r->argv, blob, e->argv_len))
		return -ENOMEM;
	blob += e->argv_len;
	if (e->cwd_len && bytes_set(&r->cwd, blob, e->cwd_len))
		return -ENOMEM;
	r->argc = count_args(&r->argv);
	if (e->argc > r->argc)
		r->argc = e->argc; /* what was cut off counts */
	return bytes_set(&r->comm, e->comm, strnlen(e->comm, sizeof(e->comm)));
}

/* Either a signal or an exit status; that there was a core dump as well is left out. */
static s32 end_status(s32 status)
{
	return WIFSIGNALED(status) ? WTERMSIG(status) : status & 0xff00;
}

static void numbers_decode(struct record *r, const struct event *e, struct boot_clock clock)
{
	r->type = type_of_event[e->type];
	r->time_us = clock_wall_us(clock, e->time_ns);
	r->boot_ns = e->time_ns;
	r->session_id = e->session;
	r->pid = e->pid;
	r->tid = e->tid;
	r->ppid = e->ppid;
	r->uid = e->uid;
	r->gid = e->gid;
	r->cgroup = e->cgroup_id;
	r->generation = e->generation;
	r->flags = e->flags;
	r->exec_id = e->exec_id;
	r->hook = e->hook;
	r->reason = e->reason;
	r->approval = e->approval;
	memcpy(r->number, e->number, sizeof(r->number));
	r->dev = e->dev;
	r->ino = e->ino;
	if (r->type == RECORD_EXIT)
		r->outcome = (struct outcome){.known = true,
					      .status = end_status(e->exit_code),
					      .duration_ns = e->duration_ns};
}

static int text_set(struct bytes *to, const char *text)
{
	return text ? bytes_set(to, text, strlen(text)) : 0;
}

static int session_name(struct record *r, const struct record_names *names)
{
	const char *key = NULL, *agent = NULL;

	if (!names->session || !names->session(names->arg, r->session_id, &key, &agent))
		return 0;
	/* It is of that session all the same; the flag says where it ran. */
	if (key && !strncmp(key, SESSION_ELEVATED, strlen(SESSION_ELEVATED)))
		key += strlen(SESSION_ELEVATED);
	if (text_set(&r->session, key) || text_set(&r->agent, agent))
		return -ENOMEM;
	return 0;
}

static int rule_name(struct record *r, u32 rule, const struct record_names *names)
{
	struct rule_name name = {0};

	if (r->type != RECORD_REFUSAL || rule == RULE_NONE)
		return 0;
	if (!names->rule || !names->rule(names->arg, r->generation, rule, &name))
		return 0;
	r->rule.line = name.line;
	if (text_set(&r->rule.key, name.key) || text_set(&r->rule.file, name.file) ||
	    text_set(&r->rule.entry, name.entry))
		return -ENOMEM;
	return 0;
}

int event_decode(struct record *r, const void *bytes, size_t len, struct boot_clock clock,
		 const struct record_names *names)
{
	struct event e;
	int ret;

	if (len < sizeof(e))
		return -EBADMSG;
	memcpy(&e, bytes, sizeof(e)); /* the bytes may lie anywhere */
	if (!event_valid(&e, len - sizeof(e)))
		return -EBADMSG;
	numbers_decode(r, &e, clock);
	ret = blob_decode(r, &e, (const char *)bytes + sizeof(e));
	if (!ret && names)
		ret = session_name(r, names);
	if (!ret && names)
		ret = rule_name(r, e.rule, names);
	if (ret)
		record_clear(r);
	return ret;
}
