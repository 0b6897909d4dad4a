"""What a reader takes and raises: memory within a bound, and the declared exceptions, which are counted."""

from __future__ import annotations

import contextlib
import os
import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MEMORY_BASE = 16 << 20
MEMORY_PER_BYTE = 2000
"""An empty list takes two bytes of JSON and 56 of memory; a node of a syntax tree some hundreds."""
_HIGH_WATER = b"5"
_KIB = 1024
_STATUS, _CLEAR_REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_OF_MEMORY = re.compile(rb"(Vm\w+):\s*(\d+)")
_MEASURED_BY_LINUX = os.access(_CLEAR_REFS, os.W_OK)


@dataclass
class Seen:
    """What has happened since it was emptied: exceptions by name, and the most memory that one input took."""

    exceptions: Counter[str] = field(default_factory=Counter)
    memory: int = 0


SEEN = Seen()


@contextlib.contextmanager
def declared(*kinds: type[BaseException]) -> Iterator[None]:
    """These may be raised, and end what is within."""
    try:
        yield
    except kinds as error:
        SEEN.exceptions[type(error).__name__] += 1


@contextlib.contextmanager
def bounded(size: int) -> Iterator[None]:
    """AssertionError where more memory is taken at once than an input of that size may cost."""
    with _linux() if _MEASURED_BY_LINUX else _traced() as taken:
        yield
    SEEN.memory = max(SEEN.memory, *taken)
    allowed = MEMORY_BASE + MEMORY_PER_BYTE * size
    assert max(taken) <= allowed, f"{max(taken)} bytes of memory for {size} bytes of input"


@contextlib.contextmanager
def _traced() -> Iterator[list[int]]:
    """What Python's allocator gives; it takes as long again as most readers."""
    taken: list[int] = []
    tracemalloc.start()
    try:
        yield taken
        taken.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


@contextlib.contextmanager
def _linux() -> Iterator[list[int]]:
    """What the process takes, C libraries' memory too: resident at most, and addresses where they are a new record."""
    taken: list[int] = []
    with _CLEAR_REFS.open("wb", buffering=0) as file:
        file.write(_HIGH_WATER)
    before = _status()
    yield taken
    after = _status()
    taken.append(after[b"VmHWM"] - before[b"VmRSS"])
    taken.append(after[b"VmPeak"] - before[b"VmSize"] if after[b"VmPeak"] > before[b"VmPeak"] else 0)


def _status() -> dict[bytes, int]:
    with _STATUS.open("rb", buffering=0) as file:
        return {name: int(size) * _KIB for name, size in _OF_MEMORY.findall(file.read(8192))}
