"""One submission's marks as a page for its student."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from graders.coursework.clean import harmless
from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status, loses
from graders.reports import wording
from graders.reports.arrays import array
from graders.reports.first import first, in_brief
from graders.reports.html.code import functions
from graders.reports.html.page import page
from graders.reports.html.pictures import groups
from graders.reports.standing import how_far
from graders.reports.values import worst
from graders.reports.waiting import waiting

MAX_CALLS = 40
MAX_LINES = 200
FEW = 4
"""Checks that fail for the same cause and are named at once; more are folded."""
SIGNS = {
    SectionStatus.PASSED: "✓",
    SectionStatus.PARTIAL: "◐",
    SectionStatus.FAILED: "✗",
    SectionStatus.SKIPPED: "–",
    SectionStatus.MANUAL: "✎",
}


def student(report: Report) -> bytes:
    """A page with the score, the sections, and a reason with pictures for each point lost."""
    return _page(report, script="")


def reloading(report: Report) -> bytes:
    """The same, for a file that is written again and again: the page looks for that itself."""
    return _page(report, script="reload.js")


def _page(report: Report, script: str) -> bytes:
    shown = harmless(report)
    return page(
        "student.html",
        script=script,
        report=shown,
        first=first(shown),
        order=_Order.of(shown),
        waiting=waiting,
        anchor=lambda section: f"s{shown.shown.index(section) + 1}",
        notes=_said_once(),
        in_brief=in_brief,
        how_far=how_far,
        signs=SIGNS,
        wording=wording,
        written=array,
        digits_of=wording.digits_of,
        groups=groups,
        functions=functions,
        passed=_passed,
        sign=_sign,
        loses=loses,
        lines=_lines,
        case=_case,
        calls=_calls,
        share=_share,
        how_much=_how_much,
        FEW=FEW,
    )


class _Order(NamedTuple):
    """The sections as the page has them: what lost points first, then the others of which there is something to say.

    Those that only wait for what isn't started are folded, and so are those that passed.
    """

    told: list[SectionResult]
    waiting: list[SectionResult]
    passed: list[SectionResult]

    @classmethod
    def of(cls, report: Report) -> _Order:
        found = cls([], [], [])
        others: list[SectionResult] = []
        for section in report.shown:
            if wording.lost_checks(section) and not section.practice:
                (found.waiting if _only_waits(section) else found.told).append(section)
            else:
                (found.passed if section.status is SectionStatus.PASSED else others).append(section)
        return cls([*found.told, *others], found.waiting, found.passed)


def _only_waits(section: SectionResult) -> bool:
    return all(check.waits_for for check in wording.lost_checks(section))


def _said_once() -> Callable[[SectionResult], list[wording.Note]]:
    """What there is to say about a section; a warning that several have only in the first that is asked for."""
    told: set[wording.Note] = set()

    def notes(section: SectionResult) -> list[wording.Note]:
        found = [note for note in wording.notes(section) if note.kind != "warning" or note not in told]
        told.update(found)
        return found

    return notes


def _how_much(check: CheckResult) -> str:
    """How many entries are wrong, and which the most, if that isn't the one in the message."""
    said, most = wording.how_much(check.counterexample), worst(check)
    return said if most == check.message else f"{said}: {most}"


def _passed(section: SectionResult) -> list[CheckResult]:
    return [check for check in section.checks if check.status is Status.PASSED]


def _sign(check: CheckResult) -> str:
    if check.status is Status.PASSED:
        return "✓"
    return "–" if check.status is Status.SKIPPED else "✗" if loses(check) else "!"


def _lines(text: str) -> str:
    lines = text.strip("\n").splitlines()
    rest = len(lines) - MAX_LINES
    return "\n".join([*lines[:MAX_LINES], *([f"... {rest} more lines"] if rest > 0 else [])])


def _case(check: CheckResult) -> str:
    return wording.sizes(check.counterexample.get("case") or {})


def _calls(check: CheckResult) -> str:
    calls = [str(call) for call in check.counterexample.get("calls") or []]
    rest = len(calls) - MAX_CALLS
    return "\n".join([*calls[:MAX_CALLS], *([f"... {rest} more"] if rest > 0 else [])])


def _share(score: float, most: float) -> float:
    """Percent, for a bar."""
    return round(100 * min(max(score / most, 0.0), 1.0), 2) if most > 0 else 0.0
