"""The report as the result.json that Classroom 50 reads from an autograder.

After schemas/result-v1.schema.json of foundation50/classroom50, looked up on 30 November 2026 (fixtures/schemas).
Points are whole numbers there: here they are hundredths of ours, in every result, so that totals can be compared.
Sections that are marked by hand are left out; nothing is below 0, and a total no more than there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from graders import UsageError
from graders.coursework.clean import harmless, one_line, shortened
from graders.coursework.record import Report, SectionResult, SectionStatus
from graders.reports.wording import refused

SCHEMA = "classroom50/result/v1"
HUNDREDTHS = 100
MAX_OUTPUT = 2000
VARIABLES = {
    "classroom": ("CLASSROOM",),
    "assignment": ("ASSIGNMENT",),
    "submission": ("SUBMISSION_TAG",),
    "owner": ("OWNER", "USERNAME"),
    "commit": ("COMMIT_URL",),
    "release": ("RELEASE_URL",),
}
"""Of each field the variables in which the runner hands it to the autograder."""


def identity(environment: Mapping[str, str]) -> dict[str, str]:
    """Whose result it is, as the runner says; UsageError where it isn't the runner that runs us."""
    found = {
        field: next((value for name in names if (value := environment.get(name))), "")
        for field, names in VARIABLES.items()
    }
    missing = [VARIABLES[field][0] for field, value in found.items() if not value]
    if missing:
        raise UsageError(f"--classroom50 is for Classroom 50's runner, which sets {', '.join(missing)}")
    kind = environment.get("ASSIGNMENT_TYPE", "")
    return found | {
        "assignment_type": kind if kind in ("individual", "group") else "individual",
        "review": environment.get("REVIEW_URL") or found["commit"],
    }


def classroom50(report: Report, whose: Mapping[str, str], now: datetime) -> bytes:
    """The file."""
    shown = harmless(report)
    marked = [one for one in shown.counting if one.status is not SectionStatus.MANUAL]
    tests = [_test(one, refused(shown)) for one in marked if one.max_score > 0]
    most = sum(_hundredths(one.max_score) for one in marked if not one.extra)
    score = sum(_hundredths(one.score) for one in marked)
    made = {
        "schema": SCHEMA,
        **whose,
        "datetime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": min(max(score, 0), most),
        "max-score": most,
        "tests": tests,
    }
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def _test(section: SectionResult, why: str) -> dict[str, object]:
    most = _hundredths(section.max_score)
    score = min(max(_hundredths(section.score), 0), most)
    lost = [f"{check.id}: {one_line(check.message)}" for check in section.checks if check.message]
    output = why or "\n".join(lost)
    return {
        "test-name": one_line(section.title) or section.id,
        "passed": score >= most,
        "score": score,
        "max-score": most,
        "output": shortened(output, MAX_OUTPUT),
    }


def _hundredths(points: float) -> int:
    return round(points * HUNDREDTHS)
