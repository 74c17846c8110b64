// SPDX-License-Identifier: GPL-2.0-only
/*
 * A namespace, a device, the descriptor of a link, a pin and the module go in
 * all 120 orders, and much more in random ones, while packets flow; see
 * teardown.h. The module stays as long as there is a device or a link. Each
 * order and each round ends with the module unloaded and nothing left.
 *
 * NK_ROUNDS is the number of random rounds, in twenties.
 *
 * netkit-vm: timeout=900 stress=10 check=no thread=single append=preempt=full
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

/* A sender that is held inside the kernel, and with it a device */
struct sender {
	int uffd, raw, ifindex;
	__u8 *page;
	pthread_t thread;
};

static void *held_sender(void *arg)
{
	struct sender *s = arg;
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = s->ifindex,
		.sll_protocol = htons(NK_ETHERTYPE),
		.sll_halen = ETH_ALEN,
	};

	/* The device is looked up before the frame is read. */
	sendto(s->raw, s->page, 64, 0, (struct sockaddr *)&to, sizeof(to));
	return NULL;
}

static void hold_device(struct sender *s, int ifindex)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct pollfd p;

	s->ifindex = ifindex;
	s->raw = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	s->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	s->uffd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	reg.range.start = (unsigned long)s->page;
	reg.range.len = 4096;
	if (s->raw < 0 || s->page == MAP_FAILED || s->uffd < 0 ||
	    ioctl(s->uffd, UFFDIO_API, &api) ||
	    ioctl(s->uffd, UFFDIO_REGISTER, &reg) ||
	    pthread_create(&s->thread, NULL, held_sender, s))
		nk_die("start a sender");
	p = (struct pollfd){ .fd = s->uffd, .events = POLLIN };
	if (poll(&p, 1, 20000) != 1)
		nk_die("a sender is held by a page that does not come");
}

static void release_device(struct sender *s)
{
	__u8 frame[4096] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct uffdio_copy copy = {
		.dst = (unsigned long)s->page,
		.src = (unsigned long)frame,
		.len = 4096,
	};

	if (ioctl(s->uffd, UFFDIO_COPY, &copy))
		nk_die("give a held sender its page");
	pthread_join(s->thread, NULL);
	close(s->uffd);
	close(s->raw);
	munmap(s->page, 4096);
}

/*
 * A pair is deleted and can be seen no more, but somebody in the kernel still
 * has one of its ends: the module must stay for what is to come.
 */
static void held_device(int end)
{
	struct sender s;
	int status = -1;
	pid_t pid;

	td_begin();
	td_did(" a sender holds end %d, the pair is deleted", end);
	td_make_pair(0, 0, 0);
	td_silence(0);
	hold_device(&s, td_pairs[0].ifindex[end]);
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		nk_die("fork");
	if (!pid)	/* waits in the kernel until the sender has gone */
		_exit(nk_dellink(nk_rtnl_open(), td_pairs[0].ifindex[0]) != 0);
	td_until(!td_index(&td_pairs[0], 0) && !td_index(&td_pairs[0], 1),
		 "a pair is not deleted while a sender is at it");
	td_want(waitpid(pid, &status, WNOHANG), 0, "whoever deletes waits");
	td_want(nk_unload(), -EAGAIN, "unloading while an end is held");
	if (!nk_loaded())
		nk_die("go on without the module");
	td_want(probe(), -ENODEV, "a probe after the refusal");
	release_device(&s);
	waitpid(pid, &status, 0);
	td_want(status, 0, "deleting succeeds");
	td_gone(0);
	td_end(end ? "a sender holds the peer of a deleted pair" :
	       "a sender holds the primary of a deleted pair");
}

int main(void)
{
	const char *scale = getenv("NK_ROUNDS");
	int rounds = 20 * (scale && *scale ? atoi(scale) : 1);
	__u64 seed;

	nk_init();
	prog = nk_prog(NK_NEXT).fd;
	seed = td_init(&module);
	td_all_orders(TD_END_MODULE + 1, 1);
	held_device(0);
	held_device(1);
	td_rounds(seed, rounds);
	nk_ok(td_refused && td_unloaded,
	      "the module was refused to go %llu times and went %llu times",
	      (unsigned long long)td_refused, (unsigned long long)td_unloaded);
	td_finish(120 + rounds);
	return nk_exit();
}
