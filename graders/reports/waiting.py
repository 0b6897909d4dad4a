"""What isn't started, in one line for the whole report, and which sections wait for it, in one more for each reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import msgspec

from graders.coursework.record import CheckResult, NotStarted, Report
from graders.reports.wording import lost_checks

WAITS = "waits for "
"""How the message of a check begins whose own part is started."""
FEW = 1
"""Parts whose places stand with what waits for them; of more they are left out, and stand in the line before."""
MOST = 3
"""Lines that say what waits for what."""


def waiting(report: Report) -> Iterator[str]:
    """`Not started: Sigmoid, Tanh (activation.py), ...`; `mlp0, mlp1 wait for Linear (linear.py, line 21)`."""
    found = [(section.id, check) for section in report.shown for check in lost_checks(section) if check.waits_for]
    if not found:
        return
    yield f"Not started: {_by_file(part for _, check in found for part in check.waits_for or ())}"
    together = [(what, sections) for what, sections in _together(found).items()]
    yield from (f"{_wait(sections)} for {what}" for what, sections in together[:MOST])
    if further := [section for _, sections in together[MOST:] for section in sections]:
        yield f"{_wait(further)} for others of these"


def _wait(sections: list[str]) -> str:
    return f"{', '.join(sections)} {'waits' if len(sections) == 1 else 'wait'}"


def _together(found: Iterable[tuple[str, CheckResult]]) -> dict[str, list[str]]:
    """The sections that wait for the same."""
    waits: dict[str, dict[str, NotStarted]] = {}
    for section, check in found:
        if check.message.startswith(WAITS):
            parts = waits.setdefault(section, {})
            for part in check.waits_for or ():
                parts.setdefault(part.part, part)
    together: dict[str, list[str]] = {}
    for section, named in waits.items():
        together.setdefault(_listed(list(named.values())), []).append(section)
    return together


def _listed(parts: list[NotStarted]) -> str:
    if len(parts) <= FEW:
        return " and ".join(map(_short, parts))
    *others, last = _shortened(one.part for one in parts)
    return f"{', '.join(others)} and {last}"


def _short(part: NotStarted) -> str:
    """With the file's own name, that the line before has, too: `Linear (linear.py, line 21)`."""
    name = part.part if part.part != part.file else PurePosixPath(part.file).name
    return str(msgspec.structs.replace(part, part=name, file=PurePosixPath(part.file).name))


def _by_file(parts: Iterable[NotStarted]) -> str:
    files: dict[str, list[str]] = {}
    for part in parts:
        names = files.setdefault(part.file, [])
        if part.part not in names:
            names.append(part.part)
    own = Counter(PurePosixPath(file).name for file in files)
    named = ((file, PurePosixPath(file).name, names) for file, names in files.items())
    return ", ".join(_of_file(file, name if own[name] == 1 else file, names) for file, name, names in named)


def _of_file(file: str, name: str, parts: list[str]) -> str:
    """What isn't started of a file, which is named by its own name where no other one has that."""
    return name if file in parts else f"{', '.join(_shortened(parts))} ({name})"


def _shortened(names: Iterable[str]) -> Iterator[str]:
    """Of methods that follow each other in one class all but the first without its name: `KNN.fit, .predict`."""
    before = ""
    for name in names:
        owner, _, method = name.rpartition(".")
        yield f".{method}" if owner and owner == before else name
        before = owner
