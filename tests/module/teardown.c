// SPDX-License-Identifier: GPL-2.0-only
/*
 * A namespace, a device, the descriptor of a link, a pin and the module go in
 * all 120 orders, and much more in random ones, while packets flow; see
 * teardown.h. The module stays as long as there is a device or a link. Each
 * order and each round ends with the module unloaded and nothing left.
 *
 * NK_ROUNDS is the number of random rounds, in twenties.
 *
 * netkit-vm: timeout=900 stress=10 thread=single append=preempt=full
 * netkit-vm: kmsg=selects TX queue 0, but real number of TX queues is 0
 */
#include "calls.h"
#include "../lib/teardown.h"

static int prog;

static int load(void)
{
	return nk_sh("modprobe " NK_MODULE);
}

static long probe(void)
{
	return nk_probe(prog);
}

static const struct td_module module = {
	.load = load, .unload = nk_unload, .probe = probe,
};

int main(void)
{
	const char *scale = getenv("NK_ROUNDS");
	int rounds = 20 * (scale && *scale ? atoi(scale) : 1);
	__u64 seed;

	nk_init();
	prog = nk_prog(NK_NEXT).fd;
	seed = td_init(&module);
	td_all_orders(TD_END_MODULE + 1, 1);
	td_rounds(seed, rounds);
	nk_ok(td_refused && td_unloaded,
	      "the module was refused to go %llu times and went %llu times",
	      (unsigned long long)td_refused, (unsigned long long)td_unloaded);
	td_finish(120 + rounds);
	return nk_exit();
}
