"""`gradmark export FOLDER`: grade books of a class that was marked, or of a term's homeworks, from what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders import UsageError
from graders.cli.course.options import BookOptions, CourseOptions
from graders.cli.options import Database


def export(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="FOLDER...", help="The class's folder; of a term's homeworks each, in order."),
    ],
    db: Database = None,
    *,
    course: CourseOptions,
    books: BookOptions,
) -> None:
    """Write grade books of a class that was marked, with marks by hand and penalties in them; nothing is marked."""
    from graders.cli.course.term import Said
    from graders.cli.course.whole_term import write_term

    if not books.files:
        raise UsageError("give a grade book: --csv, --canvas, --moodle or --json FILE")
    if len(folders) > 1:
        if db is not None:
            raise UsageError("--db names one class's file, but several folders are given")
        write_term(folders, course, books)
        return
    said = Said(folders[0], db, course, books)
    said.keep(said.check())
    with said.opened() as store:
        said.write(said.shown(store))
