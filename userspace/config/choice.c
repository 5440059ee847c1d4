// SPDX-License-Identifier: GPL-2.0-only
/* By which dialect is a config read? */
#include "config/choice.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/schema.h"
#include "util/cleanup.h"
#include "util/nearest.h"

static const char *const reasons[] = {
	[DIALECT_BY_DEFAULT] = "nothing asks for another",
	[DIALECT_BY_FILE_NAME] = "the file's name",
	[DIALECT_BY_KEY] = "clawbpf.dialect",
	[DIALECT_BY_OPTION] = "--dialect",
	[DIALECT_AS_LOADED] = "it was loaded so",
};

const char *dialect_reason_name(enum dialect_reason because)
{
	return reasons[because];
}

static int find_word(const char *name)
{
	for (int i = 0; words_dialect[i]; i++)
		if (!strcmp(words_dialect[i], name))
			return i;
	return -1;
}

static int no_such_dialect(const char *asked, struct err *err)
{
	const char *nearest = nearest_name(asked, words_dialect, DIALECT_COUNT);

	err_set(err, EINVAL, "there is no dialect \"%s\"", asked);
	if (nearest)
		return err_fix(err, "did you mean \"%s\"?", nearest);
	return err_fix(err, "allowed: native, clawdbot, openclaw");
}

/* The products' own names for their config files. */
static int dialect_of_file(const char *file)
{
	const char *slash = file ? strrchr(file, '/') : NULL;
	const char *name = slash ? slash + 1 : file;

	if (name && !strcmp(name, "clawdbot.json"))
		return DIALECT_CLAWDBOT;
	if (name && !strcmp(name, "openclaw.json"))
		return DIALECT_OPENCLAW;
	return -1;
}

int choice_make(const char *asked, const char *file, const struct node *root,
		struct dialect_choice *ret, struct err *err)
{
	const struct node *key = root ? node_find(root, "clawbpf.dialect") : NULL;
	int dialect;

	if (asked) {
		dialect = find_word(asked);
		if (dialect < 0)
			return no_such_dialect(asked, err);
		*ret = (struct dialect_choice){dialect, DIALECT_BY_OPTION};
		return 0;
	}
	if (key) {
		dialect = key->type == NODE_STRING ? find_word(key->string.bytes) : -1;
		*ret = (struct dialect_choice){dialect < 0 ? DIALECT_NATIVE : dialect,
					       DIALECT_BY_KEY};
		return 0;
	}
	dialect = dialect_of_file(file);
	if (dialect < 0)
		*ret = (struct dialect_choice){DIALECT_NATIVE, DIALECT_BY_DEFAULT};
	else
		*ret = (struct dialect_choice){dialect, DIALECT_BY_FILE_NAME};
	return 0;
}

static const struct {
	const char *folder, *variable;
} states[] = {
	[DIALECT_NATIVE] = {".openclaw", "OPENCLAW_STATE_DIR"},
	[DIALECT_CLAWDBOT] = {".clawdbot", "CLAWDBOT_STATE_DIR"},
	[DIALECT_OPENCLAW] = {".openclaw", "OPENCLAW_STATE_DIR"},
};

int choice_fill_homes(struct config *c, struct sources *s, struct err *err)
{
	const char *home, *state;

	home = s ? sources_env(s, "HOME") : NULL;
	state = s ? sources_env(s, states[c->speaks].variable) : NULL;
	c->home = strdup(home && home[0] == '/' ? home : "/");
	if (!c->home)
		return err_set(err, ENOMEM, "out of memory");
	c->eager_channels = c->speaks == DIALECT_CLAWDBOT && s &&
			    sources_env(s, "CLAWDBOT_EAGER_CHANNEL_OPTIONS");
	if (state && state[0] == '/')
		c->state_dir = strdup(state);
	else if (asprintf(&c->state_dir, "%s/%s", strcmp(c->home, "/") ? c->home : "",
			  states[c->speaks].folder) < 0)
		c->state_dir = NULL;
	return c->state_dir ? 0 : err_set(err, ENOMEM, "out of memory");
}
