// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls through pointers, in all the forms that tests/lib/check-indirect-calls
 * must find: a call, a jump in place of a call and a return, one through
 * memory, and, being in a function where another is allowed, one that only
 * debug information tells from that.
 */
int (*pointer)(int arg);
int (*pointers[4])(int arg);

int nk_call(int arg);
int nk_tail(int arg);
int nk_memory(unsigned int index, int arg);
int netkit_xmit(int arg);

int nk_call(int arg)
{
	return pointer(arg) + 1;
}

int nk_tail(int arg)
{
	return pointer(arg);
}

int nk_memory(unsigned int index, int arg)
{
	return pointers[index](arg) + 1;
}

int netkit_xmit(int arg)
{
	return pointer(arg) + 2;
}
