// SPDX-License-Identifier: GPL-2.0-only
/* What was refused to one command? */
#include "output/refusals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/record_text.h"
#include "util/buf.h"
#include "util/cleanup.h"

#define LINES_MAX 12

struct kind {
	char *text; /* owned */
	size_t count;
};

struct refusals {
	u64 cgroup;
	struct kind kinds[LINES_MAX];
	size_t kind_count;
	size_t count, untold; /* all; those of kinds for which there was no room */
};

struct refusals *refusals_new(u64 cgroup)
{
	struct refusals *r = calloc(1, sizeof(*r));

	if (r)
		r->cgroup = cgroup;
	return r;
}

void refusals_free(struct refusals **p)
{
	struct refusals *r = *p;

	for (size_t i = 0; r && i < r->kind_count; i++)
		free(r->kinds[i].text);
	free(r);
	*p = NULL;
}

int refusals_note(struct refusals *r, const struct record *record)
{
	autobuf struct buf b = {0};

	if (record->type != RECORD_REFUSAL || record->cgroup != r->cgroup)
		return 0;
	r->count++;
	refusal_text(&b, record);
	if (b.failed)
		return -ENOMEM;
	for (size_t i = 0; i < r->kind_count; i++)
		if (!strcmp(r->kinds[i].text, b.data)) {
			r->kinds[i].count++;
			return 0;
		}
	if (r->kind_count == LINES_MAX) {
		r->untold++;
		return 0;
	}
	r->kinds[r->kind_count].text = buf_take(&b);
	r->kinds[r->kind_count].count = 1;
	return r->kinds[r->kind_count++].text ? 0 : -ENOMEM;
}

size_t refusals_count(const struct refusals *r)
{
	return r->count;
}

void refusals_print(const struct refusals *r, FILE *out)
{
	if (r->kind_count)
		fputs("clawbpf: refused to this command:\n", out);
	for (size_t i = 0; i < r->kind_count; i++) {
		fprintf(out, "  %s", r->kinds[i].text);
		if (r->kinds[i].count > 1)
			fprintf(out, " (%zu times)", r->kinds[i].count);
		fputc('\n', out);
	}
	if (r->untold)
		fprintf(out, "  and %zu more: `clawbpf audit --type refusal`\n", r->untold);
}
