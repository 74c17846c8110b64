/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtnetlink for C tests that make more requests, or sooner, than `ip` can.
 * A socket asks about the network namespace in which it was opened, for as
 * long as it is open, and keeps that namespace alive.
 *
 * Every call returns 0 or -errno.
 */
#ifndef NK_RTNL_H
#define NK_RTNL_H

#include "nk.h"
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

/* Numbers that the headers of an older distribution lack */
#define NK_IFLA_PEER_INFO	1
#define NK_IFLA_POLICY		3
#define NK_IFLA_PEER_POLICY	4
#define NK_IFLA_MODE		5
#define NK_L2			0
#define NK_L3			1

struct nk_msg {
	struct nlmsghdr h;
	char body[1008];
};

static inline int nk_rtnl_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		nk_die("open a netlink socket");
	return fd;
}

/* ---- building a request ---- */

static inline void *nk_msg_tail(struct nk_msg *m)
{
	return (char *)m + NLMSG_ALIGN(m->h.nlmsg_len);
}

static inline void nk_msg_init(struct nk_msg *m, int type, int flags,
			       const void *head, size_t len)
{
	memset(m, 0, sizeof(*m));
	m->h.nlmsg_type = type;
	m->h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	m->h.nlmsg_len = NLMSG_LENGTH(len);
	memcpy(NLMSG_DATA(&m->h), head, len);
}

static inline void nk_msg_link(struct nk_msg *m, int type, int flags,
			       int ifindex)
{
	struct ifinfomsg ifm = { .ifi_index = ifindex };

	nk_msg_init(m, type, flags, &ifm, sizeof(ifm));
}

/* Append an attribute; returns it, for nk_msg_end() if it is a nest */
static inline struct rtattr *nk_msg_put(struct nk_msg *m, int type,
					const void *data, size_t len)
{
	struct rtattr *a = nk_msg_tail(m);

	if (NLMSG_ALIGN(m->h.nlmsg_len) + RTA_SPACE(len) > sizeof(*m))
		nk_die("a netlink request fits its buffer");
	a->rta_type = type;
	a->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(a), data, len);
	m->h.nlmsg_len = NLMSG_ALIGN(m->h.nlmsg_len) + RTA_ALIGN(a->rta_len);
	return a;
}

static inline void nk_msg_u32(struct nk_msg *m, int type, __u32 value)
{
	nk_msg_put(m, type, &value, sizeof(value));
}

static inline void nk_msg_str(struct nk_msg *m, int type, const char *text)
{
	nk_msg_put(m, type, text, strlen(text) + 1);
}

static inline struct rtattr *nk_msg_nest(struct nk_msg *m, int type)
{
	return nk_msg_put(m, type | NLA_F_NESTED, NULL, 0);
}

static inline void nk_msg_end(struct nk_msg *m, struct rtattr *nest)
{
	nest->rta_len = (char *)nk_msg_tail(m) - (char *)nest;
}

/* Open IFLA_LINKINFO of kind netkit; *data is its IFLA_INFO_DATA */
static inline struct rtattr *nk_msg_netkit(struct nk_msg *m,
					   struct rtattr **data)
{
	struct rtattr *info = nk_msg_nest(m, IFLA_LINKINFO);

	nk_msg_str(m, IFLA_INFO_KIND, "netkit");
	*data = nk_msg_nest(m, IFLA_INFO_DATA);
	return info;
}

/* ---- asking ---- */

/* Send a request and wait for its answer, which is an error or none */
static inline int nk_ask(int rtnl, struct nk_msg *m)
{
	static __u32 seq;
	char buf[8192];
	struct nlmsghdr *h;
	ssize_t n;

	m->h.nlmsg_seq = __atomic_add_fetch(&seq, 1, __ATOMIC_RELAXED);
	if (send(rtnl, m, m->h.nlmsg_len, 0) < 0)
		return -errno;
	for (;;) {
		n = recv(rtnl, buf, sizeof(buf), 0);
		if (n < 0)
			return -errno;
		for (h = (void *)buf; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n))
			if (h->nlmsg_seq == m->h.nlmsg_seq &&
			    h->nlmsg_type == NLMSG_ERROR)
				return ((struct nlmsgerr *)NLMSG_DATA(h))->error;
	}
}

/* A pair; its peer in the namespace of a descriptor if that is not -1 */
static inline int nk_newpair(int rtnl, const char *primary, const char *peer,
			     int peer_ns)
{
	struct ifinfomsg ifm = {};
	struct rtattr *info, *data, *of_peer;
	struct nk_msg m;

	nk_msg_link(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	nk_msg_str(&m, IFLA_IFNAME, primary);
	info = nk_msg_netkit(&m, &data);
	of_peer = nk_msg_put(&m, NK_IFLA_PEER_INFO | NLA_F_NESTED, &ifm,
			     sizeof(ifm));
	nk_msg_str(&m, IFLA_IFNAME, peer);
	if (peer_ns >= 0)
		nk_msg_u32(&m, IFLA_NET_NS_FD, peer_ns);
	nk_msg_end(&m, of_peer);
	nk_msg_end(&m, data);
	nk_msg_end(&m, info);
	return nk_ask(rtnl, &m);
}

/* Both policies of a pair, NK_PASS or NK_DROP */
static inline int nk_set_policy(int rtnl, int ifindex, __u32 policy,
				__u32 peer_policy)
{
	struct rtattr *info, *data;
	struct nk_msg m;

	nk_msg_link(&m, RTM_NEWLINK, 0, ifindex);
	info = nk_msg_netkit(&m, &data);
	nk_msg_u32(&m, NK_IFLA_POLICY, policy);
	nk_msg_u32(&m, NK_IFLA_PEER_POLICY, peer_policy);
	nk_msg_end(&m, data);
	nk_msg_end(&m, info);
	return nk_ask(rtnl, &m);
}

static inline int nk_set_up(int rtnl, int ifindex, bool up)
{
	struct ifinfomsg ifm = {
		.ifi_index = ifindex,
		.ifi_flags = up ? IFF_UP : 0,
		.ifi_change = IFF_UP,
	};
	struct nk_msg m;

	nk_msg_init(&m, RTM_NEWLINK, 0, &ifm, sizeof(ifm));
	return nk_ask(rtnl, &m);
}

/* Rename a device, or move it, or both: name may be NULL, ns -1 */
static inline int nk_move(int rtnl, int ifindex, const char *name, int ns)
{
	struct nk_msg m;

	nk_msg_link(&m, RTM_NEWLINK, 0, ifindex);
	if (name)
		nk_msg_str(&m, IFLA_IFNAME, name);
	if (ns >= 0)
		nk_msg_u32(&m, IFLA_NET_NS_FD, ns);
	return nk_ask(rtnl, &m);
}

static inline int nk_dellink(int rtnl, int ifindex)
{
	struct nk_msg m;

	nk_msg_link(&m, RTM_DELLINK, 0, ifindex);
	return nk_ask(rtnl, &m);
}

/* Give a device the address 10.a.b.c/24 */
static inline int nk_addr(int rtnl, int ifindex, int a, int b, int c)
{
	struct ifaddrmsg ifa = {
		.ifa_family = AF_INET,
		.ifa_prefixlen = 24,
		.ifa_index = ifindex,
	};
	__u8 ip[4] = { 10, a, b, c };
	struct nk_msg m;

	nk_msg_init(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &ifa,
		    sizeof(ifa));
	nk_msg_put(&m, IFA_LOCAL, ip, sizeof(ip));
	nk_msg_put(&m, IFA_ADDRESS, ip, sizeof(ip));
	return nk_ask(rtnl, &m);
}

/* Number of a device in a socket's namespace, 0 if there is none */
static inline int nk_index_of(int rtnl, const char *name)
{
	static __u32 seq = 1U << 30;
	struct nlmsghdr *h;
	struct nk_msg m;
	char buf[16384];
	ssize_t n;

	nk_msg_link(&m, RTM_GETLINK, 0, 0);
	m.h.nlmsg_flags = NLM_F_REQUEST;
	nk_msg_str(&m, IFLA_IFNAME, name);
	m.h.nlmsg_seq = __atomic_add_fetch(&seq, 1, __ATOMIC_RELAXED);
	if (send(rtnl, &m, m.h.nlmsg_len, 0) < 0)
		nk_die("ask for a device");
	for (;;) {
		n = recv(rtnl, buf, sizeof(buf), 0);
		if (n < 0)
			nk_die("ask for a device");
		for (h = (void *)buf; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_seq != m.h.nlmsg_seq)
				continue;
			if (h->nlmsg_type == NLMSG_ERROR)
				return 0;
			return ((struct ifinfomsg *)NLMSG_DATA(h))->ifi_index;
		}
	}
}

#endif /* NK_RTNL_H */
