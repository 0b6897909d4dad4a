"""The options that several commands share; a command's own options are in its module."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graders import UsageError

if TYPE_CHECKING:
    from graders.classroom.store import Store

DATABASE = "gradmark.sqlite"


@dataclass(frozen=True)
class HandedOn:
    """In the annotation of an option of grade: a pipeline may hand it on, one for this platform if that is named.

    `check` raises UsageError or ValueError for a word that is no value of it, besides what its type says. It has
    to be a function, not a lambda: annotations are evaluated where a lambda doesn't find its module's names.
    """

    platform: str | None = None
    check: Callable[[str], object] = lambda word: None


HOMEWORK = typer.Argument(metavar="ID", help="The homework: ai702, or a folder with a rubric.toml.", show_default=False)
"""A homework that has to be named, or may be."""

AnyHomework = Annotated[
    str | None, typer.Option(metavar="ID", help="The homework, or a folder with a rubric.toml; else recognised.")
]
NewFolder = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write, which must be new or empty.")
]
JsonFile = Annotated[
    str | None, typer.Option(metavar="FILE", help="Write the result as JSON; with - nothing else is printed.")
]
Processes = Annotated[str, typer.Option("-n", metavar="N|auto", help="Processes that mark at the same time.")]
ClassFolder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The class's folder.")]
Database = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=f"Where results are kept; else {DATABASE} in FOLDER.", show_default=False),
]
ClassHtml = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the class's report, one web page.")]
StudentsHtml = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Write each student's own report there, linked from --html's table.")
]


def processes(n: str, spare: int = 0) -> int:
    """`-n N|auto`: auto is one for each processor that we may use, and this many to spare."""
    if n == "auto":
        return (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1) + spare
    if not re.fullmatch("[0-9]{1,3}", n) or not 1 <= int(n) <= 256:
        raise UsageError(f"-n {n}: give a number of processes from 1 to 256, or auto")
    return int(n)


def names(only: list[str] | None) -> list[str]:
    """The sections and checks of `--only`, given once or several times, with commas."""
    found = [name.strip() for value in only or [] for name in value.split(",") if name.strip()]
    if only and not found:
        raise UsageError("--only: name at least one section or check")
    return found


def database(folder: Path, db: Path | None) -> Path:
    """Where the results of the class in this folder are."""
    return db or folder / DATABASE


def opened_results(folder: Path, db: Path | None, *, writing: bool = True) -> Store:
    """The results of the class in this folder, opened; who gives `--db` vouches for the file."""
    from graders.classroom.store import Store

    return Store(database(folder, db), writing=writing, named=db is not None)
