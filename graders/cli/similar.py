"""`gradmark similar FOLDER`: the submissions of a class that have suspiciously alike code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.files import must_be_writable, must_differ, write_json
from graders.cli.options import Database, database, opened_results
from graders.coursework.packs.pack import read_rubric


def similar(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The class's folder, marked already or not.")],
    homework: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The homework whose starter code is taken out; else as marked, or recognised."),
    ] = None,
    starter: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="What was handed out; else what gradmark handout writes."),
    ] = None,
    least: Annotated[float, typer.Option(min=0, max=1, help="The share in common from which a pair is shown.")] = 0.3,
    json: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the pairs as JSON; with - nothing else is printed.")
    ] = None,
    db: Database = None,
) -> None:
    """Show pairs of submissions with suspiciously alike code: a pointer, not a proof. No student code is run."""
    from graders.cli.pairs import keep_similar, show_pairs
    from graders.coursework.finding import find
    from graders.coursework.pair import POINTER

    must_be_writable(json)
    if json is not None:
        must_differ([Path(json)], [database(folder, db)])
    if homework is not None:
        read_rubric(homework)
    submissions = find(folder)
    with opened_results(folder, db) as store:
        pairs = keep_similar(submissions, store, homework, starter, least)
    if json != "-":
        show_pairs(pairs)
    if json is not None:
        write_json({"note": POINTER, "pairs": pairs}, json)
