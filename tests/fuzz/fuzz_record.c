// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any line of the log crash its reader? Whatever is accepted must be written as a line that is
 * accepted again, and then stays the same.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "events/record_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autobuf struct buf line = {0}, again = {0};
	autorecord struct record r = {0}, back = {0};

	if (record_read(&r, (const char *)data, size))
		return 0;
	record_encode(&line, &r);
	assert(!record_read(&back, line.data, line.len));
	record_encode(&again, &back);
	assert(line.len == again.len && !memcmp(line.data, again.data, line.len));
	return 0;
}
