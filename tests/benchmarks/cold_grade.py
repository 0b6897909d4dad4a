"""Times a cold `gradmark grade student_impl/ai702` against `python -c "import torch"`, in turn: the ratio counts.

Run by name: `python tests/benchmarks/cold_grade.py [PAIRS]`. Exit status 1 where the median ratio is over 3.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORT = [sys.executable, "-c", "import torch"]
GRADE = [sys.executable, "-P", "-m", "graders", "grade", str(ROOT / "student_impl/ai702"), "--profile", "grading"]
MOST = 3.0


def seconds(command: list[str]) -> float:
    """Wall-clock time of a command that must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(pairs: int) -> int:
    """Time so many pairs after one that isn't counted, and print them."""
    seconds(IMPORT)
    seconds(GRADE)
    ratios = []
    print(f"{len(os.sched_getaffinity(0))} cores\n{'import torch':>14}{'grade':>10}{'ratio':>8}")
    for _ in range(pairs):
        imported, graded = seconds(IMPORT), seconds(GRADE)
        ratios.append(graded / imported)
        print(f"{imported:>13.2f}s{graded:>9.2f}s{ratios[-1]:>8.2f}")
    print(f"median ratio {statistics.median(ratios):.2f} (at most {MOST:g})")
    return int(statistics.median(ratios) > MOST)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
