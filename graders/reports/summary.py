"""The report in GitHub's Markdown, for the summary of a job; student text is escaped or stands in a fence."""

from __future__ import annotations

import re

from graders.coursework.clean import MAX_TEXT, harmless, one_line
from graders.coursework.record import Report, SectionStatus
from graders.reports.section import section_text
from graders.reports.wording import conditions, of_section, refused, total

MAX_BYTES = 1024 * 1024
"""What GitHub accepts of one step; of more it shows nothing."""
_LENGTHS = (MAX_TEXT, 2000, 500, 120)
_MARKUP = re.compile(r"([!-\-/:-@\[-`{-~])")
"""All that may be markup but the point, which is only behind what begins a list or a link."""
_POINT = re.compile(r"(^\d+|www)\.", re.IGNORECASE)
_SIGNS = {
    SectionStatus.PASSED: "✅",
    SectionStatus.PARTIAL: "🟡",
    SectionStatus.FAILED: "❌",
    SectionStatus.SKIPPED: "⚪",
    SectionStatus.MANUAL: "✍️",
}


def markdown(report: Report, most: int = MAX_BYTES) -> str:
    """A table of sections, and under it those with lost points, in at most this many bytes of UTF-8."""
    for length in _LENGTHS:
        written = _document(harmless(report, length))
        if len(written.encode()) < most:
            return written
    short = f"### {escaped(report.homework)}: {total(report)}\n"
    return short if len(short.encode()) < most else ""


def escaped(text: str) -> str:
    """On one line, with each character escaped that could mean something in Markdown or HTML."""
    return _POINT.sub(r"\1\\.", _MARKUP.sub(r"\\\1", one_line(text)))


def fenced(text: str) -> str:
    """As code, in a fence that is longer than any that the text has."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def _document(report: Report) -> str:
    lines = [
        f"### {escaped(report.homework)}: {total(report)}",
        "",
        *([f"**{escaped(report.opening)}**", ""] if report.opening else []),
        *([escaped(report.submission), ""] if report.submission != "." else []),
        "| Section | Status | Points |",
        "|---|---|---:|",
    ]
    for section in report.shown:
        status = f"{_SIGNS[section.status]} {section.status}"
        lines.append(f"| {escaped(section.title)} | {status} | {of_section(section)} |")
    lines += ["", *map(escaped, conditions(report)), ""]
    for section in report.shown:
        if section.status in (SectionStatus.FAILED, SectionStatus.PARTIAL) and not refused(report):
            heading = f"<details><summary>{_entities(section.title)}</summary>"
            lines += [heading, "", fenced(section_text(report, section)), "</details>", ""]
    return "\n".join(lines)


def _entities(text: str) -> str:
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
