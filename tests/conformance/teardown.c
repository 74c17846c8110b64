// SPDX-License-Identifier: GPL-2.0-only
/*
 * A namespace, a device, the descriptor of a link and a pin go in every order,
 * and much more in random ones, while packets flow; see teardown.h. NK_ROUNDS
 * is the number of random rounds, in twenties.
 *
 * netkit-vm: stress=10
 * netkit-vm: kmsg=selects TX queue 0, but real number of TX queues is 0
 */
#include "../lib/teardown.h"

int main(void)
{
	const char *scale = getenv("NK_ROUNDS");
	int rounds = 20 * (scale && *scale ? atoi(scale) : 1);
	__u64 seed;

	nk_init();
	seed = td_init(NULL);
	td_all_orders(TD_END_MODULE, 4);
	td_rounds(seed, rounds);
	td_finish(24 * 4 + rounds);
	return nk_exit();
}
