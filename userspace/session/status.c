// SPDX-License-Identifier: GPL-2.0-only
/* What is enforced at this moment? */
#include "session/status.h"

#include <errno.h>
#include <string.h>

#include "kernel/apply.h"
#include "kernel/maps.h"
#include "session/census.h"
#include "session/enforce.h"
#include "util/cleanup.h"

static const struct {
	const char *word, *sentence;
} file_words[] = {
	[STATUS_FILE_SAME] = {"same", "is what was loaded"},
	[STATUS_FILE_CHANGED] = {"changed", "was changed since it was loaded"},
	[STATUS_FILE_BROKEN] = {"broken", "cannot be read any more as it is (`clawbpf check` it)"},
	[STATUS_FILE_GONE] = {"gone", "is not there any more"},
};

const char *status_file_word(enum status_file file)
{
	return file_words[file].word;
}

const char *status_file_sentence(enum status_file file)
{
	return file_words[file].sentence;
}

enum status_file status_file_compare(const char *path, u64 fingerprint)
{
	struct document *d autodocument = NULL;
	struct err err = {0};
	int r = document_read(path, &d, &err);

	if (r == -ENOENT)
		return STATUS_FILE_GONE;
	if (r)
		return STATUS_FILE_BROKEN;
	return sources_fingerprint(d->sources) == fingerprint ? STATUS_FILE_SAME
							      : STATUS_FILE_CHANGED;
}

static int counts_read(const struct kernel *k, struct status *s, struct err *err)
{
	struct census census autodestroy(census_clear) = {0};
	int r = image_size(k, &s->rules, &s->policies, err);

	if (!r)
		r = counter_read(k, COUNTER_LOST_EXECS, &s->lost_execs, err);
	if (!r)
		r = counter_read(k, COUNTER_LOST_EXITS, &s->lost_exits, err);
	if (!r)
		r = counter_read(k, COUNTER_LOST_REFUSALS, &s->lost_refusals, err);
	if (!r)
		r = census_take(k, &census, err);
	for (size_t i = 0; i < census.count; i++)
		s->sessions += !session_is_over(&census.items[i]);
	for (int i = 0; i < PROGRAM_COUNT; i++)
		s->attached[i] = k->link[i] >= 0;
	return r;
}

int status_read(struct kernel *k, struct status *s, struct err *err)
{
	struct document *d autodocument = NULL;
	struct loaded *loaded autoloaded = NULL;
	struct state state;
	int r = state_read(k, &state, err);

	if (!r)
		r = enforced_document(k, &d, &loaded, err);
	if (r)
		return r;
	s->generation = state.generation;
	s->loaded_at = loaded->loaded_at;
	s->config = strdup(sources_root(d->sources));
	if (!s->config)
		return err_set(err, ENOMEM, "out of memory");
	s->file = status_file_compare(s->config, loaded->fingerprint);
	r = counts_read(k, s, err);
	return r ? r : self_test(k, s->tested, err);
}

void status_clear(struct status *s)
{
	free(s->config);
	*s = (struct status){0};
}
