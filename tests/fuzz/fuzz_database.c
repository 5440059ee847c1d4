// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any file in the place of openclaw's database crash who asks it, keep him waiting, or give an
 * answer that is none? SQLite itself, in the reader's process, may crash as it likes.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/key/session_database.h"
#include "util/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64], file[80];

static void cleanup(void)
{
	unlink(file);
	rmdir(folder);
}

static void prepare(void)
{
	if (folder[0])
		return;
	snprintf(folder, sizeof(folder), "/dev/shm/clawbpf-fuzz-XXXXXX");
	assert(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/db", folder);
	atexit(cleanup);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = {"agent:main:main", "agent:main:telegram:group:-1", ""};
	struct session_database *d autodatabase = NULL;

	prepare();
	{
		autoclose int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	}
	d = session_database_new(file, getuid());
	assert(d);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		autofree char *text = NULL;
		struct err err = {0};
		size_t len = 1;
		int r = session_database_ask(d, keys[i], &text, &len, &err);

		assert(r ? err.code && err.message[0] && !text : !err.code);
		assert(!text || !text[len]);
		assert(size || (!r && !text));
		for (const char *p = err.message; *p; p++)
			assert(*p >= ' ' && *p <= '~');
	}
	assert(access(file, F_OK) == 0);
	return 0;
}
