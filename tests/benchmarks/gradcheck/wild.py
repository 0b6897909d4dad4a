"""A table of small layers with the interfaces of public libraries: ``python -m tests.benchmarks.gradcheck.wild``."""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders import UsageError
from graders.cli.check import CheckOptions, LabelKind
from graders.probe import ProbeReport, Request, probe_file
from graders.probe.request import parse_target
from tests.benchmarks.gradcheck.report import table

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "fixtures/wild"
OUTPUT = ROOT / "docs/gradcheck-wild.md"
NOT_UNDERSTOOD = "not understood"
NAMES = {"--int": "whole", "--with": "with_"}
LISTS = ("input", "param", "arg", "whole")
RECOGNISED = ("pass", "wrong gradient", "wrong shape", "gradients add up", "stale cache", "ignores its cotangent")
RIGHT, WRONG, ADDS_UP = "right", "wrong", "adds up"


@dataclass(frozen=True)
class Case:
    """A target, what it is called with, and what its gradients are: right, wrong, or adding up."""

    kind: str
    target: str
    arguments: tuple[str, ...]
    gradients: str

    @property
    def name(self) -> str:
        return self.target.partition(":")[2]


@dataclass(frozen=True)
class Row:
    """What was said about a case."""

    case: Case
    verdict: str
    said: str

    @property
    def is_recognised(self) -> bool:
        """Whether gradients were compared, or seen to be kept from another pass."""
        return self.verdict in RECOGNISED

    @property
    def is_wrong(self) -> bool:
        """Whether something false was said: a certificate for wrong gradients, or an alarm for right ones."""
        if self.verdict == NOT_UNDERSTOOD:
            return False
        return self.verdict != {RIGHT: "pass", ADDS_UP: "gradients add up"}.get(self.case.gradients) and (
            self.case.gradients != WRONG or self.verdict == "pass"
        )


def cases() -> list[Case]:
    """All of them."""
    rows = tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))["case"]
    return [Case(row["kind"], row["target"], tuple(row["args"].split()), row["gradients"]) for row in rows]


def request_of(case: Case) -> Request:
    """What the command would make of the arguments."""
    given: dict[str, list[str]] = {}
    for option, value in zip(case.arguments[::2], case.arguments[1::2], strict=True):
        given.setdefault(NAMES.get(option, option.removeprefix("--").replace("-", "_")), []).append(value)
    fields = {name: values if name in LISTS else values[0] for name, values in given.items()}
    read = {"batch_axis": int, "labels": LabelKind}
    return CheckOptions(**{name: read.get(name, lambda value: value)(value) for name, value in fields.items()}).request


def run(case: Case, probe: Callable[[Case, Request], ProbeReport] | None = None) -> Row:
    """The verdict of `gradmark check`, in a worker unless the code is to be run otherwise."""
    try:
        report = (probe or in_a_worker)(case, request_of(case))
    except UsageError as error:
        return Row(case, NOT_UNDERSTOOD, str(error))
    return Row(case, report.verdict, " | ".join(str(report).splitlines()[1:4]))


def in_a_worker(case: Case, request: Request) -> ProbeReport:
    """As the command does it."""
    return probe_file(parse_target(f"{FOLDER}/{case.target}"), request)


def summary(rows: Sequence[Row]) -> str:
    """How many were recognised, and how many verdicts were wrong."""
    recognised, wrong = sum(row.is_recognised for row in rows), sum(row.is_wrong for row in rows)
    kinds = len({row.case.kind for row in rows})
    share = 100 * recognised / len(rows)
    return f"{len(rows)} targets of {kinds} kinds: {recognised} recognised ({share:.0f} %), {wrong} wrong verdicts."


def document(rows: Sequence[Row], seconds: float) -> str:
    """The page."""
    head = ["kind of interface", "target", "called with", "gradients", "recognised", "verdict"]
    lines = [
        [r.case.kind, f"`{r.case.name}`", f"`{' '.join(r.case.arguments)}`", r.case.gradients, _yes(r), r.verdict]
        for r in rows
    ]
    return PAGE.format(summary=summary(rows), table=table(head, lines).replace("---:", "---"), minutes=seconds / 60)


def by_kind(rows: Sequence[Row]) -> str:
    """A table with a row for each kind of interface."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(row.case.kind, []).append(row)
    head = ["kind of interface", "targets", "recognised", "right verdict", "verdicts"]
    lines = [
        [
            kind,
            str(len(some)),
            str(sum(row.is_recognised for row in some)),
            str(sum(row.is_recognised and not row.is_wrong for row in some)),
            ", ".join(dict.fromkeys(row.verdict for row in some)),
        ]
        for kind, some in kinds.items()
    ]
    return table(head, lines)


def written() -> list[Row]:
    """Check all of them, and write the page."""
    start = time.perf_counter()
    rows = [run(case) for case in cases()]
    OUTPUT.write_text(document(rows, time.perf_counter() - start), encoding="utf-8")
    return rows


def _yes(row: Row) -> str:
    return "yes" if row.is_recognised else "no"


PAGE = """# The gradient checker in the wild

Layers and functions with the interfaces that public NumPy libraries and courses have, rewritten small in
[fixtures/wild](../fixtures/wild), right ones and wrong twins. Options give shapes, the axis of samples where they are
columns, packages, and a constant here and there that nobody could guess; how a target is called is found out.
"adds up" means right in value, but from call to call: there `gradients add up` is the right verdict.

They follow the conventions of the assignments of CS231n, 11-785, Edinburgh's MLP course, dlcourse.ai and EPFL's ML
course, of the courses of deeplearning.ai, HSE and Coursera's Machine Learning, of the books *Neural Networks from
Scratch*, *Deep Learning from Scratch* and *Neural Networks and Deep Learning*, of numpy-ml, ML-From-Scratch,
hipsternet, deepnet, NothingButNumPy, joelnet, minitorch, Torch's modules and Keras's `build`, and of small networks
that explain themselves: layers that move their own weights, `sigmoid(x, deriv=True)`, a CNN of one image.

{summary}

{table}

Made by `python -m tests.benchmarks.gradcheck.wild` in {minutes:.0f} minutes.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, write, and say what fell short."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gradcheck.wild", description=__doc__)
    parser.add_argument("--name", default="", help="only targets that have this in their name; nothing is written")
    options = parser.parse_args(arguments)
    rows = [run(case) for case in cases() if options.name in case.target] if options.name else written()
    for row in rows:
        if row.is_wrong or not row.is_recognised:
            sys.stdout.write(f"{row.case.target} ({row.case.gradients}): {row.verdict}: {row.said}\n")
    sys.stdout.write(f"{summary(rows)}\n")
    return int(any(row.is_wrong for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
