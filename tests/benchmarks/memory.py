"""Measures what `gradmark grade` takes on a small machine: memory at its highest, and time.

`python -m tests.benchmarks.memory [ID ...] [-n 1] [--isolation process|bubblewrap] [--half]`

The worked submission of each homework is marked as a pipeline marks it. Memory is that of all processes together, where
what they share counts once (proportional set size), looked at ten times a second. With --half everything runs on one
processor, of which a program that only counts takes its half; the last column is then what a student waits for.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from graders.coursework.packs.pack import homework_ids
from tests.benchmarks.classroom import Memory, gradmark, timed
from tests.support import ROOT

OFTEN = 0.1
"""Seconds between two looks."""


@contextlib.contextmanager
def half_a_processor() -> Iterator[None]:
    """This process, all that it starts and one that never rests on one processor."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    rival = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        rival.kill()
        rival.wait()


def main() -> int:
    """Print a row for each homework."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.memory")
    parser.add_argument("homework", nargs="*", default=homework_ids())
    parser.add_argument("-n", type=int, default=1)
    parser.add_argument("--isolation", default="process")
    parser.add_argument("--half", action="store_true")
    options = parser.parse_args()
    print("| homework | points | memory at the highest | time of processors | by the clock |\n|---|---|---|---|---|")
    machine = half_a_processor() if options.half else contextlib.nullcontext()
    with machine, tempfile.TemporaryDirectory(prefix="gradmark-benchmark-") as place:
        for homework in options.homework:
            print(measured(homework, Path(place) / "report.json", options.n, options.isolation), flush=True)
    return 0


def measured(homework: str, out: Path, n: int, isolation: str) -> str:
    """One homework's row."""
    wanted = ["--homework", homework, "-n", str(n), "--isolation", isolation, "--json", str(out)]
    memory = Memory(OFTEN)
    memory.start()
    took, _ = timed(gradmark("grade", str(ROOT / "student_impl" / homework), *wanted))
    peak, report = memory.end(), json.loads(out.read_text("utf-8"))
    points = f"{report['score']:g}/{report['max_score']:g}"
    return f"| {homework} | {points} | {peak} MiB | {took.cpu:.0f} s | {took.wall:.0f} s |"


if __name__ == "__main__":
    sys.exit(main())
