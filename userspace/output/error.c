// SPDX-License-Identifier: GPL-2.0-only
/* How does an error look to a person, and to a program? */
#include "output/error.h"

#include <string.h>

#include "util/escape.h"
#include "util/json.h"

static void error_part(struct buf *b, const char *text)
{
	escape_message(b, text, strlen(text));
}

void error_print(FILE *out, const struct err *err)
{
	autobuf struct buf b = {0};

	buf_puts(&b, "clawbpf: ");
	error_part(&b, err->file);
	if (err->file[0] && err->line)
		buf_printf(&b, ":%u:%u", err->line, err->column);
	if (err->file[0])
		buf_puts(&b, ": ");
	error_part(&b, err->key);
	if (err->key[0])
		buf_puts(&b, ": ");
	error_part(&b, err->message[0] ? err->message : strerror(err->code));
	buf_putc(&b, '\n');
	if (err->fix[0]) {
		buf_puts(&b, "  fix: ");
		error_part(&b, err->fix);
		buf_putc(&b, '\n');
	}
	if (err->note[0]) {
		buf_puts(&b, "  note: ");
		error_part(&b, err->note);
		buf_putc(&b, '\n');
	}
	fputs(b.failed ? "clawbpf: out of memory\n" : b.data, out);
}

/* "EPERM"; a wrong usage has no errno. */
static const char *error_code(int code)
{
	const char *name = strerrorname_np(code);

	return name ? name : "USAGE";
}

static void error_text(struct json *j, const char *key, const char *text)
{
	json_text(j, key, text[0] ? text : NULL);
}

static void error_count(struct json *j, const char *key, unsigned int number)
{
	if (number)
		json_unsigned(j, key, number);
	else
		json_null(j, key);
}

void error_print_json(FILE *out, const struct err *err)
{
	struct json j = {.pretty = true};

	json_object(&j, NULL);
	json_bool(&j, "ok", false);
	json_object(&j, "error");
	error_text(&j, "file", err->file);
	error_count(&j, "line", err->line);
	error_count(&j, "column", err->column);
	error_text(&j, "key", err->key);
	json_text(&j, "message", err->message[0] ? err->message : strerror(err->code));
	error_text(&j, "fix", err->fix);
	if (err->note[0])
		json_text(&j, "note", err->note);
	json_text(&j, "code", error_code(err->code));
	json_object_end(&j);
	json_object_end(&j);
	json_print(&j, out);
}
