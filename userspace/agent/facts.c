// SPDX-License-Identifier: GPL-2.0-only
/* What does an engine say of a container? */
#include "agent/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/cleanup.h"
#include "util/json_read.h"

/* Where Docker keeps its containers, unless it was told otherwise. */
#define DOCKER_CONTAINERS "/var/lib/docker/containers"

#define FACTS_MAX (16u << 20) /* bytes that an engine may write of one container */

int container_id_valid(const char *id)
{
	return strlen(id) == 64 && strspn(id, "0123456789abcdef") == 64;
}

struct reading {
	struct container_facts *f;
	const char *labels; /* name of the object that has them */
	bool relevant;      /* of an event: it is one of a container that came or went */
	void (*each)(void *arg, const struct container_facts *f);
	void *arg;
};

static int take(char **to, const char *text)
{
	free(*to);
	*to = strdup(text);
	return *to ? 0 : -ENOMEM;
}

static const char *without_slash(const char *name)
{
	return *name == '/' ? name + 1 : name;
}

static int on_event(void *arg, const struct json_value *v)
{
	struct reading *in = arg;
	struct container_facts *f = in->f;

	if (v->kind != JSON_STRING)
		return 0;
	if (!*v->object && !strcmp(v->name, "Action")) {
		f->gone = !strcmp(v->text, "destroy") || !strcmp(v->text, "remove");
		in->relevant = f->gone || !strcmp(v->text, "create") || !strcmp(v->text, "start") ||
			       !strcmp(v->text, "init");
	} else if (!strcmp(v->object, "Actor") && !strcmp(v->name, "ID")) {
		return take(&f->id, v->text);
	} else if (!strcmp(v->object, "Attributes")) {
		return strcmp(v->name, "name") ? container_facts_label(f, v->name, v->text)
					       : take(&f->name, without_slash(v->text));
	}
	return 0;
}

int facts_of_event(const char *text, size_t len, struct container_facts *f)
{
	struct reading in = {.f = f};
	int r = json_read(text, len, on_event, &in);

	if (r || !in.relevant || !f->id || !container_id_valid(f->id))
		container_facts_clear(f);
	return r;
}

static int on_container(void *arg, const struct json_value *v)
{
	struct container_facts *f = ((struct reading *)arg)->f;

	if (v->kind != JSON_STRING)
		return 0;
	if (!strcmp(v->object, "Labels"))
		return container_facts_label(f, v->name, v->text);
	if (*v->object)
		return 0;
	if (!strcmp(v->name, "Id") || !strcmp(v->name, "ID"))
		return take(&f->id, v->text);
	return strcmp(v->name, "Name") ? 0 : take(&f->name, without_slash(v->text));
}

int facts_of_container(const char *text, size_t len, struct container_facts *f)
{
	struct reading in = {.f = f};
	int r = json_read(text, len, on_container, &in);

	if (!r && (!f->id || !container_id_valid(f->id)))
		r = -EINVAL;
	if (r)
		container_facts_clear(f);
	return r;
}

static void list_told(struct reading *in)
{
	if (in->f->id && container_id_valid(in->f->id))
		in->each(in->arg, in->f);
	container_facts_clear(in->f);
}

static int on_list(void *arg, const struct json_value *v)
{
	struct reading *in = arg;

	if (v->kind != JSON_STRING)
		return 0;
	if (!*v->object && !strcmp(v->name, "Id")) { /* which comes first in each */
		list_told(in);
		return take(&in->f->id, v->text);
	}
	if (!*v->object && !strcmp(v->name, "Names") && !in->f->name)
		return take(&in->f->name, without_slash(v->text));
	return strcmp(v->object, "Labels") ? 0 : container_facts_label(in->f, v->name, v->text);
}

int facts_of_list(const char *text, size_t len,
		  void (*each)(void *arg, const struct container_facts *f), void *arg)
{
	struct container_facts f autodestroy(container_facts_clear) = {0};
	struct reading in = {.f = &f, .each = each, .arg = arg};
	int r = json_read(text, len, on_list, &in);

	if (!r)
		list_told(&in);
	return r;
}

int facts_of_file(const char *id, struct container_facts *f)
{
	char path[sizeof(DOCKER_CONTAINERS) + 100], chunk[4096];
	struct buf text autobuf = {0};
	autoclose int fd = -1;
	struct stat st;
	ssize_t n;

	snprintf(path, sizeof(path), DOCKER_CONTAINERS "/%s/config.v2.json", id);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT && access(DOCKER_CONTAINERS, F_OK))
		return -ENOTDIR;
	if (fd < 0 || fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0 && text.len <= FACTS_MAX)
		buf_add(&text, chunk, (size_t)n);
	if (n || text.failed)
		return n < 0 ? -errno : text.failed ? -ENOMEM : -EFBIG;
	return facts_of_container(text.data, text.len, f);
}
