"""Options of the commands for a class: the course around it, its grade books, and whom they show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass(frozen=True)
class CourseOptions:
    """What is said about the course once; the class's file keeps it."""

    roster: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The course's students, as CSV: id, name, address, section, group."),
    ] = None
    due: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help='When it is due, with the zone: "2026-10-24 20:00 Europe/Berlin".'),
    ] = None
    extensions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Later dates for some, as CSV: a student, and due or days."),
    ] = None
    after: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="A homework of the term before this one: its late days use up the budget."),
    ] = None


@dataclass(frozen=True)
class BookOptions:
    """Grade books with a row for each student, and whom pages and books show."""

    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a grade book, a row for each student.")] = None
    canvas: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Fill the marks into Canvas' own export, or write what it imports."),
    ] = None
    moodle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Fill them into Moodle's grading worksheet, or write what it imports."),
    ] = None
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the grade book as JSON.")] = None
    compare: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Another class of the homework, which the class's page sets beside this one."
        ),
    ] = None
    section: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only students of this section of the roster."),
    ] = None
    anonymous: Annotated[
        bool,
        typer.Option("--anonymous", help="Numbers in place of names; which is whose stays in the class's file."),
    ] = False

    @property
    def files(self) -> dict[str, Path]:
        """The grade books that were asked for, by kind."""
        named = {"csv": self.csv, "canvas": self.canvas, "moodle": self.moodle, "json": self.json}
        return {kind: path for kind, path in named.items() if path is not None}


NO_COURSE, NO_BOOKS = CourseOptions(), BookOptions()
"""Where nothing is asked for."""
