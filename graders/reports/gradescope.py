"""The report as Gradescope's results.json.

A test stands for a section, not for a check: points belong to sections (most give all of theirs or none), so a check
has no score of its own to show; how each check ended is in its section's output.

Gradescope shows a student no total while one test is hidden. What it would show all the same must not say it either:
the text above the tests names no marks, standard output is always hidden, and there is no leaderboard.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from graders.coursework.clean import harmless
from graders.coursework.lateness import LATE
from graders.coursework.record import Report, SectionResult, SectionStatus
from graders.coursework.rubric import Late
from graders.reports.gradescope_metadata import Metadata, RateLimit
from graders.reports.section import section_text
from graders.reports.wording import conditions, refused


class Visibility(StrEnum):
    """When students see a test, from always to never."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


Json = dict[str, object]
Visibilities = Mapping[str, Visibility]
"""By section's id; a section that isn't named is visible."""


def gradescope(
    report: Report,
    visibilities: Visibilities | None = None,
    metadata: Metadata | None = None,
    policy: Late | None = None,
) -> bytes:
    """Results.json; with the submission's metadata it also says how many days late it is, by the rubric's policy.

    One that could not be used is `refused`: it counts for no rate limit.
    """
    shown = harmless(report)
    seen = visibilities or {}
    tests = [
        _test(shown, number, section, _visibility(section, seen)) for number, section in enumerate(shown.shown, start=1)
    ]
    data: Json = {"homework": shown.homework, "seed": shown.environment.get("seed", 0), "refused": bool(refused(shown))}
    lines = [*_opening(shown, seen), *conditions(shown)]
    if metadata is not None:
        late = metadata.late(policy)
        data["late_days"] = late.days
        lines += metadata.said(late)
    seconds = math.fsum(check.seconds for section in shown.sections for check in section.checks)
    return _written(_frame(shown.score, round(seconds, 3), "\n".join(lines), data) | {"tests": tests})


def _opening(report: Report, seen: Visibilities) -> list[str]:
    """Whose homework it may be names sections that failed: said where students see all sections."""
    hides = any(visibility is not Visibility.VISIBLE for visibility in seen.values())
    return [report.opening] if report.opening and not hides else []


def refusal(limit: RateLimit, metadata: Metadata, *, something_hidden: bool = False) -> bytes:
    """Results.json of a submission that isn't marked: it keeps what the last marked one got."""
    last = metadata.last_marked
    score = last.kept if last is not None else 0.0
    made = _frame(score, 0.0, limit.reason(metadata), {"refused": True})
    tests = last.results.get("tests") if last is not None and isinstance(last.results, dict) else None
    if isinstance(tests, list) and tests:
        made["tests"] = tests
    elif something_hidden:
        made["tests"] = [{"name": "The last score", "score": score, "visibility": Visibility.HIDDEN}]
    return _written(made)


def _frame(score: float, seconds: float, output: str, data: Json) -> Json:
    return {
        "score": score,
        "execution_time": seconds,
        "output": output,
        "output_format": "text",
        "test_output_format": "ansi",
        "test_name_format": "text",
        "visibility": Visibility.VISIBLE,
        "stdout_visibility": Visibility.HIDDEN,
        "extra_data": {"gradmark": data},
    }


def _visibility(section: SectionResult, seen: Visibilities) -> Visibility:
    """Points that go for lateness are a share of the total: while something is hidden, so are they."""
    strictest = max(seen.values(), key=list(Visibility).index, default=Visibility.VISIBLE)
    return seen.get(section.id, strictest if section.id == LATE else Visibility.VISIBLE)


def _test(report: Report, number: int, section: SectionResult, visibility: Visibility) -> Json:
    made: Json = {
        "name": _name(section),
        "number": str(number),
        "output": "" if refused(report) else section_text(report, section, colour=True),
        "output_format": "ansi",
        "tags": [section.id, str(section.status)],
        "visibility": visibility,
    }
    if section.practice or (section.status is SectionStatus.MANUAL and not section.score):
        return made
    status = {} if section.status is SectionStatus.SKIPPED else {"status": _status(section)}
    return made | {"score": section.score, "max_score": section.max_score} | status


def _name(section: SectionResult) -> str:
    if section.practice:
        return f"{section.title} (practice)"
    return f"{section.title} (extra points)" if section.extra and section.max_score else section.title


def _status(section: SectionResult) -> str:
    return "passed" if section.status is SectionStatus.PASSED or section.score >= section.max_score > 0 else "failed"


def _written(made: Json) -> bytes:
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"
