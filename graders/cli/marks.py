"""`gradmark marks FOLDER [FILE]`: enter marks by hand and late days for a class that was marked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.class_tables import show
from graders.cli.options import ClassFolder, Database, opened_results


def marks(
    folder: ClassFolder,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Marks as .csv or .toml: sections and days_late.", show_default=False),
    ] = None,
    db: Database = None,
) -> None:
    """Add marks by hand to a class's results: totals, late penalty, extra points; without FILE only show them."""
    from graders.classroom.marks import finals, keep, named, read_marks

    entered = read_marks(file) if file is not None else {}
    with opened_results(folder, db, writing=False) as store:
        results = {result.name: result for result in store.results()}
    if entered:
        found = named(entered, results)
        with opened_results(folder, db) as store:
            keep(store, found)
    with opened_results(folder, db, writing=False) as store:
        show(list(finals(store)))
    if file is not None:
        whose = "1 student's" if len(entered) == 1 else f"{len(entered)} students'"
        typer.echo(f"{whose} marks were entered")
