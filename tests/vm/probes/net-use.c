// SPDX-License-Identifier: GPL-2.0-only
/* Which uses of an inherited network socket are possible? Run by net-inherit. */
#include "table.h"

#include <linux/aio_abi.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "net.h"
#include "uring.h"

static char data[4096] = "a byte that has no business outside";

/* Where the other end of an inherited connection listens: TCP and UDP. */
static struct sockaddr_in peer(int fd)
{
	struct sockaddr_in at = {0};
	socklen_t len = sizeof(at);

	need(getpeername(fd, (struct sockaddr *)&at, &len), "getpeername");
	return at;
}

static int full_pipe(void)
{
	int p[2];

	need(pipe(p), "pipe");
	need(write(p[1], data, 16), "write");
	return p[0];
}

/* --- out -------------------------------------------------------------------------------------- */

static int use_write(const struct attempt *a)
{
	return answer_of(write((int)a->number, data, 1));
}

static int use_writev(const struct attempt *a)
{
	struct iovec iov = {data, 1};

	return answer_of(writev((int)a->number, &iov, 1));
}

static int use_send(const struct attempt *a)
{
	return answer_of(send((int)a->number, data, 1, 0));
}

static int use_sendmsg(const struct attempt *a)
{
	struct iovec iov = {data, 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	return answer_of(sendmsg((int)a->number, &m, 0));
}

static int use_sendmmsg(const struct attempt *a)
{
	struct iovec iov = {data, 1};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &iov, .msg_iovlen = 1}};

	return answer_of(sendmmsg((int)a->number, &m, 1, 0));
}

static int use_sendto(const struct attempt *a)
{
	struct sockaddr_in at = peer(FD_UDP_CONNECTED);

	return answer_of(sendto((int)a->number, data, 1, 0, (struct sockaddr *)&at, sizeof(at)));
}

static int use_fast_open(const struct attempt *a)
{
	struct sockaddr_in at = peer(FD_TCP);

	return answer_of(
		sendto((int)a->number, data, 1, MSG_FASTOPEN, (struct sockaddr *)&at, sizeof(at)));
}

static int use_sendfile(const struct attempt *a)
{
	int fd = open("/proc/self/exe", O_RDONLY);

	need(fd, "open");
	return answer_of(sendfile((int)a->number, fd, NULL, 16));
}

static int use_splice_out(const struct attempt *a)
{
	return answer_of(splice(full_pipe(), NULL, (int)a->number, NULL, 16, 0));
}

/* --- in --------------------------------------------------------------------------------------- */

static int use_read(const struct attempt *a)
{
	return answer_of(read((int)a->number, data, 1));
}

static int use_recv(const struct attempt *a)
{
	return answer_of(recv((int)a->number, data, 1, (int)a->other));
}

static int use_recvmsg(const struct attempt *a)
{
	struct iovec iov = {data, 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	return answer_of(recvmsg((int)a->number, &m, 0));
}

static int use_splice_in(const struct attempt *a)
{
	int p[2];

	need(pipe(p), "pipe");
	return answer_of(splice((int)a->number, NULL, p[1], NULL, 16, 0));
}

/* An option that is a receive: TCP_ZEROCOPY_RECEIVE copies what is less than a page. */
static int use_option(const struct attempt *a)
{
	struct tcp_zerocopy_receive z = {.copybuf_address = (__u64)data,
					 .copybuf_len = sizeof(data)};
	socklen_t len = sizeof(z);

	if (getsockopt((int)a->number, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &z, &len))
		return errno;
	return z.copybuf_len > 0 ? 0 : UNTRIED;
}

/* --- connections ------------------------------------------------------------------------------ */

static int use_accept(const struct attempt *a)
{
	return answer_of(accept4((int)a->number, NULL, NULL, 0));
}

static int use_connect(const struct attempt *a)
{
	struct sockaddr_in at = peer((int)a->other);

	return answer_of(connect((int)a->number, (struct sockaddr *)&at, sizeof(at)));
}

static int use_bind(const struct attempt *a)
{
	struct sockaddr_in at = {.sin_family = AF_INET};

	return answer_of(bind((int)a->number, (struct sockaddr *)&at, sizeof(at)));
}

static int use_listen(const struct attempt *a)
{
	return answer_of(listen((int)a->number, 1));
}

/* --- by another way --------------------------------------------------------------------------- */

static int use_aio(const struct attempt *a)
{
	struct iocb cb = {.aio_lio_opcode = IOCB_CMD_PWRITE,
			  .aio_fildes = (__u32)a->number,
			  .aio_buf = (__u64)data,
			  .aio_nbytes = 1};
	struct iocb *list = &cb;
	aio_context_t ctx = 0;
	struct io_event done;

	need(syscall(SYS_io_setup, 1, &ctx), "io_setup");
	if (syscall(SYS_io_submit, ctx, 1, &list) != 1)
		return errno;
	need(syscall(SYS_io_getevents, ctx, 1, 1, &done, NULL), "io_getevents");
	return done.res < 0 ? (int)-done.res : 0;
}

static int use_ring(const struct attempt *a, struct io_uring_sqe *sqe)
{
	sqe->flags = (__u8)a->other;
	sqe->fd = (int)a->number;
	return ring_do(sqe);
}

static int use_ring_send(const struct attempt *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_SEND, .addr = (__u64)data, .len = 1};

	return use_ring(a, &sqe);
}

static int use_ring_write(const struct attempt *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_WRITE, .addr = (__u64)data, .len = 1};

	return use_ring(a, &sqe);
}

static int use_ring_recv(const struct attempt *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_RECV, .addr = (__u64)data, .len = 1};

	return use_ring(a, &sqe);
}

static int use_ring_connect(const struct attempt *a)
{
	struct sockaddr_in at = peer(FD_TCP);
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_CONNECT, .addr = (__u64)&at, .off = sizeof(at)};

	return use_ring(a, &sqe);
}

static int use_ring_accept(const struct attempt *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_ACCEPT};

	return use_ring(a, &sqe);
}

static int use_ring_splice(const struct attempt *a)
{
	struct io_uring_sqe sqe = {.opcode = IORING_OP_SPLICE,
				   .splice_fd_in = full_pipe(),
				   .splice_off_in = ~0ull,
				   .off = ~0ull,
				   .len = 16};

	return use_ring(a, &sqe);
}

#define SAYS(hook, more) "hook=" hook " reason=network-none kind=socket family=AF_INET" more
#define TCP_SENDS        SAYS("socket_sendmsg", " type=SOCK_STREAM protocol=IPPROTO_TCP")
#define UDP_SENDS        SAYS("socket_sendmsg", " type=SOCK_DGRAM protocol=IPPROTO_UDP")
#define TCP_RECEIVES     SAYS("socket_recvmsg", " type=SOCK_STREAM protocol=IPPROTO_TCP")
#define AS_FILE          SAYS("file_permission", "")

static const struct attempt table[] = {
	{"write", use_write, AS_FILE, NULL, FD_TCP, 0},
	{"writev", use_writev, AS_FILE, NULL, FD_TCP, 0},
	{"send", use_send, TCP_SENDS, NULL, FD_TCP, 0},
	{"sendmsg", use_sendmsg, TCP_SENDS, NULL, FD_TCP, 0},
	{"sendmmsg", use_sendmmsg, TCP_SENDS, NULL, FD_TCP, 0},
	{"sendfile", use_sendfile, AS_FILE, NULL, FD_TCP, 0},
	{"splice-out", use_splice_out, AS_FILE, NULL, FD_TCP, 0},
	{"udp-sendto", use_sendto, UDP_SENDS, NULL, FD_UDP, 0},
	{"udp-write", use_write, AS_FILE, NULL, FD_UDP_CONNECTED, 0},
	{"udp-send", use_send, UDP_SENDS, NULL, FD_UDP_CONNECTED, 0},
	{"udp-sendfile", use_sendfile, AS_FILE, NULL, FD_UDP_CONNECTED, 0},
	{"fast-open", use_fast_open, TCP_SENDS, NULL, FD_FRESH, 0},
	{"aio-write", use_aio, AS_FILE, NULL, FD_TCP, 0},
	{"uring-send", use_ring_send, TCP_SENDS, NULL, FD_TCP, 0},
	{"uring-send-worker", use_ring_send, TCP_SENDS, NULL, FD_TCP, IOSQE_ASYNC},
	{"uring-write", use_ring_write, AS_FILE, NULL, FD_TCP, 0},
	{"uring-splice", use_ring_splice, AS_FILE, NULL, FD_TCP, 0},
	{"read", use_read, AS_FILE, NULL, FD_TCP, 0},
	{"recv", use_recv, TCP_RECEIVES, NULL, FD_TCP, 0},
	{"recv-peek", use_recv, TCP_RECEIVES, NULL, FD_TCP, MSG_PEEK},
	{"recvmsg", use_recvmsg, TCP_RECEIVES, NULL, FD_TCP, 0},
	{"splice-in", use_splice_in, AS_FILE, NULL, FD_TCP, 0},
	{"getsockopt", use_option, SAYS("socket_getsockopt", ""), NULL, FD_TCP_LITTLE, 0},
	{"uring-recv", use_ring_recv, TCP_RECEIVES, NULL, FD_TCP, 0},
	{"uring-recv-worker", use_ring_recv, TCP_RECEIVES, NULL, FD_TCP, IOSQE_ASYNC},
	{"accept", use_accept, SAYS("socket_accept", ""), NULL, FD_LISTEN, 0},
	{"uring-accept", use_ring_accept, SAYS("socket_accept", ""), NULL, FD_LISTEN, 0},
	{"connect", use_connect, SAYS("socket_connect", ""), NULL, FD_FRESH + 1, FD_TCP},
	{"udp-connect", use_connect, SAYS("socket_connect", ""), NULL, FD_UDP, FD_UDP_CONNECTED},
	{"uring-connect", use_ring_connect, SAYS("socket_connect", ""), NULL, FD_FRESH + 2, 0},
	{"uring-connect-worker", use_ring_connect, SAYS("socket_connect", ""), NULL, FD_FRESH + 3,
	 IOSQE_ASYNC},
	{"bind", use_bind, SAYS("socket_bind", ""), NULL, FD_FRESH + 4, 0},
	{"listen", use_listen, SAYS("socket_listen", ""), NULL, FD_FRESH + 5, 0},
};

/* Asks which links there are, and gets an answer. */
static int use_route(const struct attempt *a)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} ask = {.head = {.nlmsg_len = sizeof(ask),
			  .nlmsg_type = RTM_GETLINK,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};

	if (write((int)a->number, &ask, sizeof(ask)) < 0)
		return errno;
	return answer_of(read((int)a->number, data, sizeof(data)));
}

/* What a session may go on using. */
static const struct attempt allowed[] = {
	{"route-links", use_route, NULL, NULL, FD_ROUTE, 0},
	{"unix-write", use_write, NULL, NULL, FD_UNIX, 0},
	{"unix-send", use_send, NULL, NULL, FD_UNIX, 0},
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "allowed"))
		return table_run(allowed, ARRAY_SIZE(allowed), 1, argv);
	return table_run(table, ARRAY_SIZE(table), argc, argv);
}
