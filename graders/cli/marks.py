"""`gradmark marks FOLDER [FILE]`: enter marks by hand and late days for a class that was marked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.classroom import show
from graders.cli.options import DATABASE


def marks(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The class's folder.")],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Marks as .csv or .toml: sections and days_late.", show_default=False),
    ] = None,
    db: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Where results are kept; else {DATABASE} in FOLDER.", show_default=False),
    ] = None,
) -> None:
    """Add marks by hand to a class's results: totals, late penalty, extra points; without FILE only show them."""
    from graders.classroom.marks import finals, keep, named, read_marks
    from graders.classroom.store import Store

    entered = read_marks(file) if file is not None else {}
    with Store(db or folder / DATABASE, writing=False) as store:
        results = {result.name: result for result in store.results()}
    if entered:
        found = named(entered, results)
        with Store(db or folder / DATABASE) as store:
            keep(store, found)
    with Store(db or folder / DATABASE, writing=False) as store:
        show(list(finals(store)))
    if file is not None:
        whose = "1 student's" if len(entered) == 1 else f"{len(entered)} students'"
        typer.echo(f"{whose} marks were entered")
