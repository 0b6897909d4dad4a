"""The report as workflow commands of GitHub Actions: what is printed in the log, and annotations.

A line of the log that begins with `::` is a command to the runner, whoever wrote it. So all text of the report stands
between `::stop-commands::TOKEN` and `::TOKEN::`; the token is drawn after student code has run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from graders.coursework.clean import harmless, shortened
from graders.coursework.record import CheckResult, Report, SectionResult
from graders.reports.places import place_of, within
from graders.reports.text import text
from graders.reports.wording import (
    NOT_CHECKED,
    Reason,
    advice,
    causes,
    in_words,
    reasons,
    refused,
    silent_faults,
    warnings,
    where_to_look,
)

MAX_ANNOTATIONS = 10
"""Errors in one step, and warnings: GitHub drops what comes after."""
MAX_MESSAGE = 2000
MAX_TITLE = 200


class Annotation(NamedTuple):
    """A line of a pull request's or a run's summary."""

    title: str
    message: str
    file: str = ""
    line: str = ""


def github(report: Report, token: str) -> str:
    """What a step prints: the report, fenced off, then its annotations."""
    shown = harmless(report)
    fenced = f"::stop-commands::{token}\n{text(shown)}\n::{token}::\n"
    if refused(shown):
        return fenced + "".join(_limited("error", [Annotation("Not marked", refused(shown))]))
    found = [reason for section in shown.counting for reason in causes(shown, section)]
    errors = [_of_reason(shown, reason) for reason in found if not reason.is_elsewhere]
    errors += [_of_fault(check) for section in shown.sections for check in silent_faults(section)]
    said = [Annotation("Another homework?", shown.opening)] if shown.opening else []
    said += [annotation for section in shown.shown for annotation in _said(shown, section)]
    return fenced + "".join([*_limited("error", errors), *_limited("warning", said)])


def _of_reason(report: Report, reason: Reason) -> Annotation:
    check = reason.checks[0]
    message = "\n".join(filter(None, [check.message, *check.diagnosis, check.hint]))
    if len(reason.checks) > 1:
        message += f"\nalso: {', '.join(other.id for other in reason.checks[1:])}"
    if reason.further:
        message += f"\n{in_words(reason.further)}"
    message += "".join(f"\n{label} {line}" for label, line in where_to_look(report, check))
    place = place_of(check)
    file = within(report, place[0]) if place is not None else ""
    return Annotation(f"{check.id}: {check.title}", message, file, place[1] if place is not None and file else "")


def _of_fault(check: CheckResult) -> Annotation:
    return Annotation(f"{check.id}: {check.title}", f"{NOT_CHECKED}\n{check.message}")


def _said(report: Report, section: SectionResult) -> Iterator[Annotation]:
    """What costs nothing."""
    if section.practice:
        yield from (_of_reason(report, reason) for reason in reasons(section))
    yield from (Annotation(f"{check.id}: {check.title}", check.message) for check in advice(section))
    yield from (Annotation(section.id, warning) for warning in warnings(section))


def _limited(kind: str, found: list[Annotation]) -> Iterator[str]:
    """The first of them as commands; where there are more than GitHub shows, the last one says so."""
    if len(found) > MAX_ANNOTATIONS:
        rest = len(found) - MAX_ANNOTATIONS + 1
        more = Annotation(f"{rest} more", "They are in the log and in the summary of this step.")
        found = [*found[: MAX_ANNOTATIONS - 1], more]
    yield from (_command(kind, annotation) for annotation in found)


def _command(kind: str, annotation: Annotation) -> str:
    properties = {
        "file": annotation.file,
        "line": annotation.line,
        "title": shortened(annotation.title, MAX_TITLE),
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{kind} {written}::{_data(shortened(annotation.message, MAX_MESSAGE))}\n"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
