"""Times `gradmark class` on a class of a homework against single `gradmark grade` runs, and compares every mark.

`python -m tests.benchmarks.classroom [--count 100] [-n auto] [--sample K] [--homework ai702] [--folder DIR]`

Of a class of ai702 16 % are right, 6 % crash, 4 % never end, and the rest have one mistake each; of other homeworks
none crash or never end. The class is marked without reasons (`--marks-only`), then anew with them. Single runs are made
of all submissions, or with --sample of K of each kind before, between and after the two, as the machine may be faster
at one time than at another; from these the time of all is worked out. Marks and reports are compared. Memory is that of
all processes together at its highest, where what forks share counts once (proportional set size).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from graders.classroom.result import Result
from graders.classroom.store import Store
from graders.marking.validation.pack_suite import suite_of
from tests.cli.program import scores, statuses, timeless
from tests.support import ROOT, copy_of_worked, replace_in

CHANGED = "ai702"
"""Whose worked submission is broken as below."""
SHARES = {"right": 0.16, "crash": 0.06, "endless": 0.04}
BROKEN = {"crash": "__import__('os').abort()", "endless": "[None for _ in iter(int, 1)]"}
LINEAR, RIGHT = "mytorch/nn/linear.py", "self.dLdW = dLdW / self.N"


@dataclass(frozen=True)
class Took:
    """Seconds by the wall clock, and of processors."""

    wall: float
    cpu: float

    def __add__(self, other: Took) -> Took:
        return Took(self.wall + other.wall, self.cpu + other.cpu)

    def __mul__(self, factor: float) -> Took:
        return Took(self.wall * factor, self.cpu * factor)


def write_class(folder: Path, count: int, homework: str = CHANGED) -> dict[str, str]:
    """Write the submissions; of each name its kind."""
    chosen, suite = random.Random(0), suite_of(homework)
    shares = {kind: share for kind, share in SHARES.items() if homework == CHANGED or kind not in BROKEN}
    kinds = [kind for kind, share in shares.items() for _ in range(round(share * count))]
    kinds += ["mutant"] * (count - len(kinds))
    named = {f"{kind}_{number:03}": kind for number, kind in enumerate(kinds)}
    for name, kind in named.items():
        if kind == "mutant":
            chosen.choice(suite.mutants).changes.write(homework, folder / name)
        elif kind == "right":
            chosen.choice(suite.variants).changes.write(homework, folder / name)
        else:
            replace_in(copy_of_worked(folder / name) / LINEAR, RIGHT, BROKEN[kind])
    return named


def timed(command: Sequence[str]) -> tuple[Took, str]:
    """How long it took, with all that it started, and what it printed."""
    before, began = _cpu(), time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return Took(time.monotonic() - began, _cpu() - before), done.stdout


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Memory(threading.Thread):
    """Looks at what all processes below this one take together, every so many seconds; without the submissions' own.

    A submission may take its homework's limit, and one that never ends often does: `peak` is gradmark's part.
    """

    def __init__(self, seconds: float = 0.5) -> None:
        super().__init__(daemon=True)
        self.peak = self.with_submissions = 0
        self._seconds = seconds
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self._seconds):
            self.peak = max(self.peak, sum(map(_kib, _below(os.getpid()))))
            self.with_submissions = max(self.with_submissions, sum(map(_kib, _below(os.getpid(), workers=True))))

    def end(self) -> str:
        """The highest, in words."""
        self._ended.set()
        self.join()
        return f"{self.peak >> 10} MiB at the most, {self.with_submissions >> 10} MiB with the submissions' own"


def _below(pid: int, *, workers: bool = False) -> Iterator[int]:
    for child in _children(pid):
        if workers or not _is_worker(child):
            yield child
            yield from _below(child, workers=workers)


def _is_worker(pid: int) -> bool:
    """Whether it runs a submission, or is bubblewrap around that."""
    with contextlib.suppress(OSError):
        return b"gradmark_entry" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # it has ended meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def _kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def gradmark(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "graders", *arguments]


class Singles:
    """Single runs of some submissions of each kind, from which the time of all is worked out."""

    def __init__(self, folder: Path, named: dict[str, str], sample: int | None) -> None:
        self._folder = folder
        self._of_kind: dict[str, list[str]] = {}
        for name, kind in named.items():
            self._of_kind.setdefault(kind, []).append(name)
        self._left = {kind: random.Random(1).sample(names, len(names)) for kind, names in self._of_kind.items()}
        self._sample = sample
        self._took: dict[str, list[Took]] = {kind: [] for kind in self._of_kind}
        self.reports: dict[str, Any] = {}

    def run(self) -> None:
        """Run as many more of each kind as the sample has, or all."""
        for kind, left in self._left.items():
            for name in left[: self._sample]:
                took, printed = timed(gradmark("grade", str(self._folder / name), "--json", "-"))
                self._took[kind].append(took)
                self.reports[name] = json.loads(printed)
            self._left[kind] = left[self._sample :] if self._sample is not None else []

    def of_all(self) -> Took:
        """How long all would take."""
        found = Took(0, 0)
        for kind, took in self._took.items():
            mean = sum(took, Took(0, 0)) * (1 / len(took))
            print(f"  {kind}: {mean.wall:.2f} s, {mean.cpu:.2f} s of processors each, of {len(took)}")
            found += mean * len(self._of_kind[kind])
        return found


def as_json(result: Result) -> Any:
    """The report as it is printed; None where there is none."""
    return json.loads(msgspec.json.encode(result.report))


def marks(folder: Path) -> dict[str, object]:
    """Of each submission the score, and how every check ended."""
    found: dict[str, object] = {}
    with Store(folder / "gradmark.sqlite", writing=False) as store:
        for result in store.results():
            report = as_json(result)
            found[result.name] = (scores(report), statuses(report)) if report else None
    return found


def different(folder: Path, reports: dict[str, Any]) -> list[str]:
    """Whose report isn't that of its single run."""
    with Store(folder / "gradmark.sqlite", writing=False) as store:
        results = {name: store.result(name) for name in reports}
    return [
        name
        for name, result in results.items()
        if result is None or timeless(reports[name]) != timeless(as_json(result))
    ]


def start_afresh(folder: Path) -> None:
    """Forget what was marked."""
    for file in folder.glob("gradmark.sqlite*"):
        file.unlink()


def main() -> int:
    """Print how long all take; 1 if a mark or a report differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.classroom")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("-n", default="auto")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--homework", default=CHANGED)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gradmark-benchmark-") as place:
        folder = (options.folder or Path(place)) / "class"
        folder.mkdir(parents=True)
        named = write_class(folder, options.count, options.homework)
        command = gradmark("class", str(folder), "-n", options.n)
        alone, memory = Singles(folder, named, options.sample), Memory()
        memory.start()
        alone.run()
        first, _ = timed([*command, "--marks-only"])
        marked = marks(folder)
        alone.run()
        start_afresh(folder)
        whole, printed = timed(command)
        alone.run()
        peak = memory.end()
        print(printed.splitlines()[-1], f"load {os.getloadavg()[0]:.1f}, {peak}", flush=True)
        changed = [name for name, ended in marks(folder).items() if ended != marked[name]]
        others = different(folder, alone.reports)
    singles = alone.of_all()
    worked_out = "" if len(alone.reports) == options.count else f" (worked out from {len(alone.reports)})"
    print(f"single runs{worked_out}: {singles.wall:.1f} s, {singles.cpu:.1f} s of processors")
    for what, took in (("marks", first), ("marks and reasons", whole)):
        print(f"{what}: {took.wall:.1f} s, {singles.wall / took.wall:.2f} times faster")
    print(f"other marks without reasons than with them: {', '.join(changed) or 'none'}")
    print(f"other reports than single runs: {', '.join(others) or 'none'}")
    return 1 if others or changed else 0


if __name__ == "__main__":
    sys.exit(main())
