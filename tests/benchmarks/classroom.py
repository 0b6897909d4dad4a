"""Times `gradmark class` on a class of ai702 against single `gradmark grade` runs, and compares every mark.

`python -m tests.benchmarks.classroom [--count 100] [-n auto] [--sample K] [--folder DIR]`

Of a class 16 % are right, 6 % crash, 4 % never end, and the rest have one mistake each. Single runs are made of all
submissions, or with --sample of K of each kind, from which the time of all is worked out. The class is marked without
reasons first (`--marks-only`), which are added after that; what both stored is compared with single runs. Memory is
that of all processes together at its highest, where what forks share counts once (proportional set size).
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

from graders.classroom.store import Result, Store
from graders.homeworks.ai702.validation import SUITE
from graders.validation.changes import Changes
from tests.cli.program import scores, statuses, timeless
from tests.support import ROOT, copy_of_worked, replace_in

HOMEWORK = "ai702"
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


def write_class(folder: Path, count: int) -> dict[str, str]:
    """Write the submissions; of each name its kind."""
    chosen = random.Random(0)
    kinds = [kind for kind, share in SHARES.items() for _ in range(round(share * count))]
    kinds += ["mutant"] * (count - len(kinds))
    named = {f"{kind}_{number:03}": kind for number, kind in enumerate(kinds)}
    for name, kind in named.items():
        if kind == "mutant":
            chosen.choice(SUITE.mutants).changes.write(HOMEWORK, folder / name)
        elif kind == "right":
            changes: Changes = chosen.choice(SUITE.variants).changes
            changes.write(HOMEWORK, folder / name)
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
    """Looks at what all processes below this one take together, every so many seconds."""

    def __init__(self, seconds: float = 0.5) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._seconds = seconds
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self._seconds):
            self.peak = max(self.peak, sum(map(_kib, _below(os.getpid()))))

    def end(self) -> int:
        """The highest, in MiB."""
        self._ended.set()
        self.join()
        return self.peak >> 10


def _below(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _below(child)


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


def singles(folder: Path, named: dict[str, str], sample: int | None, n: str) -> tuple[Took, int, list[str]]:
    """The time of single runs of all, how many were made, and whose marks differ from those of the class."""
    took, made, different = Took(0, 0), 0, []
    with Store(folder / "gradmark.sqlite", writing=False) as store:
        for kind in dict.fromkeys(named.values()):
            names = [name for name, own in named.items() if own == kind]
            chosen = random.Random(1).sample(names, min(sample or len(names), len(names)))
            of_kind = Took(0, 0)
            for name in chosen:
                one, printed = timed(gradmark("grade", str(folder / name), "--json", "-", "-n", n))
                of_kind += one
                result = store.result(name)
                assert result is not None
                if timeless(json.loads(printed)) != timeless(as_json(result)):
                    different.append(name)
            print(f"  {kind}: {of_kind.wall / len(chosen):.2f} s, {of_kind.cpu / len(chosen):.2f} s of processors each")
            took += of_kind * (len(names) / len(chosen))
            made += len(chosen)
    return took, made, different


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


def main() -> int:
    """Print how long both take; 1 if a mark differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.classroom")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("-n", default="auto")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gradmark-benchmark-") as place:
        folder = (options.folder or Path(place)) / "class"
        folder.mkdir(parents=True)
        named = write_class(folder, options.count)
        memory = Memory()
        memory.start()
        command = gradmark("class", str(folder), "-n", options.n)
        first, _ = timed([*command, "--marks-only"])
        alone_marks = marks(folder)
        then, printed = timed(command)
        peak = memory.end()
        print(printed.splitlines()[-1], f"load {os.getloadavg()[0]:.1f}")
        print(f"marks: {first.wall:.1f} s; reasons after them: {then.wall:.1f} s; {peak} MiB at the most", flush=True)
        changed = [name for name, ended in marks(folder).items() if ended != alone_marks[name]]
        alone, made, different = singles(folder, named, options.sample, options.n)
    worked_out = "" if made == options.count else f" (worked out from {made})"
    print(f"single runs: {alone.wall:.1f} s, {alone.cpu:.1f} s of processors{worked_out}")
    together = first.wall + then.wall
    print(f"marks {alone.wall / first.wall:.2f} times faster, marks and reasons {alone.wall / together:.2f} times")
    print(f"other marks without reasons than with them: {', '.join(changed) or 'none'}")
    print(f"other reports than single runs: {', '.join(different) or 'none'}")
    return 1 if different or changed else 0


if __name__ == "__main__":
    sys.exit(main())
