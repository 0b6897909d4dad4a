"""Writes a class's report, and a page for each of its students."""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from graders import UsageError
from graders.cli.files import must_be_writable, must_differ, save
from graders.cli.options import database

if TYPE_CHECKING:
    from graders.classroom.course.shown import Shown, Student
    from graders.classroom.course.standings import Standing
    from graders.classroom.store import Store


def must_be_usable(html: Path | None, students: Path | None, results: Path) -> None:
    """Said before the work."""
    must_be_writable(html)
    if students is not None:
        if students.exists() and not students.is_dir():
            raise UsageError(f"{students} is a file, but should be a folder: --html-students DIR")
        must_be_writable(students / "x" if students.is_dir() else students)
    must_differ([path for path in (html, students) if path is not None], [results])


def write(
    store: Store, title: str, html: Path | None, students: Path | None, shown: Shown, other: Path | None = None
) -> None:
    """The pages that were asked for, of whom is shown; `other` is a class to set beside this one."""
    from graders.classroom.overview import overview
    from graders.reports.html.classroom import classroom

    pages = _write_students(store, students, shown) if students is not None else {}
    if html is not None:
        links = {name: _link(page, html) for name, page in pages.items()}
        with _opened(other) as earlier:
            save(html, classroom(overview(store, title, links, shown=shown, earlier=earlier)))


@contextmanager
def _opened(folder: Path | None) -> Iterator[tuple[str, Store] | None]:
    """Another class by its folder's name; whoever names it vouches for it."""
    if folder is None:
        yield None
        return
    from graders.classroom.store import Store

    with Store(folder if folder.is_file() else database(folder, None), writing=False, named=True) as store:
        yield folder.resolve().name, store


def _write_students(store: Store, folder: Path, shown: Shown) -> dict[str, Path]:
    """One page at a time, since a class's records together may be more than memory holds."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} can't be made ({error.strerror})") from None
    pages = {}
    for student, row in shown.rows():
        called = student.label if shown.numbers is not None or not shown.by_students else student.person.id
        pages[student.label] = folder / file_name(called, store.identity)
        save(pages[student.label], _page(student, row, by_students=shown.by_students))
    return pages


def _page(student: Student, row: Standing, *, by_students: bool) -> bytes:
    """Of one who has a roster's name under that; without marks a page that says why."""
    from graders.reports.html.student import student as marked
    from graders.reports.html.unusable import unusable

    if row.report is None:
        state = str(row.result.state) if row.result is not None else "nothing"
        return unusable(student.label, state, row.reason)
    return marked(msgspec.structs.replace(row.report, submission=student.label) if by_students else row.report)


def file_name(submission: str, key: str) -> str:
    """A name for a submission's page that nobody can work out who hasn't the class's results, the same each time."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", submission).strip("_")[:60]
    number = hmac.new(key.encode(), submission.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:20]
    return f"{plain or 'submission'}-{number}.html"


def _link(page: Path, html: Path) -> str:
    """Relative, and never the name of a protocol."""
    return quote("./" + os.path.relpath(page.resolve(), html.resolve().parent).replace(os.sep, "/"))
