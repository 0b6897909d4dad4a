"""The report as PrairieLearn's results.json, which may have 1 MB.

PrairieLearn keeps points that a person gives apart from the score of its grader, so the score is the share of what the
program could mark: sections marked by hand count neither in it nor in what there was to earn.
"""

from __future__ import annotations

import math

import msgspec

from graders.coursework.clean import MAX_TEXT, clean, harmless, shortened
from graders.coursework.record import Report, SectionResult, SectionStatus
from graders.reports.section import section_text
from graders.reports.wording import conditions, of_section, refused

MAX_BYTES = 1_000_000
_LENGTHS = (MAX_TEXT, 2000, 500, 120)


def prairielearn(report: Report) -> bytes:
    """Results.json; texts are cut shorter, and at last left out, until it fits.

    What could not be used is "not gradable": it costs the student no attempt.
    """
    if refused(report):
        line = clean(shortened(refused(report), MAX_TEXT))
        return _written({"gradable": False, "score": 0.0, "message": line, "format_errors": [line]})
    for most in _LENGTHS:
        written = _written(_results(harmless(report, most)))
        if len(written) <= MAX_BYTES:
            return written
    return _written(_results(harmless(report, _LENGTHS[-1])) | {"tests": []})


def _results(report: Report) -> dict[str, object]:
    marked = [section for section in report.shown if section.status is not SectionStatus.MANUAL]
    by_hand = [section.title for section in report.sections if section.status is SectionStatus.MANUAL]
    later = (f"{title}: to be marked by hand" for title in by_hand)
    lines = [*filter(None, [report.opening]), *conditions(report), *later]
    return {
        "gradable": True,
        "score": _share(marked),
        "message": "\n".join(lines),
        "tests": [_test(report, section) for section in marked],
    }


def _share(sections: list[SectionResult]) -> float:
    most = math.fsum(section.max_score for section in sections if not section.extra)
    earned = math.fsum(section.score for section in sections)
    return min(1.0, max(0.0, earned / most)) if most else 0.0


def _test(report: Report, section: SectionResult) -> dict[str, object]:
    return {
        "name": section.id,
        "description": section.title,
        "points": section.score,
        "max_points": section.max_score,
        "message": f"{of_section(section)} {section.status}",
        "output": section_text(report, section),
    }


def _written(results: dict[str, object]) -> bytes:
    return msgspec.json.encode(results) + b"\n"
