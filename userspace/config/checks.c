// SPDX-License-Identifier: GPL-2.0-only
/* What must the strings of the clawbpf block look like? */
#include "config/checks.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/path.h"
#include "util/utf8.h"

#define SHA256_HEX 64
#define BINARY_FORMS                                                                               \
	"a name (\"curl\"), an absolute path (\"/usr/bin/nc\") or \"sha256:\" and 64 hex digits"

static int bad_value(const struct setting *s, struct err *err, const char *why, const char *allowed)
{
	autobuf struct buf shown = {0};

	utf8_quote(&shown, s->text, strlen(s->text), 80);
	err_set(err, EINVAL, "%s: %s", why, shown.data ? shown.data : "");
	return err_fix(err, "%s", allowed);
}

static int replace_text(struct setting *s, char *text, struct err *err)
{
	if (!text)
		return err_set(err, ENOMEM, "out of memory");
	free(s->text);
	s->text = text;
	return 0;
}

static int check_hash(struct setting *s, struct err *err)
{
	char *hex = s->text + strlen(SHA256_PREFIX);

	if (strlen(hex) != SHA256_HEX || strspn(hex, "0123456789abcdefABCDEF") != SHA256_HEX)
		return bad_value(s, err, "not a SHA-256", "write \"sha256:\" and 64 hex digits");
	for (char *p = hex; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return 0;
}

int check_binary(struct setting *s, struct sources *sources, struct err *err)
{
	(void)sources;
	if (!strncmp(s->text, SHA256_PREFIX, strlen(SHA256_PREFIX)))
		return check_hash(s, err);
	if (s->text[0] == '/') {
		int r = replace_text(s, path_canonical(s->text), err);

		if (!r && !strcmp(s->text, "/"))
			return bad_value(s, err, "not a program", "write " BINARY_FORMS);
		return r;
	}
	if (!s->text[0] || !strcmp(s->text, ".") || !strcmp(s->text, ".."))
		return bad_value(s, err, "not a program's name", "write " BINARY_FORMS);
	if (strchr(s->text, '/'))
		return bad_value(s, err, "a path must be absolute", "write " BINARY_FORMS);
	if (strlen(s->text) > BINARY_NAME_MAX)
		return bad_value(s, err, "a name has at most 63 bytes", "write its absolute path");
	return 0;
}

int check_program(struct setting *s, struct sources *sources, struct err *err)
{
	if (!strncmp(s->text, SHA256_PREFIX, strlen(SHA256_PREFIX)))
		return bad_value(s, err, "not a program's name or path",
				 "write a name (\"git\") or an absolute path");
	return check_binary(s, sources, err);
}

static int expand_home(struct setting *s, struct sources *sources, struct err *err)
{
	const char *home = sources ? sources_env(sources, "HOME") : NULL;
	autofree char *joined = NULL;
	autobuf struct buf b = {0};

	if (!home || home[0] != '/')
		return bad_value(s, err, "\"~\" means nothing: HOME is not set to a folder",
				 "write the whole path, or set HOME");
	buf_printf(&b, "%s/%s", home, s->text + 1);
	joined = buf_take(&b);
	if (!joined)
		return err_set(err, ENOMEM, "out of memory");
	return replace_text(s, path_canonical(joined), err);
}

int check_blocked_source(struct setting *s, struct sources *sources, struct err *err)
{
	if (s->text[0] == '~' && (s->text[1] == '/' || !s->text[1]))
		return expand_home(s, sources, err);
	if (s->text[0] != '/')
		return bad_value(s, err, "not an absolute path",
				 "write the full path, or \"~/...\"");
	return replace_text(s, path_canonical(s->text), err);
}
