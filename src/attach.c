// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf(2): programs and links at the two ends of a pair.
 *
 * Both ends are managed through the primary, in whose namespace the caller
 * must be: whoever holds the peer cannot change what it is subject to.
 *
 * An entry of an end's list is a program that was attached by itself, whose
 * reference the list holds, or one that belongs to a link, whose reference the
 * link holds. A list is replaced as a whole, or a program on it is exchanged,
 * under RTNL. References to programs that were there before are dropped at once
 * all the same: bpf_prog_put() frees a program only after an RCU grace period,
 * and until then whoever has come across it may run it.
 *
 * Links and devices do not keep each other alive. Whichever goes first takes
 * itself out of the other, under RTNL.
 */
#include <linux/bpf.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "netkit.h"

#define NETKIT_ATTACH_FLAGS	(BPF_F_REPLACE | BPF_F_BEFORE | BPF_F_AFTER | \
				 BPF_F_ID | BPF_F_LINK)

/**
 * struct netkit_link - a program's stay at one end, held by file descriptors
 * @link:	 what the BPF core sees of it
 * @dev:	 the end, NULL after LINK_DETACH and when the device has gone.
 *		 No reference is held. Under RTNL.
 * @attach_type: BPF_NETKIT_PRIMARY or BPF_NETKIT_PEER
 */
struct netkit_link {
	struct bpf_link		link;
	struct net_device	*dev;
	u32			attach_type;
};

static struct netkit_link *to_netkit_link(const struct bpf_link *link)
{
	return container_of(link, struct netkit_link, link);
}

/**
 * struct netkit_request - what the arguments of a call amount to
 * @mprog:    the entry that is meant; a reference is held on @mprog.replace
 *	      and on the link or program of @mprog.rel
 * @relative: file descriptor or id of @mprog.rel
 * @revision: the revision that the caller expects, 0 for any
 * @dropped:  program that this call took off the list, with the reference that
 *	      the list held
 */
struct netkit_request {
	struct mprog_request	mprog;
	u32			relative;
	u64			revision;
	struct bpf_prog		*dropped;
};

/*
 * Drop all that a request holds. Not under RTNL: the last reference to a link
 * releases it, and to do that most kinds of links, ours too, take RTNL.
 */
static void netkit_request_put(struct netkit_request *req)
{
	if (req->mprog.rel.link)
		bpf_link_put(req->mprog.rel.link);
	if (req->mprog.rel.prog)
		bpf_prog_put(req->mprog.rel.prog);
	if (req->mprog.replace)
		bpf_prog_put(req->mprog.replace);
	if (req->dropped)
		bpf_prog_put(req->dropped);
}

static struct bpf_prog *netkit_prog_get(u32 fd)
{
	return bpf_prog_get_type_dev(fd, BPF_PROG_TYPE_SCHED_CLS, false);
}

/* Any kind of link will do to ask; RCU because its program may change. */
static bool netkit_link_type_ok(const struct bpf_link *link)
{
	const struct bpf_prog *prog;
	bool ok;

	rcu_read_lock();
	prog = READ_ONCE(link->prog);
	ok = prog && prog->type == BPF_PROG_TYPE_SCHED_CLS;
	rcu_read_unlock();
	return ok;
}

/*
 * Find the relative entry of a request. It has to be of the type of the
 * program that the call is about, if there is one: to detach by position alone
 * any kind will do to ask, which then is not on the list.
 */
static int netkit_get_relative(struct netkit_request *req, bool any_type)
{
	u32 flags = req->mprog.flags;
	struct bpf_link *link;
	struct bpf_prog *prog;

	if (flags & BPF_F_LINK) {
		link = flags & BPF_F_ID ? bpf_link_by_id(req->relative) :
					  bpf_link_get_from_fd(req->relative);
		if (IS_ERR(link))
			return PTR_ERR(link);
		req->mprog.rel.link = link;
		return any_type || netkit_link_type_ok(link) ? 0 : -EINVAL;
	}

	/* File descriptor 0 is none, but there is no such id. */
	if (!(flags & BPF_F_ID) && !req->relative)
		return 0;

	prog = flags & BPF_F_ID ? bpf_prog_by_id(req->relative) :
				  bpf_prog_get(req->relative);
	if (IS_ERR(prog))
		return PTR_ERR(prog);
	req->mprog.rel.prog = prog;
	return any_type || prog->type == BPF_PROG_TYPE_SCHED_CLS ? 0 : -EINVAL;
}

/* The device whose transmitted packets programs of @attach_type see */
static struct net_device *netkit_find_end(u32 ifindex, u32 attach_type)
{
	struct net_device *dev, *peer;
	const struct netkit *nk;

	ASSERT_RTNL();

	dev = __dev_get_by_index(current->nsproxy->net_ns, ifindex);
	if (!dev)
		return ERR_PTR(-ENODEV);
	if (!netkit_is_netkit(dev))
		return ERR_PTR(-ENXIO);

	nk = netdev_priv(dev);
	if (!nk->primary)
		return ERR_PTR(-EACCES);
	if (nk->pairing == NETKIT_DEVICE_SINGLE)
		return ERR_PTR(-EOPNOTSUPP);
	if (attach_type == BPF_NETKIT_PRIMARY)
		return dev;

	peer = rtnl_dereference(nk->peer);
	return peer ? peer : ERR_PTR(-ENODEV);
}

/* Make @list what an end runs; it is the next revision. */
static void netkit_publish(struct netkit *nk, struct mprog_list *list)
{
	struct mprog_list *old = rtnl_dereference(nk->progs);

	rcu_assign_pointer(nk->progs, list);
	nk->revision++;
	kfree_rcu(old, rcu);
}

/* Exchange a program of what an end runs; that is the next revision, too. */
static struct bpf_prog *netkit_exchange(struct netkit *nk, u32 pos,
					struct bpf_prog *prog)
{
	nk->revision++;
	return mprog_replace(rtnl_dereference(nk->progs), pos, prog);
}

static bool netkit_stale(const struct netkit *nk,
			 const struct netkit_request *req)
{
	return req->revision && req->revision != nk->revision;
}

/* Add @item, or put its program in the place of the one to be replaced. */
static int netkit_add(struct netkit *nk, struct netkit_request *req,
		      const struct mprog_item *item)
{
	const struct mprog_list *list = rtnl_dereference(nk->progs);
	struct mprog_list *new;
	int pos, err;

	if (netkit_stale(nk, req))
		return -ESTALE;
	if (mprog_find_prog(list, item->prog) >= 0)
		return -EEXIST;

	err = netkit_get_relative(req, false);
	if (err)
		return err;
	pos = mprog_attach_pos(list, &req->mprog);
	if (pos < 0)
		return pos;

	/* Never for a link: that names nothing to replace, which is -ENOENT. */
	if (req->mprog.flags & BPF_F_REPLACE) {
		req->dropped = netkit_exchange(nk, pos, item->prog);
		return 0;
	}

	new = mprog_insert(list, pos, item);
	if (!new)
		return -ENOMEM;
	netkit_publish(nk, new);
	return 0;
}

/* Remove the entry that is meant; those of links leave with their link. */
static int netkit_del(struct netkit *nk, struct netkit_request *req)
{
	struct mprog_list *list = rtnl_dereference(nk->progs);
	int pos, err;

	if (!list)
		return -ENOENT;
	if (req->mprog.flags & BPF_F_REPLACE)
		return -EINVAL;
	if (netkit_stale(nk, req))
		return -ESTALE;

	err = netkit_get_relative(req, !req->mprog.prog);
	if (err)
		return err;
	pos = mprog_detach_pos(list, &req->mprog);
	if (pos < 0)
		return pos;

	req->dropped = list->item[pos].prog;
	netkit_publish(nk, mprog_remove(list, pos));
	return 0;
}

static int __netkit_prog_attach(const union netkit_bpf_attr *attr,
				struct netkit_request *req,
				struct bpf_prog *prog)
{
	const struct mprog_item item = { .prog = prog };
	struct bpf_prog *replace;
	struct net_device *dev;

	dev = netkit_find_end(attr->attach.target_ifindex,
			      attr->attach.attach_type);
	if (IS_ERR(dev))
		return PTR_ERR(dev);

	if (req->mprog.flags & BPF_F_REPLACE) {
		replace = netkit_prog_get(attr->attach.replace_bpf_fd);
		if (IS_ERR(replace))
			return PTR_ERR(replace);
		req->mprog.replace = replace;
	}

	return netkit_add(netdev_priv(dev), req, &item);
}

/**
 * netkit_prog_attach - BPF_PROG_ATTACH
 * @attr: arguments, of attach type BPF_NETKIT_PRIMARY or BPF_NETKIT_PEER
 *
 * Context: process context, may sleep, takes RTNL.
 * Return: 0, or in the order in which they are looked for
 * -EINVAL: an unknown flag;
 * -EBADF, -EINVAL: no program of type SCHED_CLS to attach;
 * -ENODEV, -ENXIO, -EACCES, -EOPNOTSUPP: no such end, see netkit_find_end();
 * -EBADF, -EINVAL: no program of that type to replace;
 * -ESTALE: another revision than the expected one;
 * -EEXIST: the program is there already;
 * -EBADF, -ENOENT, -EINVAL, -EAGAIN: no relative program or link;
 * -EINVAL, -ENOENT, -EBUSY, -ERANGE: no position, see mprog_attach_pos();
 * -ENOMEM.
 */
int netkit_prog_attach(const union netkit_bpf_attr *attr)
{
	struct netkit_request req = {
		.mprog.flags	= attr->attach.attach_flags,
		.relative	= attr->attach.relative_fd,
		.revision	= attr->attach.expected_revision,
	};
	struct bpf_prog *prog;
	int err;

	if (attr->attach.attach_flags & ~NETKIT_ATTACH_FLAGS)
		return -EINVAL;

	prog = netkit_prog_get(attr->attach.attach_bpf_fd);
	if (IS_ERR(prog))
		return PTR_ERR(prog);

	rtnl_lock();
	err = __netkit_prog_attach(attr, &req, prog);
	rtnl_unlock();

	netkit_request_put(&req);
	if (err)
		bpf_prog_put(prog);
	return err;
}

/**
 * netkit_prog_detach - BPF_PROG_DETACH
 * @attr: arguments, of attach type BPF_NETKIT_PRIMARY or BPF_NETKIT_PEER
 *
 * Who can show the program may detach it, without one it takes a privilege.
 *
 * Context: process context, may sleep, takes RTNL.
 * Return: 0, or in the order in which they are looked for
 * -EINVAL: an unknown flag;
 * -EBADF, -EINVAL: no program of type SCHED_CLS to detach;
 * -EPERM:  not privileged to detach without one;
 * -ENODEV, -ENXIO, -EACCES, -EOPNOTSUPP: no such end, see netkit_find_end();
 * -ENOENT: nothing is attached;
 * -EINVAL: BPF_F_REPLACE;
 * -ESTALE: another revision than the expected one;
 * -EBADF, -ENOENT, -EINVAL, -EAGAIN: no relative program or link;
 * -EINVAL, -ENOENT, -EBUSY, -ERANGE: no such entry, see mprog_detach_pos().
 */
int netkit_prog_detach(const union netkit_bpf_attr *attr)
{
	struct netkit_request req = {
		.mprog.flags	= attr->attach.attach_flags,
		.relative	= attr->attach.relative_fd,
		.revision	= attr->attach.expected_revision,
	};
	struct bpf_prog *prog = NULL;
	struct net_device *dev;
	int err;

	if (attr->attach.attach_flags & ~NETKIT_ATTACH_FLAGS)
		return -EINVAL;

	if (attr->attach.attach_bpf_fd) {
		prog = netkit_prog_get(attr->attach.attach_bpf_fd);
		if (IS_ERR(prog))
			return PTR_ERR(prog);
		req.mprog.prog = prog;
	} else if (!bpf_net_capable()) {
		return -EPERM;
	}

	rtnl_lock();
	dev = netkit_find_end(attr->attach.target_ifindex,
			      attr->attach.attach_type);
	err = IS_ERR(dev) ? PTR_ERR(dev) : netkit_del(netdev_priv(dev), &req);
	rtnl_unlock();

	netkit_request_put(&req);
	if (prog)
		bpf_prog_put(prog);
	return err;
}

/* What BPF_PROG_QUERY tells about an end */
struct netkit_answer {
	u64	revision;
	u32	count;
	u32	prog_id[MPROG_MAX];
	u32	link_id[MPROG_MAX];
};

static void netkit_collect(const struct netkit *nk, struct netkit_answer *ans)
{
	const struct mprog_list *list = rtnl_dereference(nk->progs);
	const struct mprog_item *item;
	u32 i;

	ans->count = mprog_count(list);
	/* An empty end is as good as new, to those who only look. */
	ans->revision = list ? nk->revision : 1;

	for (i = 0; i < ans->count; i++) {
		item = &list->item[i];
		ans->prog_id[i] = item->prog->aux->id;
		ans->link_id[i] = item->link ? item->link->id : 0;
	}
}

/* One element of an array in user space, if the user wants that array */
static int netkit_put_u32(u64 array, u32 i, u32 value)
{
	u32 __user *to = u64_to_user_ptr(array);

	return to ? put_user(value, to + i) : 0;
}

static int netkit_put_answer(const union netkit_bpf_attr *attr,
			     union netkit_bpf_attr __user *uattr,
			     const struct netkit_answer *ans)
{
	u32 i;

	if (put_user(0, &uattr->query.attach_flags) ||
	    put_user(ans->revision, &uattr->query.revision) ||
	    put_user(ans->count, &uattr->query.count))
		return -EFAULT;

	if (!attr->query.count || !attr->query.prog_ids)
		return 0;

	for (i = 0; i < ans->count; i++) {
		if (i == attr->query.count)
			return -ENOSPC;
		/* Entries have no flags so far. */
		if (netkit_put_u32(attr->query.prog_ids, i, ans->prog_id[i]) ||
		    netkit_put_u32(attr->query.prog_attach_flags, i, 0) ||
		    netkit_put_u32(attr->query.link_ids, i, ans->link_id[i]) ||
		    netkit_put_u32(attr->query.link_attach_flags, i, 0))
			return -EFAULT;
	}
	return 0;
}

/**
 * netkit_prog_query - BPF_PROG_QUERY
 * @attr:  arguments, of attach type BPF_NETKIT_PRIMARY or BPF_NETKIT_PEER
 * @uattr: where they came from, and where the answer goes
 *
 * The caller has checked the privilege that this takes.
 *
 * Context: process context, may sleep, takes RTNL.
 * Return: 0, or in the order in which they are looked for
 * -EINVAL: an unknown query flag;
 * -ENODEV, -ENXIO, -EACCES, -EOPNOTSUPP: no such end, see netkit_find_end();
 * -EINVAL: any flag;
 * -EFAULT;
 * -ENOSPC: there are more entries than were asked for.
 */
int netkit_prog_query(const union netkit_bpf_attr *attr,
		      union netkit_bpf_attr __user *uattr)
{
	struct netkit_answer ans;
	struct net_device *dev;
	int err = 0;

	if (attr->query.query_flags & ~BPF_F_QUERY_EFFECTIVE)
		return -EINVAL;

	rtnl_lock();
	dev = netkit_find_end(attr->query.target_ifindex,
			      attr->query.attach_type);
	if (IS_ERR(dev))
		err = PTR_ERR(dev);
	else if (attr->query.query_flags || attr->query.attach_flags)
		err = -EINVAL;
	else
		netkit_collect(netdev_priv(dev), &ans);
	rtnl_unlock();

	/* Not before: a page of the caller's may take its time to come. */
	return err ? err : netkit_put_answer(attr, uattr, &ans);
}

/*
 * The last reference to a link has gone, in whatever task or worker, whose
 * namespace says nothing; or somebody asked for LINK_DETACH.
 */
static void netkit_link_release(struct bpf_link *link)
{
	struct netkit_link *nl = to_netkit_link(link);
	struct mprog_list *list;
	struct netkit *nk;
	int pos;

	rtnl_lock();
	if (nl->dev) {
		nk = netdev_priv(nl->dev);
		list = rtnl_dereference(nk->progs);
		pos = mprog_find_link(list, link);
		netkit_publish(nk, mprog_remove(list, pos));
		nl->dev = NULL;
	}
	rtnl_unlock();
}

static int netkit_link_detach(struct bpf_link *link)
{
	netkit_link_release(link);
	return 0;
}

/*
 * Nobody can find the link any more: its id was removed under the lock that
 * look-ups by id hold, and its entry under RTNL. Packets on an old list do not
 * look at links.
 *
 * The reference that the link held on this module goes last. Unloading waits
 * until every task has left the few instructions that follow.
 */
static void netkit_link_dealloc(struct bpf_link *link)
{
	kfree(to_netkit_link(link));
	module_put(THIS_MODULE);
}

static int netkit_link_update(struct bpf_link *link, struct bpf_prog *new_prog,
			      struct bpf_prog *old_prog)
{
	struct netkit_link *nl = to_netkit_link(link);
	const struct mprog_list *list;
	struct netkit *nk;
	int err = 0;

	rtnl_lock();
	if (!nl->dev) {
		err = -ENOLINK;
		goto unlock;
	}
	if (old_prog && link->prog != old_prog) {
		err = -EPERM;
		goto unlock;
	}
	if (link->prog == new_prog) {
		/* On success the reference to it is ours. */
		bpf_prog_put(new_prog);
		goto unlock;
	}
	if (new_prog->type != link->prog->type) {
		err = -EINVAL;
		goto unlock;
	}

	nk = netdev_priv(nl->dev);
	list = rtnl_dereference(nk->progs);
	if (mprog_find_prog(list, new_prog) >= 0) {
		err = -EEXIST;
		goto unlock;
	}
	/* Having a device, the link is on its list. */
	netkit_exchange(nk, mprog_find_link(list, link), new_prog);
	old_prog = xchg(&link->prog, new_prog);
	bpf_prog_put(old_prog);
unlock:
	rtnl_unlock();
	return err;
}

static u32 netkit_link_ifindex(const struct bpf_link *link)
{
	const struct netkit_link *nl = to_netkit_link(link);
	u32 ifindex;

	rtnl_lock();
	ifindex = nl->dev ? nl->dev->ifindex : 0;
	rtnl_unlock();
	return ifindex;
}

static void netkit_link_show_fdinfo(const struct bpf_link *link,
				    struct seq_file *seq)
{
	u32 attach_type = to_netkit_link(link)->attach_type;

	seq_printf(seq, "ifindex:\t%u\n", netkit_link_ifindex(link));
	seq_printf(seq, "attach_type:\t%u (%s)\n", attach_type,
		   attach_type == BPF_NETKIT_PRIMARY ? "primary" : "peer");
}

static int netkit_link_fill_info(const struct bpf_link *link,
				 struct bpf_link_info *info)
{
	struct netkit_link_info *own = netkit_bpf_link_info(info);

	/* Here, because the type that the core knows may be a stand-in. */
	info->type = BPF_LINK_TYPE_NETKIT;
	own->ifindex = netkit_link_ifindex(link);
	own->attach_type = to_netkit_link(link)->attach_type;
	return 0;
}

static const struct bpf_link_ops netkit_bpf_link_ops = {
	.release	= netkit_link_release,
	.dealloc	= netkit_link_dealloc,
	.detach		= netkit_link_detach,
	.update_prog	= netkit_link_update,
	.show_fdinfo	= netkit_link_show_fdinfo,
	.fill_link_info	= netkit_link_fill_info,
};

/*
 * Create a link for @prog, ready to be shown to user space, and attach it.
 * From bpf_link_prime() on the link belongs to a file, and *@primer says so
 * to the caller, who has to settle or clean up.
 */
static int netkit_link_attach(const union netkit_bpf_attr *attr,
			      struct netkit_request *req, struct bpf_prog *prog,
			      struct bpf_link_primer *primer)
{
	struct mprog_item item = { .prog = prog };
	struct netkit_link *nl;
	struct net_device *dev;
	int err;

	dev = netkit_find_end(attr->link_create.target_ifindex,
			      attr->link_create.attach_type);
	if (IS_ERR(dev))
		return PTR_ERR(dev);

	nl = kzalloc_obj(*nl, GFP_USER);
	if (!nl)
		return -ENOMEM;
	nl->attach_type = attr->link_create.attach_type;
	netkit_bpf_link_init(&nl->link, &netkit_bpf_link_ops, prog,
			     nl->attach_type);

	err = bpf_link_prime(&nl->link, primer);
	if (err) {
		primer->link = NULL;
		kfree(nl);
		return err;
	}
	/* For netkit_link_dealloc(). The device holds the module as well. */
	__module_get(THIS_MODULE);

	item.link = &nl->link;
	err = netkit_add(netdev_priv(dev), req, &item);
	if (!err)
		nl->dev = dev;
	return err;
}

/**
 * netkit_link_create - BPF_LINK_CREATE
 * @attr: arguments, of attach type BPF_NETKIT_PRIMARY or BPF_NETKIT_PEER
 *
 * Flags are not masked: next to BPF_F_BEFORE or BPF_F_AFTER unknown ones are
 * ignored, else they are no position. A new link has nothing to replace.
 *
 * Context: process context, may sleep, takes RTNL.
 * Return: a file descriptor, or in the order in which they are looked for
 * -EBADF, -EINVAL: no program of type SCHED_CLS to attach;
 * -ENODEV, -ENXIO, -EACCES, -EOPNOTSUPP: no such end, see netkit_find_end();
 * -ENOMEM, -EMFILE and others: no link;
 * then those of netkit_prog_attach() from -ESTALE on.
 */
int netkit_link_create(const union netkit_bpf_attr *attr)
{
	struct netkit_request req = {
		.mprog.flags	= attr->link_create.flags,
		.relative	= attr->link_create.relative_fd,
		.revision	= attr->link_create.expected_revision,
	};
	struct bpf_link_primer primer = {};
	struct bpf_prog *prog;
	int err;

	prog = netkit_prog_get(attr->link_create.prog_fd);
	if (IS_ERR(prog))
		return PTR_ERR(prog);

	rtnl_lock();
	err = netkit_link_attach(attr, &req, prog, &primer);
	rtnl_unlock();

	netkit_request_put(&req);
	if (!err)
		return bpf_link_settle(&primer);

	/* Makes the link forget its program, so that it is not released. */
	if (primer.link)
		bpf_link_cleanup(&primer);
	bpf_prog_put(prog);
	return err;
}

/**
 * netkit_progs_release - let go of all programs of a device
 * @dev: a netkit device that is being unregistered
 *
 * Links stay behind, as objects without a device.
 *
 * Context: process context under RTNL.
 */
void netkit_progs_release(struct net_device *dev)
{
	struct netkit *nk = netdev_priv(dev);
	struct mprog_list *list = rtnl_dereference(nk->progs);
	u32 i;

	if (!list)
		return;

	RCU_INIT_POINTER(nk->progs, NULL);
	for (i = 0; i < list->count; i++) {
		if (list->item[i].link)
			to_netkit_link(list->item[i].link)->dev = NULL;
		else
			bpf_prog_put(list->item[i].prog);
	}
	kfree_rcu(list, rcu);
}
