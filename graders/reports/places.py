"""The file and the line of a submission that a failed check points to, for what shows reports beside code."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from graders.coursework.record import CheckResult, Report, Status

_PLACE = re.compile(r"(?:^| in )([\w./-]+\.py), line (\d{1,7})\b")


def place_of(check: CheckResult) -> tuple[str, str] | None:
    """The file and the line at fault: the one that was found, else the one that a traceback shows."""
    sure = next((look for look in check.look_at or () if look.sure), None)
    if sure is not None:
        return sure.file, str(sure.line)
    found = _PLACE.search(check.message) if check.status is Status.ERROR else None
    return (found[1], found[2]) if found is not None else None


def within(report: Report, name: str) -> str:
    """The file within the repository, if the submission is a folder in it."""
    path = PurePosixPath(report.submission) / name
    archived = report.submission.endswith((".tar", ".zip", ".gz"))
    return "" if archived or path.is_absolute() or ".." in path.parts else str(path)
