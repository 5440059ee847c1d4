/* SPDX-License-Identifier: GPL-2.0-only */
/* Owning locals: they free themselves at the end of their scope unless taken. */
#ifndef CLAWBPF_UTIL_CLEANUP_H
#define CLAWBPF_UTIL_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define autofree  __attribute__((cleanup(cleanup_free)))
#define autoclose __attribute__((cleanup(cleanup_close)))
#define autofile  __attribute__((cleanup(cleanup_fclose)))
/* For a type with `void x_free(struct x **)`: `struct x *p autodestroy(x_free) = NULL;` */
#define autodestroy(f) __attribute__((cleanup(f)))

/* Hand over ownership: the value of the variable, which becomes NULL (or -1). */
#define TAKE_PTR(p)                                                                                \
	({                                                                                         \
		__typeof__(p) *take_ptr_ = &(p);                                                   \
		__typeof__(p) take_value_ = *take_ptr_;                                            \
		*take_ptr_ = NULL;                                                                 \
		take_value_;                                                                       \
	})
#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int *take_fd_ = &(fd);                                                             \
		int take_value_ = *take_fd_;                                                       \
		*take_fd_ = -1;                                                                    \
		take_value_;                                                                       \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
