/* SPDX-License-Identifier: GPL-2.0-only */
int netif_rx(struct sk_buff *skb);
int __netif_rx(struct sk_buff *skb);
