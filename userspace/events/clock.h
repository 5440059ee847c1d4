/* SPDX-License-Identifier: GPL-2.0-only */
/* From the kernel's clock to the one on the wall, and from text to a time. */
#ifndef CLAWBPF_EVENTS_CLOCK_H
#define CLAWBPF_EVENTS_CLOCK_H

#include "abi/types.h"
#include "util/err.h"

#define CLOCK_TEXT_LEN 32

/* Taken once by whoever drains, so that the events of one drain keep their distances. */
struct boot_clock {
	s64 to_wall_ns; /* add to CLOCK_BOOTTIME */
};

struct boot_clock clock_read(void);
u64 clock_wall_us(struct boot_clock c, u64 boot_ns);
u64 clock_now_us(void);
/* Nanoseconds since the machine was started, as in events. */
u64 clock_boot_ns(void);

/* "2026-11-21T23:30:50.123456Z" (RFC 3339), with 0 to 6 `decimals`. */
void clock_format(u64 time_us, int decimals, char text[CLOCK_TEXT_LEN]);
/*
 * RFC 3339 in full; or "YYYY-MM-DD[ HH:MM[:SS]]" with a space or T, which is UTC; or a distance
 * back from now: "90s", "10m", "2h", "7d".
 */
int clock_parse(const char *text, u64 now_us, u64 *ret_us, struct err *err);

#endif
