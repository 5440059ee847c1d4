// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which programs does a denied tool stand for?
 *
 * A tool is the agent's own code; its denial means something to the kernel only where an ordinary
 * program would do the same. `exec` and `process` are not here: their denial refuses every program.
 * Neither are canvas, image, message, nodes, tts, the file tools and the sessions tools: no program
 * stands for them.
 * clawbpf.toolBinaries replaces a row.
 */
#include "policy/tools/tool_binaries.h"

#include <stddef.h>
#include <string.h>

#include "util/cleanup.h"

/* clang-format off: a table is read by its columns */
#define NAMES(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

#define LATER NAMES("crontab", "at", "batch", "anacron", "systemd-run")

static const struct tool_binaries rows[] = {
	{"browser",
	 NAMES("chromium", "chromium-browser", "chrome", "google-chrome", "google-chrome-stable",
	       "google-chrome-beta", "google-chrome-unstable", "chrome-headless-shell",
	       "headless_shell", "brave", "brave-browser", "microsoft-edge",
	       "microsoft-edge-stable", "vivaldi", "vivaldi-stable", "opera", "firefox",
	       "firefox-esr", "firefox-bin", "librewolf", "epiphany", "epiphany-browser", "falkon",
	       "chromedriver", "geckodriver", "msedgedriver"),
	 "browsers that the tool drives, by their names on Debian, Fedora and in vendor packages, "
	 "and the drivers through which scripts steer them"},
	{"automations", LATER, "the same tool as cron, which OpenClaw calls so"},
	{"cron", LATER, "programs that have a command run later, outside the session"},
	{"gateway", NAMES("openclaw", "clawdbot", "moltbot", "moldbot"),
	 "the agent's own command line, which restarts and reconfigures the gateway"},
	{"web_fetch",
	 NAMES("curl", "wget", "wget2", "lynx", "w3m", "links", "elinks", "aria2c", "axel", "http",
	       "https", "httpie", "xh", "curlie", "lwp-request", "lwp-download", "GET", "POST",
	       "HEAD"),
	 "command-line clients that fetch a URL; http, https and httpie are HTTPie, GET, POST and "
	 "HEAD come with libwww-perl"},
	{"web_search", NAMES("ddgr", "googler", "surfraw"),
	 "command-line clients of search engines"},
};
/* clang-format on */

const struct tool_binaries *tool_binaries_find(const char *tool)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].tool, tool))
			return &rows[i];
	return NULL;
}
