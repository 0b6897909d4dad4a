"""The report as plain text, for pipes and logs."""

from __future__ import annotations

from collections.abc import Iterator

from graders.coursework.points import NO_RESULT
from graders.coursework.record import Report, SectionResult
from graders.reports.brief import brief
from graders.reports.first import first, in_brief
from graders.reports.standing import how_far
from graders.reports.waiting import waiting
from graders.reports.wording import (
    Reason,
    causes,
    conditions,
    details,
    first_line,
    indented,
    notes,
    of_section,
    reasons,
    refused,
    repeat,
    total,
)


def text(report: Report, *, verbose: bool = False) -> str:
    """One line for each section, with its reasons under it where points were lost, and the total."""
    lines = [report.opening, ""] if report.opening else []
    lines += [f"{report.homework}: {report.submission}", ""]
    width = max([14, *(len(section.id) + 1 for section in report.shown)])
    for section in report.shown:
        lines += [heading(section, width)] if refused(report) else _section(report, section, verbose, width)
    lines += [*waiting(report), *_first(report), f"Total {total(report)}", *conditions(report)]
    return "\n".join(lines) + "\n"


def summary(report: Report) -> str:
    """The submission's marks on one line."""
    return f"{report.homework}: {total(report)}  {report.submission}"


def heading(section: SectionResult, width: int) -> str:
    """A section's points, its status and what it is about; its name takes this many columns."""
    return f"{section.id:<{width}}{of_section(section):>9}  {section.status:<8} {section.title}"


def _first(report: Report) -> Iterator[str]:
    """What to mend first, and under it the command that shows it again, alone in its line."""
    found = None if refused(report) else first(report)
    if found is not None:
        yield f"Fix first: {found.check.id}  {in_brief(found.check)}"
        yield f"  {repeat(report, found.check)}"
        yield how_far(report, found.section)


def _section(report: Report, section: SectionResult, verbose: bool, width: int) -> Iterator[str]:
    yield heading(section, width)
    found = list(filter(_is_told, reasons(section) if verbose else causes(report, section)))
    for reason in found:
        if verbose or (reason is found[0] and not reason.is_elsewhere):
            yield f"  {reason.checks[0].id} {reason.checks[0].status}: {reason.checks[0].title}"
            yield from _details(report, reason, verbose)
        else:
            yield f"  {reason.ids}: {first_line(reason.message)}"
    yield from (f"  {note}" for note in notes(section))
    if found:
        yield ""


def _is_told(reason: Reason) -> bool:
    """Whether there is something to tell: of what waits the whole report does, of what was never run nobody."""
    return not reason.waits and reason.message != NO_RESULT


def _details(report: Report, reason: Reason, verbose: bool) -> Iterator[str]:
    everything = details(report, reason.checks[0], reason.checks[1:], reason.further)
    return indented(everything if verbose else brief(everything))
