"""What isn't started, in one line for the whole report, and which sections wait for it, in one more for each reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graders.coursework.record import CheckResult, NotStarted, Report
from graders.reports.wording import lost_checks

WAITS = "waits for "
"""How the message of a check begins whose own part is started."""


def waiting(report: Report) -> Iterator[str]:
    """`Not started: Sigmoid, Tanh (mytorch/nn/activation.py), ...`; `mlp0, mlp1 wait for Linear (..., line 21)`."""
    found = [(section.id, check) for section in report.shown for check in lost_checks(section) if check.waits_for]
    if not found:
        return
    yield f"Not started: {_by_file(part for _, check in found for part in check.waits_for or ())}"
    for what, sections in _together(found).items():
        yield f"{', '.join(sections)} {'waits' if len(sections) == 1 else 'wait'} for {what}"


def _together(found: Iterable[tuple[str, CheckResult]]) -> dict[str, list[str]]:
    """The sections that wait for the same."""
    waits: dict[str, dict[str, None]] = {}
    for section, check in found:
        if check.message.startswith(WAITS):
            waits.setdefault(section, {}).update(dict.fromkeys(map(str, check.waits_for or ())))
    together: dict[str, list[str]] = {}
    for section, names in waits.items():
        together.setdefault(" and ".join(names), []).append(section)
    return together


def _by_file(parts: Iterable[NotStarted]) -> str:
    files: dict[str, list[str]] = {}
    for part in parts:
        names = files.setdefault(part.file, [])
        if part.part not in names:
            names.append(part.part)
    return ", ".join(f"{', '.join(names)} ({file})" if names != [file] else file for file, names in files.items())
