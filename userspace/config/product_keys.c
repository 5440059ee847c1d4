// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which keys does each product take? As the schemas that clawdbot 2026.1.24 and openclaw 2026.9.6
 * check a file by have them.
 */
#include "config/product_keys.h"

#include <string.h>

#define TAKES(clawdbot, openclaw)                                                                  \
	{                                                                                          \
		.of = { [DIALECT_CLAWDBOT] = " " clawdbot " ",                                     \
			[DIALECT_OPENCLAW] = " " openclaw " " }                                    \
	}

/* Our own block is looked at with the file as a whole: see product.c. */
const struct product_keys keys_of_root = TAKES(
	"meta env wizard diagnostics logging update browser ui auth models nodeHost agents tools "
	"bindings broadcast audio media messages commands approvals session cron hooks web "
	"channels discovery canvasHost talk gateway skills plugins clawbpf",
	"$schema meta env wizard diagnostics logging update telemetry browser ui secrets auth "
	"accessGroups acp models nodeHost agents worktreeRoot worktreeAcceleration tools security "
	"bindings broadcast attachments messages tts commands approvals session cron transcripts "
	"hooks channels discovery talk gateway cloudWorkers desktop memory mcp skills plugins "
	"surfaces proxy clawbpf");

/* openclaw turns a list into entries. */
const struct product_keys keys_of_agents =
	TAKES("defaults list", "ownership defaults entries list");

const struct product_keys keys_of_defaults = TAKES(
	"model imageModel models workspace repoRoot skipBootstrap bootstrapMaxChars userTimezone "
	"timeFormat envelopeTimezone envelopeTimestamp envelopeElapsed contextTokens cliBackends "
	"memorySearch contextPruning compaction thinkingDefault verboseDefault elevatedDefault "
	"blockStreamingDefault blockStreamingBreak blockStreamingChunk blockStreamingCoalesce "
	"humanDelay timeoutSeconds mediaMaxMb typingIntervalSeconds typingMode heartbeat "
	"maxConcurrent subagents sandbox",
	"params model modelSelectionScope utilityModel decisionModel imageModel mediaModels "
	"voiceModel pdfModel pdfMaxMb pdfMaxPages models modelPolicy workspace cwd skills "
	"silentReply repoRoot skipBootstrap skipOptionalBootstrapFiles contextInjection "
	"bootstrapMaxChars bootstrapTotalMaxChars experimental userTimezone startupContext "
	"contextPruning compaction embeddedAgent thinkingDefault fastModeDefault verboseDefault "
	"toolProgressDetail reasoningDefault elevatedDefault blockStreamingDefault "
	"blockStreamingBreak timeoutSeconds mediaMaxMb imageMaxDimensionPx imageQuality "
	"typingIntervalSeconds systemAgent authInheritance sessionStore maxConcurrent subagents "
	"contextLimits blockStreamingChunk blockStreamingCoalesce humanDelay typingMode heartbeat "
	"sandbox");

/* `id` goes when openclaw turns agents.list into agents.entries. */
const struct product_keys keys_of_agent = TAKES(
	"id default name workspace agentDir model memorySearch humanDelay heartbeat identity "
	"groupChat subagents sandbox tools",
	"id name description workspace cwd agentDir model utilityModel decisionModel models "
	"modelPolicy thinkingDefault verboseDefault toolProgressDetail reasoningDefault "
	"fastModeDefault contextInjection bootstrapMaxChars bootstrapTotalMaxChars experimental "
	"skills subagents embeddedAgent params runtime memory humanDelay typingMode tts "
	"skillsLimits contextLimits heartbeat identity groupChat sandbox tools default");

const struct product_keys keys_of_tools = TAKES(
	"profile allow deny byProvider web media links message agentToAgent elevated exec "
	"subagents sandbox",
	"profile allow alsoAllow deny byProvider toolsBySender web github media links sessions "
	"loopDetection toolSearch codeMode swarm message agentToAgent elevated exec fs subagents "
	"sandbox sessions_spawn updatePlan");

const struct product_keys keys_of_agent_tools =
	TAKES("profile allow deny byProvider elevated exec sandbox",
	      "profile allow alsoAllow deny byProvider toolsBySender codeMode swarm elevated exec "
	      "github fs loopDetection message sandbox");

/* Of both levels: clawdbot takes approvalRunningNoticeMs of an agent only. */
const struct product_keys keys_of_exec = TAKES(
	"host security ask node pathPrepend safeBins backgroundMs timeoutSec "
	"approvalRunningNoticeMs cleanupMs notifyOnExit applyPatch",
	"host mode security ask node pathPrepend safeBins strictInlineEval commandHighlighting "
	"grantExpiryDays safeBinTrustedDirs safeBinProfiles reviewer backgroundMs "
	"approvalRunningNoticeMs timeoutSeconds cleanupMs notifyOnExit notifyOnExitEmptySuccess "
	"applyPatch");

const struct product_keys keys_of_session = TAKES(
	"scope dmScope identityLinks resetTriggers idleMinutes reset resetByType resetByChannel "
	"store typingIntervalSeconds typingMode mainKey sendPolicy agentToAgent",
	"scope dmScope groupScope notifyOnCreate identityLinks resetTriggers reset resetByType "
	"resetByChannel store mainKey sendPolicy threadBindings sharing maintenance");

bool product_takes(const struct product_keys *keys, int dialect, const char *key)
{
	const char *words = keys ? keys->of[dialect] : NULL;
	size_t len = strlen(key);

	if (!words || !strcmp(key, "__proto__")) /* which no object of theirs ever gets */
		return true;
	for (const char *at = words; *key && (at = strstr(at, key)); at += len)
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}
