"""A check's reason in lines that a student can read: what was asked, what came, what should have, how to repeat it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from graders.record import CheckResult, Report, SectionResult, Status, loses

MAX_ROWS = 4
MAX_COLUMNS = 6
MAX_OUTPUT_LINES = 6
Line = tuple[str, str]
"""A label, `got` say, and what stands beside it."""


def points(value: float) -> str:
    """`15`, or `7.5`."""
    return f"{value:g}"


def lost_checks(section: SectionResult) -> list[CheckResult]:
    """The checks that cost the section points, in the rubric's order."""
    return [check for check in section.checks if loses(check)]


def advice(section: SectionResult) -> list[CheckResult]:
    """Advisory checks that did not pass."""
    ended_well = (Status.PASSED, Status.SKIPPED)
    return [check for check in section.checks if check.advisory and check.status not in ended_well]


def warnings(section: SectionResult) -> list[str]:
    """Every warning once."""
    return list(dict.fromkeys(text for check in section.checks for text in check.warnings))


def details(report: Report, check: CheckResult) -> Iterator[Line]:
    """Everything about one check that did not pass."""
    yield "", check.message
    if check.hint:
        yield "try", check.hint
    found = check.counterexample
    if "got" in found:
        yield "got", array(found["got"])
        yield "expected", array(found["expected"])
    if "index" in found:
        many = f"{found['wrong_entries']} of {found['entries']} entries differ, by up to {found['largest_error']:g}"
        yield "how much", many
    if found.get("calls"):
        yield "called", "; ".join(found["calls"][:8]) + ("; ..." if len(found["calls"]) > 8 else "")
    if found.get("inputs"):
        yield "with", inputs(found["inputs"])
    if found.get("case"):
        yield "case", " ".join(f"{name}={value}" for name, value in found["case"].items())
    if check.output:
        yield "printed", "\n".join(check.output.strip().splitlines()[:MAX_OUTPUT_LINES])
    yield "again", repeat(report, check)


def repeat(report: Report, check: CheckResult) -> str:
    """The command that runs this check alone, on the same cases."""
    environment = report.environment
    options = ["--only", check.id]
    if environment.get("seed"):
        options += ["--seed", str(environment["seed"])]
    if environment.get("profile", "grading") != "grading":
        options += ["--profile", str(environment["profile"])]
    return shlex.join(["gradmark", "grade", report.submission, *options])


def inputs(arrays: Mapping[str, Any]) -> str:
    """Names, shapes, and the values of what is small."""
    small = [f"{name} = {array(record)}" for name, record in arrays.items() if _entries(record) <= MAX_COLUMNS]
    large = [f"{name} {tuple(record['shape'])}" for name, record in arrays.items() if _entries(record) > MAX_COLUMNS]
    return ", ".join([*large, *small])


def array(record: Mapping[str, Any]) -> str:
    """An array on one line, cut short where it is large."""
    if "values" not in record:
        return f"an array of shape {tuple(record['shape'])}, {record['dtype']}"
    return _short(record["values"])


def _entries(record: Mapping[str, Any]) -> int:
    count = 1
    for size in record["shape"]:
        count *= size
    return count


def _short(values: Any) -> str:
    if not isinstance(values, list):
        return f"{values:.5g}" if isinstance(values, float) else str(values)
    limit = MAX_ROWS if values and isinstance(values[0], list) else MAX_COLUMNS
    shown = [_short(value) for value in values[:limit]]
    if len(values) > limit:
        shown.append("...")
    return f"[{', '.join(shown)}]"
