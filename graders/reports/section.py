"""One section in plain lines: each check with how it ended, and in full the first check of each reason."""

from __future__ import annotations

from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status, loses
from graders.reports.wording import causes, details, indented, notes, points

GREEN, RED, YELLOW, DIM = "32", "31", "33", "2"


def section_text(report: Report, section: SectionResult, *, colour: bool = False) -> str:
    """The section's checks and notes; with `colour` in ANSI escapes, of which a harmless record has none."""
    paint = _painted if colour else lambda text, style: text
    if section.status is SectionStatus.MANUAL:
        return "\n".join([f"{points(section.max_score)} points, to be marked by hand", *map(str, notes(section))])
    explained = {id(reason.checks[0]): reason for reason in causes(report, section)}
    lines: list[str] = []
    for check in section.checks:
        sign, style = _sign(check)
        lines.append(f"{paint(f'{sign} {check.id}', style)}  {check.title}")
        if id(check) in explained:
            lines += indented(details(report, check, further=explained[id(check)].further))
        elif loses(check):
            lines.append("    for the same reason as above")
    return "\n".join([*lines, *(paint(str(note), YELLOW) for note in notes(section))])


def _sign(check: CheckResult) -> tuple[str, str]:
    if check.status is Status.PASSED:
        return "✓", GREEN
    if check.status is Status.SKIPPED:
        return "-", DIM
    return ("✗", RED) if loses(check) else ("!", YELLOW)


def _painted(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"
