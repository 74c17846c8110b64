/* SPDX-License-Identifier: GPL-2.0-only */
/* Like __netif_rx(struct sk_buff *skb) of later kernels */
int netif_rx(struct sk_buff *skb);
int netif_rx_ni(struct sk_buff *skb);
int netif_rx_any_context(struct sk_buff *skb);
