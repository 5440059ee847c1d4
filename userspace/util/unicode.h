/* SPDX-License-Identifier: GPL-2.0-only */
/* Which characters may stand in an identifier? */
#ifndef CLAWBPF_UTIL_UNICODE_H
#define CLAWBPF_UTIL_UNICODE_H

#include <stdbool.h>

/* As ECMAScript 5.1 says; `$`, `_` at the start, and the joiners are the caller's affair. */
bool unicode_is_id_start(unsigned int c);
bool unicode_is_id_continue(unsigned int c);

#endif
