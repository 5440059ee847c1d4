// SPDX-License-Identifier: GPL-2.0-only
/* JSON trees, a value at a time. */
#include "output/put.h"

#include <cjson/cJSON.h>

void put(struct json_out *out, struct cJSON *object, const char *name, struct cJSON *value)
{
	if (!object || !value || !cJSON_AddItemToObject(object, name, value)) {
		cJSON_Delete(value);
		out->failed = true;
	}
}

void put_text(struct json_out *out, struct cJSON *object, const char *name, const char *text)
{
	put(out, object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void put_bool(struct json_out *out, struct cJSON *object, const char *name, bool value)
{
	put(out, object, name, cJSON_CreateBool(value));
}

struct cJSON *put_object(struct json_out *out, struct cJSON *object, const char *name)
{
	cJSON *o = cJSON_CreateObject();

	put(out, object, name, o);
	return out->failed ? NULL : o;
}

struct cJSON *put_array(struct json_out *out, struct cJSON *object, const char *name)
{
	cJSON *a = cJSON_CreateArray();

	put(out, object, name, a);
	return out->failed ? NULL : a;
}

void append(struct json_out *out, struct cJSON *array, struct cJSON *value)
{
	if (!array || !value || !cJSON_AddItemToArray(array, value)) {
		cJSON_Delete(value);
		out->failed = true;
	}
}
