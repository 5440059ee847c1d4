// SPDX-License-Identifier: GPL-2.0-only
/* Requests to run outside of a sandbox: asked, answered, used, each once. */
#include "session/approvals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "kernel/approvals.h"
#include "kernel/lock.h"
#include "kernel/sessions.h"
#include "session/grants.h"
#include "util/cleanup.h"

#define WAITING_MAX 8                      /* of one session */
#define KEPT_NS     (3600 * 1000000000ull) /* what is over is shown for so long */
#define USED_NS     (30 * 1000000000ull)   /* what is approved can be used for so long, at least */

static u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (u64)now.tv_sec * 1000000000ull + (u64)now.tv_nsec;
}

u64 approval_new_id(void)
{
	u32 id = 0;

	while (!id)
		if (getrandom(&id, sizeof(id), 0) != sizeof(id))
			id = 0;
	return id;
}

static bool is_open(const struct approval *a)
{
	return a->state == APPROVAL_WAITING || a->state == APPROVAL_APPROVED;
}

/* Is it for the same, to the last byte? */
static bool is_same(const struct approval *a, const struct approval *b)
{
	size_t from = offsetof(struct approval, fingerprint);

	return !memcmp((const char *)a + from, (const char *)b + from, sizeof(*a) - from);
}

/* --- under the lock -----------------------------------------------------------------------------
 */

static int state_set(struct kernel *k, u64 id, struct approval *a, enum approval_state state,
		     struct err *err)
{
	a->state = state;
	return approval_write(k, id, a, err);
}

static int expire(struct kernel *k, u64 id, struct approval *a, struct err *err)
{
	int r = state_set(k, id, a, APPROVAL_EXPIRED, err);

	return r ? r : approval_record(RECORD_EXPIRED, id, a, NULL, NULL, err);
}

static size_t ids_read(const struct kernel *k, u64 ids[APPROVALS_MAX])
{
	const u64 *last = NULL;
	size_t n = 0;

	while (n < APPROVALS_MAX && approval_next(k, last, &ids[n]))
		last = &ids[n++];
	return n;
}

/* What had its time is over; what is over for long goes. */
static int sweep(struct kernel *k, struct err *err)
{
	u64 ids[APPROVALS_MAX], now = now_ns();
	size_t count = ids_read(k, ids);
	struct err ignored;
	struct approval a;
	int r = 0;

	for (size_t i = 0; !r && i < count; i++) {
		if (approval_read(k, ids[i], &a, &ignored))
			continue;
		if (is_open(&a) && now >= a.deadline_ns)
			r = expire(k, ids[i], &a, err);
		else if (!is_open(&a) && now >= a.deadline_ns + KEPT_NS)
			r = approval_remove(k, ids[i], err);
	}
	return r;
}

/* Something that is over gives way. */
static int make_room(struct kernel *k, struct err *err)
{
	u64 ids[APPROVALS_MAX], oldest = 0, since = ~0ull;
	size_t count = ids_read(k, ids);
	struct err ignored;
	struct approval a;

	for (size_t i = 0; i < count; i++) {
		if (approval_read(k, ids[i], &a, &ignored) || is_open(&a) || a.asked_ns > since)
			continue;
		since = a.asked_ns;
		oldest = ids[i];
	}
	return count < APPROVALS_MAX || !oldest ? 0 : approval_remove(k, oldest, err);
}

/* The open request for the same; how many others of the session wait. 0: there is none. */
static u64 find_same(const struct kernel *k, const struct approval *want, size_t *ret_waiting)
{
	u64 ids[APPROVALS_MAX], found = 0;
	size_t count = ids_read(k, ids);
	struct err ignored;
	struct approval a;

	*ret_waiting = 0;
	for (size_t i = 0; i < count; i++) {
		if (approval_read(k, ids[i], &a, &ignored) || !is_open(&a))
			continue;
		if (is_same(&a, want))
			found = ids[i];
		*ret_waiting += a.state == APPROVAL_WAITING && !strcmp(a.session, want->session);
	}
	return found;
}

static int request_add(struct kernel *k, const struct approval *want, u64 *ret_id, struct err *err)
{
	struct err ignored;
	int r = make_room(k, err);

	if (r)
		return r;
	do {
		*ret_id = approval_new_id();
		r = approval_add(k, *ret_id, want, err);
	} while (r == -EEXIST);
	if (r)
		return r;
	*err = (struct err){0};
	r = approval_record(RECORD_REQUESTED, *ret_id, want, NULL, NULL, err);
	if (r)
		approval_remove(k, *ret_id, &ignored);
	return r;
}

/* --- each step ----------------------------------------------------------------------------------
 */

int approval_request(struct kernel *k, struct approval *want, unsigned int timeout, u64 *ret_id,
		     struct err *err)
{
	autoclose int lock = -1;
	size_t waiting;
	int r = lock_take(LOCK_APPROVALS, &lock, err);

	if (!r)
		r = sweep(k, err);
	if (r)
		return r;
	want->state = APPROVAL_WAITING;
	want->asked_ns = now_ns();
	want->deadline_ns = want->asked_ns + timeout * 1000000000ull;
	*ret_id = find_same(k, want, &waiting);
	if (*ret_id)
		return 0;
	if (waiting >= WAITING_MAX)
		return err_set(err, EBUSY, "%zu requests of the session wait for an answer already",
			       waiting);
	return request_add(k, want, ret_id, err);
}

static const char *const state_sentences[] = {
	[APPROVAL_NONE] = "is nothing",
	[APPROVAL_WAITING] = "waits for an answer",
	[APPROVAL_APPROVED] = "is approved already",
	[APPROVAL_USED] = "was approved already, and has run",
	[APPROVAL_DENIED] = "was denied",
	[APPROVAL_EXPIRED] = "had its time: nobody answered, or nobody came for the answer",
	[APPROVAL_UNUSED] = "was approved already, and used by a run that ended before it began",
};

static int over(u64 id, const struct approval *a, int code, struct err *err)
{
	return err_set(err, code, "the request %08llx %s", (unsigned long long)id,
		       a->state < ARRAY_SIZE(state_sentences) ? state_sentences[a->state]
							      : "is of another version");
}

/* The request, under the lock, and as it stands by now. */
static int take_up(struct kernel *k, u64 id, int *ret_lock, struct approval *ret, struct err *err)
{
	int r = lock_take(LOCK_APPROVALS, ret_lock, err);

	if (!r)
		r = sweep(k, err);
	return r ? r : approval_read(k, id, ret, err);
}

int approval_answer(struct kernel *k, u64 id, enum approval_verdict verdict,
		    const struct approver *who, struct err *err)
{
	bool again, yes = verdict != VERDICT_DENY;
	enum record_type type = yes ? RECORD_APPROVED : RECORD_DENIED;
	const char *how = !yes ? NULL : verdict == VERDICT_ALWAYS ? "always" : "once";
	autoclose int lock = -1;
	struct approval a;
	int r = take_up(k, id, &lock, &a, err);

	if (r)
		return r;
	if (a.state != APPROVAL_WAITING)
		return over(id, &a, a.state == APPROVAL_EXPIRED ? ETIMEDOUT : EALREADY, err);
	again = a.answering;
	a.answering = 1;
	r = again ? 0 : approval_write(k, id, &a, err);
	/* First the trail: nothing is approved that is not in it. Who was killed then is in it. */
	if (!r && !(again && approval_is_recorded(type, id, how, who)))
		r = approval_record(type, id, &a, how, who, err);
	if (!r && verdict == VERDICT_ALWAYS)
		r = grants_add(k, id, &a, who, err);
	/* A yes in the last moment is one. */
	if (yes && a.deadline_ns < now_ns() + USED_NS)
		a.deadline_ns = now_ns() + USED_NS;
	return r ? r : state_set(k, id, &a, yes ? APPROVAL_APPROVED : APPROVAL_DENIED, err);
}

int approval_claim(struct kernel *k, u64 id, const struct approval *want, u64 cgroup,
		   struct err *err)
{
	autoclose int lock = -1;
	struct approval a;
	int r = take_up(k, id, &lock, &a, err);

	if (r == -ENOENT)
		return err_set(err, EAGAIN, "the request is gone");
	if (r)
		return r;
	if (!is_same(&a, want))
		return err_set(err, ESTALE,
			       "what is to run is not what was approved: the program or the "
			       "config has changed since");
	switch (a.state) {
	case APPROVAL_APPROVED:
		a.cgroup = cgroup;
		return state_set(k, id, &a, APPROVAL_USED, err);
	case APPROVAL_WAITING:
		return over(id, &a, EINPROGRESS, err);
	case APPROVAL_DENIED:
		return over(id, &a, EACCES, err);
	case APPROVAL_EXPIRED:
		return over(id, &a, ETIMEDOUT, err);
	default:
		return over(id, &a, EAGAIN, err);
	}
}

/* Of what nobody was asked, no more is known than whose it was. */
static void whose(const struct kernel *k, u32 id, struct approval *ret)
{
	const size_t head = strlen(SESSION_ELEVATED);
	struct session s;
	struct err ignored;

	if (session_read(k, id, &s, &ignored) || strncmp(s.key, SESSION_ELEVATED, head) != 0)
		return;
	memcpy(ret->session, s.key + head, strlen(s.key + head));
	memcpy(ret->agent, s.agent, strlen(s.agent));
}

int approval_run_ends(struct kernel *k, u64 cgroup, const struct cgroup_entry *entry,
		      struct err *err)
{
	autoclose int lock = -1;
	struct approval a = {0};
	struct err ignored;
	bool own;
	int r;

	if (entry->flags & ENTRY_BEGUN)
		return 0;
	r = lock_take(LOCK_APPROVALS, &lock, err);
	if (r)
		return r;
	if (approval_read(k, entry->approval, &a, &ignored))
		whose(k, entry->session, &a);
	own = a.state == APPROVAL_USED && a.cgroup == cgroup;
	if (!own && !(entry->flags & ENTRY_CLAIMED))
		return 0;
	r = approval_record(RECORD_UNUSED, entry->approval, &a, NULL, NULL, err);
	return r || !own ? r : state_set(k, entry->approval, &a, APPROVAL_UNUSED, err);
}

static int by_age(const void *a, const void *b)
{
	const struct approval_item *x = a, *y = b;

	return (x->approval.asked_ns > y->approval.asked_ns) -
	       (x->approval.asked_ns < y->approval.asked_ns);
}

int approval_list(struct kernel *k, struct approval_item **ret, size_t *ret_count, struct err *err)
{
	autofree struct approval_item *items = NULL;
	autoclose int lock = -1;
	u64 ids[APPROVALS_MAX];
	struct err ignored;
	size_t count, n = 0;
	int r = lock_take(LOCK_APPROVALS, &lock, err);

	if (!r)
		r = sweep(k, err);
	if (r)
		return r;
	count = ids_read(k, ids);
	items = calloc(count + 1, sizeof(*items));
	if (!items)
		return err_set(err, ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++) {
		items[n].id = ids[i];
		n += !approval_read(k, ids[i], &items[n].approval, &ignored);
	}
	qsort(items, n, sizeof(*items), by_age);
	*ret = TAKE_PTR(items);
	*ret_count = n;
	return 0;
}
