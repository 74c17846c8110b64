/* SPDX-License-Identifier: GPL-2.0-only */
#define netdev_lockdep_set_classes(dev)				\
{								\
	static struct lock_class_key qdisc_tx_busylock_key;	\
	static struct lock_class_key qdisc_xmit_lock_key;	\
								\
	(dev)->qdisc_tx_busylock = &qdisc_tx_busylock_key;	\
}

/* of 6.14, before the header */
static inline void netdev_lock(struct net_device *dev)
{
	mutex_lock(&dev->lock);
}

/* taken by netdev_lock_ops(dev) of later kernels */
void netdev_lock_state(struct net_device *dev);
