// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any record of the ring buffer crash the reader, or forge a line? Whatever is accepted must
 * become one printable line, which is read back to the same line.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "events/decode.h"
#include "events/record_json.h"
#include "util/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool name_session(void *arg, u32 id, const char **ret_key, const char **ret_agent)
{
	(void)arg;
	*ret_key = "agent:main:main";
	*ret_agent = "main";
	return id % 2;
}

static bool name_rule(void *arg, u64 generation, u32 rule, struct rule_name *ret)
{
	(void)arg;
	*ret = (struct rule_name){"tools.deny[2]", "/etc/claw.json5", "group:web", rule};
	return generation % 2;
}

static void check_line(const struct buf *line)
{
	assert(line->data[line->len - 1] == '\n');
	for (size_t i = 0; i + 1 < line->len;) {
		size_t n = escape_printable(line->data + i, line->len - 1 - i);

		assert(n);
		i += n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct record_names names = {.session = name_session, .rule = name_rule};
	autobuf struct buf line = {0}, again = {0};
	autorecord struct record r = {0}, back = {0};

	if (event_decode(&r, data, size, (struct boot_clock){1700000000000000000}, &names))
		return 0;
	record_encode(&line, &r);
	check_line(&line);
	assert(!record_read(&back, line.data, line.len));
	record_encode(&again, &back);
	assert(line.len == again.len && !memcmp(line.data, again.data, line.len));
	return 0;
}
