/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Numbers of the netkit user-space interface.
 *
 * Older kernel headers have none or only some of them. They are macros, so
 * that including this file after <linux/if_link.h> and <linux/bpf.h> is right
 * on every kernel: a macro hides an enumerator of the same name and value.
 */
#ifndef _UAPI_NETKIT_H
#define _UAPI_NETKIT_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_link.h>

/* Verdicts of a program, and the policy of an end (PASS or DROP only) */
#define NETKIT_NEXT		(-1)
#define NETKIT_PASS		0
#define NETKIT_DROP		2
#define NETKIT_REDIRECT		7

/* IFLA_NETKIT_MODE */
#define NETKIT_L2		0
#define NETKIT_L3		1

/* IFLA_NETKIT_SCRUB, IFLA_NETKIT_PEER_SCRUB */
#define NETKIT_SCRUB_NONE	0
#define NETKIT_SCRUB_DEFAULT	1

/* IFLA_NETKIT_PAIRING */
#define NETKIT_DEVICE_PAIR	0
#define NETKIT_DEVICE_SINGLE	1

/* Attributes inside IFLA_INFO_DATA; headers that have them define the last one */
#undef IFLA_NETKIT_MAX
#define IFLA_NETKIT_PEER_INFO	1	/* struct ifinfomsg, then IFLA_* */
#define IFLA_NETKIT_PRIMARY	2	/* u8, read-only */
#define IFLA_NETKIT_POLICY	3	/* u32 */
#define IFLA_NETKIT_PEER_POLICY	4	/* u32 */
#define IFLA_NETKIT_MODE	5	/* u32 */
#define IFLA_NETKIT_SCRUB	6	/* u32 */
#define IFLA_NETKIT_PEER_SCRUB	7	/* u32 */
#define IFLA_NETKIT_HEADROOM	8	/* u16 */
#define IFLA_NETKIT_TAILROOM	9	/* u16 */
#define IFLA_NETKIT_PAIRING	10	/* u32 */
#define IFLA_NETKIT_MAX		10

/* enum bpf_attach_type, enum bpf_link_type */
#define BPF_NETKIT_PRIMARY	54
#define BPF_NETKIT_PEER		55
#define BPF_LINK_TYPE_NETKIT	13

/*
 * Attach flags; the same tokens as in <linux/bpf.h>, which may have them. It
 * has BPF_F_LINK as an enumerator with a macro of its own name.
 */
#undef BPF_F_LINK
#define BPF_F_REPLACE		(1U << 2)
#define BPF_F_BEFORE		(1U << 3)
#define BPF_F_AFTER		(1U << 4)
#define BPF_F_ID		(1U << 5)
#define BPF_F_LINK		(1U << 13)
#define BPF_F_QUERY_EFFECTIVE	(1U << 0)

/**
 * union netkit_bpf_attr - argument of the four bpf(2) commands netkit serves
 * @attach:	 BPF_PROG_ATTACH and BPF_PROG_DETACH
 * @query:	 BPF_PROG_QUERY
 * @link_create: BPF_LINK_CREATE
 *
 * The layout is that of union bpf_attr, reduced to the fields that netkit
 * reads or writes; 64 bytes, host byte order.
 */
union netkit_bpf_attr {
	struct {
		__u32	target_ifindex;
		__u32	attach_bpf_fd;
		__u32	attach_type;
		__u32	attach_flags;
		__u32	replace_bpf_fd;
		union {
			__u32	relative_fd;
			__u32	relative_id;
		};
		__u64	expected_revision;
	} attach;
	struct {
		__u32	target_ifindex;
		__u32	attach_type;
		__u32	query_flags;
		__u32	attach_flags;
		__aligned_u64 prog_ids;
		__u32	count;
		__u32	pad;
		__aligned_u64 prog_attach_flags;
		__aligned_u64 link_ids;
		__aligned_u64 link_attach_flags;
		__u64	revision;
	} query;
	struct {
		__u32	prog_fd;
		__u32	target_ifindex;
		__u32	attach_type;
		__u32	flags;
		union {
			__u32	relative_fd;
			__u32	relative_id;
		};
		__u32	pad;
		__u64	expected_revision;
	} link_create;
	__u8	bytes[64];
};

/* The part of struct bpf_link_info that is a netkit link's own */
struct netkit_link_info {
	__u32	ifindex;
	__u32	attach_type;
};

#endif /* _UAPI_NETKIT_H */
