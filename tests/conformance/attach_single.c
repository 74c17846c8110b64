// SPDX-License-Identifier: GPL-2.0-only
/*
 * A single device has no second end: every command says EOPNOTSUPP, for both
 * attach types. No iproute2 can make one, so this speaks rtnetlink.
 */
#include "../lib/nk.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#define IFLA_NETKIT_PAIRING	10
#define PAIRING_SINGLE		1

static struct {
	struct nlmsghdr h;
	struct ifinfomsg i;
	char attrs[256];
} req;

static struct rtattr *add(int type, const void *data, int len)
{
	struct rtattr *a = (void *)&req + NLMSG_ALIGN(req.h.nlmsg_len);

	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(a), data, len);
	req.h.nlmsg_len = NLMSG_ALIGN(req.h.nlmsg_len) + RTA_ALIGN(a->rta_len);
	return a;
}

static void end(struct rtattr *a)
{
	a->rta_len = (void *)&req + req.h.nlmsg_len - (void *)a;
}

/* Make a single device: 0 or -errno */
static int single(const char *name)
{
	struct rtattr *info, *data;
	__u32 pairing = PAIRING_SINGLE;
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char more[512];
	} ack;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	memset(&req, 0, sizeof(req));
	req.h.nlmsg_len = NLMSG_LENGTH(sizeof(req.i));
	req.h.nlmsg_type = RTM_NEWLINK;
	req.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE |
			    NLM_F_EXCL;
	add(IFLA_IFNAME, name, strlen(name) + 1);
	info = add(IFLA_LINKINFO, NULL, 0);
	add(IFLA_INFO_KIND, "netkit", 7);
	data = add(IFLA_INFO_DATA, NULL, 0);
	add(IFLA_NETKIT_PAIRING, &pairing, sizeof(pairing));
	end(data);
	end(info);
	if (fd < 0 || send(fd, &req, req.h.nlmsg_len, 0) < 0 ||
	    recv(fd, &ack, sizeof(ack), 0) < (int)NLMSG_LENGTH(sizeof(ack.e)))
		nk_die("speak rtnetlink");
	close(fd);
	return ack.e.error;
}

int main(void)
{
	struct nk_prog p;
	int type, err, dev;
	struct nk_list l;

	nk_init();
	p = nk_prog(NK_NEXT);
	err = single("nk0");
	if (err == -EOPNOTSUPP && nk_ours()) {
		/* Then nothing may be left of it either */
		nk_is(if_nametoindex("nk0"), 0,
		      "this driver makes no single devices, and says EOPNOTSUPP");
		return nk_exit();
	}
	if (!nk_is(err, 0, "make a single device"))
		return nk_exit();
	dev = nk_dev("nk0");
	for (type = NK_PRIMARY; type <= NK_PEER; type++) {
		nk_is(nk_attach(p.fd, dev, type), -EOPNOTSUPP,
		      "attach, type %d", type);
		nk_is(nk_attach(NK_BAD_FD, dev, type), -EBADF,
		      "attach no descriptor, type %d", type);
		nk_is(nk_attach(p.fd, dev, type, .flags = NK_F_REPLACE,
				.replace_fd = NK_BAD_FD), -EOPNOTSUPP,
		      "replace no descriptor, type %d", type);
		nk_is(nk_detach(p.fd, dev, type), -EOPNOTSUPP,
		      "detach, type %d", type);
		nk_is(nk_detach(0, dev, type), -EOPNOTSUPP,
		      "detach nothing, type %d", type);
		nk_is(nk_link(p.fd, dev, type), -EOPNOTSUPP, "link, type %d",
		      type);
		l = nk_query(dev, type);
		nk_is(l.err, -EOPNOTSUPP, "query, type %d", type);
	}
	nk_sh("ip link del nk0");
	return nk_exit();
}
