// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device: a packet's way from one end to the other, carrier, headroom and
 * statistics.
 *
 *   stack --> netkit_xmit(dev) --> programs of dev, or its policy
 *                                     |
 *             PASS: receive path of the peer
 *         REDIRECT: wherever the program's redirect helper said
 *             DROP: freed and counted
 */
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "netkit.h"

/* One page: everything that happens to a packet */

/* Make @skb, still starting at its Ethernet header, a packet of @peer. */
static void netkit_hand_over(const struct netkit *nk, struct sk_buff *skb,
			     struct net_device *dev, struct net_device *peer)
{
	skb_scrub_packet(skb, false);
	nf_skip_egress(skb, true);
	skb_reset_mac_header(skb);

	if (!net_eq(dev_net(dev), dev_net(peer))) {
		skb_clear_tstamp(skb);
		if (nk->scrub == NETKIT_SCRUB_DEFAULT) {
			skb->mark = 0;
			skb->priority = 0;
		}
	}

	eth_skb_pkt_type(skb, peer);
	skb->dev = peer;
}

/* The first verdict other than NEXT, or NEXT when all programs say so. */
static int netkit_run(const struct mprog_list *progs, struct sk_buff *skb)
{
	const struct mprog_item *item;
	struct bpf_prog *prog;
	int verdict;

	/* By mprog_replace() a program may be exchanged meanwhile. */
	for (item = progs->item; (prog = READ_ONCE(item->prog)); item++) {
		bpf_compute_data_pointers(skb);
		verdict = bpf_prog_run(prog, skb);
		if (verdict != NETKIT_NEXT)
			return verdict;
	}
	return NETKIT_NEXT;
}

static bool netkit_receive(struct sk_buff *skb)
{
	const struct ethhdr *eth = eth_skb_pull_mac(skb);

	skb_postpull_rcsum(skb, eth, ETH_HLEN);
	return __netif_rx(skb) == NET_RX_SUCCESS;
}

static netdev_tx_t netkit_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct bpf_net_context bpf_net_storage, *bpf_net_ctx;
	const struct netkit *nk = netdev_priv(dev);
	netdev_tx_t ret = NET_XMIT_SUCCESS;
	const struct mprog_list *progs;
	unsigned int len = skb->len;
	struct net_device *peer;
	int verdict;

	rcu_read_lock();
	bpf_net_ctx = bpf_net_ctx_set(&bpf_net_storage);

	peer = rcu_dereference(nk->peer);
	if (unlikely(!peer || !(peer->flags & IFF_UP) ||
		     !pskb_may_pull(skb, ETH_HLEN) ||
		     skb_orphan_frags(skb, GFP_ATOMIC)))
		goto drop;

	netkit_hand_over(nk, skb, dev, peer);

	progs = rcu_dereference(nk->progs);
	verdict = progs ? netkit_run(progs, skb) : READ_ONCE(nk->policy);

	switch (verdict) {
	case NETKIT_NEXT:
	case NETKIT_PASS:
		if (unlikely(!netkit_receive(skb)))
			goto count_drop;
		dev_sw_netstats_tx_add(dev, 1, len);
		dev_sw_netstats_rx_add(peer, len);
		break;
	case NETKIT_REDIRECT:
		dev_sw_netstats_tx_add(dev, 1, len);
		/* All else than "go another round" has taken the packet. */
		if (unlikely(skb_do_redirect(skb) == -EAGAIN))
			kfree_skb(skb);
		break;
	default:
		goto drop;
	}
out:
	bpf_net_ctx_clear(bpf_net_ctx);
	rcu_read_unlock();
	return ret;

drop:
	kfree_skb(skb);
count_drop:
	dev_core_stats_tx_dropped_inc(dev);
	ret = NET_XMIT_DROP;
	goto out;
}

/* Carrier: both ends have it while both are up */

static int netkit_open(struct net_device *dev)
{
	struct netkit *nk = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nk->peer);

	if (!peer)
		return -ENOTCONN;
	if (peer->flags & IFF_UP) {
		netif_carrier_on(dev);
		netif_carrier_on(peer);
	}
	return 0;
}

static int netkit_close(struct net_device *dev)
{
	struct netkit *nk = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nk->peer);

	netif_carrier_off(dev);
	if (peer)
		netif_carrier_off(peer);
	return 0;
}

static int netkit_set_mac_address(struct net_device *dev, void *addr)
{
	const struct netkit *nk = netdev_priv(dev);

	if (nk->mode != NETKIT_L2)
		return -EOPNOTSUPP;
	return eth_mac_addr(dev, addr);
}

/* Nothing is filtered: an end receives whatever the other one sends. */
static int netkit_set_rx_mode(struct net_device *dev,
			      struct netdev_hw_addr_list *uc,
			      struct netdev_hw_addr_list *mc)
{
	return 0;
}

NK_DEFINE_SET_RX_MODE_ASYNC(netkit_set_rx_mode);

/* Both ends reserve what the more demanding one wishes. */
static void netkit_set_headroom(struct net_device *dev, int headroom)
{
	struct netkit *nk = netdev_priv(dev), *nkp;
	struct net_device *peer;

	if (headroom < 0)
		headroom = NET_SKB_PAD;

	rcu_read_lock();
	peer = rcu_dereference(nk->peer);
	if (peer) {
		nkp = netdev_priv(peer);
		nk->headroom = headroom;
		headroom = max_t(int, nk->headroom, nkp->headroom);
		peer->needed_headroom = headroom;
		dev->needed_headroom = headroom;
	}
	rcu_read_unlock();
}

static int netkit_get_iflink(const struct net_device *dev)
{
	const struct netkit *nk = netdev_priv(dev);
	const struct net_device *peer;
	int iflink = 0;

	rcu_read_lock();
	peer = rcu_dereference(nk->peer);
	if (peer)
		iflink = READ_ONCE(peer->ifindex);
	rcu_read_unlock();
	return iflink;
}

/* For bpf_redirect_peer(); the caller is in an RCU read-side section. */
static struct net_device *netkit_get_peer_dev(struct net_device *dev)
{
	const struct netkit *nk = netdev_priv(dev);

	return rcu_dereference(nk->peer);
}

/* There is no driver mode XDP; the generic one does not come this way. */
static int netkit_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	return -EOPNOTSUPP;
}

static int netkit_init(struct net_device *dev)
{
	/* Until netkit_free(): a living device keeps its driver. */
	__module_get(THIS_MODULE);

	netdev_lockdep_set_classes(dev);
	return 0;
}

/*
 * Runs when the last reference to @dev is gone. Unloading the module waits
 * until every task has left the few instructions that follow module_put().
 */
static void netkit_free(struct net_device *dev)
{
	module_put(THIS_MODULE);
}

NK_DEFINE_TSTATS(netkit_init, netkit_free);

static void netkit_uninit(struct net_device *dev)
{
	netkit_progs_release(dev);
}

const struct net_device_ops netkit_netdev_ops = {
	NK_NDO_INIT(netkit_init),
	.ndo_uninit		= netkit_uninit,
	.ndo_open		= netkit_open,
	.ndo_stop		= netkit_close,
	.ndo_start_xmit		= netkit_xmit,
	NK_NDO_SET_RX_MODE_ASYNC(netkit_set_rx_mode),
	.ndo_set_rx_headroom	= netkit_set_headroom,
	.ndo_set_mac_address	= netkit_set_mac_address,
	.ndo_get_iflink		= netkit_get_iflink,
	.ndo_get_peer_dev	= netkit_get_peer_dev,
	.ndo_get_stats64	= dev_get_tstats64,
	.ndo_features_check	= passthru_features_check,
	.ndo_bpf		= netkit_bpf,
};

static void netkit_get_drvinfo(struct net_device *dev,
			       struct ethtool_drvinfo *info)
{
	strscpy(info->driver, NETKIT_DRV_NAME, sizeof(info->driver));
}

const struct ethtool_ops netkit_ethtool_ops = {
	.get_drvinfo		= netkit_get_drvinfo,
};

#define NETKIT_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | \
			 NETIF_F_RXCSUM | NETIF_F_SCTP_CRC | \
			 NETIF_F_HIGHDMA | NETKIT_GSO_SOFTWARE | \
			 NETIF_F_GSO_ENCAP_ALL | \
			 NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_CTAG_RX | \
			 NETIF_F_HW_VLAN_STAG_TX | NETIF_F_HW_VLAN_STAG_RX)

/**
 * netkit_setup - rtnl_link_ops.setup, fill in what all ends have in common
 * @dev: a new, unregistered device
 *
 * Context: process context under RTNL.
 */
void netkit_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &netkit_netdev_ops;
	dev->ethtool_ops = &netkit_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = NK_PRIV_DESTRUCTOR(netkit_free);

	dev->flags |= IFF_NOARP;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_PHONY_HEADROOM |
			   IFF_NO_QUEUE | IFF_DISABLE_NETPOLL;
	netdev_set_tstats(dev);
	netdev_set_lltx(dev);
	netdev_set_netmem_tx(dev);

	dev->features |= NETKIT_FEATURES;
	dev->hw_features = NETKIT_FEATURES;
	dev->hw_enc_features = NETKIT_FEATURES;
	dev->mpls_features = NETIF_F_HW_CSUM | NETKIT_GSO_SOFTWARE;
	dev->vlan_features = dev->features & ~(NETIF_F_HW_VLAN_CTAG_TX |
					       NETIF_F_HW_VLAN_CTAG_RX |
					       NETIF_F_HW_VLAN_STAG_TX |
					       NETIF_F_HW_VLAN_STAG_RX);

	dev->max_mtu = ETH_MAX_MTU;
	netif_set_tso_max_size(dev, GSO_MAX_SIZE);
}
