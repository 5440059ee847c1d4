/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HTTP over a unix socket, by libcurl. The library is opened when it is needed, and not linked: it
 * brings thirty others along, for which no other command should wait.
 */
#ifndef CLAWBPF_AGENT_HTTP_H
#define CLAWBPF_AGENT_HTTP_H

#include <stddef.h>

#include "agent/loop.h"

#define HTTP_LIBRARY "libcurl.so.4"

struct http;
struct http_get;

/* Borrows the loop. -ENOENT: there is no libcurl. */
int http_new(struct loop *loop, struct http **ret, struct err *err);
void http_free(struct http **http);

#define HTTP_NOBODY (-1l)

struct http_request {
	const char *socket; /* path */
	const char *path;   /* "/events" */
	long timeout_ms;    /* of the whole answer; 0: as long as it takes */
	void *arg;
	/* An answer with status 200 has begun; may be NULL. */
	void (*open)(void *arg);
	/* A piece of its body. */
	void (*data)(void *arg, const char *bytes, size_t len);
	/* Once, at the end. HTTP_NOBODY: nobody listens there; 0: no answer came, and `why` says
	 * so. */
	void (*end)(void *arg, long status, const char *why);
};

/* Copies what it needs; *ret is valid until `end` is called. */
int http_start(struct http *http, const struct http_request *request, struct http_get **ret,
	       struct err *err);
/* `end` is not called any more. */
void http_stop(struct http *http, struct http_get **get);

#endif
