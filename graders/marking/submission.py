"""Marks a submission in one call, for programs: what `graders.mark` is."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TypeVar

from graders import UsageError
from graders.coursework.finding import opened
from graders.coursework.packs.pack import Homework
from graders.coursework.record import Report
from graders.coursework.selection import select
from graders.coursework.submission import find_homework
from graders.marking.profiles import MAX_SECONDS, Profile
from graders.marking.run import Request
from graders.marking.run import mark as run
from graders.sandbox.isolation.choice import Isolation, choose

Choice = TypeVar("Choice", Profile, Isolation)


def mark(
    submission: str | PathLike[str],
    homework: str | Homework | None = None,
    *,
    only: Sequence[str] = (),
    profile: str = Profile.GRADING,
    seed: int = 0,
    processes: int = 1,
    keys: str | PathLike[str] | None = None,
    data: str | PathLike[str] | None = None,
    isolation: str | None = None,
    max_seconds: float = MAX_SECONDS,
    look: bool = True,
) -> Report:
    """Mark a folder or an archive as `gradmark grade --no-recordings` does, and return the record.

    ``homework`` is an id, the path of a pack, or what ``load_homework`` returned; None recognises it by the files of
    the submission. ``only`` names sections and checks, ``profile`` is ``quick``, ``grading`` or ``thorough``,
    ``processes`` mark at the same time, ``isolation`` is ``bubblewrap`` or ``process`` (None: the strongest that
    works), ``max_seconds`` is how long student code may be asked things, and ``look`` says whether lines at fault are
    looked for.

    Whatever student code does ends in a row of the report. UsageError where the submission, the pack or an argument
    can't be used: SubmissionError, which is one, where it is the submission.
    """
    name = str(homework.folder) if isinstance(homework, Homework) else homework
    with opened(Path(submission), name) as folder:
        found = find_homework(folder, name, str(submission)).with_keys(None if keys is None else Path(keys))
        request = Request(
            submission=folder,
            homework=found,
            selection=select(found, list(only), {}),
            profile=_one_of(Profile, "profile", profile),
            seed=seed,
            processes=processes,
            keys=None if keys is None else Path(keys),
            data=None if data is None else Path(data),
            name=str(submission),
            isolation=choose(None if isolation is None else _one_of(Isolation, "isolation", isolation)).isolation,
            max_seconds=max_seconds,
            look=look,
        )
        return run(request)


def _one_of(kind: type[Choice], argument: str, word: str) -> Choice:
    """The member of this name; UsageError that lists them."""
    try:
        return kind(word)
    except ValueError:
        raise UsageError(f"{argument}={word!r}, but should be one of {', '.join(kind)}") from None
