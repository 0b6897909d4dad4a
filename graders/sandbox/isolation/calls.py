"""System calls that student code doesn't need: memory that no limit counts, and rarely used parts of the kernel.

The filter is made with libseccomp, where that is installed (Debian's package libseccomp2), and put into force by the
worker itself. Without it nothing is refused: no promise but those of docs/security.md that name it hangs on this.
"""

from __future__ import annotations

import errno
import tempfile
from functools import cache

_NEW_USERS = 0x10000000
"""CLONE_NEWUSER: a namespace in which the process has all rights."""
_REFUSED = (
    *("memfd_create", "memfd_secret", "shmget"),  # memory beside the address space
    *("setns", "userfaultfd", "bpf", "perf_event_open", "io_uring_setup", "add_key", "request_key", "keyctl"),
)


@cache
def refusing() -> bytes:
    """The filter as a program of the kernel's; empty where there is no libseccomp."""
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError, AttributeError):
        return b""
    made = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refused = pyseccomp.ERRNO(errno.EPERM)
    for name in _REFUSED:
        made.add_rule(refused, name)
    for name in ("clone", "unshare"):
        made.add_rule(refused, name, pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _NEW_USERS, _NEW_USERS))
    # Its flags lie in memory, where no filter looks. The C library has `clone` in its place where there is none.
    made.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.seek(0)
        return file.read()
