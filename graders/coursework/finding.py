"""Finds a class's submissions in a folder: folders and archives, or the export of a platform."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from graders import UsageError
from graders.coursework.archives import LITTER, is_archive
from graders.coursework.clean import printable
from graders.coursework.packs.pack import homework_ids, read_rubric
from graders.coursework.submission import as_folder
from graders.coursework.term.gradescope_export import GRADESCOPE, About, Author, read_export

_AUTOLAB = re.compile(r"(?P<email>[^@]+@[^@]+?)_(?P<version>\d+)_(?P<file>.+)")
_INNER = 4
"""Folders and archives that may be nested, each alone in the one around it, around what a student handed in."""


@dataclass(frozen=True)
class Submission:
    """One student's hand-in: `name` tells it from all others, in print and in the store; `student` is who it is."""

    name: str
    path: Path = field(compare=False)
    student: str = ""
    version: int = 0
    handed_in: str = field(default="", compare=False)
    """When, with its zone, where the platform says so."""
    authors: tuple[Author, ...] = field(default=(), compare=False)
    """Who, where the platform says more than an address."""


def find(folder: Path) -> list[Submission]:
    """The submissions, by name; UsageError where there is none, or the folder is a submission itself."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    if _is_submission(folder):
        raise UsageError(f"{folder} is one submission, but should be a folder of submissions: see gradmark grade")
    if (folder / GRADESCOPE).is_file():
        found = _of_gradescope(folder)
    else:
        found = _newest(_of_autolab(path) for path in _inside(folder))
    if not found:
        raise UsageError(f"{folder} holds no submissions: neither folders nor archives")
    return sorted(found, key=lambda submission: submission.name)


def _is_submission(folder: Path) -> bool:
    return _has_files(folder, homework_ids())


def _has_files(folder: Path, homeworks: Iterable[str]) -> bool:
    """Whether one of the homeworks' own files is there."""
    return any((folder / file).is_file() for homework in homeworks for file in read_rubric(homework).files)


def _inside(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if _may_be_submission(path)]


def _visible(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not path.name.startswith(".") and path.name not in LITTER]


def _may_be_submission(path: Path) -> bool:
    return not path.is_symlink() and (path.is_dir() or is_archive(path))


def _of_gradescope(folder: Path) -> list[Submission]:
    """One submission for each folder of the export, and who it is from, as its metadata say."""
    known = read_export(folder / GRADESCOPE)
    inside = [path for path in _inside(folder) if path.name.startswith("submission_")]
    return _newest(_told(path, known.get(path.name, About())) for path in inside)


def _told(path: Path, about: About) -> Submission:
    return Submission(printable(path.name), path, about.student, 0, about.handed_in, tuple(about.authors))


def _of_autolab(path: Path) -> Submission:
    """`email_version_handin.tar` is from that student; any other name is just a name."""
    match = _AUTOLAB.fullmatch(path.name)
    if match is None:
        return Submission(printable(path.name), path)
    email = printable(match["email"])
    return Submission(email, path, email, int(match["version"]))


def _newest(submissions: Iterable[Submission]) -> list[Submission]:
    """Of several versions from one student the last. Any others of one name are told apart: none is left out."""
    newest: dict[str, Submission] = {}
    for submission in sorted(submissions, key=lambda submission: (submission.version, submission.path.name)):
        same = newest.get(submission.name)
        if same is not None and not 0 < same.version < submission.version:
            submission = replace(submission, name=_another(printable(submission.path.name), newest))
        newest[submission.name] = submission
    return list(newest.values())


def _another(name: str, taken: Container[str]) -> str:
    """The name, or with a number behind it."""
    numbered = (f"{name} ({number})" for number in count(2))
    return next(one for one in chain([name], numbered) if one not in taken)


@contextmanager
def opened(path: Path, homework: str | None) -> Iterator[Path]:
    """The folder with the student's files: of an archive, or inside a folder or archive that is alone in its folder."""
    with _opened(path, homework, _INNER) as folder:
        yield folder


@contextmanager
def _opened(path: Path, homework: str | None, depth: int) -> Iterator[Path]:
    with as_folder(path, homework) as folder:
        alone = _alone(folder, homework) if depth else None
        if alone is None:
            yield folder
        else:
            with _opened(alone, homework, depth - 1) as inner:
                yield inner


def _alone(folder: Path, homework: str | None) -> Path | None:
    """What is alone in a folder that has none of a homework's own files."""
    if not folder.is_dir() or _has_files(folder, [homework] if homework else homework_ids()):
        return None
    inside = _visible(folder)
    return inside[0] if len(inside) == 1 and _may_be_submission(inside[0]) else None
