// SPDX-License-Identifier: GPL-2.0-only
/* How do sessions come to be there, and who into them? */
#include "session/registry.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "kernel/apply.h"
#include "kernel/containers.h"
#include "kernel/iterate.h"
#include "kernel/maps.h"
#include "kernel/program.h"
#include "kernel/sessions.h"
#include "policy/container/container_owner.h"
#include "policy/key/session_store.h"
#include "session/cgroup.h"
#include "session/enforce.h"
#include "util/cleanup.h"

static struct session session_of(const char *key, const char *agent)
{
	struct session session = {0};
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	session.created_ns = (u64)now.tv_sec * 1000000000ull + (u64)now.tv_nsec;
	snprintf(session.key, sizeof(session.key), "%s", key);
	snprintf(session.agent, sizeof(session.agent), "%s", agent);
	return session;
}

static int session_make(struct kernel *k, const struct session_key *key, u32 *ret_id,
			struct err *err)
{
	const struct session session = session_of(key->text, key->agent);
	struct err ignored;
	int r = session_add(k, &session, ret_id, err);

	/* Where a session's last process was in none of its cgroups, nobody saw the end. */
	if (r == -ENOSPC && !registry_sweep(k, &ignored) && !registry_drain(k, &ignored))
		r = session_add(k, &session, ret_id, err);
	return r;
}

/* Finds it, or makes it; with its policy, also when who made it was killed before it had one, and
 * with `again` the policy that it gets now. */
static int session_enter(struct kernel *k, const struct document *d, const struct session_key *key,
			 bool again, u32 *ret_id, struct err *err)
{
	struct policy_head head;
	struct session session;
	struct err ignored;
	bool made;
	u32 id;
	int r = 0;

	made = session_find(k, key->text, &id, &session, &ignored) != 0;
	if (made)
		r = session_make(k, key, &id, err);
	if (r)
		return r;
	if (made || again || image_head(k, id, &head, &ignored))
		r = enforce_session(k, d, id, key->text, err);
	if (r && made)
		session_remove(k, id, &ignored);
	if (!r)
		*ret_id = id;
	return r;
}

int registry_add_by(struct kernel *k, const struct document *d, const char *text, u32 *ret_id,
		    char **ret_key, struct err *err)
{
	struct session_key key autodestroy(session_key_clear) = {0};
	int r;

	if (!strncmp(text, SESSION_RESERVED, strlen(SESSION_RESERVED)))
		return err_set(err, EINVAL, "\"%s\" is no session's key: it is a name of ours",
			       text);
	r = session_key_parse(d->config, text, &key, err);
	if (!r)
		r = session_enter(k, d, &key, session_stored_changes(d->config, &key), ret_id, err);
	if (!r && ret_key)
		*ret_key = TAKE_PTR(key.text);
	return r;
}

int registry_add(struct kernel *k, const char *text, u32 *ret_id, char **ret_key, struct err *err)
{
	struct document *d autodocument = NULL;
	int r = enforced_document(k, &d, NULL, err);

	return r ? r : registry_add_by(k, d, text, ret_id, ret_key, err);
}

int registry_add_known(struct kernel *k, const char *key, const char *agent, u64 policy, u32 *id,
		       struct err *err)
{
	struct session session;
	struct err ignored;
	int r;

	if (session_has_number(k, *id, key) || !session_find(k, key, id, &session, &ignored))
		return 0;
	session = session_of(key, agent);
	r = session_add(k, &session, id, err);
	if (r)
		return r;
	r = image_assign(k, *id, policy, err);
	if (r)
		session_remove(k, *id, &ignored);
	return r;
}

int registry_add_unknown(struct kernel *k, const char *name, u32 *ret_id, struct err *err)
{
	char key[SESSION_KEY_LEN];
	struct session_key unknown = {.text = key, .agent = (char *)""};
	struct session session;
	struct err ignored;

	snprintf(key, sizeof(key), SESSION_RESERVED "unknown:%s", name);
	if (!session_find(k, key, ret_id, &session, &ignored))
		return 0;
	return session_make(k, &unknown, ret_id, err);
}

/* A session of ours, by its own name. */
static int add_reserved(struct kernel *k, const struct document *d, char *name, const char *agent,
			u32 *ret_id, struct err *err)
{
	const struct session_key key = {.text = name, .agent = (char *)agent};
	struct document *own autodocument = NULL;
	int r = d ? 0 : enforced_document(k, &own, NULL, err);

	return r ? r : session_enter(k, d ? d : own, &key, false, ret_id, err);
}

int registry_add_gateway(struct kernel *k, u32 *ret_id, struct err *err)
{
	return add_reserved(k, NULL, (char *)SESSION_GATEWAY, "", ret_id, err);
}

int registry_add_browser(struct kernel *k, const struct document *d, const char *text, u32 *ret_id,
			 char **ret_key, struct err *err)
{
	struct session_key key autodestroy(session_key_clear) = {0};
	char name[SESSION_KEY_LEN];
	int r = session_key_parse(d->config, text + strlen(SESSION_BROWSER), &key, err);

	if (r)
		return r;
	if (snprintf(name, sizeof(name), SESSION_BROWSER "%s", key.text) >= (int)sizeof(name))
		return err_set(err, ENAMETOOLONG, "the session's key is too long for a browser's");
	*ret_key = strdup(name);
	return *ret_key ? add_reserved(k, d, name, key.agent, ret_id, err)
			: err_set(err, ENOMEM, "out of memory");
}

int registry_add_elevated(struct kernel *k, const char *key, const char *agent, u32 *ret_id,
			  struct err *err)
{
	char name[SESSION_KEY_LEN];
	int len = snprintf(name, sizeof(name), SESSION_ELEVATED "%s", key);

	if (len < 0 || (size_t)len >= sizeof(name))
		return err_set(err, ENAMETOOLONG, "the session's key is too long to be elevated");
	return add_reserved(k, NULL, name, agent, ret_id, err);
}

/* A container runtime sets up under rules of its own, which have their own programs. */
int registry_prepare(struct kernel *k, unsigned int flags, struct err *err)
{
	int r;

	if (!(flags & ENTRY_CONTAINER))
		return 0;
	r = kernel_attach(k, NEED_SETUP, err);
	if (!r && k->link[program_find("claw_loopback")] < 0)
		r = err_set(err, ENOTSUP,
			    "this kernel has no \"__do_loopback\" to look at: what a container "
			    "runtime mounts could not be judged");
	return r;
}

/*
 * Everybody who was there before: threads, children, who is in the cgroup. A task that is labelled
 * while it forks may have a child without a label: so again, until nobody new is found.
 */
static int labels_complete(struct kernel *k, unsigned int *ret_count, struct err *err)
{
	size_t count, entered = 1;
	int r = 0;

	*ret_count = 0;
	while (!r && entered) {
		autofree struct labelled_task *tasks = NULL;

		r = iterate_tasks(k, &tasks, &count, err);
		entered = 0;
		for (size_t i = 0; !r && i < count; i++)
			entered += tasks[i].entered;
		*ret_count += (unsigned int)entered;
	}
	return r;
}

int registry_add_cgroup(struct kernel *k, u32 session, const char *path, unsigned int flags,
			struct err *err)
{
	struct cgroup_entry entry = {.session = session, .flags = flags};
	unsigned int entered;
	u64 id;
	int r = cgroup_id(path, &id, err);

	if (!r)
		r = registry_prepare(k, flags, err);
	/* Somebody is in it already: the first program was executed before we came. */
	if (!r && cgroup_populated(path))
		entry.first_program = FIRST_PROGRAM_DONE;
	if (!r)
		r = cgroup_entry_write(k, id, &entry, err);
	/* From here on whoever enters is labelled; now those who are in it. */
	return r || !cgroup_populated(path) ? r : labels_complete(k, &entered, err);
}

int registry_add_new_cgroup(struct kernel *k, u32 session, u64 cgroup, unsigned int flags,
			    struct err *err)
{
	const struct cgroup_entry entry = {.session = session, .flags = flags};
	int r = registry_prepare(k, flags, err);

	return r ? r : cgroup_entry_write(k, cgroup, &entry, err);
}

int registry_add_cgroup_elevated(struct kernel *k, u32 session, u64 cgroup, u64 approval,
				 struct err *err)
{
	const struct cgroup_entry entry = {
		.session = session, .flags = ENTRY_RUN | ENTRY_ELEVATED, .approval = approval};

	return cgroup_entry_write(k, cgroup, &entry, err);
}

int registry_claimed(struct kernel *k, u64 cgroup, struct err *err)
{
	struct cgroup_entry entry;

	if (!cgroup_entry_find(k, cgroup, &entry))
		return err_set(err, ENOENT, "the run's cgroup is not registered any more");
	entry.flags |= ENTRY_CLAIMED;
	return cgroup_entry_write(k, cgroup, &entry, err);
}

int registry_add_process(struct kernel *k, u32 session, pid_t pid, enum label_phase phase,
			 unsigned int *ret_count, struct err *err)
{
	struct label label = {.session = session, .phase = (u16)phase};
	int r;

	if (pid == 1)
		return err_set(err, EINVAL, "process 1 runs the whole machine, and is no session");
	r = label_write(k, pid, &label, err);
	if (r == -EEXIST)
		return err_set(err, EEXIST, "the process %d is in a session already", (int)pid);
	return r ? r : labels_complete(k, ret_count, err);
}
