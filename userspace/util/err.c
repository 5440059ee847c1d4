// SPDX-License-Identifier: GPL-2.0-only
/* One error: a sentence for a person, and where it is. */
#include "util/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	memset(e, 0, sizeof(*e));
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->message, sizeof(e->message), fmt, ap);
	va_end(ap);
	return -code;
}

int err_errno(struct err *e, int code, const char *fmt, ...)
{
	size_t used;
	va_list ap;

	memset(e, 0, sizeof(*e));
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->message, sizeof(e->message), fmt, ap);
	va_end(ap);
	used = strlen(e->message);
	snprintf(e->message + used, sizeof(e->message) - used, ": %s", strerror(code));
	return -code;
}

int err_at(struct err *e, struct pos pos)
{
	snprintf(e->file, sizeof(e->file), "%s", pos.file ? pos.file : "");
	e->line = pos.line;
	e->column = pos.column;
	return -e->code;
}

int err_key(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->key, sizeof(e->key), fmt, ap);
	va_end(ap);
	return -e->code;
}

int err_fix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->fix, sizeof(e->fix), fmt, ap);
	va_end(ap);
	return -e->code;
}

int err_note(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->note, sizeof(e->note), fmt, ap);
	va_end(ap);
	return -e->code;
}

int err_format(const struct err *e, char *buf, size_t size)
{
	char place[640] = "";

	if (e->file[0] && e->line)
		snprintf(place, sizeof(place), "%s:%u:%u: ", e->file, e->line, e->column);
	else if (e->file[0])
		snprintf(place, sizeof(place), "%s: ", e->file);
	return snprintf(buf, size, "%s%s%s%s%s%s%s", place, e->key, e->key[0] ? ": " : "",
			e->message, e->fix[0] ? " (" : "", e->fix, e->fix[0] ? ")" : "");
}
