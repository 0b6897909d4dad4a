"""Measures what `gradmark grade` takes in a small container: memory at its highest, and time.

`python -m tests.benchmarks.memory [ID ...] [--memory 768] [--processors 0.5] [--isolation process|bubblewrap]`

Of each homework the worked submission is marked as a pipeline marks it (`-n 1`), with its recordings and without any,
and with them a wrong one: the first of its mutants that loses a point. A control group holds each run to so much memory
and such a share of the processors, which takes root; memory is that group's, with the files that are kept in it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from graders.coursework.packs.pack import homework_ids
from graders.marking.validation.pack_suite import suite_of
from tests.benchmarks.small_container import container
from tests.support import ROOT


class Run(NamedTuple):
    """A submission, what it is, and the options that it is marked with."""

    what: str
    submission: Path
    options: Sequence[str] = ()


def main() -> int:
    """Print a row for each run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.memory")
    parser.add_argument("homework", nargs="*", default=homework_ids())
    parser.add_argument("--memory", type=int, default=768)
    parser.add_argument("--processors", type=float, default=0.5)
    parser.add_argument("--isolation", default="process")
    options = parser.parse_args()
    print("| homework | submission | points | memory at the highest | of processors | by the clock |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="gradmark-benchmark-") as place:
        for homework in options.homework:
            for run in runs(homework, Path(place)):
                print(measured(homework, run, Path(place), options), flush=True)
    return 0


def runs(homework: str, place: Path) -> Iterator[Run]:
    """What is marked; the first run makes the recordings, and isn't among them."""
    right = ROOT / "student_impl" / homework
    yield Run("right, recordings made", right)
    yield Run("right", right)
    yield Run("right, no recordings", right, ["--no-recordings"])
    mutant = next(one for one in suite_of(homework).mutants if one.loses)
    yield Run(f"wrong ({mutant.name})", mutant.changes.write(homework, place / f"wrong_{homework}"))


def measured(homework: str, run: Run, place: Path, options: argparse.Namespace) -> str:
    """One run's row."""
    out = place / "report.json"
    out.unlink(missing_ok=True)
    words = [sys.executable, "-P", "-m", "graders", "grade", str(run.submission), "--homework", homework, "-n", "1"]
    words += ["--isolation", options.isolation, "--json", str(out), *run.options]
    environment = {"XDG_CACHE_HOME": str(place / "cache"), "GRADMARK_RECORDINGS": "yes"}
    with container(options.memory, options.processors) as small:
        began = time.monotonic()
        status = small.run(words, environment, ROOT)
        wall, used, peak, refused = time.monotonic() - began, small.processor, small.peak, small.refused
    points = f"exit status {status}"
    if out.is_file():
        report = json.loads(out.read_text("utf-8"))
        points = f"{report['score']:g}/{report['max_score']:g}"
    full = f" (full {refused} times)" if refused else ""
    return f"| {homework} | {run.what} | {points} | {peak} MiB{full} | {used:.1f} s | {wall:.0f} s |"


if __name__ == "__main__":
    sys.exit(main())
