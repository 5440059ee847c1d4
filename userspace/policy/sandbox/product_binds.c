// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does openclaw refuse when it makes a container? Sources are compared as they are written and
 * as what they lead to, with what must not be mounted and with the folders above that.
 */
#include "policy/sandbox/product_binds.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/path.h"

#define SECURITY "Sandbox security: "
#define OVERRIDE "Use a dangerous override only when you fully trust this runtime."

static const char *const blocked[] = {
	"/etc",
	"/private/etc",
	"/proc",
	"/sys",
	"/dev",
	"/root",
	"/boot",
	"/run",
	"/var/run",
	"/private/var/run",
	"/var/run/docker.sock",
	"/private/var/run/docker.sock",
	"/run/docker.sock",
};

const char *const product_blocked_at_home[] = {
	".aws", ".cargo", ".config", ".docker", ".gnupg", ".netrc", ".npm", ".ssh", NULL,
};

static const char *const reserved[] = {"/workspace", "/agent"};

struct bind {
	const char *text;
	char *source, *target; /* owned; target may be "" */
};

static void bind_clear(struct bind *b)
{
	free(b->source);
	free(b->target);
}

static bool is_drive(const char *text)
{
	return isalpha((unsigned char)text[0]) && text[1] == ':' &&
	       (text[2] == '\\' || text[2] == '/');
}

/* SOURCE:TARGET[:OPTIONS]; a drive's colon separates nothing. */
static int bind_split(struct bind *b)
{
	size_t skip = is_drive(b->text) ? 2 : 0, len = skip + strcspn(b->text + skip, ":");
	const char *target = b->text[len] ? b->text + len + 1 : "";

	b->source = strndup(b->text, len);
	b->target = strndup(target, strcspn(target, ":"));
	return b->source && b->target ? 0 : -ENOMEM;
}

static int refuse_blocked(const struct bind *b, const char *verb, const char *path, struct err *err)
{
	return err_set(err, EINVAL,
		       SECURITY
		       "bind mount \"%s\" %s blocked path \"%s\". Mounting system "
		       "directories, credential paths, or Docker socket paths into sandbox "
		       "containers is not allowed. Use project-specific paths instead (e.g. "
		       "/home/user/myproject).",
		       b->text, verb, path);
}

static int check_one(const struct bind *b, const char *source, const char *path, struct err *err)
{
	if (path_is_below(source, path))
		return refuse_blocked(b, "targets", path, err);
	return path_is_below(path, source) ? refuse_blocked(b, "covers", path, err) : 0;
}

static int check_blocked(const struct bind *b, const char *source, const char *home,
			 struct err *err)
{
	int r = 0;

	if (!strcmp(source, "/"))
		return refuse_blocked(b, "covers", "/", err);
	for (size_t i = 0; i < ARRAY_SIZE(blocked) && !r; i++)
		r = check_one(b, source, blocked[i], err);
	for (size_t i = 0; home && product_blocked_at_home[i] && !r; i++) {
		autofree char *path = NULL;

		if (asprintf(&path, "%s/%s", home, product_blocked_at_home[i]) < 0) {
			path = NULL;
			return err_set(err, ENOMEM, "out of memory");
		}
		r = check_one(b, source, path, err);
	}
	return r;
}

static int check_reserved(const struct bind *b, struct err *err)
{
	autofree char *target = b->target[0] == '/' ? path_canonical(b->target) : NULL;

	for (size_t i = 0; target && i < ARRAY_SIZE(reserved); i++)
		if (path_is_below(target, reserved[i]))
			return err_set(err, EINVAL,
				       SECURITY "bind mount \"%s\" targets reserved container path "
						"\"%s\" (resolved target: \"%s\"). This can shadow "
						"OpenClaw sandbox mounts. " OVERRIDE,
				       b->text, reserved[i], target);
	return 0;
}

static bool below_any(const char *path, const char *const *roots, bool follow)
{
	for (; *roots; roots++) {
		autofree char *root = follow ? path_real(*roots) : path_canonical(*roots);

		if (root && path_is_below(path, root))
			return true;
	}
	return false;
}

static int check_roots(const struct bind *b, const char *source, const char *real,
		       const char *const *roots, struct err *err)
{
	autobuf struct buf list = {0};

	if (below_any(source, roots, false) && (!real || below_any(real, roots, true)))
		return 0;
	for (size_t i = 0; roots[i]; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", roots[i]);
	return err_set(err, EINVAL,
		       SECURITY
		       "bind mount \"%s\" source \"%s\" is outside allowed roots (%s). " OVERRIDE,
		       b->text, source, list.data ? list.data : "");
}

/* A drive has no symlinks that could be followed here. */
static char *plain_source(const char *source)
{
	char *text;

	if (!is_drive(source))
		return path_canonical(source);
	text = strdup(source);
	for (char *p = text; p && *p; p++)
		*p = *p == '\\' ? '/' : *p;
	return text;
}

static int check_sources(const struct bind *b, const struct bind_rules *rules, struct err *err)
{
	autofree char *source = plain_source(b->source), *real = NULL;
	int r;

	if (!source)
		return err_set(err, ENOMEM, "out of memory");
	r = check_blocked(b, source, rules->home, err);
	if (!r && source[0] == '/')
		real = path_real(source);
	if (!r && real)
		r = check_blocked(b, real, rules->home, err);
	if (!r && !rules->reserved)
		r = check_reserved(b, err);
	if (!r && rules->roots && !rules->external)
		r = check_roots(b, source, real, rules->roots, err);
	return r;
}

int product_bind_check(const char *text, const struct bind_rules *rules, struct err *err)
{
	struct bind b autodestroy(bind_clear) = {.text = text};

	if (!text[strspn(text, " \t\r\n")])
		return 0;
	if (bind_split(&b))
		return err_set(err, ENOMEM, "out of memory");
	if (b.source[0] != '/' && !is_drive(b.source))
		return err_set(err, EINVAL,
			       SECURITY "bind mount \"%s\" uses a non-absolute source path \"%s\". "
					"Only absolute POSIX or Windows drive-letter paths are "
					"supported for sandbox binds.",
			       text, b.source);
	return check_sources(&b, rules, err);
}

static bool is_word(const char *text, const char *word, bool prefix)
{
	text += strspn(text, " \t\r\n");
	if (strncasecmp(text, word, strlen(word)) != 0)
		return false;
	text += strlen(word);
	return prefix || !text[strspn(text, " \t\r\n")];
}

int product_network_check(const char *network, bool join, struct err *err)
{
	if (is_word(network, "host", false))
		return err_set(err, EINVAL,
			       SECURITY "network mode \"%s\" is blocked. Network \"host\" mode "
					"bypasses container network isolation. Use \"bridge\" or "
					"\"none\" instead.",
			       network);
	if (is_word(network, "container:", true) && !join)
		return err_set(err, EINVAL,
			       SECURITY
			       "network mode \"%s\" is blocked by default. Network "
			       "\"container:*\" joins another container namespace and "
			       "bypasses sandbox network isolation. Use a custom bridge "
			       "network, or set dangerouslyAllowContainerNamespaceJoin=true "
			       "only when you fully trust this runtime.",
			       network);
	return 0;
}

int product_profile_check(const char *kind, const char *profile, struct err *err)
{
	bool seccomp = !strcmp(kind, "seccomp");

	if (!is_word(profile, "unconfined", false))
		return 0;
	return err_set(
		err, EINVAL, SECURITY "%s profile \"%s\" is blocked. %s", kind, profile,
		seccomp ? "Disabling seccomp removes syscall filtering and weakens sandbox "
			  "isolation. Use a custom seccomp profile file or omit this setting."
			: "Disabling AppArmor removes mandatory access controls and weakens "
			  "sandbox isolation. Use a named AppArmor profile or omit this "
			  "setting.");
}
