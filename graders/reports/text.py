"""The report as plain text, for pipes and logs."""

from __future__ import annotations

from collections.abc import Iterator

from graders.record import CheckResult, Report, SectionResult
from graders.reports.wording import advice, details, lost_checks, points, warnings


def text(report: Report, *, verbose: bool = False) -> str:
    """One line for each section, with its reasons under it where points were lost, and the total."""
    lines = [f"{report.homework}: {report.submission}", ""]
    for section in report.sections:
        lines += _section(report, section, verbose)
    lines.append(f"Total {points(report.score)}/{points(report.max_score)}")
    return "\n".join(lines) + "\n"


def summary(report: Report) -> str:
    """The submission's marks on one line."""
    return f"{report.homework}: {points(report.score)}/{points(report.max_score)}  {report.submission}"


def _section(report: Report, section: SectionResult, verbose: bool) -> Iterator[str]:
    marks = f"{points(section.score)}/{points(section.max_score)}"
    yield f"{section.id:<14}{marks:>9}  {section.status:<8} {section.title}"
    if section.note:
        yield f"    note: {section.note}"
    lost = lost_checks(section)
    for check in lost:
        yield from _check(report, check, full=verbose or check is lost[0])
    for check in advice(section):
        yield f"  advice {check.id}: {check.message}"
    for warning in warnings(section):
        yield f"  warning {warning}"
    if lost:
        yield ""


def _check(report: Report, check: CheckResult, *, full: bool) -> Iterator[str]:
    yield f"  {check.id} {check.status}: {check.title if full else check.message}"
    for label, line in details(report, check) if full else ():
        first, *rest = line.splitlines() or [""]
        yield f"    {label:<9}{first}".rstrip() if label else f"    {first}"
        yield from (f"    {'':<9}{more}" for more in rest)
