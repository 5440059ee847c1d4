// SPDX-License-Identifier: GPL-2.0-only
/* Has each container that waits its turn, however many others somebody has made? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "agent/known.h"

static const char *id_of(unsigned int number)
{
	static char id[65];

	snprintf(id, sizeof(id), "%064x", number);
	return id;
}

/* So many of FROM, FROM + 1 ... got a place. */
static size_t wait_all(struct asked_list *l, unsigned int from, size_t count, unsigned int owner)
{
	size_t got = 0;

	for (size_t i = 0; i < count; i++)
		got += asked_wait(l, id_of(from + (unsigned int)i), owner) != NULL;
	return got;
}

static void test_share(void **state)
{
	static struct asked_list l;

	(void)state;
	assert_int_equal(wait_all(&l, 1000, 300, 1000), ASKED_OF_USER);
	assert_int_equal(wait_all(&l, 1000, 300, 1000), ASKED_OF_USER); /* the same */
	assert_int_equal(wait_all(&l, 2000, 300, 1001), ASKED_OF_USER);
	for (unsigned int user = 1002; user < 1100; user++)
		wait_all(&l, user * 1000, 300, user);
	assert_int_equal(l.count, ASKED_OF_USERS);
	/* Root's find room all the same. */
	assert_int_equal(wait_all(&l, 1, 300, 0), ASKED_MAX - ASKED_OF_USERS);
	/* One is answered: the next has its turn. */
	asked_remove(&l, id_of(1000));
	assert_null(asked_find(&l, id_of(1000)));
	assert_int_equal(l.count, ASKED_MAX - 1);
	assert_non_null(asked_wait(&l, id_of(1020), 1000));
	assert_null(asked_wait(&l, id_of(1021), 1000));
}

static void test_sweep(void **state)
{
	static struct asked_list l;
	long long since;

	(void)state;
	assert_int_equal(wait_all(&l, 0, 300, 0), ASKED_MAX);
	since = asked_find(&l, id_of(7))->since_ms;
	asked_sweep(&l);
	assert_int_equal(l.count, ASKED_MAX);
	assert_non_null(asked_wait(&l, id_of(7), 0));
	asked_find(&l, id_of(8)); /* to be looked for is not to wait */
	asked_sweep(&l);
	assert_int_equal(l.count, 1);
	assert_int_equal(asked_find(&l, id_of(7))->since_ms, since);
	asked_sweep(&l);
	assert_int_equal(l.count, 0);
	assert_int_equal(wait_all(&l, 1000, 300, 0), ASKED_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_sweep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
