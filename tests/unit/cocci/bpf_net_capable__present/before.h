/* SPDX-License-Identifier: GPL-2.0-only */
static inline bool bpf_token_capable(const struct bpf_token *token, int cap)
{
	return capable(cap) || (cap != CAP_SYS_ADMIN && capable(CAP_SYS_ADMIN));
}

/* bpf_net_capable(void) is elsewhere */
bool bpf_net_capable_or_not(void);
