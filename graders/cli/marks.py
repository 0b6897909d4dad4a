"""`gradmark marks FOLDER [FILE]`: enter marks by hand and late days for a class that was marked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.class_tables import show
from graders.cli.course.options import BookOptions, CourseOptions
from graders.cli.options import ClassFolder, Database


def marks(
    folder: ClassFolder,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="Marks as .csv or .toml: sections, days_late, submitted.", show_default=False
        ),
    ] = None,
    db: Database = None,
    *,
    course: CourseOptions,
    books: BookOptions,
) -> None:
    """Add marks by hand to a class's results: totals, late penalty, extra points; without FILE only show them."""
    from graders.classroom.course.marks import entered, keep
    from graders.classroom.marks import read_marks
    from graders.cli.course.term import Said
    from graders.cli.options import opened_results

    read = read_marks(file) if file is not None else {}
    said = Said(folder, db, course, books)
    fitting = said.check()
    if read:
        with opened_results(folder, db, writing=False) as store:
            found = entered(read, store, fitting.course)
    said.keep(fitting)
    if read:
        with opened_results(folder, db) as store:
            keep(store, found)
    with said.opened() as store:
        shown = said.shown(store)
        said.write(shown)
        show(list(shown.results()), shown.what)
    if file is not None:
        whose = "1 student's" if len(read) == 1 else f"{len(read)} students'"
        typer.echo(f"{whose} marks were entered")
