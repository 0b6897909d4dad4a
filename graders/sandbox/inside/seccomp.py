"""Puts a filter for system calls into force, for this process and all that it starts; seccomp(2) describes it."""

from __future__ import annotations

import ctypes
import os

_SET_SECCOMP, _FILTER = 22, 2
_INSTRUCTION = 8
"""Bytes of one."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def refuse(filter_: bytes) -> None:
    """For good. OSError if the kernel doesn't take it; the caller may then run no student code."""
    instructions = ctypes.create_string_buffer(filter_, len(filter_))
    program = _Program(len(filter_) // _INSTRUCTION, ctypes.addressof(instructions))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
