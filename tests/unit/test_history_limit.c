// SPDX-License-Identifier: GPL-2.0-only
/* Are the last records of a long log those that would be the last of all? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "events/history.h"
#include "events/record_json.h"
#include "log_folder.h"
#include "util/cleanup.h"

static int tell(void *arg, const struct record *r)
{
	struct buf *b = arg;

	buf_printf(b, "%d/%u/%llu", r->type, r->pid, (unsigned long long)r->exec_id);
	if (r->outcome.known || r->outcome.replaced)
		buf_printf(b, "=%d%s", r->outcome.status >> 8, r->outcome.replaced ? ">" : "");
	buf_putc(b, ' ');
	return 0;
}

static u32 random_below(u32 below)
{
	static u32 state = 1;

	state = state * 1664525 + 1013904223;
	return (state >> 8) % below;
}

struct program {
	u64 exec_id, since_ns;
};

/* An exec, which may end at once, after a while, long after or never, and what else is logged. */
static void random_records(struct buf *lines, u32 i, u64 boot_ns, struct program running[64])
{
	char session[32], argv[300];
	u32 slot = random_below(64);
	struct record r = {.time_us = 1000 + i,
			   .boot_ns = boot_ns,
			   .pid = 100 + slot,
			   .argv = {argv, sizeof(argv)},
			   .session = {session, 0}};

	memset(argv, 'x', sizeof(argv));
	argv[sizeof(argv) - 1] = '\0';
	r.session.len = (size_t)sprintf(session, "agent:main:%u", slot % 8);
	if (running[slot].exec_id && (slot || !random_below(200))) {
		r.type = RECORD_EXIT;
		r.exec_id = running[slot].exec_id;
		r.outcome = (struct outcome){.known = true,
					     .status = (s32)random_below(3) << 8,
					     .duration_ns = boot_ns - running[slot].since_ns};
		running[slot].exec_id = 0;
		if (random_below(20)) /* else it was lost */
			record_encode(lines, &r);
		return;
	}
	r.type = random_below(50) ? RECORD_EXEC : RECORD_REFUSAL;
	r.exec_id = i + 1;
	if (r.type == RECORD_EXEC)
		running[slot] = (struct program){r.exec_id, boot_ns};
	if (random_below(20))
		record_encode(lines, &r);
}

/* What happens from one moment to another, behind what is there. */
static void long_log(u32 from, u32 to)
{
	static struct program running[64];
	struct log *l autodestroy(log_free) = NULL;
	struct err err = {0};
	autobuf struct buf lines = {0};

	for (u32 i = from; i < to; i++) {
		if (!i || i % 1500 == 1400) /* the machine is started anew */
			memset(running, 0, sizeof(running));
		random_records(&lines, i, (i + 100) % 1500 * 1000000000ull + 1, running);
		if (!random_below(100))
			buf_puts(&lines, "no record\n");
	}
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(log_append(l, &lines, &err), 0);
}

static void ask(const struct history_query *q, struct buf *told, struct history_sum *sum)
{
	struct log_reader in;
	struct err err = {0};

	buf_puts(told, "");
	assert_int_equal(log_reader_open(&in, path, &err), 0);
	assert_int_equal(history_read(&in, q, tell, told, sum, &err), 0);
	assert_int_equal(in.at, in.end);
	log_reader_close(&in);
}

/* The last so many of what was told. */
static const char *last_words(const struct buf *told, unsigned long long n)
{
	const char *at = told->data + told->len;

	while (at > told->data && n) {
		at--;
		n -= at == told->data || at[-1] == ' ';
	}
	return at;
}

/* With that limit the last of these are told, and what they add up to. */
static void assert_last(const struct history_query *query, unsigned int limit,
			const struct buf *told_all, const struct history_sum *all)
{
	struct history_query q = *query;
	struct history_sum last = {0};
	autobuf struct buf told = {0};

	q.limit = limit;
	ask(&q, &told, &last);
	assert_string_equal(told.data, last_words(told_all, limit));
	assert_int_equal(last.records, all->records < limit ? all->records : limit);
	assert_int_equal(last.cut, last.records < all->records);
	if (last.cut)
		assert_true(last.lost.unreadable <= all->lost.unreadable);
	else
		assert_int_equal(last.lost.unreadable, all->lost.unreadable);
}

static void test_history_limit(void **state)
{
	static const unsigned int limits[] = {1, 10, 300, 100000};
	const struct record_filter filters[] = {
		{0},
		{.types = 1 << RECORD_EXEC},
		{.types = 1 << RECORD_EXIT},
		{.types = 1 << RECORD_REFUSAL},
		{.types = 1 << RECORD_LOST},
		{.session = "agent:main:0"},
		{.session = "3", .until_us = 3000},
		{.since_us = 3500},
		{.since_us = 2000, .until_us = 2600},
	};

	(void)state;
	long_log(0, 4000);
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		struct history_query q = {.filter = filters[i]};
		struct history_sum all = {0};
		autobuf struct buf told = {0};

		ask(&q, &told, &all);
		for (size_t n = 0; n < ARRAY_SIZE(limits); n++)
			assert_last(&q, limits[n], &told, &all);
	}
}

/* As --follow begins: the last so many of what is old, and all that is new. */
static void test_history_limit_old(void **state)
{
	struct history_query all = {0}, last = {.limit = 10, .only_old = true};
	struct history_sum old_sum = {0}, all_sum = {0}, last_sum = {0};
	autobuf struct buf old = {0}, told_all = {0}, told = {0};
	struct stat st;

	(void)state;
	long_log(0, 1000);
	ask(&all, &old, &old_sum);
	assert_int_equal(stat(path, &st), 0);
	last.old_end = st.st_size;
	long_log(1000, 4000);
	ask(&all, &told_all, &all_sum);
	ask(&last, &told, &last_sum);
	assert_string_equal(told.data,
			    last_words(&told_all, 10 + all_sum.records - old_sum.records));
}

/* What was lost is told whatever was asked for, and so is what comes before it with no limit. */
static void test_history_lost(void **state)
{
	static const char lines[] =
		"{\"time\":\"2026-11-21T00:00:01Z\",\"type\":\"lost\",\"execs\":1}\n"
		"{\"time\":\"2026-11-21T00:00:02Z\",\"type\":\"refusal\",\"pid\":1}\n"
		"{\"time\":\"2026-11-21T00:00:03Z\",\"type\":\"refusal\",\"pid\":2}\n"
		"{\"time\":\"2026-11-21T00:00:04Z\",\"type\":\"lost\",\"execs\":7}\n";
	struct log *l autodestroy(log_free) = NULL;
	struct history_query q = {.filter.types = 1 << RECORD_REFUSAL};
	struct history_sum all = {0}, last = {0};
	struct err err = {0};
	autobuf struct buf told = {0}, told_last = {0};

	(void)state;
	assert_int_equal(log_open(&l, dir, &err), 0);
	assert_int_equal(append(l, lines), 0);
	ask(&q, &told, &all);
	assert_string_equal(told.data, "3/1/0 3/2/0 ");
	assert_int_equal(all.lost.execs, 8);
	q.limit = 1;
	ask(&q, &told_last, &last);
	assert_string_equal(told_last.data, "3/2/0 ");
	assert_int_equal(last.lost.execs, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_history_limit),
		TEST(test_history_limit_old),
		TEST(test_history_lost),
	};

	return cmocka_run_group_tests_name("history limit", tests, NULL, NULL);
}
