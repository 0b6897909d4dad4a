"""A section's and a check's reasons in lines that a student can read; every text report is laid out from these."""

from __future__ import annotations

import math
import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from graders.record import FINE, CheckResult, Report, SectionResult, SectionStatus, Status, loses

MAX_ROWS = 4
MAX_COLUMNS = 6
MAX_CALLS = 8
MAX_OUTPUT_LINES = 6
MAX_OUTPUT_WIDTH = 160
MAX_LINES = 14
"""Of what is said about one check under the line with its title; the rest is for --verbose."""
WIDTH = 110
SHARE = {"": 4, "perhaps": 2, "where": 2, "try": 2, "printed": 2}
"""Lines that each part may take; one, if nothing is said."""
WHOLE = ("script", "again")
"""What a student copies isn't cut."""
Line = tuple[str, str]
"""A label, `got` say, and what stands beside it."""


class Reason(NamedTuple):
    """A message, and the checks that lost with exactly this message."""

    message: str
    checks: list[CheckResult]

    @property
    def ids(self) -> str:
        """The checks' names in one line: `linear.forward, shapes, batch_of_one`."""
        first, *others = [check.id for check in self.checks]
        return ", ".join([first, *(name.partition(".")[2] for name in others)])


def points(value: float) -> str:
    """`15`, or `7.5`."""
    return f"{value:g}"


def total(report: Report) -> str:
    """`65/100`, and what is still to be marked by hand."""
    by_hand = [section for section in report.sections if section.status is SectionStatus.MANUAL]
    pending = math.fsum(section.max_score for section in by_hand if not section.extra)
    marks = f"{points(report.score)}/{points(report.max_score)}"
    return f"{marks} ({points(pending)} to be marked by hand)" if pending else marks


def of_section(section: SectionResult) -> str:
    """`15/15`; `+0/50` where the points come on top of the total."""
    return f"{'+' if section.extra and section.score >= 0 else ''}{points(section.score)}/{points(section.max_score)}"


def refused(report: Report) -> str:
    """Why the submission could not be used; empty where it was marked."""
    return str(report.environment.get("refused", ""))


def conditions(report: Report) -> Iterator[str]:
    """What the marks depend on and a student should know."""
    if refused(report):
        yield f"Not marked: {refused(report)}"
    if "data" in report.environment:
        yield f"Trained on {report.environment['data']}"
    if "unfinished" in report.environment:
        yield "The marking was stopped: a check without a result counts as failed"


def how_much(found: Mapping[str, Any]) -> str:
    """How many entries of a counterexample are wrong, and how far off the worst is that is a number."""
    many = f"{found['wrong_entries']} of {found['entries']} entries"
    if found["largest_error"] == 0:
        return f"{many} are nan or infinite"
    return f"{many} differ, by up to {found['largest_error']}"


def lost_checks(section: SectionResult) -> list[CheckResult]:
    """The checks that cost the section points, in the rubric's order."""
    return [check for check in section.checks if loses(check)]


def reasons(section: SectionResult) -> list[Reason]:
    """Why the section lost points: each message once, in the order of the rubric."""
    found: dict[str, list[CheckResult]] = {}
    for check in lost_checks(section):
        found.setdefault(check.message, []).append(check)
    return [Reason(message, checks) for message, checks in found.items()]


def notes(section: SectionResult) -> Iterator[str]:
    """What costs nothing but should be said: advisory checks that did not pass, warnings, what was left out."""
    if section.note:
        yield f"note: {section.note}"
    skipped = {check.message for check in section.checks if check.status is Status.SKIPPED}
    yield from (f"skipped: {message}" for message in sorted(skipped))
    for check in section.checks:
        if check.advisory and check.status not in FINE:
            yield f"advice: {check.title} Here: {check.message} ({check.id})"
    for text in dict.fromkeys(text for check in section.checks for text in check.warnings):
        yield f"warning: {text}"


def details(report: Report, check: CheckResult, also: Sequence[CheckResult] = ()) -> Iterator[Line]:
    """Everything about one check that did not pass: what came, likely why, what to try, and how to see it again.

    `also` are the checks that failed with the same message.
    """
    yield "", check.message
    found = check.counterexample
    if "got" in found:
        yield "got", array(found["got"])
        if "expected" in found:
            yield "expected", array(found["expected"])
    if "index" in found:
        yield "how much", how_much(found)
    yield from (("perhaps", line) for line in check.diagnosis)
    if check.parts:
        yield "where", check.parts
    if check.hint:
        yield "try", check.hint
    if found.get("calls"):
        calls = found["calls"]
        yield "called", "; ".join([*calls[:MAX_CALLS], *(["..."] if len(calls) > MAX_CALLS else [])])
    if found.get("inputs"):
        yield "with", inputs(found["inputs"])
    if found.get("case"):
        yield "case", " ".join(f"{name}={value}" for name, value in found["case"].items())
    if check.output:
        yield (
            "printed",
            "\n".join(line[:MAX_OUTPUT_WIDTH] for line in check.output.strip().splitlines()[:MAX_OUTPUT_LINES]),
        )
    if check.repro:
        yield "script", str(check.repro)
    if also:
        yield "also", ", ".join(other.id for other in also)
    yield "again", repeat(report, check)


def brief(lines: Iterator[Line], width: int = WIDTH) -> list[Line]:
    """As much of them as a tired student reads: MAX_LINES in all, each cut to its share; the last always stays."""
    cut = [(label, text if label in WHOLE else _folded(text, width, SHARE.get(label, 1))) for label, text in lines]
    room = MAX_LINES - sum(_height(text) for _, text in cut[-1:])
    kept = []
    for label, text in cut[:-1]:
        room -= _height(text)
        if room >= 0:
            kept.append((label, text))
    return [*kept, *cut[-1:]]


def _folded(text: str, width: int, most: int) -> str:
    wrapped = [part for line in text.splitlines() for part in textwrap.wrap(line, width) or [""]] or [""]
    if len(wrapped) <= most:
        return "\n".join(wrapped)
    last = wrapped[most - 1]
    return "\n".join([*wrapped[: most - 1], f"{last[: width - 4]} ..."])


def _height(text: str) -> int:
    return text.count("\n") + 1


def repeat(report: Report, check: CheckResult) -> str:
    """The command that runs this check alone, on the same cases."""
    environment = report.environment
    options = ["--homework", environment["rubric"]] if "rubric" in environment else []
    options += ["--only", check.id]
    if environment.get("seed"):
        options += ["--seed", str(environment["seed"])]
    if environment.get("profile", "grading") != "grading":
        options += ["--profile", str(environment["profile"])]
    return shlex.join(["gradmark", "grade", report.submission, *options])


def inputs(arrays: Mapping[str, Any]) -> str:
    """Names and shapes, and the values of what is small."""
    written = []
    for name, record in arrays.items():
        small = math.prod(record["shape"]) <= MAX_COLUMNS
        written.append(f"{name} = {array(record)}" if small else f"{name} {tuple(record['shape'])}")
    return ", ".join(written)


def array(record: Mapping[str, Any]) -> str:
    """An array on one line, cut short where it is large."""
    if "values" not in record:
        return f"an array of shape {tuple(record['shape'])}, {record['dtype']}"
    return _short(record["values"])


def _short(values: Any) -> str:
    if not isinstance(values, list):
        return f"{values:.5g}" if isinstance(values, float) else str(values)
    limit = MAX_ROWS if values and isinstance(values[0], list) else MAX_COLUMNS
    shown = [_short(value) for value in values[:limit]]
    if len(values) > limit:
        shown.append("...")
    return f"[{', '.join(shown)}]"
