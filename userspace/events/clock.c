// SPDX-License-Identifier: GPL-2.0-only
/* When was that? */
#include "events/clock.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/cleanup.h"

#define NSEC       1000000000ll
#define USEC       1000000ll
#define YEAR_10000 253402300800ull /* in seconds: RFC 3339 ends before it */

static s64 clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * NSEC + t.tv_nsec;
}

struct boot_clock clock_read(void)
{
	s64 before = clock_ns(CLOCK_BOOTTIME);
	s64 wall = clock_ns(CLOCK_REALTIME);
	s64 after = clock_ns(CLOCK_BOOTTIME);

	return (struct boot_clock){.to_wall_ns = wall - (before + (after - before) / 2)};
}

u64 clock_wall_us(struct boot_clock c, u64 boot_ns)
{
	s64 wall = (s64)(boot_ns & ~(1ull << 63)); /* a nonsense time must not overflow the sum */

	if (__builtin_add_overflow(wall, c.to_wall_ns, &wall) || wall < 0)
		return 0;
	return (u64)wall / 1000;
}

u64 clock_now_us(void)
{
	return (u64)clock_ns(CLOCK_REALTIME) / 1000;
}

u64 clock_boot_ns(void)
{
	return (u64)clock_ns(CLOCK_BOOTTIME);
}

void clock_format(u64 time_us, int decimals, char text[CLOCK_TEXT_LEN])
{
	u64 whole = time_us / USEC;
	time_t seconds = (time_t)(whole < YEAR_10000 ? whole : YEAR_10000 - 1);
	char fraction[16];
	struct tm tm;
	size_t n;

	gmtime_r(&seconds, &tm);
	n = strftime(text, CLOCK_TEXT_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(fraction, sizeof(fraction), ".%06llu", (unsigned long long)(time_us % USEC));
	snprintf(text + n, CLOCK_TEXT_LEN - n, "%.*sZ", decimals ? decimals + 1 : 0, fraction);
}

/* Digits of a fraction as microseconds; *text moves behind them. */
static u64 parse_fraction(const char **text)
{
	u64 us = 0;
	int digits = 0;

	for (; isdigit((unsigned char)**text); (*text)++, digits++) {
		if (digits < 6)
			us = us * 10 + (u64)(**text - '0');
	}
	for (; digits < 6; digits++)
		us *= 10;
	return us;
}

/* "Z", "+02:00" or nothing (UTC), and then the end. *ret_s: seconds ahead of UTC. */
static bool parse_zone(const char *text, long *ret_s)
{
	int hours, minutes, end = 0;

	*ret_s = 0;
	if (!strcmp(text, "Z") || !strcmp(text, "z") || !*text)
		return true;
	if ((*text != '+' && *text != '-') ||
	    sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || text[1 + end] ||
	    hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*ret_s = (*text == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
	return true;
}

static bool parse_date(const char *text, u64 *ret_us)
{
	static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
					    "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm = {0};
		const char *rest = strptime(text, forms[i], &tm);
		u64 fraction = 0;
		long zone;
		s64 seconds;

		if (!rest)
			continue;
		if (*rest == '.' && strstr(forms[i], "%S")) {
			rest++;
			fraction = parse_fraction(&rest);
		}
		seconds = timegm(&tm);
		if (!parse_zone(rest, &zone) || seconds - zone < 0)
			continue;
		*ret_us = (u64)(seconds - zone) * USEC + fraction;
		return true;
	}
	return false;
}

static bool parse_distance(const char *text, u64 now_us, u64 *ret_us)
{
	static const struct {
		char unit;
		u64 seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	unsigned long long number;
	u64 back;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (errno || end[0] != units[i].unit || end[1])
			continue;
		if (__builtin_mul_overflow(number, units[i].seconds * USEC, &back))
			return false;
		*ret_us = back < now_us ? now_us - back : 0;
		return true;
	}
	return false;
}

int clock_parse(const char *text, u64 now_us, u64 *ret_us, struct err *err)
{
	if (parse_distance(text, now_us, ret_us) || parse_date(text, ret_us))
		return 0;
	err_set(err, EINVAL, "\"%s\" is no time", text);
	return err_fix(err, "write 10m, 2h or 7d for that long ago, or a date and time in UTC like "
			    "2026-01-31 or 2026-01-31T15:04:05Z");
}
