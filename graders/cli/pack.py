"""`gradmark pack DIR`: the archive that a homework's handout asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders import UsageError
from graders.cli.options import AnyHomework
from graders.coursework.handin import plan, read_files, student_name, write
from graders.coursework.submission import find_homework

SHOWN = 8


def pack(
    submission: Annotated[Path, typer.Argument(metavar="DIR", help="The submission's folder.")],
    homework: AnyHomework = None,
    name: Annotated[
        str | None, typer.Option(metavar="FIRST_LAST", help="Your name, where the archive is named after it.")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where to put the archive; by default here.")
    ] = Path(),
) -> None:
    """Pack a submission as its handout asks, after checking that every file is there."""
    found = find_homework(submission, homework)
    handin = found.rubric.handin
    if handin is None:
        raise UsageError(f"{found.id} says nothing about packing: its rubric.toml has no [handin]")
    if not output.is_dir():
        raise UsageError(f"there is no folder {output}")
    student = student_name(submission, handin, name)
    planned = plan(submission, handin)
    for file in planned.missing:
        typer.echo(f"missing: {file}", err=True)
    for file in planned.extra:
        typer.echo(f"extra: {file}: {found.id}'s handout allows no such file", err=True)
    if planned.missing or planned.extra:
        typer.echo("gradmark: nothing was packed", err=True)
        raise typer.Exit(1)
    files = read_files(submission, planned, handin.folder.format(name=student) if handin.archive else "")
    target = output / (handin.archive.format(name=student) or f"{found.id}_handin")
    write(target, files)
    _say(target, len(files), planned.left_out, handin.note)


def _say(target: Path, files: int, left_out: list[str], note: str) -> None:
    typer.echo(f"wrote {target} ({files} file{'' if files == 1 else 's'})")
    if left_out:
        more = f" and {len(left_out) - SHOWN} more" if len(left_out) > SHOWN else ""
        typer.echo(f"left out: {', '.join(left_out[:SHOWN])}{more}")
    if note:
        typer.echo(note)
