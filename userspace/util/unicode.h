/* SPDX-License-Identifier: GPL-2.0-only */
/* Which characters may stand in an identifier? */
#ifndef CLAWBPF_UTIL_UNICODE_H
#define CLAWBPF_UTIL_UNICODE_H

#include <stdbool.h>

/* The properties ID_Start and ID_Continue; `$`, `_` and the joiners are the caller's affair. */
bool unicode_is_id_start(unsigned int c);
bool unicode_is_id_continue(unsigned int c);

#endif
