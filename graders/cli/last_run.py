"""What the last run of a folder showed, kept in the user's cache folder, so that a report can say what changed.

Each folder has a small file there, and of the files that weren't used for longest the oldest go. One that is damaged
counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import platformdirs

from graders.coursework.clean import clean, one_line
from graders.coursework.newest import keep_newest
from graders.coursework.points import NO_RESULT
from graders.coursework.record import CheckResult, Report, Status
from graders.coursework.whole_file import write_whole
from graders.reports.first import in_brief
from graders.reports.news import NONE, Changes, Then

VERSION = 1
MOST_FILES = 200
MAX_BYTES = 1 << 19
MAX_REASON = 200
"""Characters that are kept of why a check failed."""


class Run(msgspec.Struct, frozen=True):
    """Of each check that was run why it failed; nothing where it passed."""

    version: int
    checks: dict[str, str]


def changes_since(report: Report, submission: Path, known: Sequence[str]) -> Changes:
    """What changed since the last run of this folder, which this run then is; of the checks that are `known`.

    Nothing is kept where that can't be done, or would have to be inside the submission.
    """
    file = _file(report, submission)
    if file is None:
        return NONE
    before, now = _read(file, known), _outcomes(report)
    with contextlib.suppress(OSError):
        _keep(file, {**before, **now})
    return compared(before, now, known)


def compared(before: Mapping[str, str], now: Mapping[str, str], known: Sequence[str]) -> Changes:
    """What passes now and didn't, what fails now and didn't, and what failed before and wasn't run now."""
    passing, failing = _only_in(before, now, known), _only_in(now, before, known)
    left = {check: before[check] for check in known if check not in now and before.get(check)}
    return Changes(passing, failing, _then(left, {before[check] for check in passing}) if left else None)


def _only_in(one: Mapping[str, str], other: Mapping[str, str], known: Sequence[str]) -> tuple[str, ...]:
    """The checks that fail in one run and pass in the other."""
    return tuple(check for check in known if one.get(check) and other.get(check) == "")


def _then(left: Mapping[str, str], mended: set[str]) -> Then:
    """The first of what failed before for another reason than those that are mended."""
    other = next((check for check, why in left.items() if why not in mended), "")
    return Then(other, left.get(other, ""), len(left))


def folder() -> Path:
    """Where the runs are kept."""
    return platformdirs.user_cache_path("gradmark", appauthor=False) / "runs"


def forget() -> None:
    """Delete what is kept of all runs."""
    shutil.rmtree(folder(), ignore_errors=True)


def _file(report: Report, submission: Path) -> Path | None:
    """The file of this folder and homework; None where it would be inside of what is marked."""
    try:
        place, inside = submission.resolve(), folder().resolve()
    except (OSError, RuntimeError):
        return None
    if inside.is_relative_to(place):
        return None
    named = [str(place), report.homework, *(str(report.environment.get(name, "")) for name in ("rubric", "seed"))]
    digest = hashlib.sha256("\n".join(named).encode("utf-8", "surrogateescape")).hexdigest()
    return inside / f"{digest[:32]}.json"


def _outcomes(report: Report) -> dict[str, str]:
    """What happened to each check that counts and was run."""
    return {
        check.id: "" if check.status is Status.PASSED else _reason(in_brief(check)) or check.status
        for section in report.sections
        for check in section.checks
        if _counts(check)
    }


def _counts(check: CheckResult) -> bool:
    told = check.status not in (Status.SKIPPED, Status.GRADER_FAULT)
    return told and not check.advisory and check.message != NO_RESULT


def _read(file: Path, known: Sequence[str]) -> dict[str, str]:
    """What is kept there; nothing where there is none, or something else."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return {}
        found = msgspec.json.decode(file.read_bytes(), type=Run)
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return {}
    if found.version != VERSION:
        return {}
    return {check: _reason(found.checks[check]) for check in known if check in found.checks}


def _reason(text: str) -> str:
    return one_line(clean(text))[:MAX_REASON]


def _keep(file: Path, checks: Mapping[str, str]) -> None:
    """Write the file, and make room for it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(file, msgspec.json.encode(Run(VERSION, dict(checks))))
    keep_newest(file.parent, "*.json", MOST_FILES)
