"""Measures what `gradmark grade` takes on a small machine: memory at its highest, and time of processors.

`python -m tests.benchmarks.memory [ID ...] [-n 1] [--isolation process|bubblewrap]`

The worked submission of each homework is marked as a pipeline marks it. Memory is that of all processes together, where
what they share counts once (proportional set size), looked at ten times a second. On half a processor a marking lasts
twice the time of processors that is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from graders.rubric import homework_ids
from tests.benchmarks.classroom import Memory, gradmark, timed
from tests.support import ROOT

OFTEN = 0.1
"""Seconds between two looks."""


def main() -> int:
    """Print a row for each homework."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.memory")
    parser.add_argument("homework", nargs="*", default=homework_ids())
    parser.add_argument("-n", type=int, default=1)
    parser.add_argument("--isolation", default="process")
    options = parser.parse_args()
    print("| homework | memory at the highest | time of processors |\n|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="gradmark-benchmark-") as place:
        for homework in options.homework:
            out = str(Path(place) / "report.json")
            wanted = ["--homework", homework, "-n", str(options.n), "--isolation", options.isolation, "--json", out]
            memory = Memory(OFTEN)
            memory.start()
            took, _ = timed(gradmark("grade", str(ROOT / "student_impl" / homework), *wanted))
            print(f"| {homework} | {memory.end()} MiB | {took.cpu:.0f} s |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
