// SPDX-License-Identifier: GPL-2.0-only
/* How does a meaning look on a terminal? */
#include "output/style.h"

#include <stdarg.h>

static const char *const sequences[] = {
	[STYLE_PLAIN] = "",         [STYLE_BOLD] = "\033[1m",  [STYLE_GOOD] = "\033[32m",
	[STYLE_BAD] = "\033[1;31m", [STYLE_WARN] = "\033[33m", [STYLE_DIM] = "\033[2m",
};

const char *style_on(bool color, enum style style)
{
	return color ? sequences[style] : "";
}

const char *style_off(bool color, enum style style)
{
	return color && style != STYLE_PLAIN ? "\033[0m" : "";
}

void style_print(FILE *out, bool color, enum style style, const char *fmt, ...)
{
	va_list ap;

	fputs(style_on(color, style), out);
	va_start(ap, fmt);
	vfprintf(out, fmt, ap);
	va_end(ap);
	fputs(style_off(color, style), out);
}
