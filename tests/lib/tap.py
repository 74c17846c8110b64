# SPDX-License-Identifier: GPL-2.0-only
"""Check lines for tests written in Python.

    sys.path.insert(0, "../lib")
    import tap
    tap.ok(a == b, "they are equal")
    tap.finish()
"""

import errno
import sys

count = 0
failed = 0


def note(text):
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


def ok(good, what, detail=None):
    """One check; detail is printed if it failed."""
    global count, failed
    count += 1
    if good:
        print(f"ok - {what}", flush=True)
    else:
        failed += 1
        print(f"not ok - {what}", flush=True)
        if detail is not None:
            note(detail)
    return bool(good)


def equal(got, expected, what):
    return ok(got == expected, what, f"got {got!r}, expected {expected!r}")


def fails_with(number, what, call, *args, **kwargs):
    """The call must raise an error that carries this errno."""
    try:
        call(*args, **kwargs)
        got = 0
    except Exception as e:  # OSError, or pyroute2's NetlinkError (.code)
        got = getattr(e, "code", None) or getattr(e, "errno", None)
        if got is None:
            return ok(False, what, repr(e))

    def name(n):
        return errno.errorcode.get(n, str(n)) if n else "success"
    return ok(got == number, f"{what}: {name(number)}", f"got {name(got)}")


def skip(what, reason):
    global count
    count += 1
    print(f"ok - {what} # SKIP {reason}", flush=True)


def finish():
    """Ends the test, with the exit status that the runner expects."""
    if not count:
        ok(False, "has checks")
    print(f"1..{count}", flush=True)
    sys.exit(failed > 0)
