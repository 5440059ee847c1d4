/* SPDX-License-Identifier: GPL-2.0-only */
/* What of a record is written under which name: one table for writing and for reading. */
#ifndef CLAWBPF_EVENTS_FIELDS_H
#define CLAWBPF_EVENTS_FIELDS_H

#include "events/record.h"

enum field_kind {
	FIELD_TIME,     /* u64 microseconds <-> RFC 3339 */
	FIELD_SECONDS,  /* u64 nanoseconds <-> seconds */
	FIELD_U32,      /* <-> number */
	FIELD_U64,      /* <-> number */
	FIELD_ID,       /* u64 <-> text: most readers of JSON would round the number */
	FIELD_DEVICE,   /* u64 <-> "MAJOR:MINOR" */
	FIELD_HEX,      /* u64 <-> text of hexadecimal digits */
	FIELD_BYTES,    /* struct bytes <-> text */
	FIELD_ARGV,     /* struct bytes <-> array of texts */
	FIELD_TYPE,     /* the word of the record's type */
	FIELD_HOOK,     /* u16 <-> word */
	FIELD_REASON,   /* u16 <-> word */
	FIELD_WHY,      /* the sentence of the reason; not read */
	FIELD_FLAG,     /* a bit of the flags */
	FIELD_NOT_FLAG, /* its opposite */
	FIELD_CODE,     /* exit status: null when a signal ended it */
	FIELD_SIGNAL,   /* its name: null when it exited */
	FIELD_REPLACED, /* of the outcome: it went on as another program */
	FIELD_KIND,     /* of the object; not read */
	FIELD_FAMILY,
	FIELD_SOCKET_TYPE,
	FIELD_PROTOCOL,
};

#define IN(type) (1u << RECORD_##type)
#define TASK     (IN(EXEC) | IN(EXIT) | IN(REFUSAL))
#define APPROVAL                                                                                   \
	(IN(REQUESTED) | IN(APPROVED) | IN(DENIED) | IN(EXPIRED) | IN(REVOKED) | IN(UNUSED))
#define POLICY (IN(LOADED) | IN(UNLOADED))
#define ANY    (TASK | APPROVAL | POLICY | IN(LOST))
/* Conditions on top of the type. */
#define IF_SET     (1u << 30) /* neither zero nor none */
#define IF_OUTCOME (1u << 29) /* the process has ended */
#define IF_DONE    (1u << 26) /* so it has, or it went on as another program */
#define IF_SOCKET  (1u << 28) /* the object is one */
#define IF_MOUNT   (1u << 27)

struct field {
	const char *object; /* the member it is in; "": at the top */
	const char *name;
	enum field_kind kind;
	unsigned int when; /* IN(...) and IF_... */
	size_t offset;     /* or the bit, of a flag */
};

/* In the order written; what is in the same object stands together. A row without name ends it. */
extern const struct field record_fields[];

static inline void *field_at(const struct field *f, const struct record *r)
{
	return (char *)r + f->offset;
}

#endif
