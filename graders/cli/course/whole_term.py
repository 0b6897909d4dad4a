"""Grade books of several homeworks: each class in turn, while the budget of late days goes down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graders import UsageError
from graders.cli.course.gradebooks import book_rows, must_be_usable, write
from graders.cli.course.options import BookOptions, CourseOptions
from graders.cli.course.term import Said
from graders.cli.notes import say
from graders.coursework.term.names import exact
from graders.reports.gradebooks.row import BookRow


def write_term(folders: Sequence[Path], course: CourseOptions, books: BookOptions) -> None:
    """The books that were asked for, with a column for each homework."""
    _must_concern_all(course, books)
    classes = [Said(folder, None, course, books) for folder in folders]
    must_be_usable(books, [one.file for one in classes])
    fittings = [one.check() for one in classes]
    for one, fitting in zip(classes, fittings, strict=True):
        one.keep(fitting)
    rows: list[BookRow] = []
    for place, one in enumerate(classes):
        with one.opened() as store:
            before = [other.file for other in classes[:place]]
            rows += book_rows(row for _, row in one.shown(store, earlier=before).rows())
    for line in write(books, _told_apart(rows, classes), several=True):
        say(line)


def _must_concern_all(course: CourseOptions, books: BookOptions) -> None:
    if course.due is not None or course.extensions is not None or course.after:
        raise UsageError("--due, --extensions and --after are said of one homework: give them with its folder alone")
    if books.anonymous:
        raise UsageError("--anonymous draws numbers for each class: give one folder with it")


def _told_apart(rows: Sequence[BookRow], classes: Sequence[Said]) -> Sequence[BookRow]:
    """UsageError where two of the folders hold the same homework: a student would have two rows in one column."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (exact(row.person.id), row.homework)
        if key in seen:
            names = ", ".join(str(one.folder) for one in classes)
            raise UsageError(f"{row.person.id} has two rows of {row.homework}: {names} should be different homeworks")
        seen.add(key)
    return rows
