/* SPDX-License-Identifier: GPL-2.0-only */
/* The sockets that net-inherit opens outside every session, for net-use to inherit. */
#ifndef CLAWBPF_PROBE_NET_H
#define CLAWBPF_PROBE_NET_H

enum net_fd {
	FD_TCP = 100,     /* connected; more than enough waits to be received */
	FD_TCP_LITTLE,    /* connected; a few bytes wait */
	FD_LISTEN,        /* several connections wait to be accepted */
	FD_UDP,           /* sends where its own name says: getsockname of FD_UDP_PEER */
	FD_UDP_CONNECTED, /* the same, connected */
	FD_ROUTE,         /* route netlink: stays usable */
	FD_UNIX,          /* one end of a pair: stays usable */
	FD_FRESH,         /* TCP, neither bound nor connected; and FRESH_COUNT - 1 more */
	FRESH_COUNT = 8,
	FD_END = FD_FRESH + FRESH_COUNT,
};

#endif
