// SPDX-License-Identifier: GPL-2.0-only
/* What do this machine and its kernel offer? */
#include "kernel/host.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#include "util/cleanup.h"

#define HOST_PATH 512

void host_init(struct host *h)
{
	struct utsname name;

	*h = (struct host){.root = ""};
	if (uname(&name))
		return;
	memcpy(h->release, name.release, sizeof(h->release));
	memcpy(h->machine, name.machine, sizeof(h->machine));
}

static void host_path(const struct host *h, const char *path, char full[HOST_PATH])
{
	snprintf(full, HOST_PATH, "%s%s", h->root, path);
}

bool host_exists(const struct host *h, const char *path)
{
	char full[HOST_PATH];

	host_path(h, path, full);
	return !access(full, F_OK);
}

int host_file(const struct host *h, const char *path, char *text, size_t size)
{
	autofile FILE *f = NULL;
	char full[HOST_PATH];
	size_t n;

	host_path(h, path, full);
	f = fopen(full, "re");
	if (!f)
		return -errno;
	n = fread(text, 1, size - 1, f);
	if (ferror(f))
		return -EIO;
	while (n && (text[n - 1] == '\n' || text[n - 1] == '\0'))
		n--;
	text[n] = '\0';
	return 0;
}

/* zlib reads what is not compressed as it is. */
static gzFile config_open(const struct host *h)
{
	static const char *const places[] = {"/proc/config.gz", "/boot/config-%s",
					     "/lib/modules/%s/config",
					     "/usr/lib/modules/%s/config"};
	gzFile f = NULL;

	for (size_t i = 0; !f && i < ARRAY_SIZE(places); i++) {
		char full[HOST_PATH], path[HOST_PATH / 2];
		const char *release = strstr(places[i], "%s");

		if (release)
			snprintf(path, sizeof(path), "%.*s%s%s", (int)(release - places[i]),
				 places[i], h->release, release + 2);
		else
			snprintf(path, sizeof(path), "%s", places[i]);
		host_path(h, path, full);
		f = gzopen(full, "re");
	}
	return f;
}

/* The value in "CONFIG_X=y" or "CONFIG_X="text"". */
static void config_value(const char *text, char *value, size_t size)
{
	size_t len = strcspn(text, "\n");

	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	snprintf(value, size, "%.*s", (int)len, text);
}

int host_config(const struct host *h, const char *option, char *value, size_t size)
{
	gzFile f = config_open(h);
	size_t len = strlen(option);
	char line[1024];

	if (!f)
		return -ENOENT;
	snprintf(value, size, "n");
	while (gzgets(f, line, sizeof(line))) {
		if (strncmp(line, option, len) || line[len] != '=')
			continue;
		config_value(line + len + 1, value, size);
		break;
	}
	gzclose(f);
	return 0;
}

/* One line of /proc/self/mounts: device, directory, type. Spaces inside are written \040. */
static bool mount_next(FILE *f, char at[HOST_PATH], char type[64])
{
	char line[4096];

	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*s %511s %63s", at, type) == 2)
			return true;
	}
	return false;
}

static FILE *mounts_open(const struct host *h)
{
	char full[HOST_PATH];

	host_path(h, "/proc/self/mounts", full);
	return fopen(full, "re");
}

bool host_mount(const struct host *h, const char *type, char *at, size_t size)
{
	autofile FILE *f = mounts_open(h);
	char where[HOST_PATH], found[64];

	at[0] = '\0';
	while (f && mount_next(f, where, found)) {
		if (strcmp(found, type) != 0)
			continue;
		snprintf(at, size, "%s", where);
		return true;
	}
	return false;
}

bool host_mounted(const struct host *h, const char *type, const char *at)
{
	autofile FILE *f = mounts_open(h);
	char where[HOST_PATH], found[64];
	bool is = false;

	while (f && mount_next(f, where, found)) {
		if (!strcmp(where, at))
			is = !strcmp(found, type);
	}
	return is;
}

bool host_list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (; *list; list += strcspn(list, ","), list += *list == ',') {
		if (strcspn(list, ",") == len && !strncmp(list, word, len))
			return true;
	}
	return false;
}

bool host_cmdline(const struct host *h, const char *name, char *value, size_t size)
{
	char line[4096], *rest = NULL;
	size_t len = strlen(name);
	bool found = false;

	if (host_file(h, "/proc/cmdline", line, sizeof(line)))
		return false;
	for (char *word = strtok_r(line, " \t\n", &rest); word;
	     word = strtok_r(NULL, " \t\n", &rest)) {
		if (strncmp(word, name, len) || word[len] != '=')
			continue;
		snprintf(value, size, "%s", word + len + 1);
		found = true;
	}
	return found;
}

/* The text behind a name in /proc/self/status. "" when it is not there. */
static const char *status_field(const struct host *h, const char *name, char *text, size_t size)
{
	const char *line;

	if (host_file(h, "/proc/self/status", text, size))
		return "";
	line = strstr(text, name);
	return line ? line + strlen(name) : "";
}

uint64_t host_capabilities(const struct host *h)
{
	char text[4096];

	return strtoull(status_field(h, "\nCapEff:", text, sizeof(text)), NULL, 16);
}

unsigned int host_user(const struct host *h)
{
	char text[4096];
	unsigned int real, effective;

	if (sscanf(status_field(h, "\nUid:", text, sizeof(text)), "%u %u", &real, &effective) != 2)
		return geteuid();
	return effective;
}
