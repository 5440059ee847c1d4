// SPDX-License-Identifier: GPL-2.0-only
/* How does a record read? */
#include "output/record_text.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "events/clock.h"
#include "events/words.h"
#include "output/command_text.h"
#include "output/style.h"
#include "util/buf.h"
#include "util/cleanup.h"
#include "util/escape.h"

/* What was tried, by the hook that was asked. */
static const char *const verbs[] = {
	[HOOK_NONE] = "do",
	[HOOK_TASK_ALLOC] = "fork",
	[HOOK_BPRM_CHECK] = "execute",
	[HOOK_BPRM_COMMITTED] = "execute",
	[HOOK_FILE_OPEN] = "open",
	[HOOK_MMAP_FILE] = "map as code",
	[HOOK_FILE_MPROTECT] = "make executable in memory",
	[HOOK_FILE_RECEIVE] = "receive the descriptor of",
	[HOOK_FILE_PERMISSION] = "read or write",
	[HOOK_SB_MOUNT] = "mount",
	[HOOK_SB_UMOUNT] = "unmount",
	[HOOK_SB_PIVOTROOT] = "change the root of",
	[HOOK_SB_REMOUNT] = "remount",
	[HOOK_SB_KERN_MOUNT] = "mount a new",
	[HOOK_MOVE_MOUNT] = "mount",
	[HOOK_FOLLOW_LINK] = "follow a link in the bind source",
	[HOOK_LOOPBACK] = "mount",
	[HOOK_SOCKET_CREATE] = "create",
	[HOOK_SOCKET_CONNECT] = "connect",
	[HOOK_SOCKET_BIND] = "bind",
	[HOOK_SOCKET_LISTEN] = "listen on",
	[HOOK_SOCKET_ACCEPT] = "accept from",
	[HOOK_SOCKET_SENDMSG] = "send to",
	[HOOK_SOCKET_RECVMSG] = "receive from",
	[HOOK_SOCKET_GETOPT] = "receive from",
	[HOOK_UNIX_CONNECT] = "connect to",
	[HOOK_UNIX_SEND] = "send to",
	[HOOK_URING_SQPOLL] = "poll by a kernel thread in",
	[HOOK_BPF] = "use",
	[HOOK_PTRACE] = "look into the process",
	[HOOK_TASK_KILL] = "signal the process",
	[HOOK_UNLINK] = "remove",
	[HOOK_RMDIR] = "remove",
	[HOOK_RENAME] = "rename",
	[HOOK_ENTRY] = "bring along",
	[HOOK_CAPABLE] = "use the capability",
	[HOOK_KEY_ALLOC] = "ask the kernel for",
	[HOOK_SETRLIMIT] = "limit the process",
	[HOOK_SETNICE] = "set the priority of the process",
	[HOOK_SETIOPRIO] = "set the I/O priority of the process",
	[HOOK_SETSCHEDULER] = "schedule the process",
	[HOOK_LINK] = "link",
	[HOOK_MKDIR] = "make",
	[HOOK_SYMLINK] = "make",
	[HOOK_SETATTR] = "change the length or attributes of",
};
_Static_assert(ARRAY_SIZE(verbs) == HOOK_COUNT, "a hook without a verb");

/* What it was tried on, when the kernel gave no name. */
static const char *object_noun(const struct record *r)
{
	switch (r->hook) {
	case HOOK_TASK_ALLOC:
		return "a new process";
	case HOOK_BPF:
		return "the bpf system call";
	case HOOK_URING_SQPOLL:
		return "an io_uring";
	case HOOK_KEY_ALLOC:
		return "a key";
	case HOOK_SB_PIVOTROOT:
		return "the mount namespace";
	default:
		break;
	}
	switch (record_object(r)) {
	case OBJECT_SOCKET:
		return "a socket";
	case OBJECT_MOUNT:
		return "a file system";
	default:
		return "a file without a name";
	}
}

static void bytes_text(struct buf *b, const struct bytes *bytes)
{
	escape_bytes(b, bytes->data, bytes->len);
}

static void argv_text(struct buf *b, const struct record *r)
{
	command_words(b, r->argv.data, r->argv.len);
	if (r->flags & EVENT_ARGV_CUT)
		buf_printf(b, " ... (cut; %u arguments)", r->argc);
}

static void outcome_text(struct buf *b, const struct outcome *o)
{
	int signal = WIFSIGNALED(o->status) ? WTERMSIG(o->status) : 0;
	const char *name = signal ? sigabbrev_np(signal) : NULL;

	if (o->replaced)
		buf_puts(b, ": went on as another program");
	else if (!o->known)
		return;
	else if (name)
		buf_printf(b, ": killed by SIG%s", name);
	else if (signal)
		buf_printf(b, ": killed by signal %d", signal);
	else
		buf_printf(b, ": exit %d", WEXITSTATUS(o->status));
	buf_printf(b, " after %.3f s", (double)o->duration_ns / 1e9);
}

static void exec_text(struct buf *b, const struct record *r)
{
	argv_text(b, r);
	buf_puts(b, " (");
	bytes_text(b, &r->path);
	if (r->flags & EVENT_PATH_FAILED)
		buf_puts(b, ", path not resolved");
	buf_printf(b, ", uid %u", r->uid);
	if (r->cwd.len) {
		buf_puts(b, ", in ");
		bytes_text(b, &r->cwd);
	}
	buf_putc(b, ')');
	if (r->flags & EVENT_ELEVATED)
		buf_printf(b, " elevated by %08llx", (unsigned long long)r->approval);
	outcome_text(b, &r->outcome);
}

static void exit_text(struct buf *b, const struct record *r)
{
	bytes_text(b, &r->comm);
	outcome_text(b, &r->outcome);
}

static void word_or_number(struct buf *b, const char *word, u32 number)
{
	if (word)
		buf_puts(b, word);
	else
		buf_printf(b, "%u", number);
}

static void socket_text(struct buf *b, const struct record *r)
{
	u32 family = r->number[0], protocol = record_socket_protocol(r);

	buf_puts(b, "a socket (");
	word_or_number(b, family_word(family), family);
	buf_puts(b, ", ");
	word_or_number(b, socket_type_word(record_socket_type(r)), record_socket_type(r));
	if (protocol) {
		buf_puts(b, ", ");
		word_or_number(b, protocol_word(family, protocol), protocol);
	}
	buf_putc(b, ')');
}

/* What it was called by, where that is not what it is: a link, an applet; or where it should go. */
static void second_text(struct buf *b, const struct record *r)
{
	const char *second = record_next_arg(r, NULL);

	if (!second || !second[0] || (r->path.data && !strcmp(second, r->path.data)))
		return;
	buf_puts(b, record_object(r) == OBJECT_MOUNT ? " on " : ", called ");
	escape_bytes(b, second, strlen(second));
}

static void object_text(struct buf *b, const struct record *r)
{
	if (r->path.len) {
		bytes_text(b, &r->path);
		if (r->flags & EVENT_PATH_CUT)
			buf_puts(b, "...");
	} else if (record_object(r) == OBJECT_SOCKET && r->number[0]) {
		socket_text(b, r);
	} else {
		buf_puts(b, object_noun(r));
	}
	second_text(b, r);
}

/* Which key of the config it comes from, and what to change. */
static void rule_text(struct buf *b, const struct record *r)
{
	if (!r->rule.key.len)
		return;
	buf_puts(b, ": ");
	bytes_text(b, &r->rule.key);
	if (r->rule.entry.len) {
		buf_puts(b, " \"");
		bytes_text(b, &r->rule.entry);
		buf_putc(b, '"');
	}
	if (!r->rule.file.len || !r->rule.line) {
		buf_puts(b, " (built-in default; to allow it, set that key and load again)");
		return;
	}
	buf_puts(b, " (");
	bytes_text(b, &r->rule.file);
	buf_printf(b, ":%u; to allow it, change that entry and load again)", r->rule.line);
}

void refusal_text(struct buf *b, const struct record *r)
{
	const char *sentence = reason_sentence(r->reason);

	buf_printf(b, "%s ", verbs[r->hook < HOOK_COUNT ? r->hook : HOOK_NONE]);
	object_text(b, r);
	buf_printf(b, ": %s", sentence ? sentence : "refused");
	rule_text(b, r);
	if (r->flags & EVENT_KILLED)
		buf_puts(b, r->flags & EVENT_AUDIT_ONLY ? "; would have been killed" : "; killed");
	if (r->flags & EVENT_SETUP)
		buf_puts(b, "; while the sandbox was set up");
	buf_printf(b, " [%s]", hook_word(r->hook));
}

static void caller_text(struct buf *b, const struct record *r)
{
	buf_printf(b, ", by uid %u", r->uid);
	if (r->login.len) {
		buf_puts(b, " (");
		bytes_text(b, &r->login);
		buf_putc(b, ')');
	}
	if (r->tty.len) {
		buf_puts(b, " on ");
		bytes_text(b, &r->tty);
	}
}

/* What a session wants to run outside of its sandbox, and what became of that. */
static void approval_text(struct buf *b, const struct record *r)
{
	static const char *const words[RECORD_TYPE_COUNT] = {
		[RECORD_REQUESTED] = "asked to run on the host",
		[RECORD_APPROVED] = "approved to run on the host",
		[RECORD_DENIED] = "denied to run on the host",
		[RECORD_EXPIRED] = "not run on the host, nobody answered",
		[RECORD_REVOKED] = "no more approved for always",
		[RECORD_UNUSED] = "approved, but ended before it began to run on the host",
	};

	buf_printf(b, "%08llx %s: ", (unsigned long long)r->approval,
		   words[r->type] ? words[r->type] : "?");
	argv_text(b, r);
	buf_puts(b, " (");
	bytes_text(b, &r->path);
	buf_puts(b, ", in ");
	bytes_text(b, &r->cwd);
	buf_putc(b, ')');
	if (r->sender.len) {
		buf_puts(b, ", for ");
		bytes_text(b, &r->sender);
	}
	if (r->how.len) {
		buf_puts(b, ", ");
		bytes_text(b, &r->how);
	}
	if (r->type == RECORD_APPROVED || r->type == RECORD_DENIED || r->type == RECORD_REVOKED)
		caller_text(b, r);
}

static void policy_text(struct buf *b, const struct record *r)
{
	bool loaded = r->type == RECORD_LOADED;

	buf_printf(b, "pid %u  ", r->pid);
	if (r->path.len)
		bytes_text(b, &r->path);
	else
		buf_puts(b, "the policy");
	buf_puts(b, loaded ? " is enforced" : " is enforced no more");
	if (loaded)
		buf_printf(b, ", generation %llu", (unsigned long long)r->generation);
	if (r->how.len) {
		buf_puts(b, ", ");
		bytes_text(b, &r->how);
	}
	caller_text(b, r);
	if (r->boot.len) {
		buf_puts(b, ", boot ");
		escape_bytes(b, r->boot.data, r->boot.len < 8 ? r->boot.len : 8);
	}
}

static void lost_text(struct buf *b, const struct record *r)
{
	buf_printf(b,
		   "%llu execs, %llu exits and %llu refusals found no room in the kernel's buffer",
		   (unsigned long long)r->lost.execs, (unsigned long long)r->lost.exits,
		   (unsigned long long)r->lost.refusals);
	if (r->lost.unreadable)
		buf_printf(b, "; %llu could not be read", (unsigned long long)r->lost.unreadable);
}

static void who_text(struct buf *b, const struct record *r)
{
	if (r->session.len)
		bytes_text(b, &r->session);
	else
		buf_printf(b, "session #%u", r->session_id);
	buf_printf(b, "  pid %u", r->pid);
	if (r->type == RECORD_REFUSAL && r->comm.len) {
		buf_puts(b, " (");
		bytes_text(b, &r->comm);
		buf_putc(b, ')');
	}
	buf_puts(b, "  ");
}

int record_print(const struct record *r, FILE *out, bool color)
{
	static const struct {
		const char *word;
		enum style style;
		void (*text)(struct buf *b, const struct record *r);
	} types[RECORD_TYPE_COUNT] = {
		[RECORD_NONE] = {"?", STYLE_WARN, lost_text},
		[RECORD_EXEC] = {"exec", STYLE_PLAIN, exec_text},
		[RECORD_EXIT] = {"exit", STYLE_DIM, exit_text},
		[RECORD_REFUSAL] = {"REFUSED", STYLE_BAD, refusal_text},
		[RECORD_LOST] = {"LOST", STYLE_WARN, lost_text},
		[RECORD_REQUESTED] = {"approval", STYLE_WARN, approval_text},
		[RECORD_APPROVED] = {"approval", STYLE_PLAIN, approval_text},
		[RECORD_DENIED] = {"approval", STYLE_BAD, approval_text},
		[RECORD_EXPIRED] = {"approval", STYLE_BAD, approval_text},
		[RECORD_REVOKED] = {"approval", STYLE_PLAIN, approval_text},
		[RECORD_UNUSED] = {"approval", STYLE_WARN, approval_text},
		[RECORD_LOADED] = {"loaded", STYLE_GOOD, policy_text},
		[RECORD_UNLOADED] = {"UNLOADED", STYLE_WARN, policy_text},
	};
	bool reported = r->type == RECORD_REFUSAL && r->flags & EVENT_AUDIT_ONLY;
	char time[CLOCK_TEXT_LEN];
	autobuf struct buf b = {0};

	clock_format(r->time_us, 3, time);
	if (types[r->type].text != lost_text && types[r->type].text != policy_text)
		who_text(&b, r);
	types[r->type].text(&b, r);
	if (b.failed)
		return -ENOMEM;
	fprintf(out, "%s  ", time);
	style_print(out, color, reported ? STYLE_WARN : types[r->type].style, "%-8s",
		    reported ? "reported" : types[r->type].word);
	fprintf(out, "  %s\n", b.data);
	return 0;
}
