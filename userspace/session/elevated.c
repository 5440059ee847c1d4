// SPDX-License-Identifier: GPL-2.0-only
/* One command of a session on the host: as whom, with what, and labelled how? */
#include "session/elevated.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/close_range.h>

#include "policy/command/git.h"
#include "policy/command/trusted.h"
#include "session/confine.h"
#include "session/enforce.h"
#include "session/registry.h"
#include "util/cleanup.h"
#include "util/mask.h"

/* --- as whom ------------------------------------------------------------------------------------
 */

void elevated_user_clear(struct elevated_user *u)
{
	free(u->name);
	free(u->home);
	*u = (struct elevated_user){0};
}

int elevated_user_find(const char *named, const char *home, struct elevated_user *ret,
		       struct err *err)
{
	struct elevated_user u autodestroy(elevated_user_clear) = {0};
	const struct passwd *pw;
	struct stat st;

	if (!named && stat(home, &st))
		return err_errno(err, errno, "%s, the agent's home", home);
	errno = 0;
	pw = named ? getpwnam(named) : getpwuid(st.st_uid);
	if (!pw && named)
		return err_set(err, errno ? errno : ENOENT, "there is no user \"%.60s\"", named);
	u.uid = pw ? pw->pw_uid : st.st_uid;
	u.gid = pw ? pw->pw_gid : st.st_gid;
	u.home = strdup(pw ? pw->pw_dir : home);
	if (pw)
		u.name = strdup(pw->pw_name);
	if (!u.home || (pw && !u.name))
		return err_set(err, ENOMEM, "out of memory");
	*ret = u;
	u = (struct elevated_user){0};
	return 0;
}

/* --- its session --------------------------------------------------------------------------------
 */

int elevated_register(struct kernel *k, const char *key, const struct run_elevated *e, u32 *ret_id,
		      struct err *err)
{
	return registry_add_elevated(k, key, e->agent, ret_id, err);
}

int elevated_claim(struct kernel *k, const struct run_elevated *e, u64 cgroup, struct err *err)
{
	struct document *d autodocument = NULL;
	struct loaded *loaded autoloaded = NULL;
	int r = enforced_document(k, &d, &loaded, err);

	if (!r && loaded->fingerprint != e->fingerprint)
		r = err_set(err, ESTALE, "the config was replaced meanwhile: ask again");
	if (!r)
		r = e->claim(e->arg, k, cgroup, err);
	return r ? r : registry_claimed(k, cgroup, err);
}

/* --- the child ----------------------------------------------------------------------------------
 */

static const char *const kept[] = {"LANG", "LANGUAGE", "LC_ALL",        "LC_CTYPE", "LC_MESSAGES",
				   "TZ",   "TERM",     "SSH_AUTH_SOCK", NULL};

/*
 * git runs programs that it finds in the folder it works in: hooks, and what .git/config names. The
 * folder may be the session's to write, so what it has to say is said before; what cannot be said
 * so, confine.c does not let it start. A pager runs what is typed into it.
 */
static const char *const fixed[][2] = {
	{"PATH", TRUSTED_PATH},
	{"PAGER", "cat"},
	{"SYSTEMD_PAGER", "cat"},
	{"GIT_PAGER", "cat"},
	{"GIT_EDITOR", "false"},
	{"GIT_SEQUENCE_EDITOR", "false"},
	{"GIT_TERMINAL_PROMPT", "0"},
	{"GIT_SSH_COMMAND", GIT_SSH_PATH},
	{"GIT_SSH_VARIANT", "ssh"},
	{"GIT_NO_LAZY_FETCH", "1"}, /* from wherever a repository says, for any command */
	{"GIT_ALLOW_PROTOCOL", "https:http:ssh"}, /* git:// has core.gitProxy, a program */
	{"GIT_CONFIG_COUNT", "17"},
	{"GIT_CONFIG_KEY_0", "core.hooksPath"},
	{"GIT_CONFIG_VALUE_0", "/dev/null"},
	{"GIT_CONFIG_KEY_1", "core.fsmonitor"},
	{"GIT_CONFIG_VALUE_1", "false"},
	{"GIT_CONFIG_KEY_2", "credential.helper"},
	{"GIT_CONFIG_VALUE_2", ""},
	{"GIT_CONFIG_KEY_3", "core.askPass"},
	{"GIT_CONFIG_VALUE_3", "false"},
	{"GIT_CONFIG_KEY_4", "push.gpgSign"},
	{"GIT_CONFIG_VALUE_4", "false"},
	{"GIT_CONFIG_KEY_5", "push.recurseSubmodules"},
	{"GIT_CONFIG_VALUE_5", "no"},
	{"GIT_CONFIG_KEY_6", "core.alternateRefsCommand"},
	{"GIT_CONFIG_VALUE_6", "true"},
	/* --signed asks for one of these, whatever push.gpgSign says. */
	{"GIT_CONFIG_KEY_7", "gpg.program"},
	{"GIT_CONFIG_VALUE_7", "false"},
	{"GIT_CONFIG_KEY_8", "gpg.openpgp.program"},
	{"GIT_CONFIG_VALUE_8", "false"},
	{"GIT_CONFIG_KEY_9", "gpg.x509.program"},
	{"GIT_CONFIG_VALUE_9", "false"},
	{"GIT_CONFIG_KEY_10", "gpg.ssh.program"},
	{"GIT_CONFIG_VALUE_10", "false"},
	{"GIT_CONFIG_KEY_11", "gpg.ssh.defaultKeyCommand"},
	{"GIT_CONFIG_VALUE_11", "false"},
	/* In a repository of its own, with a config of its own. */
	{"GIT_CONFIG_KEY_12", "fetch.recurseSubmodules"},
	{"GIT_CONFIG_VALUE_12", "no"},
	{"GIT_CONFIG_KEY_13", "submodule.recurse"},
	{"GIT_CONFIG_VALUE_13", "false"},
	/* Files that are read and sent, or written with what a server sends. */
	{"GIT_CONFIG_KEY_14", "http.cookieFile"},
	{"GIT_CONFIG_VALUE_14", ""},
	{"GIT_CONFIG_KEY_15", "http.saveCookies"},
	{"GIT_CONFIG_VALUE_15", "false"},
	{"GIT_CONFIG_KEY_16", "diff.external"},
	{"GIT_CONFIG_VALUE_16", ""},
};

static int environment_make(const struct elevated_user *u)
{
	char *values[ARRAY_SIZE(kept)] = {NULL};

	for (size_t i = 0; kept[i]; i++) {
		const char *value = getenv(kept[i]);

		values[i] = value ? strdup(value) : NULL;
	}
	if (clearenv())
		return ENOMEM;
	for (size_t i = 0; kept[i]; i++)
		if (values[i] && setenv(kept[i], values[i], 1))
			return ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		if (setenv(fixed[i][0], fixed[i][1], 1))
			return ENOMEM;
	if (setenv("HOME", u->home, 1))
		return ENOMEM;
	if (u->name && (setenv("USER", u->name, 1) || setenv("LOGNAME", u->name, 1)))
		return ENOMEM;
	return 0;
}

static int user_become(const struct elevated_user *u)
{
	if (geteuid() != 0)
		return u->uid == getuid() ? 0 : EPERM;
	if (u->name ? initgroups(u->name, u->gid) : setgroups(0, NULL))
		return errno;
	return setgid(u->gid) || setuid(u->uid) ? errno : 0;
}

int elevated_become(const struct run_elevated *e, char *const *argv, const char **ret_what)
{
	bool git = git_is(e->program);
	char **words = git ? git_argv(argv) : NULL;
	int error;

	*ret_what = "the environment";
	error = git && !words ? ENOMEM : environment_make(e->user);
	if (error)
		return error;
	*ret_what = "what it may start and write";
	error = git ? confine_git(e->program, argv) : 0;
	if (error)
		return error;
	*ret_what = "the user";
	error = user_become(e->user);
	if (error)
		return error;
	*ret_what = "the descriptors";
	if (syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC))
		return errno;
	*ret_what = "";
	mask_give();
	execv(e->program, words ? words : argv);
	return errno;
}
