/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the maps hold. One image is one inner hash map: it has every rule of every policy, and one
 * head for each session. The hooks find the image by the generation, so that raising the generation
 * replaces the whole policy at once.
 */
#ifndef CLAWBPF_ABI_POLICY_H
#define CLAWBPF_ABI_POLICY_H

#include "abi/types.h"

/* Images alive at a time: the current generation's and those before it, which execs that had
 * already begun go on using. */
#define IMAGE_SLOTS 4

/* Rules of all policies together: more are refused when they are compiled. */
#define RULES_MAX (1u << 20)

#define NAME_LEN 64 /* a file name with its terminator: of a longer name so much counts */

enum rule_kind {
	RULE_SESSION = 1, /* number[0] = session id; the value is a head */
	RULE_POLICY,      /* the policy's own head, of which each of its sessions has a copy */
	RULE_FILE,        /* number[0] = device, number[1] = inode number of a denied binary */
	RULE_NAME,        /* number = name_hash of a denied program's name */
	RULE_PATH_NAME,   /* last name of some denied path: only then is the path worth a look */
	RULE_PATH,        /* number = path_hash of a denied path */
	RULE_CONTENT,     /* number = the first half of a denied binary's SHA-256 */
	RULE_BIND,        /* number = path_hash of a blocked bind source */
	RULE_BIND_ABOVE,  /* the same, of a directory that contains one */
	RULE_BIND_EXEMPT, /* of a path below a blocked one that is allowed: /dev/null */
	RULE_BIND_FILE,   /* device and inode of a blocked bind source */
	RULE_BIND_ABOVE_FILE,
	RULE_BIND_ENTRY, /* name_hash of its directory and its name there: it may be made anew */
	RULE_PROGRAM,    /* number = path_hash of what an agent's gateway may start on the host */
};

/*
 * Short, because every look-up hashes all of it. What is longer than two numbers is hashed into
 * them; who makes two names meet there is refused the one as well as the other.
 */
struct rule_key {
	u64 policy; /* fingerprint of the policy's rules; 0 for RULE_SESSION */
	u32 kind;   /* enum rule_kind */
	u32 zero;
	u64 number[2];
};
ABI_ASSERT_SIZE(struct rule_key, 32);

enum policy_flags {
	POLICY_ENFORCE = 1u << 0, /* else: report only */
	POLICY_SANDBOXED = 1u << 1,
	POLICY_NO_NETWORK = 1u << 2,
	POLICY_NO_EXEC = 1u << 3, /* nothing after the first program */
	POLICY_FILES = 1u << 4,   /* has rules of this kind: look them up */
	POLICY_NAMES = 1u << 5,
	POLICY_PATHS = 1u << 6,
	POLICY_CONTENTS = 1u << 7,
	POLICY_GATEWAY = 1u << 8, /* what it starts on the host should have been sandboxed */
};
#define POLICY_BINARIES (POLICY_FILES | POLICY_NAMES | POLICY_PATHS | POLICY_CONTENTS)

/* Of one session: which policy it has, and the rules that are not looked up by a key. */
struct policy_head {
	u64 policy;
	u32 flags; /* enum policy_flags */
	u32 rule_exec;
	u32 rule_network;
	u32 rule_sandbox;
	u32 rule_binary; /* the first denied binary: why a program without a file is refused */
	u32 zero;
};

#define RULE_NONE 0xffffffffu /* no rule matched */

union rule_value {
	u32 rule; /* index into the generation's origins */
	struct policy_head head;
};
ABI_ASSERT_SIZE(union rule_value, 32);

/* The one element of `state`. Only the loader writes it. */
struct state {
	u64 generation; /* of the image that is enforced, from 1 */
	u64 root_dev;   /* device and inode of the host's root directory */
	u64 root_ino;
	u64 own_dev; /* the same of the folder that no session may change; 0: there is none */
	u64 own_ino;
	u64 object;         /* fingerprint of the BPF object: which build's programs are attached */
	u32 abi;            /* CLAW_ABI_VERSION of who loaded */
	u32 splice_covered; /* sendfile and splice into a socket meet some hook of ours */
	u32 watch;          /* enum watch_flags: whose containers the agent looks after */
	u32 last_session;   /* the number that was given to a session last */
};
ABI_ASSERT_SIZE(struct state, 64);

enum watch_flags {
	WATCH_DOCKER = 1u << 0, /* cgroups named <id> or docker-<id>.scope */
	WATCH_PODMAN = 1u << 1, /* libpod-<id> and libpod-<id>.scope */
};

struct alerts {
	/*
	 * How often some task may have been left without its label, and how often when all tasks
	 * were last looked through. Not the same: look at the cgroup of each that has none.
	 */
	u32 labels_missed;
	u32 labels_settled;
	u64 round; /* of who looks them through: the iterator's session_id, and labels_missed then
		    */
	u64 entries_lost; /* some container's cgroup found no room: look at its name */
};

/* In front of a session's key: what was approved to run outside of its sandbox. */
#define SESSION_ELEVATED "clawbpf:elevated:"

#define SESSION_KEY_LEN 256
#define AGENT_LEN       72

/* Session ids go from 1 to this. */
#define SESSIONS_MAX 16384

/* Value of `sessions`, by id: written once, when the session is registered. */
struct session {
	char key[SESSION_KEY_LEN]; /* NUL-terminated */
	char agent[AGENT_LEN];
	u64 created_ns; /* CLOCK_BOOTTIME */
};
ABI_ASSERT_SIZE(struct session, 336);

/* Key of `session_ids`, which leads to a session's number. No program uses it. */
struct session_name {
	char key[SESSION_KEY_LEN]; /* filled up with NULs */
};
ABI_ASSERT_SIZE(struct session_name, 256);

/* What the kernel counts, the element of `session_counts` at the session's id. */
struct session_counts {
	u64 execs, refusals, reports;
	/* What it has of the share that is kept for it in the ring: lib/emit.h. */
	u64 share_begin, share_refusals, share_others;
};
ABI_ASSERT_SIZE(struct session_counts, 48);

enum entry_flags {
	ENTRY_CONTAINER = 1u << 0, /* a container runtime starts in it: setup first, then armed */
	ENTRY_ENGINE = 1u << 1,    /* made for a container of an engine; goes with its cgroup */
	ENTRY_PENDING = 1u << 2,   /* nobody knows yet whose container it is; no session */
	ENTRY_GATEWAY = 1u << 3,   /* the agent's own process tree is in it */
	ENTRY_ELEVATED = 1u << 4,  /* one command that may run outside of its session's sandbox */
	ENTRY_RUN = 1u << 5,       /* made for a run, who holds it: else it goes when it is empty */
	ENTRY_CLAIMED = 1u << 6,   /* elevated: its approval was used for it */
	ENTRY_BEGUN = 1u << 7,     /* elevated: its program was executed */
};

#define FIRST_PROGRAM_DONE (~0ull)

#define CGROUPS_MAX    65536
#define CONTAINERS_MAX 65536

/* Value of `cgroups`, by cgroup id: who enters this cgroup, or one below it, joins the session. */
struct cgroup_entry {
	u32 session;
	u32 flags; /* enum entry_flags */
	union {
		/* Who may execute the first program: 0 nobody yet, else the task's token. */
		u64 first_program;
		/* Of an elevated one its number, never 0: there is no first program that might be
		 * executed where exec is denied. */
		u64 approval;
	};
};
ABI_ASSERT_SIZE(struct cgroup_entry, 16);

/* A container's id as its engine prints it, without a terminator. */
#define CONTAINER_ID_LEN 64

struct container_id {
	char hex[CONTAINER_ID_LEN];
};

/* Value of `containers`, by container id: the agent's answer to "whose is it?". */
struct container {
	u32 session; /* CONTAINER_FOREIGN: none of ours */
	u32 zero;
};
ABI_ASSERT_SIZE(struct container, 8);

#define CONTAINER_FOREIGN 0u

/* A record in `calls`: the agent is asked about this cgroup. */
struct call {
	u64 cgroup;
	u32 held; /* a task of it waits; 0: it was just made */
	u32 zero;
};
ABI_ASSERT_SIZE(struct call, 16);

/* The session of whoever is in a container that nobody has told of yet. */
#define SESSION_PENDING 0xffffffffu
/* The session of whoever is in a container whose cgroup could not be registered: none has a policy
 * for it, so it may do nothing. */
#define SESSION_UNKNOWN 0xfffffffeu

enum label_phase {
	PHASE_SETUP,
	PHASE_ARMED,
	PHASE_PENDING, /* in a container of which nobody knows yet: may wait, is judged by nothing
			*/
	PHASE_GATEWAY, /* the agent's own: only what it executes is looked at */
};

enum label_flags {
	LABEL_IN_BIND = 1u << 0,       /* between sb_mount and the end of that mount */
	LABEL_VETTED = 1u << 1,        /* what it inherited was looked through */
	LABEL_BIND_UNSEEN = 1u << 2,   /* like LABEL_IN_BIND, but no text could tell the source */
	LABEL_HELD = 1u << 3,          /* was stopped until it is known whose container it is in */
	LABEL_ELEVATED = 1u << 4,      /* came in by an entry that has an approval */
	LABEL_NOT_STORED = 1u << 5,    /* stands in for one that found no memory */
	LABEL_DEVICES_GIVEN = 1u << 6, /* in a container that has some devices, not the machine's */
};

/* A task's mark, in task storage. */
struct label {
	u32 session;
	u16 phase; /* enum label_phase: armed never goes back */
	u16 flags; /* enum label_flags */
	u64 entry; /* cgroup id of the entry it came in by */
	u64 token; /* of the process: tells apart who claims the first program */
	/* The exec under way keeps the generation that it began with. */
	u64 exec_file; /* the kernel's struct file of the program allowed so far; 0: none */
	u64 exec_generation;
	/* The program that runs now. */
	u64 exec_id;
	u64 exec_ns;
	/* A copy of the session's head, from the generation that the last exec began with. */
	u64 head_generation; /* 0: there is none */
	struct policy_head head;
};
ABI_ASSERT_SIZE(struct label, 96);

struct hook_stats {
	u64 asked; /* by tasks in a session */
	u64 refused;
	u64 reported; /* would have been refused: mode "audit" */
};

enum counter {
	COUNTER_LOST_EXECS,
	COUNTER_LOST_EXITS,
	COUNTER_LOST_REFUSALS,
	COUNTER_LABELS_LOST,
	COUNTER_HASHES, /* files whose content was hashed */
	COUNTER_EXECS_SANDBOXED,
	COUNTER_EXECS_HOST,     /* in sessions that are not, and by the gateway */
	COUNTER_HELD,           /* tasks that had to wait for the agent's answer */
	COUNTER_UNASKED,        /* calls that found no room */
	COUNTER_EXECS_ELEVATED, /* on the host, of sandboxed sessions, as approved */
	COUNTER_COUNT,
};

/* How a path becomes the number of a rule: two FNV-1a style sums over its bytes. Both sides of
 * the map use these. */
struct path_hash {
	u64 a, b;
};

#define PATH_HASH_INIT ((struct path_hash){0xcbf29ce484222325ull, 0x84222325cbf29ce4ull})

static inline __attribute__((always_inline)) void path_hash_add(struct path_hash *h, u8 byte)
{
	h->a = (h->a ^ byte) * 0x100000001b3ull;
	h->b = (h->b ^ byte) * 0x9e3779b97f4a7c15ull;
}

static inline __attribute__((always_inline)) void path_hash_add_word(struct path_hash *h, u64 word)
{
	h->a = (h->a ^ word) * 0x9e3779b97f4a7c15ull;
	h->a ^= h->a >> 32;
	h->b = (h->b ^ word) * 0xc2b2ae3d27d4eb4full;
	h->b ^= h->b >> 29;
}

/* Goes on from *h over a name, which is zero-padded: eight bytes at once, up to the first eight
 * that are all zero. */
static inline __attribute__((always_inline)) void name_hash(struct path_hash *h,
							    const u64 name[NAME_LEN / 8])
{
	for (u32 i = 0; i < NAME_LEN / 8 && name[i]; i++)
		path_hash_add_word(h, name[i]);
}

#endif
