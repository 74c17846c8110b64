/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Check lines for tests written in C: ok(condition, format, ...) prints one,
 * and main() ends with `return finish();`. What that prints says that the test
 * has come to its end.
 */
#ifndef TAP_H
#define TAP_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if !__GLIBC_PREREQ(2, 32)
#define strerrorname_np(err)	strerror(err)
#endif

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3), unused))
static bool ok(bool good, const char *format, ...)
{
	va_list ap;

	tap_count++;
	tap_failed += !good;
	printf("%sok - ", good ? "" : "not ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	return good;
}

/* A line of detail, after a check */
__attribute__((format(printf, 1, 2), unused))
static void note(const char *format, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

/* Did a call return, or set errno to, what it should? 0 stands for success */
__attribute__((unused))
static bool ok_errno(int got, int expected, const char *what)
{
	bool good = ok(got == expected, "%s: %s", what,
		       expected ? strerrorname_np(expected) : "success");

	if (!good)
		note("got %d (%s)", got, got ? strerror(got) : "success");
	return good;
}

__attribute__((unused))
static void skip(const char *what, const char *reason)
{
	tap_count++;
	printf("ok - %s # SKIP %s\n", what, reason);
	fflush(stdout);
}

/* For what must work before anything can be tested */
__attribute__((format(printf, 1, 2), noreturn, unused))
static void bail(const char *format, ...)
{
	int err = errno;
	va_list ap;

	printf("not ok - ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n# errno %d (%s)\n", err, strerror(err));
	fflush(stdout);
	exit(1);
}

__attribute__((unused))
static int finish(void)
{
	if (!tap_count)
		ok(false, "has checks");
	printf("1..%d\n", tap_count);
	fflush(stdout);
	return tap_failed > 0;
}

#endif /* TAP_H */
