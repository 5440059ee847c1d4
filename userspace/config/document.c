// SPDX-License-Identifier: GPL-2.0-only
/* One config as a whole: from a file's name, or a snapshot, to what it says. */
#include "config/document.h"

#include <errno.h>
#include <stdlib.h>

#include "config/include.h"
#include "util/cleanup.h"

static int document_decode(struct document *d, const char *path, struct err *err)
{
	struct node *root autodestroy(node_free) = NULL;
	int r = config_read(d->sources, path, ENV_MISSING_POLICY, &root, &d->warnings, err);

	if (r)
		return r;
	return config_decode(root, d->sources, &d->config, &d->warnings, err);
}

int document_read(const char *path, struct document **ret, struct err *err)
{
	struct document *d autodocument = calloc(1, sizeof(*d));
	int r;

	if (d)
		d->sources = sources_new(true);
	if (!d || !d->sources)
		return err_set(err, ENOMEM, "out of memory");
	r = document_decode(d, path, err);
	if (r)
		return r;
	*ret = TAKE_PTR(d);
	return 0;
}

int document_from_snapshot(const void *bytes, size_t len, struct document **ret, struct err *err)
{
	struct document *d autodocument = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_set(err, ENOMEM, "out of memory");
	d->sources = sources_from_snapshot(bytes, len, err);
	if (!d->sources)
		return -err->code;
	r = document_decode(d, sources_root(d->sources), err);
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
