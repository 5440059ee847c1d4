// SPDX-License-Identifier: GPL-2.0-only
/* The very first thing that a container does is a socket. 9: refused with EPERM; 0: it has one. */
#include <errno.h>
#include <sys/socket.h>

int main(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno == EPERM ? 9 : 3;
}
