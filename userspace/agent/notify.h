/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells the service manager how it stands, when there is one: sd_notify(3). */
#ifndef CLAWBPF_AGENT_NOTIFY_H
#define CLAWBPF_AGENT_NOTIFY_H

/* "READY=1", "STATUS=...", "STOPPING=1". Nothing happens without NOTIFY_SOCKET. */
void notify(const char *state);

#endif
