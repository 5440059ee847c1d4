/* SPDX-License-Identifier: GPL-2.0-only */
/* Is a word one slip of the hand from another? Narrower than util/nearest: this one refuses files.
 */
#ifndef CLAWBPF_CONFIG_SLIP_H
#define CLAWBPF_CONFIG_SLIP_H

#include <stdbool.h>

/* One letter more, less or wrong, or two neighbours swapped; case aside. Equal words count too. */
bool is_slip_of(const char *word, const char *name);

#endif
