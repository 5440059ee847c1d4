// SPDX-License-Identifier: GPL-2.0-only
/* Which words stand for the numbers in an event? */
#include "events/words.h"

#include <string.h>

#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "util/cleanup.h"

#define WORD_OF(name, word, ...)     [name] = (word),
#define SENTENCE_OF(name, word, ...) [name] = (__VA_ARGS__),

static const char *const hooks[] = {CLAW_HOOKS(WORD_OF)};
static const char *const reasons[] = {CLAW_REASONS(WORD_OF)};
static const char *const sentences[] = {CLAW_REASONS(SENTENCE_OF)};
static const char *const types[] = {
	[RECORD_EXEC] = "exec",
	[RECORD_EXIT] = "exit",
	[RECORD_REFUSAL] = "refusal",
	[RECORD_LOST] = "lost",
	[RECORD_REQUESTED] = "approval-requested",
	[RECORD_APPROVED] = "approved",
	[RECORD_DENIED] = "approval-denied",
	[RECORD_EXPIRED] = "approval-expired",
	[RECORD_REVOKED] = "approval-revoked",
	[RECORD_UNUSED] = "approval-unused",
	[RECORD_LOADED] = "loaded",
	[RECORD_UNLOADED] = "unloaded",
};
_Static_assert(ARRAY_SIZE(hooks) == HOOK_COUNT, "a hook without a word");
_Static_assert(ARRAY_SIZE(reasons) == REASON_COUNT, "a reason without a word");
_Static_assert(ARRAY_SIZE(sentences) == REASON_COUNT, "a reason without a sentence");
_Static_assert(ARRAY_SIZE(types) == RECORD_TYPE_COUNT, "a type of record without a word");

#define SELF(name) [name] = #name

static const char *const families[] = {
	SELF(AF_UNSPEC),     SELF(AF_UNIX),      SELF(AF_INET),     SELF(AF_AX25),
	SELF(AF_IPX),        SELF(AF_APPLETALK), SELF(AF_NETROM),   SELF(AF_BRIDGE),
	SELF(AF_ATMPVC),     SELF(AF_X25),       SELF(AF_INET6),    SELF(AF_ROSE),
	SELF(AF_DECnet),     SELF(AF_NETBEUI),   SELF(AF_SECURITY), SELF(AF_KEY),
	SELF(AF_NETLINK),    SELF(AF_PACKET),    SELF(AF_ASH),      SELF(AF_ECONET),
	SELF(AF_ATMSVC),     SELF(AF_RDS),       SELF(AF_SNA),      SELF(AF_IRDA),
	SELF(AF_PPPOX),      SELF(AF_WANPIPE),   SELF(AF_LLC),      SELF(AF_IB),
	SELF(AF_MPLS),       SELF(AF_CAN),       SELF(AF_TIPC),     SELF(AF_BLUETOOTH),
	SELF(AF_IUCV),       SELF(AF_RXRPC),     SELF(AF_ISDN),     SELF(AF_PHONET),
	SELF(AF_IEEE802154), SELF(AF_CAIF),      SELF(AF_ALG),      SELF(AF_NFC),
	SELF(AF_VSOCK),      SELF(AF_KCM),       SELF(AF_QIPCRTR),  SELF(AF_SMC),
	SELF(AF_XDP),        SELF(AF_MCTP),
};

static const char *const socket_types[] = {
	SELF(SOCK_STREAM),    SELF(SOCK_DGRAM), SELF(SOCK_RAW),    SELF(SOCK_RDM),
	SELF(SOCK_SEQPACKET), SELF(SOCK_DCCP),  SELF(SOCK_PACKET),
};

static const char *const ip_protocols[] = {
	SELF(IPPROTO_IP),      SELF(IPPROTO_ICMP), SELF(IPPROTO_IGMP),   SELF(IPPROTO_TCP),
	SELF(IPPROTO_UDP),     SELF(IPPROTO_DCCP), SELF(IPPROTO_IPV6),   SELF(IPPROTO_GRE),
	SELF(IPPROTO_ESP),     SELF(IPPROTO_AH),   SELF(IPPROTO_ICMPV6), SELF(IPPROTO_SCTP),
	SELF(IPPROTO_UDPLITE), SELF(IPPROTO_RAW),  SELF(IPPROTO_MPTCP),
};

static const char *const netlink_protocols[] = {
	SELF(NETLINK_ROUTE),      SELF(NETLINK_USERSOCK),      SELF(NETLINK_FIREWALL),
	SELF(NETLINK_SOCK_DIAG),  SELF(NETLINK_NFLOG),         SELF(NETLINK_XFRM),
	SELF(NETLINK_SELINUX),    SELF(NETLINK_ISCSI),         SELF(NETLINK_AUDIT),
	SELF(NETLINK_FIB_LOOKUP), SELF(NETLINK_CONNECTOR),     SELF(NETLINK_NETFILTER),
	SELF(NETLINK_IP6_FW),     SELF(NETLINK_DNRTMSG),       SELF(NETLINK_KOBJECT_UEVENT),
	SELF(NETLINK_GENERIC),    SELF(NETLINK_SCSITRANSPORT), SELF(NETLINK_ECRYPTFS),
	SELF(NETLINK_RDMA),       SELF(NETLINK_CRYPTO),        SELF(NETLINK_SMC),
};

struct word_table {
	const char *const *words;
	size_t count;
};
#define TABLE(words) ((struct word_table){words, ARRAY_SIZE(words)})

static const char *table_word(struct word_table t, unsigned int number)
{
	return number < t.count ? t.words[number] : NULL;
}

static int table_number(struct word_table t, const char *word)
{
	for (size_t i = 0; i < t.count; i++) {
		if (t.words[i] && !strcmp(t.words[i], word))
			return (int)i;
	}
	return -1;
}

static struct word_table protocols(unsigned int family)
{
	switch (family) {
	case AF_INET:
	case AF_INET6:
		return TABLE(ip_protocols);
	case AF_NETLINK:
		return TABLE(netlink_protocols);
	default:
		return (struct word_table){0};
	}
}

const char *hook_word(unsigned int hook)
{
	return table_word(TABLE(hooks), hook);
}

const char *reason_word(unsigned int reason)
{
	return table_word(TABLE(reasons), reason);
}

const char *reason_sentence(unsigned int reason)
{
	return table_word(TABLE(sentences), reason);
}

const char *record_type_word(unsigned int type)
{
	return table_word(TABLE(types), type);
}

const char *family_word(unsigned int family)
{
	return table_word(TABLE(families), family);
}

const char *socket_type_word(unsigned int type)
{
	return table_word(TABLE(socket_types), type);
}

const char *protocol_word(unsigned int family, unsigned int protocol)
{
	return table_word(protocols(family), protocol);
}

int hook_of_word(const char *word)
{
	return table_number(TABLE(hooks), word);
}

int reason_of_word(const char *word)
{
	return table_number(TABLE(reasons), word);
}

int record_type_of_word(const char *word)
{
	return table_number(TABLE(types), word);
}

int family_of_word(const char *word)
{
	return table_number(TABLE(families), word);
}

int socket_type_of_word(const char *word)
{
	return table_number(TABLE(socket_types), word);
}

int protocol_of_word(unsigned int family, const char *word)
{
	return table_number(protocols(family), word);
}
