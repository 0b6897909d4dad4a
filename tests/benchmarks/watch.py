"""Times `gradmark watch` from a save to what it has to say, against `python -c "import torch"`, in turn.

`python tests/benchmarks/watch.py [TIMES]`. A component of ai702 is saved that is right, then one that is wrong. The
result is there with the table of marks; why points are lost comes later. Exit status 1 for a median over its bound.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
IMPORT = [sys.executable, "-c", "import torch"]
WATCH = [sys.executable, "-P", "-m", "graders", "watch"]
MOST = {"right": 0.3, "wrong": 0.6}
NAMES = (*MOST, "with the reason")
COMPONENT = "mytorch/nn/batchnorm.py"
RIGHT, WRONG = "+ dLdM / self.N\n", "+ dLdM\n"


def import_seconds() -> float:
    """Wall-clock time of the import."""
    start = time.perf_counter()
    subprocess.run(IMPORT, check=True)
    return time.perf_counter() - start


@contextlib.contextmanager
def watching(folder: Path) -> Iterator[IO[str]]:
    """What it prints, from its second marking on: then all that it needs is there."""
    process = subprocess.Popen([*WATCH, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        read_block(process.stdout)
        yield process.stdout
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def read_block(printed: IO[str], end: str = "\n") -> str:
    """What is said about one marking, which ends with an empty line; or up to a line that begins so."""
    said = ""
    for line in printed:
        said += line
        if line.startswith(end):
            break
    return said


def save(file: Path, content: str) -> float:
    """Save as editors do; when."""
    beside = file.with_name("4913")
    beside.write_text(content)
    start = time.perf_counter()
    beside.replace(file)
    return start


def main(times: int) -> int:
    """Time so many saves of each kind, and print the ratios."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(ROOT / "student_impl/ai702", Path(place) / "ai702"))
        file = folder / COMPONENT
        text = file.read_text()
        texts = {"right": text, "wrong": wrong(text)}
        with watching(folder) as printed:
            for kind in ("wrong", "right"):  # not counted: all imports are done after these
                save(file, texts[kind])
                read_block(printed)
            print(
                f"{len(os.sched_getaffinity(0))} cores\n{'import torch':>14}" + "".join(f"{name:>16}" for name in NAMES)
            )
            ratios: dict[str, list[float]] = {name: [] for name in NAMES}
            for number in range(times):
                imported = import_seconds()
                taken = {
                    name: seconds
                    for kind in MOST
                    for name, seconds in timed(file, f"{texts[kind]}\n# {number}\n", kind, printed)
                }
                for name, seconds in taken.items():
                    ratios[name].append(seconds / imported)
                print(f"{imported:>13.2f}s" + "".join(f"{taken[name]:>15.2f}s" for name in NAMES), flush=True)
    medians = {name: statistics.median(found) for name, found in ratios.items()}
    bounds = {name: f" (at most {MOST[name]:g})" if name in MOST else "" for name in NAMES}
    print(", ".join(f"{name} {median:.2f}{bounds[name]}" for name, median in medians.items()))
    return int(any(medians[kind] > most for kind, most in MOST.items()))


def timed(file: Path, content: str, kind: str, printed: IO[str]) -> Iterator[tuple[str, float]]:
    """The seconds from a save to its marks, and, where points are lost, to the reasons."""
    start = save(file, content)
    read_block(printed, "Total ")
    yield kind, time.perf_counter() - start
    rest = read_block(printed)
    assert ("again  " in rest) is (kind == "wrong"), rest
    if kind == "wrong":
        yield "with the reason", time.perf_counter() - start


def wrong(text: str) -> str:
    """The component with a mistake in its gradient."""
    assert RIGHT in text
    return text.replace(RIGHT, WRONG)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
