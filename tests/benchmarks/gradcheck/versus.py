"""This program, torch's fast mode and another version of this program by turns, in one run.

Each has its own process, so that whatever else the machine does falls on all alike; times are those of the
processor, without waiting.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.gradcheck import report, scenarios

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


def compare(other: Path | None, rounds: int) -> str:
    """A table of times, and of ratios to those of torch's fast mode and of the version in another folder."""
    runs = {"now": (Tree(Path.cwd()), "gradmark"), "torch fast": (Tree(Path.cwd()), "torch fast")}
    if other is not None:
        runs["before"] = (Tree(other.resolve()), "gradmark")
    rows = [_row(layer, runs, rounds) for layer in scenarios.MEASURED]
    for tree, _ in runs.values():
        tree.end()
    return report.table(["ms (forward + backward)", *runs, *(f"now / {name}" for name in list(runs)[1:])], rows)


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
