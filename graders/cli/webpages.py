"""Writes a class's report, and a page for each of its students."""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from graders import UsageError
from graders.cli.files import must_be_writable, must_differ, save

if TYPE_CHECKING:
    from graders.classroom.store import Store


def must_be_usable(html: Path | None, students: Path | None, database: Path) -> None:
    """Said before the work."""
    must_be_writable(html)
    if students is not None:
        if students.exists() and not students.is_dir():
            raise UsageError(f"{students} is a file, but should be a folder: --html-students DIR")
        must_be_writable(students / "x" if students.is_dir() else students)
    must_differ([path for path in (html, students) if path is not None], [database])


def write(
    store: Store, title: str, html: Path | None, students: Path | None, known: Collection[str] | None = None
) -> None:
    """The pages that were asked for, of the known submissions or of all that the store has."""
    from graders.classroom.overview import overview
    from graders.reports.html.classroom import classroom

    pages = _write_students(store, students, known) if students is not None else {}
    if html is not None:
        links = {name: _link(page, html) for name, page in pages.items()}
        save(html, classroom(overview(store, title, links, known)))


def _write_students(store: Store, folder: Path, known: Collection[str] | None) -> dict[str, Path]:
    """One page at a time, since a class's records together may be more than memory holds."""
    from graders.classroom.marks import finals
    from graders.reports.html.student import student

    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} can't be made ({error.strerror})") from None
    pages = {}
    for result in finals(store):
        if result.report is not None and (known is None or result.name in known):
            pages[result.name] = folder / file_name(result.name, store.identity)
            save(pages[result.name], student(result.report))
    return pages


def file_name(submission: str, key: str) -> str:
    """A name for a submission's page that nobody can work out who hasn't the class's results, the same each time."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", submission).strip("_")[:60]
    number = hmac.new(key.encode(), submission.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:20]
    return f"{plain or 'submission'}-{number}.html"


def _link(page: Path, html: Path) -> str:
    """Relative, and never the name of a protocol."""
    return quote("./" + os.path.relpath(page.resolve(), html.resolve().parent).replace(os.sep, "/"))
