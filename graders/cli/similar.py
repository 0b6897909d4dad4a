"""`gradmark similar FOLDER`: the submissions of a class that have suspiciously alike code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from graders.cli.files import must_be_writable, must_differ, save
from graders.cli.options import DATABASE
from graders.rubric import read_rubric

if TYPE_CHECKING:
    from graders.similarity.pair import Pair


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
    db: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Where results are kept; else {DATABASE} in FOLDER.", show_default=False),
    ] = None,
) -> None:
    """Show pairs of submissions with suspiciously alike code: a pointer, not a proof. No student code is run."""
    from graders.classroom.finding import find
    from graders.classroom.store import Store
    from graders.cli.pairs import keep_similar, show_pairs

    must_be_writable(json)
    if json is not None:
        must_differ([Path(json)], [db or folder / DATABASE])
    if homework is not None:
        read_rubric(homework)
    submissions = find(folder)
    with Store(db or folder / DATABASE) as store:
        pairs = keep_similar(submissions, store, homework, starter, least)
    if json == "-":
        sys.stdout.buffer.write(_encoded(pairs))
    else:
        show_pairs(pairs)
    if json is not None and json != "-":
        save(Path(json), _encoded(pairs))


def _encoded(pairs: Sequence[Pair]) -> bytes:
    from graders.similarity.pair import POINTER

    return msgspec.json.format(msgspec.json.encode({"note": POINTER, "pairs": pairs}), indent=2) + b"\n"
