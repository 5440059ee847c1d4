// SPDX-License-Identifier: GPL-2.0-only
/* What sandbox does `clawbpf run` make for a session? */
#include "output/explain_box.h"

#include <stdio.h>

#include <cjson/cJSON.h>

#include "policy/sandbox/box.h"

static void print_mounts(const struct box *b, struct text_out *out)
{
	fputs("      files: the host's programs (read-only)", out->file);
	for (size_t i = 0; i < b->mount_count; i++) {
		fputs(", ", out->file);
		text_put(out, b->mounts[i].host);
		fputs(" at ", out->file);
		text_put(out, b->mounts[i].container);
		fputs(b->mounts[i].writable ? "" : " (read-only)", out->file);
	}
	for (size_t i = 0; i < b->tmpfs_count; i++)
		fprintf(out->file, "%s%s", i ? ", " : ", temporary ", b->tmpfs[i].path);
	fputs(b->read_only_root ? "; nothing else, read-only\n" : "; nothing else\n", out->file);
}

static void print_limits(const struct box *b, struct text_out *out)
{
	fputs("      limits: ", out->file);
	if (b->timeout)
		fprintf(out->file, "%u s a command [%s]", b->timeout, b->timeout_source.key);
	else
		fputs("no time limit", out->file);
	if (b->memory)
		fprintf(out->file, ", memory %llu bytes", b->memory);
	if (b->cpus > 0)
		fprintf(out->file, ", %g processors", b->cpus);
	if (b->pids)
		fprintf(out->file, ", %llu processes", b->pids);
	fputc('\n', out->file);
}

void explain_box_print(const struct config *c, const struct policy *p, struct text_out *out)
{
	struct box *b autobox = NULL;
	struct err err = {0};

	if (!p->sandboxed)
		return;
	if (box_resolve(c, p, &b, &err)) {
		fputs("    `clawbpf run` makes no sandbox for it: ", out->file);
		text_put(out, err.message);
		if (err.key[0])
			fprintf(out->file, " [%s]", err.key);
		fputc('\n', out->file);
		return;
	}
	fputs("    `clawbpf run` makes its sandbox by bubblewrap: no network, ", out->file);
	if (b->user) {
		fputs("user ", out->file);
		text_put(out, b->user);
	} else {
		fputs("the workspace's owner or nobody (never root)", out->file);
	}
	fputs(", no capabilities, seccomp filter\n", out->file);
	print_mounts(b, out);
	print_limits(b, out);
}

static void add_mounts(cJSON *sandbox, const struct box *b)
{
	cJSON *mounts = cJSON_AddArrayToObject(sandbox, "mounts");

	for (size_t i = 0; mounts && i < b->mount_count; i++) {
		cJSON *mount = cJSON_CreateObject();

		cJSON_AddItemToArray(mounts, mount);
		cJSON_AddStringToObject(mount, "host", b->mounts[i].host);
		cJSON_AddStringToObject(mount, "container", b->mounts[i].container);
		cJSON_AddBoolToObject(mount, "writable", b->mounts[i].writable);
		cJSON_AddStringToObject(mount, "source", b->mounts[i].source);
	}
}

static void add_number(cJSON *o, const char *name, double number)
{
	if (number > 0)
		cJSON_AddNumberToObject(o, name, number);
	else
		cJSON_AddNullToObject(o, name);
}

void explain_box_json(const struct config *c, const struct policy *p, cJSON *session)
{
	struct box *b autobox = NULL;
	struct err err = {0};
	cJSON *sandbox, *tmpfs;

	if (!p->sandboxed)
		return;
	sandbox = cJSON_AddObjectToObject(session, "sandbox");
	if (box_resolve(c, p, &b, &err)) {
		cJSON_AddStringToObject(sandbox, "refused", err.message);
		cJSON_AddStringToObject(sandbox, "key", err.key);
		return;
	}
	cJSON_AddStringToObject(sandbox, "by", "bubblewrap");
	cJSON_AddStringToObject(sandbox, "network", "none");
	if (b->user)
		cJSON_AddStringToObject(sandbox, "user", b->user);
	else
		cJSON_AddNullToObject(sandbox, "user");
	cJSON_AddStringToObject(sandbox, "workdir", b->workdir);
	add_mounts(sandbox, b);
	tmpfs = cJSON_AddArrayToObject(sandbox, "tmpfs");
	for (size_t i = 0; tmpfs && i < b->tmpfs_count; i++)
		cJSON_AddItemToArray(tmpfs, cJSON_CreateString(b->tmpfs[i].path));
	cJSON_AddBoolToObject(sandbox, "readOnlyRoot", b->read_only_root);
	add_number(sandbox, "timeoutSeconds", b->timeout);
	add_number(sandbox, "memory", (double)b->memory);
	add_number(sandbox, "cpus", b->cpus);
	add_number(sandbox, "pids", (double)b->pids);
}
