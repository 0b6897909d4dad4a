"""The report as Autolab reads it at the end of standard output.

A problem in Autolab is a section here, by its id. Sections that are marked by hand are left out: Autolab then waits for
their marks. So is practice, which has none. There is no scoreboard, since every student could read it.
"""

from __future__ import annotations

import msgspec

from graders.coursework.clean import harmless, one_line, shortened
from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status, loses
from graders.reports.text import text
from graders.reports.wording import reasons

MAX_HINT = 400
_TEST = "Test"


def autolab(report: Report) -> str:
    """The report in plain text, then one line with the semantic presentation and one with the scores, the last."""
    shown = harmless(report)
    return f"{text(shown)}\n{_line(_presentation(shown))}\n{_line(_scores(shown))}\n"


def _scores(report: Report) -> dict[str, object]:
    marked = (section for section in report.counting if section.status is not SectionStatus.MANUAL or section.score)
    return {"scores": {section.id: section.score for section in marked}}


def _presentation(report: Report) -> dict[str, object]:
    steps = {}
    for section in report.sections:
        first = {reason.checks[0].id for reason in reasons(section)}
        shown = (check for check in section.checks if _is_shown(section, check))
        for check in shown:
            hint = {"hint": _hint(check)} if check.id in first else {}
            steps[check.id] = {"passed": not loses(check)} | hint
    return {"_presentation": "semantic", "stages": [_TEST], _TEST: steps}


def _is_shown(section: SectionResult, check: CheckResult) -> bool:
    """Advice would look like a failure there, and so would practice."""
    free = section.practice or check.advisory
    return check.status is Status.PASSED or (check.status is not Status.SKIPPED and not free)


def _hint(check: CheckResult) -> str:
    """On one line and without HTML's brackets: it is put into a page, and not of our making."""
    line = one_line(shortened(f"{check.headline} {check.hint}", MAX_HINT))
    return line.replace("<", "‹").replace(">", "›")


def _line(value: dict[str, object]) -> str:
    return msgspec.json.encode(value).decode()
