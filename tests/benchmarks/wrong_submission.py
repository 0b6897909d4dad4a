"""What reasons cost: a submission with three wrong components against the right one, by turns.

`python -m tests.benchmarks.wrong_submission [--rounds 5]`: medians of the whole command, and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from graders.marking.validation.changes import Changes
from graders.marking.validation.pack_suite import suite_of
from tests.support import ROOT

MISTAKES = ("sigmoid: derivative in terms of Z", "mse: gradient right for two classes only", "batchnorm: eps 1e-5")
"""Of three components that no other is built on."""


def main() -> None:
    """Time both."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.wrong_submission")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    chosen = [mutant for mutant in suite_of("ai702").mutants if mutant.name in MISTAKES]
    assert len(chosen) == len(MISTAKES)
    with tempfile.TemporaryDirectory(prefix="gradmark-wrong-") as place:
        edits = tuple(edit for mutant in chosen for edit in mutant.changes.edits)
        wrong = Changes(edits=edits).write("ai702", Path(place) / "submission")
        times: dict[str, list[float]] = {"right": [], "wrong": []}
        for _ in range(rounds):
            for name, folder in (("right", ROOT / "student_impl" / "ai702"), ("wrong", wrong)):
                began = time.perf_counter()
                command = [sys.executable, "-P", "-m", "graders", "grade", str(folder)]
                subprocess.run(command, check=False, capture_output=True)
                times[name].append(time.perf_counter() - began)
    right, wrong_seconds = (statistics.median(times[name]) for name in ("right", "wrong"))
    print(f"right {right:.2f} s, three wrong components {wrong_seconds:.2f} s: {wrong_seconds / right:.2f} times")


if __name__ == "__main__":
    main()
