// SPDX-License-Identifier: GPL-2.0-only
/* How is an engine asked? */
#include "agent/http.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "util/buf.h"
#include "util/cleanup.h"

/* What we use of it, by the library's own types. */
#define CURL_FUNCTIONS(F)                                                                          \
	F(global_init)                                                                             \
	F(easy_init)                                                                               \
	F(easy_setopt)                                                                             \
	F(easy_getinfo)                                                                            \
	F(easy_cleanup)                                                                            \
	F(easy_strerror)                                                                           \
	F(multi_init)                                                                              \
	F(multi_setopt)                                                                            \
	F(multi_add_handle)                                                                        \
	F(multi_remove_handle)                                                                     \
	F(multi_assign)                                                                            \
	F(multi_socket_action)                                                                     \
	F(multi_info_read)                                                                         \
	F(multi_cleanup)

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

struct curl {
#define CURL_MEMBER(name) __typeof__(&curl_##name) name;
	CURL_FUNCTIONS(CURL_MEMBER)
};

struct http_get {
	CURL *easy;
	struct http_get *next;
	struct http *http;
	void *arg;
	void (*open)(void *arg);
	void (*data)(void *arg, const char *bytes, size_t len);
	void (*end)(void *arg, long status, const char *why);
};

struct http {
	struct loop *loop;
	struct timer *timer;
	void *library;
	struct curl curl;
	CURLM *multi;
	struct http_get *first;
};

static int library_open(struct http *h, struct err *err)
{
	h->library = dlopen(HTTP_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!h->library) {
		err_set(err, ENOENT, "%s", dlerror());
		return err_fix(err, "apt-get install libcurl4");
	}
#define CURL_LOAD(name)                                                                            \
	h->curl.name = (__typeof__(&curl_##name))dlsym(h->library, "curl_" #name);                 \
	if (!h->curl.name)                                                                         \
		return err_set(err, ENOENT, HTTP_LIBRARY " has no curl_" #name);
	CURL_FUNCTIONS(CURL_LOAD)
	return 0;
}

static long get_status(const struct http_get *get)
{
	long status = 0;

	get->http->curl.easy_getinfo(get->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

/* Not where so many have connected that the engine did not get to us: it is there, and busy. */
static bool nobody_listens(const struct http_get *get)
{
	long error = 0;

	get->http->curl.easy_getinfo(get->easy, CURLINFO_OS_ERRNO, &error);
	return error == ENOENT || error == ENOTDIR || error == ECONNREFUSED;
}

static void get_free(struct http_get *get)
{
	struct http *h = get->http;

	for (struct http_get **at = &h->first; *at; at = &(*at)->next) {
		if (*at == get) {
			*at = get->next;
			break;
		}
	}
	if (get->easy) {
		h->curl.multi_remove_handle(h->multi, get->easy);
		h->curl.easy_cleanup(get->easy);
	}
	free(get);
}

static void finished(struct http *h)
{
	CURLMsg *message;
	int left;

	while ((message = h->curl.multi_info_read(h->multi, &left))) {
		CURLcode result = message->data.result;
		struct http_get *get = NULL;
		void (*end)(void *, long, const char *);
		long status;
		void *arg;

		if (message->msg != CURLMSG_DONE)
			continue;
		h->curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &get);
		status = 0;
		if (result == CURLE_OK)
			status = get_status(get);
		else if (result == CURLE_COULDNT_CONNECT && nobody_listens(get))
			status = HTTP_NOBODY;
		end = get->end;
		arg = get->arg;
		get_free(get);
		end(arg, status, h->curl.easy_strerror(result));
	}
}

static void act(struct http *h, int fd, int events)
{
	int running;

	h->curl.multi_socket_action(h->multi, fd, events, &running);
	finished(h);
}

static void on_due(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

/* One of libcurl's descriptors. */
struct connection {
	struct http *http;
	int fd;
};

static void on_ready(void *arg, uint32_t events)
{
	struct connection copy = *(const struct connection *)arg; /* it may go meanwhile */

	act(copy.http, copy.fd,
	    (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
		    (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_IN : 0));
}

/* libcurl tells which descriptors it waits for. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *ours)
{
	struct connection *c = ours;
	struct http *h = arg;
	struct err ignored;
	uint32_t events;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		loop_unwatch(h->loop, fd);
		free(c);
		return 0;
	}
	if (!c) {
		c = malloc(sizeof(*c));
		if (!c)
			return -1;
		*c = (struct connection){.http = h, .fd = fd};
		h->curl.multi_assign(h->multi, fd, c);
	}
	events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	return loop_watch(h->loop, fd, events, on_ready, c, &ignored) ? -1 : 0;
}

static int on_timeout(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;

	(void)multi;
	loop_timer_set(h->timer, ms);
	return 0;
}

static size_t on_data(char *bytes, size_t size, size_t count, void *arg)
{
	struct http_get *get = arg;

	if (get->data && get_status(get) == 200)
		get->data(get->arg, bytes, size * count);
	return size * count;
}

/* The empty line ends the head. */
static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct http_get *get = arg;

	if (get->open && size * count == 2 && *bytes == '\r' && get_status(get) == 200)
		get->open(get->arg);
	return size * count;
}

int http_new(struct loop *loop, struct http **ret, struct err *err)
{
	struct http *h autodestroy(http_free) = calloc(1, sizeof(*h));
	int r;

	if (!h)
		return err_set(err, ENOMEM, "out of memory");
	h->loop = loop;
	r = library_open(h, err);
	if (!r)
		r = loop_timer_new(loop, on_due, h, &h->timer, err);
	if (r)
		return r;
	h->curl.global_init(CURL_GLOBAL_NOTHING);
	h->multi = h->curl.multi_init();
	if (!h->multi)
		return err_set(err, ENOMEM, "out of memory");
	h->curl.multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	h->curl.multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	h->curl.multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	h->curl.multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	*ret = TAKE_PTR(h);
	return 0;
}

void http_free(struct http **p)
{
	struct http *h = *p;

	if (!h)
		return;
	while (h->first)
		get_free(h->first);
	if (h->multi)
		h->curl.multi_cleanup(h->multi);
	loop_timer_free(&h->timer);
	if (h->library)
		dlclose(h->library);
	free(h);
	*p = NULL;
}

int http_start(struct http *h, const struct http_request *request, struct http_get **ret,
	       struct err *err)
{
	struct http_get *get = calloc(1, sizeof(*get));
	struct buf url autobuf = {0};

	buf_printf(&url, "http://engine%s", request->path);
	if (!get || url.failed) {
		free(get);
		return err_set(err, ENOMEM, "out of memory");
	}
	*get = (struct http_get){.http = h,
				 .arg = request->arg,
				 .open = request->open,
				 .data = request->data,
				 .end = request->end,
				 .easy = h->curl.easy_init()};
	if (!get->easy) {
		free(get);
		return err_set(err, ENOMEM, "out of memory");
	}
	get->next = h->first;
	h->first = get;
	h->curl.easy_setopt(get->easy, CURLOPT_UNIX_SOCKET_PATH, request->socket);
	h->curl.easy_setopt(get->easy, CURLOPT_URL, url.data);
	h->curl.easy_setopt(get->easy, CURLOPT_PROXY, "");
	h->curl.easy_setopt(get->easy, CURLOPT_NOSIGNAL, 1L);
	h->curl.easy_setopt(get->easy, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
	h->curl.easy_setopt(get->easy, CURLOPT_TIMEOUT_MS, request->timeout_ms);
	h->curl.easy_setopt(get->easy, CURLOPT_WRITEFUNCTION, on_data);
	h->curl.easy_setopt(get->easy, CURLOPT_WRITEDATA, get);
	h->curl.easy_setopt(get->easy, CURLOPT_HEADERFUNCTION, on_header);
	h->curl.easy_setopt(get->easy, CURLOPT_HEADERDATA, get);
	h->curl.easy_setopt(get->easy, CURLOPT_PRIVATE, get);
	if (h->curl.multi_add_handle(h->multi, get->easy)) {
		get_free(get);
		return err_set(err, EIO, "%s cannot be asked", request->socket);
	}
	*ret = get;
	return 0;
}

void http_stop(struct http *h, struct http_get **get)
{
	(void)h;
	if (*get)
		get_free(*get);
	*get = NULL;
}
