"""Writes to any standard output: its reader may leave (`| head`), its encoding lack a letter, or it may be closed."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Pipe(io.FileIO):
    """A file whose other end may be closed: then what is written goes nowhere."""

    def write(self, content: ReadableBuffer) -> int:
        try:
            return super().write(content)
        except BrokenPipeError:
            return memoryview(content).nbytes


def make_stdio_robust() -> None:
    """From now on closed streams, readers that leave and narrow encodings change neither what runs nor how it exits."""
    _open_what_is_closed()
    _let_readers_go()


def _open_what_is_closed() -> None:
    """A pipe to the worker would get the free number, and what is printed would go there."""
    for number in range(3):
        with contextlib.suppress(OSError):
            os.fstat(number)
            continue
        os.open(os.devnull, os.O_RDWR)  # the smallest number that is free
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for good


def _let_readers_go() -> None:
    """A reader that left is no error; what the encoding lacks is escaped."""
    stdout = sys.stdout
    if stdout is not sys.__stdout__ or not isinstance(stdout, io.TextIOWrapper):
        return  # a test's
    stdout.flush()
    pipe = io.BufferedWriter(_Pipe(stdout.fileno(), "wb", closefd=False))
    sys.stdout = io.TextIOWrapper(
        pipe, stdout.encoding, errors="backslashreplace", line_buffering=stdout.line_buffering
    )
