// SPDX-License-Identifier: GPL-2.0-only
/* How is a record written as JSON? */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "events/clock.h"
#include "events/fields.h"
#include "events/record_json.h"
#include "events/words.h"
#include "util/json.h"

static u64 member_number(const struct record *r, const struct field *f)
{
	switch (f->kind) {
	case FIELD_FLAG:
	case FIELD_NOT_FLAG:
		return r->flags & f->offset;
	case FIELD_REPLACED:
		return r->outcome.replaced;
	case FIELD_U32:
		return *(const u32 *)field_at(f, r);
	case FIELD_BYTES:
	case FIELD_ARGV:
		return ((const struct bytes *)field_at(f, r))->len;
	default:
		return *(const u64 *)field_at(f, r);
	}
}

static bool field_wanted(const struct field *f, const struct record *r)
{
	if (!(f->when & 1u << r->type))
		return false;
	if ((f->when & IF_OUTCOME) && !r->outcome.known)
		return false;
	if ((f->when & IF_DONE) && !r->outcome.known && !r->outcome.replaced)
		return false;
	if ((f->when & IF_SOCKET) && record_object(r) != OBJECT_SOCKET)
		return false;
	if ((f->when & IF_MOUNT) && record_object(r) != OBJECT_MOUNT)
		return false;
	return !(f->when & IF_SET) || member_number(r, f);
}

/* A word, or the number itself when it has none. */
static void encode_word(struct json *j, const char *name, const char *word, u32 number)
{
	if (word)
		json_text(j, name, word);
	else
		json_unsigned(j, name, number);
}

static void encode_argv(struct json *j, const char *name, const struct record *r)
{
	json_array(j, name);
	for (const char *arg = NULL; (arg = record_next_arg(r, arg));)
		json_bytes(j, NULL, arg, strlen(arg));
	json_array_end(j);
}

static void encode_seconds(struct json *j, const char *name, u64 ns)
{
	char text[40];

	snprintf(text, sizeof(text), "%llu.%09llu", (unsigned long long)(ns / 1000000000),
		 (unsigned long long)(ns % 1000000000));
	json_raw(j, name, text);
}

static void encode_outcome(struct json *j, const struct field *f, s32 status)
{
	const char *signal = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;
	char text[32];

	if (f->kind == FIELD_CODE && WIFEXITED(status)) {
		json_number(j, f->name, WEXITSTATUS(status));
	} else if (f->kind == FIELD_SIGNAL && WIFSIGNALED(status)) {
		if (signal)
			snprintf(text, sizeof(text), "SIG%s", signal);
		else
			snprintf(text, sizeof(text), "%d", WTERMSIG(status));
		json_text(j, f->name, text);
	} else {
		json_null(j, f->name);
	}
}

static const char *object_kind_word(const struct record *r)
{
	static const char *const words[] = {
		[OBJECT_FILE] = "file",
		[OBJECT_SOCKET] = "socket",
		[OBJECT_MOUNT] = "mount",
	};

	return words[record_object(r)];
}

static void encode_text(struct json *j, const struct field *f, const struct record *r)
{
	const struct bytes *bytes = field_at(f, r);
	const u64 *number = field_at(f, r);
	char text[CLOCK_TEXT_LEN];

	switch (f->kind) {
	case FIELD_TIME:
		clock_format(*number, 6, text);
		break;
	case FIELD_ID:
		snprintf(text, sizeof(text), "%llu", (unsigned long long)*number);
		break;
	case FIELD_HEX:
		snprintf(text, sizeof(text), "%08llx", (unsigned long long)*number);
		break;
	case FIELD_DEVICE: /* as the kernel keeps it: 12 bits and 20 bits */
		snprintf(text, sizeof(text), "%llu:%llu", (unsigned long long)(*number >> 20),
			 (unsigned long long)(*number & 0xfffff));
		break;
	default:
		json_bytes(j, f->name, bytes->data, bytes->len);
		return;
	}
	json_text(j, f->name, text);
}

static void encode_words(struct json *j, const struct field *f, const struct record *r)
{
	u32 protocol = record_socket_protocol(r), type = record_socket_type(r);

	switch (f->kind) {
	case FIELD_TYPE:
		json_text(j, f->name, record_type_word(r->type));
		break;
	case FIELD_HOOK:
		json_text(j, f->name, hook_word(r->hook));
		break;
	case FIELD_REASON:
		json_text(j, f->name, reason_word(r->reason));
		break;
	case FIELD_WHY:
		json_text(j, f->name, reason_sentence(r->reason));
		break;
	case FIELD_KIND:
		json_text(j, f->name, object_kind_word(r));
		break;
	case FIELD_FAMILY:
		encode_word(j, f->name, family_word(r->number[0]), r->number[0]);
		break;
	case FIELD_SOCKET_TYPE:
		encode_word(j, f->name, socket_type_word(type), type);
		break;
	default:
		encode_word(j, f->name, protocol_word(r->number[0], protocol), protocol);
		break;
	}
}

static void encode_field(struct json *j, const struct field *f, const struct record *r)
{
	switch (f->kind) {
	case FIELD_TIME:
	case FIELD_ID:
	case FIELD_HEX:
	case FIELD_DEVICE:
	case FIELD_BYTES:
		encode_text(j, f, r);
		break;
	case FIELD_SECONDS:
		encode_seconds(j, f->name, *(const u64 *)field_at(f, r));
		break;
	case FIELD_U32:
	case FIELD_U64:
		json_unsigned(j, f->name, member_number(r, f));
		break;
	case FIELD_ARGV:
		encode_argv(j, f->name, r);
		break;
	case FIELD_FLAG:
	case FIELD_NOT_FLAG:
		json_bool(j, f->name, !member_number(r, f) == (f->kind == FIELD_NOT_FLAG));
		break;
	case FIELD_REPLACED:
		json_bool(j, f->name, r->outcome.replaced);
		break;
	case FIELD_CODE:
	case FIELD_SIGNAL:
		encode_outcome(j, f, r->outcome.status);
		break;
	default:
		encode_words(j, f, r);
	}
}

void record_encode(struct buf *b, const struct record *r)
{
	struct json j = {.text = *b};
	const char *object = "";

	json_object(&j, NULL);
	for (const struct field *f = record_fields; f->name; f++) {
		if (!field_wanted(f, r))
			continue;
		if (strcmp(object, f->object) != 0) {
			if (object[0])
				json_object_end(&j);
			if (f->object[0])
				json_object(&j, f->object);
			object = f->object;
		}
		encode_field(&j, f, r);
	}
	if (object[0])
		json_object_end(&j);
	json_object_end(&j);
	buf_putc(&j.text, '\n');
	*b = j.text;
}
