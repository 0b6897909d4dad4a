"""What `gradmark new` has made, in short: a table on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.coursework.clean import clean

MOST_SURVIVORS = 10


@dataclass(frozen=True)
class Row:
    """A section: its points, what it was taken for, and how many places in its component say CHECK."""

    section: str
    points: str
    says: str
    doubts: int

    @property
    def look(self) -> str:
        """Whether an instructor should look at it."""
        return f"{self.doubts} CHECK" if self.doubts else "sure"


@dataclass(frozen=True)
class Made:
    """The pack: its folder, its sections, what it leaves out and why, and how its own solution and mistakes fare."""

    folder: str
    rows: Sequence[Row]
    left: Sequence[tuple[str, str]]
    score: str
    mutants: tuple[int, int]
    """How many are caught, of how many."""
    mechanical: tuple[int, int]
    survivors: Sequence[str]


def show(made: Made) -> None:
    """Print it."""
    console = Console()
    if console.is_terminal:
        console.print(_table(made))
        for line in _ending(made):
            console.print(Text(clean(line)))
        return
    width = max(len(row.section) for row in made.rows)
    for row in made.rows:
        typer.echo(clean(f"{row.section:<{width}}  {row.points:>4}  {row.says} ({row.look})"))
    for line in _ending(made):
        typer.echo(clean(line))


def _table(made: Made) -> Table:
    table = Table("section", "points", "what it is", "look at", title=made.folder)
    for row in made.rows:
        table.add_row(row.section, row.points, row.says, row.look, style="yellow" if row.doubts else "")
    for section, why in made.left:
        table.add_row(section, "-", why, "TODO", style="red")
    return table


def _ending(made: Made) -> Iterator[str]:
    yield from (f"TODO {section}: {why}" for section, why in made.left)
    yield f"the worked solution: {made.score}"
    caught, number = made.mutants
    yield f"wrong versions of it: {caught} of {number} caught, for mutants.toml"
    caught, number = made.mechanical
    if number:
        yield f"small mistakes in the solution: {caught} of {number} caught"
    yield from (f"  survives: {name}" for name in made.survivors[:MOST_SURVIVORS])
    if len(made.survivors) > MOST_SURVIVORS:
        yield f"  and {len(made.survivors) - MOST_SURVIVORS} more: see survivors.toml"
    doubts, left = sum(row.doubts for row in made.rows), len(made.left)
    yield f"wrote {made.folder}: components.py has {doubts} CHECK and {left} TODO"
