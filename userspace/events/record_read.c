// SPDX-License-Identifier: GPL-2.0-only
/* Which record does a line of JSON stand for? */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events/clock.h"
#include "events/fields.h"
#include "events/record_json.h"
#include "events/words.h"
#include "util/err.h"
#include "util/escape.h"
#include "util/json_read.h"

struct reading {
	struct record *r;
	bool has_time;
	const struct field *next; /* a line that we wrote has its fields in the table's order */
	struct buf argv;          /* the arguments so far */
};

static int hex_read(const struct json_value *v, u64 *ret)
{
	if (v->kind != JSON_STRING || !v->len || v->len > 16 ||
	    v->text[strspn(v->text, "0123456789abcdef")])
		return -EBADMSG;
	*ret = strtoull(v->text, NULL, 16);
	return 0;
}

/* A whole number up to `max`, and nothing else. */
static int number_read(const struct json_value *v, u64 max, u64 *ret)
{
	unsigned long long number;
	char *end;

	if (!isdigit((unsigned char)v->text[0]))
		return -EBADMSG;
	errno = 0;
	number = strtoull(v->text, &end, 10);
	if (errno || *end || number > max)
		return -EBADMSG;
	*ret = number;
	return 0;
}

static int bytes_read(const struct json_value *v, struct bytes *ret)
{
	autobuf struct buf b = {0};

	if (v->kind == JSON_NULL)
		return 0;
	if (v->kind != JSON_STRING || unescape_bytes(&b, v->text, v->len))
		return -EBADMSG;
	return b.failed ? -ENOMEM : bytes_set(ret, b.data, b.len);
}

static int arg_read(struct reading *in, const struct json_value *v)
{
	if (!v->in_array || v->kind != JSON_STRING || unescape_bytes(&in->argv, v->text, v->len))
		return -EBADMSG;
	buf_putc(&in->argv, '\0');
	return in->argv.failed ? -ENOMEM : 0;
}

/* "12.034567890": digits of nanoseconds behind the point. */
static int seconds_read(const struct json_value *v, u64 *ret_ns)
{
	unsigned long long seconds, nanos;
	int end = 0;

	if (v->kind != JSON_NUMBER || strlen(v->text) > 30 ||
	    sscanf(v->text, "%llu.%9llu%n", &seconds, &nanos, &end) != 2 || v->text[end] ||
	    strlen(strchr(v->text, '.')) != 10)
		return -EBADMSG;
	if (__builtin_mul_overflow(seconds, 1000000000ull, ret_ns) ||
	    __builtin_add_overflow(*ret_ns, nanos, ret_ns))
		return -EBADMSG;
	return 0;
}

static int device_read(const struct json_value *v, u64 *ret)
{
	unsigned long long major;
	unsigned int minor;
	int end = 0;

	if (sscanf(v->text, "%14llu:%7u%n", &major, &minor, &end) != 2 || v->text[end] ||
	    major >> 44 || minor >> 20)
		return -EBADMSG;
	*ret = major << 20 | minor;
	return 0;
}

/* A word of a table, or the number it stands for. */
static int word_read(const struct json_value *v, int number_of_word, u32 max, u32 *ret)
{
	u64 number;
	int r;

	if (v->kind == JSON_STRING && number_of_word >= 0) {
		*ret = (u32)number_of_word;
		return 0;
	}
	r = v->kind == JSON_NUMBER ? number_read(v, max, &number) : -EBADMSG;
	if (!r)
		*ret = (u32)number;
	return r;
}

static int signal_of_word(const char *word)
{
	for (int i = 1; i < NSIG; i++) {
		const char *name = sigabbrev_np(i);

		if (name && !strncmp(word, "SIG", 3) && !strcmp(word + 3, name))
			return i;
	}
	return atoi(word);
}

static int outcome_read(const struct field *f, const struct json_value *v, struct outcome *ret)
{
	u64 code;
	int signal;

	if (v->kind == JSON_NULL)
		return 0;
	if (f->kind == FIELD_CODE) {
		if (number_read(v, 255, &code))
			return -EBADMSG;
		ret->status = (s32)code << 8;
	} else {
		signal = signal_of_word(v->text);
		if (signal <= 0 || signal > 126)
			return -EBADMSG;
		ret->status = signal;
	}
	ret->known = true;
	return 0;
}

static int flag_read(const struct field *f, const struct json_value *v, struct record *r)
{
	if (v->kind != JSON_BOOL)
		return -EBADMSG;
	if (v->boolean == (f->kind == FIELD_FLAG))
		r->flags |= (u16)f->offset;
	return 0;
}

static int table_read(const struct field *f, const struct json_value *v, struct record *r)
{
	u32 number;
	int ret;

	if (v->kind != JSON_STRING)
		return -EBADMSG;
	ret = f->kind == FIELD_TYPE   ? record_type_of_word(v->text)
	      : f->kind == FIELD_HOOK ? hook_of_word(v->text)
				      : reason_of_word(v->text);
	if (ret < 0)
		return -EBADMSG;
	number = (u32)ret;
	if (f->kind == FIELD_TYPE)
		r->type = number;
	else
		*(u16 *)field_at(f, r) = (u16)number;
	return 0;
}

static int socket_read(const struct field *f, const struct json_value *v, struct record *r)
{
	u32 number = 0;
	int ret;

	switch (f->kind) {
	case FIELD_FAMILY:
		return word_read(v, family_of_word(v->text), ~0u, &r->number[0]);
	case FIELD_SOCKET_TYPE:
		ret = word_read(v, socket_type_of_word(v->text), 0xf, &number);
		r->number[1] = (r->number[1] & ~0xffffu) | number;
		return ret;
	default:
		ret = word_read(v, protocol_of_word(r->number[0], v->text), 0xffff, &number);
		r->number[1] = (r->number[1] & 0xffff) | number << 16;
		return ret;
	}
}

static int time_read(struct reading *in, const struct json_value *v)
{
	struct err ignored;

	in->has_time = true;
	return v->kind != JSON_STRING || !strchr(v->text, 'T') ||
			       clock_parse(v->text, 0, &in->r->time_us, &ignored)
		       ? -EBADMSG
		       : 0;
}

static int field_read(struct reading *in, const struct field *f, const struct json_value *v)
{
	void *at = field_at(f, in->r);
	u64 number = 0;
	int ret;

	switch (f->kind) {
	case FIELD_TIME:
		return time_read(in, v);
	case FIELD_SECONDS:
		return seconds_read(v, f->offset == offsetof(struct record, boot_ns)
					       ? &in->r->boot_ns
					       : &in->r->outcome.duration_ns);
	case FIELD_U32:
		ret = v->kind == JSON_NUMBER ? number_read(v, ~0u, &number) : -EBADMSG;
		*(u32 *)at = (u32)number;
		return ret;
	case FIELD_U64:
		return v->kind == JSON_NUMBER ? number_read(v, ~0ull, at) : -EBADMSG;
	case FIELD_ID:
		return v->kind == JSON_STRING ? number_read(v, ~0ull, at) : -EBADMSG;
	case FIELD_HEX:
		return hex_read(v, at);
	case FIELD_DEVICE:
		return v->kind == JSON_STRING ? device_read(v, at) : -EBADMSG;
	case FIELD_BYTES:
		return bytes_read(v, at);
	case FIELD_ARGV:
		return arg_read(in, v);
	case FIELD_TYPE:
	case FIELD_HOOK:
	case FIELD_REASON:
		return table_read(f, v, in->r);
	case FIELD_FLAG:
	case FIELD_NOT_FLAG:
		return flag_read(f, v, in->r);
	case FIELD_REPLACED:
		in->r->outcome.replaced = v->boolean;
		return v->kind == JSON_BOOL ? 0 : -EBADMSG;
	case FIELD_CODE:
	case FIELD_SIGNAL:
		return outcome_read(f, v, &in->r->outcome);
	case FIELD_WHY:
	case FIELD_KIND:
		return 0;
	default:
		return socket_read(f, v, in->r);
	}
}

static bool field_is(const struct field *f, const struct json_value *v)
{
	return f->name && !strcmp(f->name, v->name) && !strcmp(f->object, v->object);
}

/* A name that is not in the table is of a later version: it does no harm. */
static int value_read(void *arg, const struct json_value *v)
{
	struct reading *in = arg;
	const struct field *f = in->next;

	while (f->name && !field_is(f, v))
		f++;
	if (!f->name) {
		for (f = record_fields; f->name && !field_is(f, v);)
			f++;
	}
	if (!f->name)
		return 0;
	in->next = v->in_array ? f : f + 1;
	return field_read(in, f, v);
}

int record_read(struct record *r, const char *line, size_t len)
{
	struct reading in = {.r = r, .next = record_fields};
	int ret = json_read(line, len, value_read, &in);

	if (!ret && (r->type == RECORD_NONE || !in.has_time))
		ret = -EBADMSG;
	if (!ret && in.argv.len)
		ret = bytes_set(&r->argv, in.argv.data, in.argv.len);
	buf_free(&in.argv);
	if (ret)
		record_clear(r);
	return ret == -EINVAL ? -EBADMSG : ret;
}
