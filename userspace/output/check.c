// SPDX-License-Identifier: GPL-2.0-only
/* What does a checked config say? */
#include "output/check.h"

#include <errno.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "output/style.h"
#include "util/cleanup.h"
#include "util/escape.h"

static void put_text(FILE *out, const char *text)
{
	autobuf struct buf b = {0};

	escape_message(&b, text, strlen(text));
	fputs(b.data && !b.failed ? b.data : "", out);
}

void warnings_print(const struct warnings *w, FILE *out)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct warning *one = &w->items[i];

		fputs("clawbpf: warning: ", out);
		if (one->pos.file) {
			put_text(out, one->pos.file);
			fprintf(out, ":%u:%u: ", one->pos.line, one->pos.column);
		}
		put_text(out, one->text);
		fputc('\n', out);
	}
	if (w->dropped)
		fprintf(out, "clawbpf: warning: and %zu more\n", w->dropped);
}

int check_print(const struct check_report *c, FILE *out, bool color, struct err *err)
{
	int r = explain_policy_print(&c->explain, out, color, err);

	if (r)
		return r;
	fputc('\n', out);
	put_text(out, c->document->config->file);
	fputs(": ", out);
	style_print(out, color, STYLE_GOOD, "ok");
	fprintf(out, "; the kernel would be told %zu %s in %zu %s. Nothing was changed.\n",
		c->rules, c->rules == 1 ? "rule" : "rules", c->policies,
		c->policies == 1 ? "policy" : "policies");
	return 0;
}

static bool add_kernel(cJSON *root, const struct check_report *c)
{
	cJSON *kernel = cJSON_AddObjectToObject(root, "kernel");

	return kernel && cJSON_AddNumberToObject(kernel, "policies", (double)c->policies) &&
	       cJSON_AddNumberToObject(kernel, "rules", (double)c->rules);
}

int check_print_json(const struct check_report *c, FILE *out, struct err *err)
{
	autofree char *text = NULL;
	cJSON *root = NULL;
	int r = explain_policy_json(&c->explain, &root, err);

	if (r)
		return r;
	if (cJSON_AddTrueToObject(root, "ok") && add_kernel(root, c))
		text = cJSON_Print(root);
	cJSON_Delete(root);
	if (!text)
		return err_set(err, ENOMEM, "out of memory");
	fprintf(out, "%s\n", text);
	return 0;
}
