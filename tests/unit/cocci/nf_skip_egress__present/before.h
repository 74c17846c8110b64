/* SPDX-License-Identifier: GPL-2.0-only */
static inline bool nf_hook_ingress_active(const struct sk_buff *skb)
{
	return rcu_access_pointer(skb->dev->nf_hooks_ingress);
}
