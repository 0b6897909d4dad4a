"""How time and memory of a reader grow with the size of what it reads: at 1, 4 and 16 times a size, by ratios alone.

Each input is read in its own process, several times; the least processor time and the least memory count. What
grows linearly takes four times as much for four times the size, what grows with the square 16 times. Halfway is
FASTER, with room for sorting and for what a busy machine adds; what is over it is measured once more.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graders.sandbox import apart
from tests.fuzz.readers import READERS, Reader

TIMES = (1, 4, 16)
FASTER = 8.0
"""The ratio from 4 times a size to 16 times at which something grows faster than linearly."""
LARGEST = 64_000
"""Bytes of the largest input, nearly: below what readers refuse for its size alone."""
REPEATED, ENOUGH = 3, 0.3
"""Readings of an input, and the seconds after which there is no need for another."""
MOST_SECONDS = 120
"""Processor time after which a reading is given up: it has grown too fast."""
_AS_GOOD_AS_NOTHING = 0.003, 8 << 20
"""Seconds and bytes that are added to both sides of a ratio: less is noise, and found in what was free already."""


@dataclass(frozen=True)
class Growth:
    """The seconds and bytes that readings of three sizes took."""

    sizes: list[int]
    seconds: list[float]
    memory: list[int]

    @property
    def ratios(self) -> tuple[float, float]:
        """Of time and of memory, from 4 times the size to 16 times, for four times as many bytes."""
        by_size = 4 * self.sizes[1] / max(self.sizes[2], 1)
        pairs = zip((self.seconds, self.memory), _AS_GOOD_AS_NOTHING, strict=True)
        time_ratio, memory_ratio = (by_size * (found[2] + least) / (found[1] + least) for found, least in pairs)
        return time_ratio, memory_ratio

    @property
    def is_linear(self) -> bool:
        """Whether neither grows faster than linearly."""
        return max(self.ratios) < FASTER


def growth(reader: Reader, kind: str, largest: int = LARGEST) -> Growth:
    """How this reader grows with this kind of input."""
    found = [_reading(reader, kind, count) for count in counts(reader, kind, largest)]
    sizes, seconds, memory = (list(column) for column in zip(*found, strict=True))
    return Growth(sizes, seconds, memory)


def counts(reader: Reader, kind: str, largest: int) -> list[int]:
    """How many pieces make inputs of which the largest has about this many bytes."""
    with tempfile.TemporaryDirectory(prefix="growth-") as place:
        a_hundred = reader.put(kind, 100, Path(place))
    base = max(1, largest * 100 // a_hundred // TIMES[-1])
    return [base * times for times in TIMES]


def _reading(reader: Reader, kind: str, count: int) -> tuple[int, float, int]:
    with tempfile.TemporaryDirectory(prefix="growth-") as place:
        folder = Path(place)
        size = reader.put(kind, count, folder)
        taken = [_once(reader, folder)]
        while len(taken) < REPEATED and sum(seconds for seconds, _ in taken) < ENOUGH:
            taken.append(_once(reader, folder))
    return size, min(seconds for seconds, _ in taken), min(memory for _, memory in taken)


def _once(reader: Reader, folder: Path) -> tuple[float, int]:
    """Processor time without the kernel's and peak of memory of one reading, in a fork."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
            os.write(writing, json.dumps(_measured(reader, folder)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        answer = file.read()
    os.waitpid(pid, 0)
    if not answer:
        return float(MOST_SECONDS), 0
    seconds, memory = json.loads(answer)
    return seconds, memory


def _measured(reader: Reader, folder: Path) -> tuple[float, int]:
    gc.freeze()
    Path("/proc/self/clear_refs").write_text("5")
    held = _high_water()
    began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    with apart.in_place():
        reader.run(folder)
    seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime - began
    return seconds, max(_high_water() - held, 0)


def _high_water() -> int:
    """The most memory that this process has held, in bytes."""
    text = Path("/proc/self/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) << 10


def main(names: Iterable[str]) -> int:
    """Measure these readers, or all, with a line for each kind of input; 1 where one grows too fast."""
    chosen = [reader for reader in READERS if reader.name in names] or READERS
    broken = 0
    for reader in chosen:
        for kind in reader.kinds:
            found = growth(reader, kind)
            found = found if found.is_linear else growth(reader, kind)
            in_time, in_memory = found.ratios
            told = f"{reader.name}, {kind}: {found.sizes[-1]} bytes take {found.seconds[-1]:.2f} s"
            told += f" and {found.memory[-1] / (1 << 20):.0f} MiB; 4 times the size takes {in_time:.1f} times as long"
            print(f"{told} and {in_memory:.1f} times as much", "" if found.is_linear else "TOO FAST", flush=True)
            broken += not found.is_linear
    print(f"{broken} grow faster than linearly" if broken else "nothing grows faster than linearly", flush=True)
    return 1 if broken else 0
