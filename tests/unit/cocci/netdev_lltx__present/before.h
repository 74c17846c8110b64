/* SPDX-License-Identifier: GPL-2.0-only */
struct net_device {
	char			name[IFNAMSIZ];
	struct dev_ifalias	__rcu *ifalias;
	struct_group(priv_flags_fast,
		unsigned long		priv_flags:32;
	);
	netdev_features_t	features;
	u8			priv[] ____cacheline_aligned
				       __counted_by(priv_len);
} ____cacheline_aligned;

struct other {
	unsigned long		lltx:1;
};

static inline void txq_trans_update(const struct other *dev)
{
	if (!dev->lltx)
		WRITE_ONCE(dev->trans_start, jiffies);
}
