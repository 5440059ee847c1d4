/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests: a config from text in the test itself, and what a session gets from it. */
#ifndef CLAWBPF_TESTS_DOC_H
#define CLAWBPF_TESTS_DOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "config/config.h"
#include "config/json5.h"
#include "policy/resolve.h"
#include "util/cleanup.h"

struct doc {
	struct sources *sources;
	struct node *root;
	struct config *config; /* NULL: refused, see err */
	struct warnings warnings;
	struct err err;
};

static inline void doc_close(struct doc *d)
{
	config_free(&d->config);
	node_free(&d->root);
	warnings_free(&d->warnings);
	sources_free(&d->sources);
}
#define autodoc __attribute__((cleanup(doc_close)))

static inline struct doc doc_open(const char *text)
{
	struct doc d = {.sources = sources_new(false)};
	int r = json5_read("test.json5", text, strlen(text), &d.root, &d.warnings, &d.err);

	if (!r)
		r = config_decode(d.root, d.sources, &d.config, &d.warnings, &d.err);
	assert_int_equal(r, -d.err.code);
	return d;
}

/* The same, and it must be accepted. */
static inline struct doc doc_good(const char *text)
{
	struct doc d = doc_open(text);
	char message[2048];

	if (!d.config) {
		err_format(&d.err, message, sizeof(message));
		fail_msg("%s: %s", text, message);
	}
	return d;
}

static inline struct policy *doc_policy(const struct doc *d, const char *session)
{
	struct policy *p = NULL;
	struct err err = {0};
	char message[2048];

	if (policy_resolve(d->config, session, &p, &err)) {
		err_format(&err, message, sizeof(message));
		fail_msg("%s: %s", session, message);
	}
	return p;
}
#define autopolicy autodestroy(policy_free)

static inline const struct tool_verdict *policy_tool(const struct policy *p, const char *tool)
{
	for (size_t i = 0; i < p->tool_count; i++)
		if (!strcmp(p->tools[i].tool, tool))
			return &p->tools[i];
	fail_msg("%s: not among the tools", tool);
	return NULL;
}

/* "read write exec": the allowed tools in the order of the policy. */
static inline const char *policy_allowed(const struct policy *p)
{
	static char text[4096];

	text[0] = '\0';
	for (size_t i = 0; i < p->tool_count; i++)
		if (p->tools[i].allowed) {
			if (text[0])
				strcat(text, " ");
			strcat(text, p->tools[i].tool);
		}
	return text;
}

static inline const struct denied_binary *policy_binary(const struct policy *p, const char *value)
{
	for (size_t i = 0; i < p->binary_count; i++)
		if (!strcmp(p->binaries[i].value, value))
			return &p->binaries[i];
	return NULL;
}

#endif
