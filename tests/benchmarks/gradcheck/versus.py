"""Two trees of this program and torch's fast mode, by turns, in one run: ``python -m tests.benchmarks.gradcheck.versus``.

``--other TREE`` names the folder of another version. Each layer is checked by turns in a process of each tree, so that
whatever else the machine does falls on all alike; times are those of the processor, without waiting.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from tests.benchmarks.gradcheck import report, scenarios  # noqa: E402 - after the threads are set

SERVE = """
import sys, time
import numpy as np
from tests.benchmarks.gradcheck import peers, scenarios
for line in sys.stdin:
    name, checker, seed = line.split(",")
    counted = peers.Counted(scenarios.MEASURED[name](np.random.default_rng(int(seed))))
    start = time.process_time()
    peers.CHECKERS[checker][0](counted, int(seed))
    print(time.process_time() - start, counted.forwards, counted.backwards, flush=True)
"""
"""What runs in each process: a layer, a checker and a seed a line; seconds and evaluations come back."""

WARM = 3
"""Rounds that don't count."""


class Tree:
    """A process that checks layers with the program in one folder."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
        )

    def run(self, layer: str, checker: str, seed: int) -> tuple[float, int, int]:
        """Seconds, forward and backward evaluations of one check."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{layer},{checker},{seed}\n")
        self._process.stdin.flush()
        seconds, forwards, backwards = self._process.stdout.readline().split()
        return float(seconds), int(forwards), int(backwards)

    def end(self) -> None:
        """End it."""
        self._process.communicate()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure by turns, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gradcheck.versus", description=__doc__)
    parser.add_argument("--other", type=Path, help="the folder of another version")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args(arguments)
    runs = {"now": (Tree(Path.cwd()), "gradmark"), "torch fast": (Tree(Path.cwd()), "torch fast")}
    if options.other:
        runs["before"] = (Tree(options.other.resolve()), "gradmark")
    rows = [_row(layer, runs, options.rounds) for layer in scenarios.MEASURED]
    sys.stdout.write(
        report.table(["ms (forward + backward)", *runs, *(f"now / {name}" for name in list(runs)[1:])], rows)
    )
    sys.stdout.write("\n")
    for tree, _ in runs.values():
        tree.end()
    return 0


def _row(layer: str, runs: dict[str, tuple[Tree, str]], rounds: int) -> list[str]:
    found: dict[str, list[tuple[float, int, int]]] = {name: [] for name in runs}
    for seed in range(rounds + WARM):
        for name, (tree, checker) in runs.items():
            found[name].append(tree.run(layer, checker, seed))
    seconds = {name: [one[0] for one in some[WARM:]] for name, some in found.items()}
    middle = {name: statistics.median(some) for name, some in seconds.items()}
    cells = [f"{1e3 * middle[name]:.1f} ({found[name][0][1]} + {found[name][0][2]})" for name in runs]
    ratios = [
        f"{statistics.median(a / b for a, b in zip(seconds['now'], some, strict=True)):.2f}"
        for name, some in seconds.items()
        if name != "now"
    ]
    return [layer, *cells, *ratios]


if __name__ == "__main__":
    sys.exit(main())
