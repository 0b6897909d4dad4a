"""Times `gradmark grade student_impl/ai702` in bubblewrap and as a process, in turn: the ratio counts.

Run by name: `python tests/benchmarks/isolation.py [PAIRS]`. Exit status 1 where the median ratio is over 1.15.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GRADE = [sys.executable, "-P", "-m", "graders", "grade", str(ROOT / "student_impl/ai702"), "--isolation"]
MOST = 1.15


def seconds(isolation: str) -> float:
    """Wall-clock time of a full run that must end with full marks."""
    start = time.perf_counter()
    subprocess.run([*GRADE, isolation], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(pairs: int) -> int:
    """Time so many pairs after one that isn't counted, and print them."""
    for isolation in ("process", "bubblewrap"):
        seconds(isolation)
    times: dict[str, list[float]] = {"process": [], "bubblewrap": []}
    print(f"{'process':>10}{'bubblewrap':>12}{'ratio':>8}")
    for pair in range(pairs):
        for isolation in list(times)[:: 1 if pair % 2 else -1]:  # neither is always the first
            times[isolation].append(seconds(isolation))
        process, bubblewrap = times["process"][-1], times["bubblewrap"][-1]
        print(f"{process:>9.2f}s{bubblewrap:>11.2f}s{bubblewrap / process:>8.2f}")
    process, bubblewrap = (statistics.median(values) for values in times.values())
    ratio = bubblewrap / process
    print(f"medians {process:.2f} s and {bubblewrap:.2f} s, ratio {ratio:.2f} (at most {MOST:g})")
    return int(ratio > MOST)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
