/* SPDX-License-Identifier: GPL-2.0-only */
/* Are two numbers the same to the last bit? -0 is not 0, and any NaN is NaN. */
#ifndef CLAWBPF_TESTS_NUMBER_H
#define CLAWBPF_TESTS_NUMBER_H

#include <math.h>
#include <stdbool.h>

static inline bool same_number(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	return a == b && !signbit(a) == !signbit(b);
}

#endif
