/* SPDX-License-Identifier: GPL-2.0-only */
/* One session in full: the layer that decided about each tool, and all that is refused. */
#ifndef CLAWBPF_OUTPUT_EXPLAIN_DETAIL_H
#define CLAWBPF_OUTPUT_EXPLAIN_DETAIL_H

#include "output/explain_text.h"

/* -ENOMEM. */
int explain_detail_print(const struct policy *p, const struct text_out *out);

#endif
