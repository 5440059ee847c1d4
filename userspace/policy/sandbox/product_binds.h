/* SPDX-License-Identifier: GPL-2.0-only */
/* What does openclaw refuse when it makes a container? In its own words. */
#ifndef CLAWBPF_POLICY_PRODUCT_BINDS_H
#define CLAWBPF_POLICY_PRODUCT_BINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

struct bind_rules {
	const char *home; /* whose keys and tokens are not to be mounted */
	const char *const
		*roots; /* sources must be below one of them; NULL-ended; NULL: anywhere */
	bool external;  /* dangerouslyAllowExternalBindSources */
	bool reserved;  /* dangerouslyAllowReservedContainerTargets */
};

/* Each: 0, or -EINVAL with the product's message; -ENOMEM. */
int product_bind_check(const char *bind, const struct bind_rules *rules, struct err *err);
/* What is blocked in a home, by name: keys and tokens. NULL-ended. */
extern const char *const product_blocked_at_home[];
int product_network_check(const char *network, bool join, struct err *err);
/* kind: "seccomp" or "apparmor". */
int product_profile_check(const char *kind, const char *profile, struct err *err);

#endif
