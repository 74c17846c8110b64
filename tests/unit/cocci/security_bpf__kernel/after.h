/* SPDX-License-Identifier: GPL-2.0-only */
#ifdef CONFIG_SECURITY
extern int security_bpf(int cmd, union bpf_attr *attr, unsigned int size, bool kernel);
extern int security_bpf_map(struct bpf_map *map, fmode_t fmode);
#else
static inline int security_bpf(int cmd, union bpf_attr *attr,
			       unsigned int size, bool kernel)
{
	return 0;
}
#endif
