// SPDX-License-Identifier: GPL-2.0-only
/* How does a command read? */
#include "output/command_text.h"

#include <string.h>

#include "util/cleanup.h"
#include "util/escape.h"

/* As a shell would take it: bare, in '...', or with escapes in $'...'. */
void command_word(struct buf *b, const char *word, size_t len)
{
	static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_@%+=:,./-";
	autobuf struct buf escaped = {0};

	escape_bytes(&escaped, word, len);
	if (escaped.failed) {
		b->failed = 1;
	} else if (len && strspn(word, bare) == len) {
		buf_add(b, word, len);
	} else if (escaped.len == len && !memchr(word, '\'', len)) {
		buf_printf(b, "'%s'", len ? escaped.data : "");
	} else {
		buf_puts(b, "$'");
		for (size_t i = 0; i < escaped.len; i++) {
			if (escaped.data[i] == '\'')
				buf_putc(b, '\\');
			buf_putc(b, escaped.data[i]);
		}
		buf_putc(b, '\'');
	}
}

void command_words(struct buf *b, const char *words, size_t len)
{
	for (const char *word = words; word < words + len; word += strlen(word) + 1) {
		if (word > words)
			buf_putc(b, ' ');
		command_word(b, word, strlen(word));
	}
}

bool command_is_ascii(const char *words, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)words[i] >= 0x80)
			return false;
	return true;
}
