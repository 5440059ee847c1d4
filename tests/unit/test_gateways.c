// SPDX-License-Identifier: GPL-2.0-only
/* By which names is an agent's gateway known? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/gateways.h"
#include "util/cleanup.h"

static void test_gateway_names(void **state)
{
	static const struct {
		const char *why, *name;
		bool unit, process;
	} names[] = {
		{"a unit", "openclaw-gateway.service", true, false},
		{"a unit of a profile", "clawdbot-gateway-work.service", true, false},
		{"no service", "openclaw-gateway.scope", false, false},
		{"another service", "openclaw-gatewayd.service", false, false},
		{"a service that ends so", "my-openclaw-gateway.service", false, false},
		{"nothing behind", "openclaw-gateway", false, false},
		{"a process, as far as the kernel keeps its name", "openclaw-gatewa", false, true},
		{"the older one", "clawdbot-gatewa", false, true},
		{"a shorter one, whole", "moltbot-gateway", false, true},
		{"its command line", "openclaw", false, false},
		{"a name that it begins with", "openclaw-gat", false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (gateway_unit_name(names[i].name) != names[i].unit ||
		    gateway_process_name(names[i].name) != names[i].process)
			fail_msg("%s: \"%s\"", names[i].why, names[i].name);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gateway_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
