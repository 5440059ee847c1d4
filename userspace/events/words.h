/* SPDX-License-Identifier: GPL-2.0-only */
/* The words for the numbers in an event, and back. */
#ifndef CLAWBPF_EVENTS_WORDS_H
#define CLAWBPF_EVENTS_WORDS_H

#include <stddef.h>

#include "abi/hook.h"
#include "events/record.h"

/* NULL: a number that has no word. Static. */
const char *hook_word(unsigned int hook);
const char *reason_word(unsigned int reason);
const char *reason_sentence(unsigned int reason);
const char *record_type_word(unsigned int type);
const char *family_word(unsigned int family);                          /* "AF_INET" */
const char *socket_type_word(unsigned int type);                       /* "SOCK_STREAM" */
const char *protocol_word(unsigned int family, unsigned int protocol); /* "IPPROTO_TCP" */

/* -1: no such word. */
int hook_of_word(const char *word);
int reason_of_word(const char *word);
int record_type_of_word(const char *word);
int family_of_word(const char *word);
int socket_type_of_word(const char *word);
int protocol_of_word(unsigned int family, const char *word);

#endif
