// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_helper SEED BLOCKS LOG: random operations on whatever netkit is in
 * charge, one line in LOG for each with all that came of it. fuzz.py runs it
 * on two drivers and compares.
 *
 * A block is OPS operations in three new namespaces. Block n of seed s is
 * block 0 of seed s + n, whatever came before it: programs are made anew, and
 * what differs from run to run is not written but replaced. Devices are d0, d1
 * ..., programs p0 ..., links L0 ... in the order of their making; the address
 * that a device chose itself is written as such.
 *
 * Left out, as the module refuses them (a reviewed difference): devices without
 * a peer, more than one queue, and leases of queues.
 */
#include "../lib/rtnl.h"
#include <linux/net_namespace.h>
#include <linux/virtio_net.h>

#define OPS	2000
#define NNS	3
#define NDEV	10
#define NPROG	12
#define NLINK	8
#define TARGET	900	/* number of a dummy device in each namespace */
#define BARRIER	0x88b6	/* ethertype, on lo */
#define LOWER_UP	(1U << 16)

#define IFLA_NK_PRIMARY		2
#define IFLA_NK_SCRUB		6
#define IFLA_NK_PEER_SCRUB	7
#define IFLA_NK_HEADROOM	8
#define IFLA_NK_TAILROOM	9
#define IFLA_NK_PAIRING		10

enum kind { CREATE, CHANGE, SETLINK, MOVE, DELETE, GETLINK, ATTACH, REPLACE,
	    DETACH, LINK, UPDATE, UNLINK, CLOSE, INFO, QUERY, PACKET, NKINDS };

static const struct {
	const char *name;
	int weight;
} kinds[NKINDS] = {
	{ "create", 3 }, { "change", 5 }, { "setlink", 5 }, { "move", 2 },
	{ "delete", 1 }, { "getlink", 5 }, { "attach", 11 }, { "replace", 7 },
	{ "detach", 7 }, { "linkcreate", 7 }, { "linkupdate", 6 },
	{ "linkdetach", 2 }, { "linkclose", 3 }, { "linkinfo", 3 },
	{ "query", 10 }, { "packet", 35 },
};

enum { V_NEXT, V_PASS, V_DROP, V_REDIRECT, V_OTHER, V_POLICY, V_NONE, NV };
static const char * const verdicts[NV] = { "next", "pass", "drop", "redirect",
	"other", "no program", "not sent" };

static unsigned long tried[NKINDS], won[NKINDS], taken[NV];

/* What programs leave behind; the kernel shares the page with us */
struct trace {
	__u32 runs, hash, verdict;
	__u32 len, mark, priority, protocol, type, vlan, ifindex, ingress;
};

struct dev {
	bool made, auto_mac, l2, up;
	int ns, ifindex, peer;
	bool primary;
	char name[IFNAMSIZ];
	__u8 mac[ETH_ALEN];
};

static struct {
	int fd, rtnl, tx, txv, rx;
	__u32 seq;
} ns[NNS];

static struct dev devs[NDEV];
static struct {
	int fd;
	__u32 id;
} progs[NPROG];
static struct {
	int fd;
	__u32 id;
	int dev, end, prog;
} links[NLINK];
/* What is attached where, as far as results tell; a guess is enough */
static int on[NDEV][NPROG];	/* 0 no, 1 bare, 2 by a link */
static __u64 rev[NDEV];
static int next_index, next_name, in_ns, trace_map;
static volatile struct trace *trace;
static FILE *out;
static __u64 state;

static __u32 rnd(__u32 n)
{
	__u64 z = (state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return ((z ^ (z >> 31)) >> 16) % n;
}

static bool one_in(__u32 n)
{
	return !rnd(n);
}

#define log(...)	fprintf(out, __VA_ARGS__)

static __u32 fnv(const void *data, size_t len)
{
	const __u8 *p = data;
	__u32 h = 2166136261U;

	while (len--)
		h = (h ^ *p++) * 16777619;
	return h;
}

/* ---- names of what has other numbers in each run ---- */

static const char *dev_name(int where, __u32 ifindex)
{
	static char buf[4][16];
	static int turn;
	int i;

	turn = (turn + 1) % 4;
	snprintf(buf[turn], sizeof(buf[turn]), ifindex > 9 ? "#%u" : "%u",
		 ifindex);
	for (i = 0; i < NDEV; i++)
		if (devs[i].made && (__u32)devs[i].ifindex == ifindex &&
		    (where < 0 || devs[i].ns == where))
			snprintf(buf[turn], sizeof(buf[turn]), "d%d", i);
	return buf[turn];
}

static int prog_of(__u32 id)
{
	int i;

	for (i = 0; i < NPROG; i++)
		if (progs[i].id == id)
			return i;
	return -1;
}

static int link_of(__u32 id)
{
	int i;

	for (i = 0; i < NLINK; i++)
		if (links[i].fd >= 0 && links[i].id == id)
			return i;
	return -1;
}

static void go(int where)
{
	if (where != in_ns && setns(ns[where].fd, CLONE_NEWNET))
		nk_die("enter a namespace");
	in_ns = where;
}

/* ---- rtnetlink, with what the kernel says of an error ---- */

static char answer[32768], said[256];
static struct nlmsghdr *reply;

static int ask(int where, struct nk_msg *m)
{
	struct nlmsghdr *h;
	struct nlmsgerr *e;
	struct rtattr *a;
	ssize_t n;
	int left;

	*said = 0;
	reply = NULL;
	m->h.nlmsg_seq = ++ns[where].seq;
	if (send(ns[where].rtnl, m, m->h.nlmsg_len, 0) < 0)
		nk_die("send a request");
	for (;;) {
		n = recv(ns[where].rtnl, answer, sizeof(answer), 0);
		if (n < 0)
			nk_die("receive an answer");
		h = (void *)answer;
		if (h->nlmsg_seq != m->h.nlmsg_seq)
			continue;
		if (h->nlmsg_type != NLMSG_ERROR) {
			reply = h;
			return 0;
		}
		break;
	}
	e = NLMSG_DATA(h);
	left = h->nlmsg_len - NLMSG_LENGTH(sizeof(*e));
	a = (void *)(e + 1);
	if (!(h->nlmsg_flags & NLM_F_CAPPED)) {
		int skip = NLMSG_ALIGN(e->msg.nlmsg_len) - sizeof(e->msg);

		a = (void *)((char *)a + skip);
		left -= skip;
	}
	if (h->nlmsg_flags & NLM_F_ACK_TLVS)
		for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
			size_t used = strlen(said);
			int type = a->rta_type & NLA_TYPE_MASK;

			if (type == NLMSGERR_ATTR_MSG)
				snprintf(said + used, sizeof(said) - used,
					 " \"%s\"", (char *)RTA_DATA(a));
			else if (RTA_PAYLOAD(a) == 4)
				snprintf(said + used, sizeof(said) - used,
					 " [%d:%u]", type,
					 *(__u32 *)RTA_DATA(a));
			else
				snprintf(said + used, sizeof(said) - used,
					 " [%d:%08x]", type,
					 fnv(RTA_DATA(a), RTA_PAYLOAD(a)));
		}
	return e->error;
}

static int getlink(int where, int ifindex, const char *name)
{
	struct nk_msg m;

	nk_msg_link(&m, RTM_GETLINK, 0, ifindex);
	m.h.nlmsg_flags = NLM_F_REQUEST;
	if (name)
		nk_msg_str(&m, IFLA_IFNAME, name);
	return ask(where, &m);
}

static struct rtattr *find(int type)
{
	struct ifinfomsg *ifm = NLMSG_DATA(reply);
	int left = reply->nlmsg_len - NLMSG_LENGTH(sizeof(*ifm));
	struct rtattr *a = IFLA_RTA(ifm);

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

/*
 * Carrier changes reach the queues a little later. Wait for that, so that
 * packets do not run into what is left of the state before.
 */
static void settle(void)
{
	struct ifinfomsg *ifm;
	struct rtattr *a;
	int i, try;
	bool carrier, oper;

	for (i = 0; i < NDEV; i++) {
		for (try = 0; devs[i].made && try < 3000; try++) {
			if (getlink(devs[i].ns, devs[i].ifindex, NULL))
				break;
			ifm = NLMSG_DATA(reply);
			a = find(IFLA_OPERSTATE);
			carrier = ifm->ifi_flags & LOWER_UP;
			oper = a && *(__u8 *)RTA_DATA(a) == 6;
			devs[i].up = carrier;
			if (!(ifm->ifi_flags & IFF_UP) || carrier == oper)
				break;
			if (try)
				nk_msleep(1);
		}
	}
}

/* ---- what is there ---- */

static int pick_dev(void)
{
	int i, try;

	for (try = 0; try < 40; try++) {
		i = rnd(NDEV);
		if (devs[i].made)
			return i;
	}
	return -1;
}

static int pick_up(void)
{
	int i = -1, try;

	for (try = 0; try < 30; try++) {
		i = pick_dev();
		if (i >= 0 && devs[i].up)
			break;
	}
	return i;
}

/* One with programs that no link owns, rather than one without */
static int pick_busy(void)
{
	int i = -1, k, try;

	for (try = 0; try < 10; try++) {
		i = pick_up();
		for (k = 0; i >= 0 && k < NPROG; k++)
			if (on[i][k] == 1)
				return i;
	}
	return i;
}

static int free_dev(void)
{
	int i;

	for (i = 0; i < NDEV; i += 2)
		if (!devs[i].made && !devs[i + 1].made)
			return i;
	return -1;
}

/* The primary through which an end's programs are managed */
static int primary_of(int d)
{
	return devs[d].primary ? d : devs[d].peer;
}

static void put_mac(struct nk_msg *m, __u8 *mac, bool sane)
{
	int i, len = ETH_ALEN;

	for (i = 0; i < ETH_ALEN; i++)
		mac[i] = rnd(256);
	mac[0] = (mac[0] & 0xfc) | 2;
	if (!sane) {
		if (one_in(2))
			mac[0] |= 1;
		else if (one_in(2))
			memset(mac, 0, ETH_ALEN);
		else
			len = rnd(9);
	}
	nk_msg_put(m, IFLA_ADDRESS, mac, len < ETH_ALEN ? len : ETH_ALEN);
}

static void put_number(struct nk_msg *m, int type, __u32 value, bool sane)
{
	__u8 buf[8] = {};

	memcpy(buf, &value, 4);
	if (type == IFLA_NK_HEADROOM || type == IFLA_NK_TAILROOM)
		nk_msg_put(m, type, buf, sane ? 2 : rnd(9));
	else
		nk_msg_put(m, type, buf, sane || !one_in(4) ? 4 : rnd(9));
	log(" %d=%u", type, value);
}

static __u32 pick_policy(bool sane)
{
	return sane ? rnd(2) * 2 : rnd(4) * (one_in(8) ? 1 << rnd(30) : 1);
}

static const char *new_name(char *buf, bool sane)
{
	int d = pick_dev();

	if (!sane && d >= 0 && one_in(2))
		strcpy(buf, devs[d].name);
	else if (!sane && one_in(3))
		strcpy(buf, one_in(2) ? "a/b" : "nk%d");
	else
		snprintf(buf, IFNAMSIZ, "f%d", next_name++);
	return buf;
}

/* Learn of a device that was made, by its name or number */
static bool learn(int d, int where, int ifindex, const char *name)
{
	struct ifinfomsg *ifm;

	if (getlink(where, ifindex, name))
		return false;
	ifm = NLMSG_DATA(reply);
	memset(&devs[d], 0, sizeof(devs[d]));
	devs[d].made = true;
	devs[d].ns = where;
	devs[d].ifindex = ifm->ifi_index;
	snprintf(devs[d].name, IFNAMSIZ, "%s",
		 (char *)RTA_DATA(find(IFLA_IFNAME)));
	rev[d] = 1;
	memset(on[d], 0, sizeof(on[d]));
	return true;
}

/* Is the device that was just asked about a primary? */
static bool is_primary(void)
{
	struct rtattr *info = find(IFLA_LINKINFO), *a, *b;
	int left, in;

	if (!info)
		return false;
	left = RTA_PAYLOAD(info);
	for (a = RTA_DATA(info); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type != IFLA_INFO_DATA)
			continue;
		in = RTA_PAYLOAD(a);
		for (b = RTA_DATA(a); RTA_OK(b, in); b = RTA_NEXT(b, in))
			if (b->rta_type == IFLA_NK_PRIMARY)
				return *(__u8 *)RTA_DATA(b);
	}
	return false;
}

static bool known(int where, const char *name)
{
	int i;

	for (i = 0; i < NDEV; i++)
		if (devs[i].made && devs[i].ns == where &&
		    !strcmp(devs[i].name, name))
			return true;
	return false;
}

/* All that a device is, and has counted */
static int dump(int d)
{
	struct ifinfomsg *ifm;
	struct rtattr *a, *b;
	int err = getlink(devs[d].ns, devs[d].ifindex, NULL), left, in, type;

	log(" = %s%s", nk_errname(err), said);
	if (err)
		return err;
	ifm = NLMSG_DATA(reply);
	/* RUNNING follows later, with the state of operation */
	log(" %s flags %#x", dev_name(devs[d].ns, ifm->ifi_index),
	    ifm->ifi_flags & ~IFF_RUNNING);
	left = reply->nlmsg_len - NLMSG_LENGTH(sizeof(*ifm));
	for (a = IFLA_RTA(ifm); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		type = a->rta_type & NLA_TYPE_MASK;
		switch (type) {
		case IFLA_OPERSTATE:	/* late */
		case IFLA_AF_SPEC:	/* has times of IPv6 */
		case IFLA_QDISC:	/* late too */
		case IFLA_STATS:	/* IFLA_STATS64 has more */
			break;
		case IFLA_IFNAME:
			log(" %s", (char *)RTA_DATA(a));
			break;
		case IFLA_ADDRESS:
			if (devs[d].auto_mac)
				log(" mac auto %d",
				    *(__u8 *)RTA_DATA(a) & 3);
			else
				log(" mac %08x", fnv(RTA_DATA(a), 6));
			break;
		case IFLA_LINK:
			log(" link %s", dev_name(devs[devs[d].peer].ns,
						 *(__u32 *)RTA_DATA(a)));
			break;
		case IFLA_STATS64: {
			__u64 v[25] = {};
			size_t i;

			memcpy(v, RTA_DATA(a), RTA_PAYLOAD(a) < sizeof(v) ?
			       RTA_PAYLOAD(a) : sizeof(v));
			log(" stats");
			for (i = 0; i < 25; i++)
				log(" %llu", (unsigned long long)v[i]);
			break;
		}
		case IFLA_LINKINFO:
			log(" info");
			b = RTA_DATA(a);
			in = RTA_PAYLOAD(a);
			for (; RTA_OK(b, in); b = RTA_NEXT(b, in)) {
				struct rtattr *c = RTA_DATA(b);
				int most = RTA_PAYLOAD(b);

				if (b->rta_type == IFLA_INFO_KIND) {
					log(" %s", (char *)RTA_DATA(b));
					continue;
				}
				for (; RTA_OK(c, most); c = RTA_NEXT(c, most)) {
					__u32 v = 0;

					memcpy(&v, RTA_DATA(c),
					       RTA_PAYLOAD(c) < 4 ?
					       RTA_PAYLOAD(c) : 4);
					log(" %d/%d:%u", c->rta_type,
					    (int)RTA_PAYLOAD(c), v);
				}
			}
			log(" end");
			break;
		default:
			if (RTA_PAYLOAD(a) == 4)
				log(" %d:%u", type, *(__u32 *)RTA_DATA(a));
			else if (RTA_PAYLOAD(a) == 1)
				log(" %d:%u", type, *(__u8 *)RTA_DATA(a));
			else
				log(" %d/%d:%08x", type, (int)RTA_PAYLOAD(a),
				    fnv(RTA_DATA(a), RTA_PAYLOAD(a)));
		}
	}
	return 0;
}

/* ---- devices ---- */

static int do_create(void)
{
	bool sane = !one_in(12), up, peer_up, with_peer = !one_in(5);
	struct ifinfomsg ifm = {}, pifm = {};
	struct rtattr *info, *data, *of_peer, *a;
	char name[IFNAMSIZ] = "", pname[IFNAMSIZ] = "";
	int d = free_dev(), where = rnd(NNS), there = rnd(NNS), err, mode;
	bool mac = false, pmac = false;
	__u8 addr[2][ETH_ALEN];
	struct nk_msg m;

	if (d < 0)
		return -ENFILE;
	up = one_in(8);
	peer_up = one_in(8);
	mode = sane ? rnd(2) : rnd(4);
	if (!one_in(10))
		ifm.ifi_index = sane || !one_in(4) ? next_index++ : TARGET;
	if (ifm.ifi_index || !one_in(4))
		pifm.ifi_index = sane || !one_in(4) ? next_index++ : TARGET;
	if (up)
		ifm.ifi_flags = IFF_UP;
	if (peer_up)
		pifm.ifi_flags = IFF_UP;
	ifm.ifi_change = ifm.ifi_flags;
	pifm.ifi_change = pifm.ifi_flags;
	nk_msg_init(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &ifm,
		    sizeof(ifm));
	log(" ns%d index %d", where, ifm.ifi_index);
	if (!one_in(6)) {
		nk_msg_str(&m, IFLA_IFNAME, new_name(name, sane));
		log(" %s", name);
	}
	if (sane ? mode == NK_L2 && one_in(2) : one_in(3)) {
		put_mac(&m, addr[0], sane);
		mac = true;
		log(" mac");
	}
	if (one_in(6)) {
		nk_msg_u32(&m, IFLA_MTU, sane ? 68 + rnd(9000) : rnd(70000));
		log(" mtu");
	}
	if (one_in(8)) {
		nk_msg_u32(&m, IFLA_TXQLEN, rnd(2000));
		log(" qlen");
	}
	if (one_in(10))
		nk_msg_u32(&m, IFLA_GROUP, rnd(5));
	if (one_in(12)) {
		nk_msg_u32(&m, IFLA_NUM_TX_QUEUES, 1);
		nk_msg_u32(&m, IFLA_NUM_RX_QUEUES, 1);
	}
	info = nk_msg_netkit(&m, &data);
	if (mode != NK_L3 || one_in(2))
		put_number(&m, NK_IFLA_MODE, mode, sane);
	else
		mode = NK_L3;
	if (one_in(3))
		put_number(&m, NK_IFLA_POLICY, pick_policy(sane), sane);
	if (one_in(3))
		put_number(&m, NK_IFLA_PEER_POLICY, pick_policy(sane), sane);
	if (one_in(3))
		put_number(&m, IFLA_NK_SCRUB, rnd(sane ? 2 : 4), sane);
	if (one_in(3))
		put_number(&m, IFLA_NK_PEER_SCRUB, rnd(sane ? 2 : 4), sane);
	if (one_in(4))
		put_number(&m, IFLA_NK_HEADROOM, rnd(one_in(6) ? 65536 : 300),
			   sane);
	if (one_in(4))
		put_number(&m, IFLA_NK_TAILROOM, rnd(one_in(6) ? 65536 : 300),
			   sane);
	if (one_in(8))
		put_number(&m, IFLA_NK_PAIRING, sane || one_in(2) ? 0 :
			   2 + rnd(5), true);
	if (!sane && one_in(16))
		put_number(&m, IFLA_NK_PRIMARY, 1, sane);
	if (with_peer) {
		of_peer = nk_msg_put(&m, NK_IFLA_PEER_INFO | NLA_F_NESTED,
				     &pifm, sane || !one_in(8) ? sizeof(pifm) :
				     rnd(sizeof(pifm)));
		log(" peer ns%d index %d", there, pifm.ifi_index);
		if (!one_in(6)) {
			nk_msg_str(&m, IFLA_IFNAME, new_name(pname, sane));
			log(" %s", pname);
		}
		if (sane ? mode == NK_L2 && one_in(2) : one_in(3)) {
			put_mac(&m, addr[1], sane);
			pmac = true;
			log(" mac");
		}
		if (one_in(6)) {
			nk_msg_u32(&m, IFLA_MTU, 68 + rnd(9000));
			log(" mtu");
		}
		nk_msg_u32(&m, IFLA_NET_NS_FD, ns[there].fd);
		nk_msg_end(&m, of_peer);
	}
	nk_msg_end(&m, data);
	nk_msg_end(&m, info);
	err = ask(where, &m);
	log(" = %s%s", nk_errname(err), said);
	if (err)
		return err;
	/* Without a name of ours there is a list to look through */
	if (ifm.ifi_index || (*name && !strchr(name, '%'))) {
		if (!learn(d, where, ifm.ifi_index,
			   ifm.ifi_index ? NULL : name))
			nk_die("find the new device");
	} else {
		int i;

		for (i = 0; i < 20 && !devs[d].made; i++) {
			snprintf(name, sizeof(name), "nk%d", i);
			if (!getlink(where, 0, name) && is_primary() &&
			    !known(where, name))
				learn(d, where, 0, name);
		}
		if (!devs[d].made)
			nk_die("find the new device");
	}
	if (getlink(where, devs[d].ifindex, NULL) || !find(IFLA_LINK))
		nk_die("ask the new device for its peer");
	/* Not where it was to be, if the head of its attributes was cut short */
	a = find(IFLA_LINK_NETNSID);
	there = a ? *(int *)RTA_DATA(a) : where;
	if (!learn(d + 1, there, *(__u32 *)RTA_DATA(find(IFLA_LINK)), NULL))
		nk_die("find the new peer");
	devs[d].peer = d + 1;
	devs[d + 1].peer = d;
	devs[d].primary = true;
	devs[d].l2 = mode == NK_L2;
	devs[d + 1].l2 = devs[d].l2;
	devs[d].auto_mac = mode == NK_L2 && !mac;
	devs[d + 1].auto_mac = mode == NK_L2 && !pmac;
	log(" -> d%d %s, d%d %s", d, devs[d].name, d + 1, devs[d + 1].name);
	/* What is down is of little use */
	if (!one_in(8)) {
		nk_set_up(ns[where].rtnl, devs[d].ifindex, true);
		nk_set_up(ns[there].rtnl, devs[d + 1].ifindex, true);
		log(" up");
	}
	settle();
	return 0;
}

static int do_change(void)
{
	bool sane = !one_in(4);
	struct rtattr *info, *data;
	int d = pick_dev(), err;
	struct nk_msg m;

	if (d < 0)
		return -ENODEV;
	if (sane)
		d = primary_of(d);
	log(" d%d", d);
	nk_msg_link(&m, RTM_NEWLINK, 0, devs[d].ifindex);
	info = nk_msg_netkit(&m, &data);
	/* Blackholes let few packets through */
	if (one_in(2))
		put_number(&m, NK_IFLA_POLICY, one_in(2) ? 0 :
			   pick_policy(sane), sane);
	if (one_in(2))
		put_number(&m, NK_IFLA_PEER_POLICY, one_in(2) ? 0 :
			   pick_policy(sane), sane);
	if (!sane) {
		static const int others[] = { NK_IFLA_MODE, IFLA_NK_SCRUB,
			IFLA_NK_PEER_SCRUB, IFLA_NK_HEADROOM, IFLA_NK_TAILROOM,
			IFLA_NK_PAIRING, IFLA_NK_PRIMARY };

		while (one_in(2))
			put_number(&m, others[rnd(7)], rnd(3), !one_in(3));
	}
	nk_msg_end(&m, data);
	nk_msg_end(&m, info);
	err = ask(devs[d].ns, &m);
	log(" = %s%s", nk_errname(err), said);
	return err;
}

static int do_setlink(void)
{
	int d = pick_dev(), err, what = rnd(8), number = 0;
	struct ifinfomsg ifm = {};
	bool sane = !one_in(4);
	__u8 mac[ETH_ALEN];
	char name[IFNAMSIZ];
	struct nk_msg m;

	if (d < 0)
		return -ENODEV;
	ifm.ifi_index = devs[d].ifindex;
	if (what < 3) {
		ifm.ifi_change = IFF_UP;
		ifm.ifi_flags = one_in(4) ? 0 : IFF_UP;
		number = ifm.ifi_flags;
	} else if (what == 3) {
		static const int flags[] = { IFF_PROMISC, IFF_ALLMULTI,
			IFF_NOARP, IFF_MULTICAST };

		ifm.ifi_change = flags[rnd(4)];
		ifm.ifi_flags = one_in(2) ? 0 : ifm.ifi_change;
		number = ifm.ifi_flags;
	}
	nk_msg_init(&m, RTM_NEWLINK, 0, &ifm, sizeof(ifm));
	switch (what) {
	case 4:
		number = sane ? 68 + rnd(9000) : rnd(70000);
		nk_msg_u32(&m, IFLA_MTU, number);
		break;
	case 5:
		put_mac(&m, mac, sane);
		break;
	case 6:
		nk_msg_str(&m, IFLA_IFNAME, new_name(name, sane));
		break;
	case 7:
		number = rnd(3000);
		nk_msg_u32(&m, one_in(3) ? IFLA_CARRIER : one_in(2) ?
			   IFLA_TXQLEN : IFLA_GROUP, number);
		break;
	}
	err = ask(devs[d].ns, &m);
	log(" d%d %d %#x = %s%s", d, what, number, nk_errname(err), said);
	if (!err && what == 5)
		devs[d].auto_mac = false;
	if (!err && what == 6 && !getlink(devs[d].ns, devs[d].ifindex, NULL)) {
		strcpy(devs[d].name, RTA_DATA(find(IFLA_IFNAME)));
		log(" %s", devs[d].name);
	}
	if (what < 3)
		settle();
	return err;
}

static int do_move(void)
{
	int d = pick_dev(), to = rnd(NNS), err, peer;
	char name[IFNAMSIZ] = "";
	struct rtattr *a;
	struct nk_msg m;

	if (d < 0)
		return -ENODEV;
	log(" d%d ns%d to ns%d", d, devs[d].ns, to);
	nk_msg_link(&m, RTM_NEWLINK, 0, devs[d].ifindex);
	nk_msg_u32(&m, IFLA_NET_NS_FD, one_in(12) ? NK_BAD_FD : ns[to].fd);
	if (one_in(3))
		nk_msg_str(&m, IFLA_IFNAME, new_name(name, !one_in(3)));
	err = ask(devs[d].ns, &m);
	log(" %s = %s%s", name, nk_errname(err), said);
	/*
	 * It gets another number if its own was taken there. And if the name is
	 * refused in the end, it has moved all the same. The peer knows both.
	 */
	peer = devs[d].peer;
	if (getlink(devs[peer].ns, devs[peer].ifindex, NULL) || !find(IFLA_LINK))
		nk_die("ask the peer of a device that was moved");
	a = find(IFLA_LINK_NETNSID);
	devs[d].ns = a ? *(int *)RTA_DATA(a) : devs[peer].ns;
	devs[d].ifindex = *(__u32 *)RTA_DATA(find(IFLA_LINK));
	if (getlink(devs[d].ns, devs[d].ifindex, NULL))
		nk_die("find a device that was moved");
	strcpy(devs[d].name, RTA_DATA(find(IFLA_IFNAME)));
	if (err)
		return err;
	if (!one_in(4)) {
		nk_set_up(ns[to].rtnl, devs[d].ifindex, true);
		log(" up");
	}
	settle();
	return 0;
}

static void forget(int d)
{
	int i;

	for (i = 0; i < NLINK; i++)
		if (links[i].dev == d)
			links[i].dev = -1;
	memset(&devs[d], 0, sizeof(devs[d]));
}

static int do_delete(void)
{
	int d = pick_dev(), err, peer;
	struct nk_msg m;

	if (d < 0)
		return -ENODEV;
	log(" d%d", d);
	dump(d);
	nk_msg_link(&m, RTM_DELLINK, 0, one_in(4) ? next_index + 5 :
		    devs[d].ifindex);
	err = ask(devs[d].ns, &m);
	log(" = %s%s", nk_errname(err), said);
	if (err)
		return err;
	peer = devs[d].peer;
	log(" peer = %s", nk_errname(getlink(devs[peer].ns,
					     devs[peer].ifindex, NULL)));
	forget(peer);
	forget(d);
	return 0;
}

static int do_getlink(void)
{
	int d = pick_dev();

	if (d < 0)
		return -ENODEV;
	log(" d%d", d);
	return dump(d);
}

/* ---- programs ---- */

/* Verdicts that no program should give */
static const int odd_verdicts[9] = { 1, 3, 4, 5, 6, 8, 100, -2, 0x7fffffff };

/* A random program; all leave what they saw in the trace */
static int load(int tag)
{
	static const int saw[][2] = {
		{ offsetof(struct __sk_buff, len),
		  offsetof(struct trace, len) },
		{ offsetof(struct __sk_buff, mark),
		  offsetof(struct trace, mark) },
		{ offsetof(struct __sk_buff, priority),
		  offsetof(struct trace, priority) },
		{ offsetof(struct __sk_buff, protocol),
		  offsetof(struct trace, protocol) },
		{ offsetof(struct __sk_buff, pkt_type),
		  offsetof(struct trace, type) },
		{ offsetof(struct __sk_buff, vlan_tci),
		  offsetof(struct trace, vlan) },
		{ offsetof(struct __sk_buff, ifindex),
		  offsetof(struct trace, ifindex) },
		{ offsetof(struct __sk_buff, ingress_ifindex),
		  offsetof(struct trace, ingress) },
	};
	struct bpf_insn p[128], *skip = NULL;
	int n = 0, i, way, verdict[2], kind;

#define I(c, d, s, o, k)	(p[n++] = NK_INSN(c, d, s, o, k))
#define LOADW(d, s, o)		I(BPF_LDX | BPF_MEM | BPF_W, d, s, o, 0)
#define STOREW(d, s, o)		I(BPF_STX | BPF_MEM | BPF_W, d, s, o, 0)
#define SET(d, k)		I(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, k)
#define HELPER(k)		I(BPF_JMP | BPF_CALL, 0, 0, 0, k)
	I(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0);
	I(BPF_LD | BPF_IMM | BPF_DW, 7, BPF_PSEUDO_MAP_VALUE, 0, trace_map);
	I(0, 0, 0, 0, 0);
	LOADW(1, 7, offsetof(struct trace, runs));
	I(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, 1);
	STOREW(7, 1, offsetof(struct trace, runs));
	LOADW(1, 7, offsetof(struct trace, hash));
	I(BPF_ALU64 | BPF_MUL | BPF_K, 1, 0, 0, 33);
	I(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, tag + 1);
	STOREW(7, 1, offsetof(struct trace, hash));
	for (i = 0; i < 8; i++) {
		LOADW(1, 6, saw[i][0]);
		STOREW(7, 1, saw[i][1]);
	}
	log("# p%d:", tag);
	switch (rnd(12)) {
	case 0:
	case 1:
		SET(1, rnd(100));
		STOREW(6, 1, offsetof(struct __sk_buff, mark));
		log(" mark");
		break;
	case 2:
		SET(1, rnd(100));
		STOREW(6, 1, offsetof(struct __sk_buff, priority));
		log(" priority");
		break;
	case 3:
		I(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
		SET(2, htons(ETH_P_8021Q));
		SET(3, rnd(4096));
		HELPER(BPF_FUNC_skb_vlan_push);
		log(" vlan_push");
		break;
	case 4:
		I(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
		HELPER(BPF_FUNC_skb_vlan_pop);
		log(" vlan_pop");
		break;
	case 5:
		I(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
		SET(2, 30 + rnd(300));
		SET(3, 0);
		HELPER(BPF_FUNC_skb_change_tail);
		log(" change_tail");
		break;
	case 6:
		I(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
		SET(2, rnd(4));
		HELPER(BPF_FUNC_skb_change_type);
		log(" change_type");
		break;
	case 7:
		I(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
		SET(2, 0);
		HELPER(BPF_FUNC_skb_pull_data);
		log(" pull_data");
		break;
	}
	for (i = 0; i < 2; i++) {
		/* The first ones see to it that each verdict is taken */
		kind = !i && tag < 8 ? tag / 2 : (int)rnd(9);
		verdict[i] = kind == 0 ? NK_NEXT : kind == 1 ? NK_PASS :
			kind == 2 ? NK_DROP : kind == 3 ? NK_REDIRECT :
			kind == 4 ? odd_verdicts[rnd(9)] :
			(int)rnd(3) - 1;
		if (verdict[i] == 1)
			verdict[i] = NK_REDIRECT;
	}
	way = rnd(4);
	log(" verdict %d", verdict[0]);
	if (way < 2) {
		LOADW(1, 6, saw[way ? 3 : 0][0]);
		skip = &p[n];
		I(BPF_JMP | (way ? BPF_JEQ : BPF_JGT) | BPF_K, 1, 0, 0,
		  way ? htons(NK_ETHERTYPE) : 100 + rnd(1000));
		log(" or %d", verdict[1]);
	}
	for (i = 0; i < 2; i++) {
		/* Mostly with a helper that says where to */
		if (i && skip)
			skip->off = &p[n] - skip - 1;
		way = rnd(8);
		if (verdict[i] == NK_REDIRECT && way < 7) {
			SET(1, way < 5 ? TARGET : 1000 + rnd(12));
			SET(2, way == 1 || way > 4 ? BPF_F_INGRESS : 0);
			if (way == 6) {
				SET(2, 0);
				HELPER(BPF_FUNC_redirect_peer);
			} else {
				HELPER(BPF_FUNC_redirect);
			}
			log(" way %d", way);
		} else {
			SET(0, verdict[i]);
		}
		STOREW(7, 0, offsetof(struct trace, verdict));
		I(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
		if (!skip)
			break;
	}
	log("\n");
	i = nk_load(BPF_PROG_TYPE_SCHED_CLS, "GPL", 0, p, n);
	if (i < 0)
		nk_die("load program %d", tag);
	return i;
}

/* A program that is, or is not, attached there */
static int pick_prog(int d, int how)
{
	int i = 0, try;

	for (try = 0; try < 40; try++) {
		i = rnd(NPROG);
		if (on[d][i] == how)
			break;
	}
	return i;
}

static int bad_fd(void)
{
	return one_in(3) ? NK_BAD_FD : one_in(2) ? trace_map : ns[0].rtnl;
}

/* Flags, and an object beside which to work, in o */
static void pick_place(struct nk_opt *o, int d, bool sane)
{
	bool by_id;
	int i;

	switch (rnd(sane ? 3 : 6)) {
	case 0:
		return;
	case 1:
		o->flags |= one_in(2) ? NK_F_BEFORE : NK_F_AFTER;
		break;
	case 2:
		o->flags |= one_in(2) ? NK_F_BEFORE : NK_F_AFTER;
		goto object;
	case 3:
		o->flags |= NK_F_BEFORE | NK_F_AFTER;
		goto object;
	case 4:
		o->flags |= 1U << rnd(16);
		goto object;
	default:
object:
		/* What a number means must not depend on who else is there */
		by_id = o->flags & NK_F_ID || one_in(2);
		if (by_id)
			o->flags |= NK_F_ID;
		if (o->flags & NK_F_LINK || one_in(3)) {
			i = rnd(NLINK);
			if (links[i].fd < 0) {
				o->flags &= ~(NK_F_LINK | NK_F_ID);
				return;
			}
			o->flags |= NK_F_LINK;
			o->relative = by_id ? links[i].id : (__u32)links[i].fd;
			log(" rel L%d", i);
		} else {
			i = pick_prog(d, one_in(2) + 1);
			o->relative = by_id ? progs[i].id : (__u32)progs[i].fd;
			log(" rel p%d", i);
		}
		if (!sane && one_in(4)) {
			o->relative = o->flags & NK_F_ID ? NK_BAD_ID : bad_fd();
			log(" bad");
		}
	}
}

static __u64 pick_rev(int d, bool sane)
{
	if (one_in(2))
		return 0;
	return sane ? rev[d] : rev[d] + rnd(4) - 1;
}

/* Read back order, flags and revision; the last is used by pick_rev() */
static void look(int d)
{
	__u32 i, p[NK_MAX_PROGS + 1] = {}, l[NK_MAX_PROGS + 1] = {};
	union nk_attr a = {};
	int first = primary_of(d);
	long err;

	go(devs[first].ns);
	a.query.target_ifindex = devs[first].ifindex;
	a.query.attach_type = devs[d].primary ? NK_PRIMARY : NK_PEER;
	a.query.prog_ids = (uintptr_t)p;
	a.query.link_ids = (uintptr_t)l;
	a.query.count = NK_MAX_PROGS + 1;
	err = nk_bpf(NK_CMD_PROG_QUERY, &a, sizeof(a));
	log("; %s rev %llu:", nk_errname(err),
	    (unsigned long long)a.query.revision);
	if (err)
		return;
	rev[d] = a.query.revision;
	memset(on[d], 0, sizeof(on[d]));
	for (i = 0; i < a.query.count; i++) {
		int n = prog_of(p[i]), k = l[i] ? link_of(l[i]) : -1;

		log(" p%d", n);
		if (l[i])
			log("/L%d", k);
		if (n >= 0)
			on[d][n] = l[i] ? 2 : 1;
	}
}

static int target(int d, bool sane, int *type)
{
	int first = primary_of(d), i = devs[first].ifindex;

	*type = devs[d].primary ? NK_PRIMARY : NK_PEER;
	go(devs[first].ns);
	if (!sane && one_in(8)) {
		i = one_in(2) ? TARGET : one_in(2) ? devs[devs[first].peer]
			.ifindex : next_index + 7;
		log(" on %s", dev_name(-1, i));
	}
	if (!sane && one_in(16)) {
		*type = 50 + rnd(12);
		log(" type %d", *type);
	}
	return i;
}

static int attach(bool replace)
{
	bool sane = !one_in(4);
	int d = replace ? pick_busy() : pick_up(), p, old, type, i, fd, err;
	struct nk_opt o = {};

	if (d < 0)
		return -ENODEV;
	p = pick_prog(d, !sane && one_in(4));
	fd = progs[p].fd;
	log(" d%d p%d", d, p);
	if (replace) {
		old = pick_prog(d, 1);
		o.flags = NK_F_REPLACE;
		o.replace_fd = progs[old].fd;
		log(" for p%d", old);
		if (!sane && one_in(6))
			o.replace_fd = bad_fd();
	}
	if (!replace || !sane)
		pick_place(&o, d, sane);
	o.revision = pick_rev(d, sane);
	if (!sane && one_in(12))
		fd = bad_fd();
	i = target(d, sane, &type);
	err = nk_attach_opt(fd, i, type, o);
	log(" flags %#x rev %lld = %s", o.flags, (long long)o.revision,
	    nk_errname(err));
	look(d);
	return err;
}

static int do_attach(void)
{
	return attach(false);
}

static int do_replace(void)
{
	return attach(true);
}

static int do_detach(void)
{
	bool sane = !one_in(4);
	int d = pick_busy(), p = -1, type, i, err, fd = 0;
	struct nk_opt o = {};

	if (d < 0)
		return -ENODEV;
	if (!one_in(4)) {
		p = pick_prog(d, !sane ? rnd(3) : 1);
		fd = progs[p].fd;
	}
	log(" d%d p%d", d, p);
	if (!sane || p < 0)
		pick_place(&o, d, sane && one_in(2));
	o.revision = pick_rev(d, sane);
	if (!sane && one_in(12))
		fd = bad_fd();
	i = target(d, sane, &type);
	err = nk_detach_opt(fd, i, type, o);
	log(" flags %#x rev %lld = %s", o.flags, (long long)o.revision,
	    nk_errname(err));
	look(d);
	return err;
}

static int do_link(void)
{
	bool sane = !one_in(4);
	int d = pick_up(), p, type, i, err, l;
	struct nk_opt o = {};

	for (l = 0; l < NLINK && links[l].fd >= 0; l++)
		;
	if (d < 0)
		return -ENODEV;
	if (l == NLINK)
		l = rnd(NLINK);
	p = pick_prog(d, !sane && one_in(4));
	log(" d%d p%d", d, p);
	pick_place(&o, d, sane);
	o.revision = pick_rev(d, sane);
	i = target(d, sane, &type);
	err = nk_link_opt(!sane && one_in(12) ? bad_fd() : progs[p].fd, i,
			  type, o);
	log(" flags %#x rev %lld = %s", o.flags, (long long)o.revision,
	    nk_errname(err < 0 ? err : 0));
	if (err >= 0) {
		if (links[l].fd >= 0)
			close(links[l].fd);
		links[l].fd = err;
		links[l].id = nk_link_id(err);
		links[l].dev = d;
		links[l].prog = p;
		log(" L%d", l);
	}
	look(d);
	return err < 0 ? err : 0;
}

static int pick_link(void)
{
	int i, try;

	for (try = 0; try < 30; try++) {
		i = rnd(NLINK);
		if (links[i].fd >= 0 && (links[i].dev >= 0 || one_in(6)))
			return i;
	}
	return -1;
}

static int do_update(void)
{
	bool sane = !one_in(4);
	int l = pick_link(), p, err, old;
	__u32 flags = 0;

	if (l < 0)
		return -ENOLINK;
	p = links[l].dev < 0 ? (int)rnd(NPROG) :
		pick_prog(links[l].dev, !sane && one_in(2));
	old = sane ? links[l].prog : (int)rnd(NPROG);
	if (one_in(2))
		flags = sane ? NK_F_REPLACE : 1U << rnd(5);
	err = nk_update(links[l].fd, !sane && one_in(8) ? bad_fd() :
			progs[p].fd, flags, flags ? progs[old].fd : 0);
	log(" L%d p%d old p%d flags %#x = %s", l, p, old, flags,
	    nk_errname(err));
	if (!err)
		links[l].prog = p;
	if (links[l].dev >= 0)
		look(links[l].dev);
	return err;
}

static int do_unlink(void)
{
	int l = pick_link(), d, err;

	if (l < 0)
		return -ENOLINK;
	d = links[l].dev;
	err = bpf_link_detach(links[l].fd);
	log(" L%d = %s", l, nk_errname(err));
	if (!err)
		links[l].dev = -1;
	if (d >= 0)
		look(d);
	return err;
}

static int do_close(void)
{
	int l = rnd(NLINK), err;

	if (links[l].fd < 0)
		return -ENOLINK;
	err = close(links[l].fd);
	links[l].fd = -1;
	log(" L%d = %s", l, nk_errname(err));
	if (links[l].dev >= 0)
		look(links[l].dev);
	links[l].dev = -1;
	return err;
}

static int do_info(void)
{
	int l = pick_link(), err;
	struct nk_link_info i;

	if (l < 0)
		return -ENOLINK;
	go(rnd(NNS));
	err = nk_link_info(links[l].fd, &i);
	log(" L%d = %s type %u prog p%d on %s type %u rest %08x", l,
	    nk_errname(err), i.type, prog_of(i.prog_id),
	    dev_name(-1, i.ifindex), i.attach_type, fnv(i.rest, 8));
	return err;
}

static int do_query(void)
{
	__u32 v[4][NK_MAX_PROGS + 1], i, k, count;
	bool sane = !one_in(3);
	union nk_attr a = {};
	int d = pick_dev(), type;
	long err;

	if (d < 0)
		return -ENODEV;
	log(" d%d", d);
	memset(v, 0xee, sizeof(v));
	a.query.target_ifindex = target(d, sane, &type);
	a.query.attach_type = type;
	count = sane ? NK_MAX_PROGS : rnd(5);
	a.query.count = count;
	if (sane || one_in(2))
		a.query.prog_ids = (uintptr_t)v[0];
	if (one_in(2))
		a.query.link_ids = (uintptr_t)v[1];
	if (one_in(2))
		a.query.prog_attach_flags = (uintptr_t)v[2];
	if (one_in(2))
		a.query.link_attach_flags = (uintptr_t)v[3];
	if (!sane && one_in(8))
		a.query.query_flags = 1U << rnd(4);
	if (!sane && one_in(8))
		a.query.attach_flags = 1;
	if (!sane && one_in(8))
		a.query.revision = 1 + rnd(3);
	if (!sane && one_in(12))
		a.query.prog_ids = 8;
	err = nk_bpf(NK_CMD_PROG_QUERY, &a, sizeof(a));
	log(" count %u qf %u = %s count %u flags %u rev %llu:", count,
	    a.query.query_flags, nk_errname(err), a.query.count,
	    a.query.attach_flags, (unsigned long long)a.query.revision);
	for (k = 0; k < 4; k++)
		for (i = 0; i < 8; i++) {
			if (v[k][i] == 0xeeeeeeee)
				log(" -");
			else if (k == 0)
				log(" p%d", prog_of(v[k][i]));
			else if (k == 1 && v[k][i])
				log(" L%d", link_of(v[k][i]));
			else
				log(" %u", v[k][i]);
		}
	return err;
}

/* ---- packets ---- */

static int packet_socket(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		nk_die("open a packet socket");
	return fd;
}

/*
 * What arrived anywhere. Packets wait in the processor's backlog; one more on
 * the loopback device comes behind them all.
 */
static void arrivals(void)
{
	static __u8 frame[14] = { [12] = BARRIER >> 8, [13] = BARRIER & 255 };
	struct sockaddr_ll lo = {
		.sll_family = AF_PACKET,
		.sll_ifindex = 1,
		.sll_halen = ETH_ALEN,
	}, from;
	static __u8 buf[70000];
	struct iovec iov = { buf, sizeof(buf) };
	char control[128];
	bool passed = false;
	int i;

	if (sendto(ns[0].tx, frame, sizeof(frame), 0, (void *)&lo,
		   sizeof(lo)) < 0)
		nk_die("send on lo");
	/* That of namespace 0 last */
	for (i = NNS - 1; i >= 0; i--) {
		for (;;) {
			struct msghdr m = {
				.msg_name = &from,
				.msg_namelen = sizeof(from),
				.msg_iov = &iov, .msg_iovlen = 1,
				.msg_control = control,
				.msg_controllen = sizeof(control),
			};
			struct pollfd p = { ns[i].rx, POLLIN, 0 };
			struct tpacket_auxdata *aux;
			ssize_t n = recvmsg(ns[i].rx, &m, 0);

			if (n < 0 && i == 0 && !passed && poll(&p, 1, 2000) > 0)
				continue;
			if (n < 0)
				break;
			if (from.sll_ifindex == 1 &&
			    from.sll_protocol == htons(BARRIER)) {
				passed = passed ||
					from.sll_pkttype != PACKET_OUTGOING;
				continue;
			}
			log(" (ns%d %s type %d proto %x len %zd %08x", i,
			    dev_name(i, from.sll_ifindex), from.sll_pkttype,
			    ntohs(from.sll_protocol), n, fnv(buf, n));
			if (CMSG_FIRSTHDR(&m)) {
				aux = (void *)CMSG_DATA(CMSG_FIRSTHDR(&m));
				log(" status %x net %u vlan %u",
				    aux->tp_status, aux->tp_net,
				    aux->tp_vlan_tci);
			}
			log(")");
		}
	}
	if (!passed)
		nk_die("a packet on lo arrives");
}

static int do_packet(void)
{
	static __u8 frame[70000];
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_halen = ETH_ALEN };
	static const int types[] = { NK_ETHERTYPE, NK_ETHERTYPE, NK_ETHERTYPE,
		ETH_P_IP, ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_8021Q, 4 };
	int d = one_in(10) ? pick_dev() : pick_up(), len, i, type, mark = 0, fd;
	int priority = 0, v, err = 0;
	struct virtio_net_hdr *h = (void *)frame;
	__u8 *f = frame;
	bool vnet;
	struct trace t;

	if (d < 0)
		return -ENODEV;
	vnet = one_in(6);
	if (vnet)
		f += sizeof(*h);
	len = one_in(12) ? rnd(20) : one_in(3) ? 60 + rnd(1500) : 60;
	type = types[rnd(9)];
	memset(frame, 0, sizeof(*h) + 64);
	for (i = 14; i < len; i++)
		f[i] = i * 7 + len;
	switch (rnd(4)) {
	case 0:
		memset(f, 0xff, 6);
		break;
	case 1:
		f[0] = 1;
		f[5] = rnd(8);
		break;
	case 2:
		f[0] = 2;
		f[5] = rnd(8);
		break;
	}
	f[6] = 2;
	f[12] = type >> 8;
	f[13] = type;
	memset(h, 0, vnet ? sizeof(*h) : 0);
	if (type == ETH_P_IP && len >= 60) {
		static const __u8 ip[20] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64,
			IPPROTO_TCP, 0, 0, 10, 7, 0, 1, 10, 7, 0, 2 };

		if (vnet && one_in(2))
			len = 2000 + rnd(20000);
		memcpy(f + 14, ip, sizeof(ip));
		f[16] = (len - 14) >> 8;
		f[17] = len - 14;
		f[14 + 20 + 12] = 5 << 4;
		if (vnet) {
			h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
			h->csum_start = 34;
			h->csum_offset = 16;
			if (len > 1000) {
				h->gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
				h->gso_size = 500;
				h->hdr_len = 54;
			}
		}
	}
	if (!vnet && one_in(8)) {
		mark = 1 + rnd(1000);
		priority = rnd(7);
	}
	memset((void *)trace, 0, sizeof(*trace));
	fd = vnet ? ns[devs[d].ns].txv : ns[devs[d].ns].tx;
	if (mark) {
		setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
		setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority,
			   sizeof(priority));
	}
	to.sll_ifindex = devs[d].ifindex;
	to.sll_protocol = htons(type);
	if (sendto(fd, frame, len + (vnet ? sizeof(*h) : 0), 0, (void *)&to,
		   sizeof(to)) < 0)
		err = -errno;
	if (mark) {
		i = 0;
		setsockopt(fd, SOL_SOCKET, SO_MARK, &i, sizeof(i));
		setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &i, sizeof(i));
	}
	log(" d%d %x len %d%s mark %d/%d = %s", d, type, len,
	    vnet ? " vnet" : "", mark, priority, nk_errname(err));
	arrivals();
	t = *(struct trace *)trace;
	log(" runs %u %08x", t.runs, t.hash);
	v = t.verdict;
	if (t.runs)
		log(" verdict %d len %u mark %u/%u proto %x type %u vlan %x dev %s from %s",
		    v, t.len, t.mark, t.priority, ntohs(t.protocol), t.type,
		    t.vlan, dev_name(-1, t.ifindex), dev_name(-1, t.ingress));
	if (!t.runs)
		taken[err && err != -ENOBUFS ? V_NONE : V_POLICY]++;
	else
		taken[v == NK_NEXT ? V_NEXT : v == NK_PASS ? V_PASS :
		      v == NK_DROP ? V_DROP : v == NK_REDIRECT ? V_REDIRECT :
		      V_OTHER]++;
	if (one_in(6)) {
		dump(d);
		dump(devs[d].peer);
	}
	return err;
}

static int (* const operations[NKINDS])(void) = {
	do_create, do_change, do_setlink, do_move, do_delete, do_getlink,
	do_attach, do_replace, do_detach, do_link, do_update, do_unlink,
	do_close, do_info, do_query, do_packet,
};

/* ---- blocks ---- */

static void make_ns(int i)
{
	static const int yes = 1;
	struct sockaddr_ll all = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL) };
	int big = 1 << 22;

	nk_new_netns();
	in_ns = i;
	ns[i].fd = nk_netns_fd();
	ns[i].rtnl = nk_rtnl_open();
	setsockopt(ns[i].rtnl, SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof(yes));
	nk_set_up(ns[i].rtnl, 1, true);
	if (nk_sh("ip link add target index %d type dummy && ip link set target up",
		  TARGET))
		nk_die("make a device to redirect to");
	ns[i].tx = packet_socket();
	ns[i].txv = packet_socket();
	ns[i].rx = packet_socket();
	setsockopt(ns[i].txv, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes));
	setsockopt(ns[i].rx, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof(yes));
	setsockopt(ns[i].rx, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big));
	if (bind(ns[i].rx, (void *)&all, sizeof(all)))
		nk_die("listen to all devices");
}

static void leave_ns(int i)
{
	close(ns[i].rtnl);
	close(ns[i].tx);
	close(ns[i].txv);
	close(ns[i].rx);
	close(ns[i].fd);
}

/* Number the namespaces as we do, seen from each of them */
static void name_ns(void)
{
	struct rtgenmsg g = {};
	struct nk_msg m;
	int i, k;

	for (i = 0; i < NNS; i++)
		for (k = 0; k < NNS; k++) {
			nk_msg_init(&m, RTM_NEWNSID, 0, &g, sizeof(g));
			nk_msg_u32(&m, NETNSA_FD, ns[k].fd);
			nk_msg_u32(&m, NETNSA_NSID, k);
			if (nk_ask(ns[i].rtnl, &m))
				nk_die("number the namespaces");
		}
}

static void block(__u64 seed)
{
	int i, k, n, total = 0, err;

	state = seed;
	next_index = 1000;
	next_name = 0;
	log("block %llu\n", (unsigned long long)seed);
	for (i = 0; i < NNS; i++)
		make_ns(i);
	name_ns();
	for (i = 0; i < NPROG; i++) {
		progs[i].fd = load(i);
		progs[i].id = nk_prog_id(progs[i].fd);
	}
	for (i = 0; i < NLINK; i++) {
		links[i].fd = -1;
		links[i].dev = -1;
	}
	for (k = 0; k < NKINDS; k++)
		total += kinds[k].weight;
	for (n = 0; n < OPS; n++) {
		i = rnd(total);
		for (k = 0; i >= kinds[k].weight; k++)
			i -= kinds[k].weight;
		/* Not without devices; and not without links, where needed */
		i = 0;
		while (devs[i].made && i < NDEV)
			i += 2;
		if (k == CREATE ? i >= NDEV : i < 4 && one_in(4))
			k = k == CREATE ? GETLINK : CREATE;
		for (i = 0; i < NLINK && links[i].fd < 0; i++)
			;
		if (i == NLINK && k >= UPDATE && k <= INFO)
			k = LINK;
		for (i = 0; i < NDEV && !devs[i].made; i++)
			;
		if (i == NDEV)
			k = CREATE;
		log("%d %s", n, kinds[k].name);
		err = operations[k]();
		log("\n");
		tried[k]++;
		won[k] += err >= 0;
	}
	for (i = 0; i < NLINK; i++)
		if (links[i].fd >= 0)
			close(links[i].fd);
	for (i = 0; i < NDEV; i++)
		if (devs[i].made) {
			log("end d%d", i);
			dump(i);
			look(i);
			log("\n");
		}
	for (i = 0; i < NDEV; i++)
		if (devs[i].made && devs[i].primary)
			nk_dellink(ns[devs[i].ns].rtnl, devs[i].ifindex);
	memset(devs, 0, sizeof(devs));
	for (i = 0; i < NPROG; i++)
		close(progs[i].fd);
	for (i = 0; i < NNS; i++)
		leave_ns(i);
}

int main(int argc, char **argv)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	cpu_set_t one;
	int i;

	if (argc != 4)
		nk_die("usage: fuzz_helper SEED BLOCKS LOG");
	out = fopen(argv[3], "w");
	if (!out)
		nk_die("write %s", argv[3]);
	/* Packets are handled in the order in which they were sent */
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	trace_map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "trace", 4,
				   sizeof(struct trace), 1, &opts);
	trace = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, trace_map,
		     0);
	if (trace_map < 0 || trace == MAP_FAILED)
		nk_die("make the trace");
	for (i = 0; i < atoi(argv[2]); i++)
		block(strtoull(argv[1], NULL, 0) + i);
	if (fclose(out))
		nk_die("write %s", argv[3]);
	for (i = 0; i < NKINDS; i++)
		printf("kind %s %lu %lu\n", kinds[i].name, tried[i], won[i]);
	for (i = 0; i < NV; i++)
		printf("verdict %lu %s\n", taken[i], verdicts[i]);
	return 0;
}
