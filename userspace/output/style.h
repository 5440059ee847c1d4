/* SPDX-License-Identifier: GPL-2.0-only */
/* Colours: a few meanings, and one place that knows the escape sequences. */
#ifndef CLAWBPF_OUTPUT_STYLE_H
#define CLAWBPF_OUTPUT_STYLE_H

#include <stdbool.h>
#include <stdio.h>

enum style {
	STYLE_PLAIN,
	STYLE_BOLD, /* headings */
	STYLE_GOOD, /* enforced, present, allowed */
	STYLE_BAD,  /* refused, missing, lost */
	STYLE_WARN, /* works, but look at it */
	STYLE_DIM,  /* detail that the eye may skip */
};

/* What switches the style on and off; "" for both without colour. Static. */
const char *style_on(bool color, enum style style);
const char *style_off(bool color, enum style style);
void style_print(FILE *out, bool color, enum style style, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
