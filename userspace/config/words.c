// SPDX-License-Identifier: GPL-2.0-only
/* Which words may stand where one of a few is wanted? In the order of the enums that stand for
 * them. */
#include "config/schema.h"

const char *const words_sandbox_mode[] = {"off", "non-main", "all", NULL};
const char *const words_sandbox_scope[] = {"session", "agent", "shared", NULL};
const char *const words_workspace_access[] = {"none", "ro", "rw", NULL};
const char *const words_profile[] = {"full", "coding", "messaging", "minimal", NULL};
const char *const words_session_scope[] = {"per-sender", "global", NULL};
const char *const words_dm_scope[] = {"main", "per-peer", "per-channel-peer",
				      "per-account-channel-peer", NULL};
const char *const words_claw_mode[] = {"enforce", "audit", NULL};
const char *const words_gateway[] = {"off", "report", "enforce", NULL};
const char *const words_dialect[] = {"native", "clawdbot", "openclaw", NULL};
const char *const words_elevated[] = {"off", "on", "ask", "full", NULL};
const char *const words_exec_host[] = {"auto", "sandbox", "gateway", "node", NULL};
const char *const words_exec_security[] = {"deny", "allowlist", "full", NULL};
const char *const words_exec_ask[] = {"off", "on-miss", "always", NULL};
const char *const words_exec_mode[] = {"deny", "allowlist", "ask", "auto", "full", NULL};
