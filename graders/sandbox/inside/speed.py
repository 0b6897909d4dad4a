"""How slow this machine is: the time of a fixed piece of work, as a multiple of that on our reference machine.

What a check may take is counted in these units, so a slow machine gives more seconds, not more timeouts.
"""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable

import numpy as np

COMPUTING_SECONDS = 0.00034
"""Processor time of `_compute` on the machine on which the limits were chosen, the least of many repetitions there: two
virtual cores of an Intel Xeon (AVX-512), Python 3.11, NumPy 2."""
PAGES_SECONDS = 0.00040
"""The same for `_touch_pages`: 0.4 s a GiB."""
MOST = 20.0
"""Of the factor. What is twenty times as slow is a machine in trouble, and an endless loop should end some time."""
_REPETITIONS = 3
"""The least of them counts: whatever else the machine does can only add."""
_PAGES = 256
_PAGE = 4096


def slowness() -> float:
    """How many times as long as on the reference machine code takes here, from 1 to MOST.

    The worse of computing (bytecode, small calls of NumPy) and of touching fresh memory, which is the kernel's work.
    """
    ratios = [_least_seconds(_compute) / COMPUTING_SECONDS, _least_seconds(_touch_pages) / PAGES_SECONDS]
    return min(max(1.0, *ratios), MOST)


def _least_seconds(work: Callable[[], None]) -> float:
    return min(_seconds(work) for _ in range(_REPETITIONS))


def _seconds(work: Callable[[], None]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


def _compute() -> None:
    """Bytecode and small calls of NumPy, none of BLAS: its first call takes memory for good."""
    total, matrix = 0, np.arange(12.0).reshape(3, 4)
    for number in range(250):
        total += number * number % 7
        if number % 3 == 0:
            matrix = np.maximum(matrix - matrix.mean(axis=0), 0.0) / 1e3


def _touch_pages() -> None:
    with mmap.mmap(-1, _PAGES * _PAGE) as fresh:
        for start in range(0, _PAGES * _PAGE, _PAGE):
            fresh[start] = 1
