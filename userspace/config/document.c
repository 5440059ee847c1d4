// SPDX-License-Identifier: GPL-2.0-only
/* One config as a whole: from a file's name, or a snapshot, to what it says. */
#include "config/document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/choice.h"
#include "config/folders.h"
#include "config/include.h"
#include "config/schema.h"
#include "util/cleanup.h"

/* What the product makes of a file that is wrong: it reads it by the same rules, or stricter ones.
 */
static int note_product(int dialect, struct err *err)
{
	bool wrong = err->line && (err->code == EINVAL || err->code == EILSEQ ||
				   err->code == ENOENT || err->code == ELOOP);

	if (wrong && dialect == DIALECT_CLAWDBOT)
		return err_note(err, "clawdbot refuses this file too, but its gateway goes on with "
				     "an empty config: nothing would be sandboxed");
	if (wrong && dialect == DIALECT_OPENCLAW)
		return err_note(err, "openclaw refuses this file too");
	return -err->code;
}

static int document_decode(struct document *d, const char *path, const char *dialect, bool loaded,
			   struct err *err)
{
	struct node *root autodestroy(node_free) = NULL;
	struct dialect_choice choice;
	int r = choice_make(dialect, path, NULL, &choice, err);

	/* Before the text is read only the option and the file's name can say it. */
	if (r)
		return r;
	r = config_read(d->sources, path,
			choice.dialect == DIALECT_OPENCLAW ? ENV_MISSING_KEEP : ENV_MISSING_POLICY,
			&root, &d->warnings, err);
	if (!r)
		r = choice_make(dialect, path, root, &choice, err);
	if (!r && loaded)
		choice.because = DIALECT_AS_LOADED;
	if (!r)
		r = config_decode_as(root, d->sources, &choice, &d->config, &d->warnings, err);
	return r ? note_product(choice.dialect, err) : 0;
}

/* By name, of a program that goes on without a config. */
static bool is_product(const char *dialect)
{
	return dialect && strcmp(dialect, words_dialect[DIALECT_NATIVE]) != 0;
}

static int document_open(const char *path, const char *dialect, bool suppose, struct document **ret,
			 struct err *err)
{
	struct document *d autodocument = calloc(1, sizeof(*d));
	int r;

	if (d)
		d->sources = sources_new(true);
	if (!d || !d->sources)
		return err_set(err, ENOMEM, "out of memory");
	if (suppose)
		sources_suppose(d->sources, "{}");
	r = document_decode(d, path, dialect, false, err);
	if (r)
		return r;
	for (size_t i = 0; (path = sources_file(d->sources, i)); i++)
		folders_check(path, &d->warnings);
	*ret = TAKE_PTR(d);
	return 0;
}

int document_read_as(const char *path, const char *dialect, struct document **ret, struct err *err)
{
	return document_open(path, dialect, false, ret, err);
}

int document_suppose_as(const char *path, const char *dialect, struct document **ret,
			struct err *err)
{
	bool absent = is_product(dialect) && access(path, F_OK) && errno == ENOENT;
	int r = document_open(path, dialect, absent, ret, err);

	if (!r && absent)
		warnings_add(&(*ret)->warnings, (struct pos){0},
			     "%s is not there: %s takes that for an empty config", path, dialect);
	return r;
}

int document_read(const char *path, struct document **ret, struct err *err)
{
	return document_read_as(path, NULL, ret, err);
}

int document_from_snapshot_as(const void *bytes, size_t len, const char *dialect,
			      struct document **ret, struct err *err)
{
	struct document *d autodocument = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_set(err, ENOMEM, "out of memory");
	d->sources = sources_from_snapshot(bytes, len, err);
	if (!d->sources)
		return -err->code;
	r = document_decode(d, sources_root(d->sources), dialect, true, err);
	if (r)
		return r;
	*ret = TAKE_PTR(d);
	return 0;
}

void document_free(struct document **p)
{
	struct document *d = *p;

	if (!d)
		return;
	config_free(&d->config);
	warnings_free(&d->warnings);
	sources_free(&d->sources);
	free(d);
	*p = NULL;
}
