"""The report as plain text, for pipes and logs."""

from __future__ import annotations

from collections.abc import Iterator

from graders.coursework.record import Report, SectionResult
from graders.reports.brief import brief
from graders.reports.wording import (
    Reason,
    causes,
    conditions,
    details,
    indented,
    notes,
    of_section,
    reasons,
    refused,
    total,
)


def text(report: Report, *, verbose: bool = False) -> str:
    """One line for each section, with its reasons under it where points were lost, and the total."""
    lines = [report.opening, ""] if report.opening else []
    lines += [f"{report.homework}: {report.submission}", ""]
    width = max([14, *(len(section.id) + 1 for section in report.shown)])
    for section in report.shown:
        lines += [heading(section, width)] if refused(report) else _section(report, section, verbose, width)
    lines += [f"Total {total(report)}", *conditions(report)]
    return "\n".join(lines) + "\n"


def summary(report: Report) -> str:
    """The submission's marks on one line."""
    return f"{report.homework}: {total(report)}  {report.submission}"


def heading(section: SectionResult, width: int) -> str:
    """A section's points, its status and what it is about; its name takes so many columns."""
    return f"{section.id:<{width}}{of_section(section):>9}  {section.status:<8} {section.title}"


def _section(report: Report, section: SectionResult, verbose: bool, width: int) -> Iterator[str]:
    yield heading(section, width)
    found = reasons(section) if verbose else causes(report, section)
    for reason in found:
        if verbose or (reason is found[0] and not reason.is_elsewhere):
            yield f"  {reason.checks[0].id} {reason.checks[0].status}: {reason.checks[0].title}"
            yield from _details(report, reason, verbose)
        else:
            yield f"  {reason.ids}: {reason.message}"
    yield from (f"  {note}" for note in notes(section))
    if found:
        yield ""


def _details(report: Report, reason: Reason, verbose: bool) -> Iterator[str]:
    everything = details(report, reason.checks[0], reason.checks[1:], reason.further)
    return indented(everything if verbose else brief(everything))
