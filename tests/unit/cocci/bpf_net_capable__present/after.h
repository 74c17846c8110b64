/* SPDX-License-Identifier: GPL-2.0-only */
static inline bool bpf_net_capable(void)
{
	return capable(CAP_NET_ADMIN) || capable(CAP_SYS_ADMIN);
}
