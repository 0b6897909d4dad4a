"""`gradmark new ID --from SOLUTION`: a pack, drafted from a worked solution."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from graders import UsageError
from graders.cli.files import must_be_new
from graders.cli.options import Processes, processes

Value = TypeVar("Value")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
TOTAL = 100


@dataclass(frozen=True)
class NewOptions:
    """What the pack is made from, and what a worked solution doesn't tell."""

    source: Annotated[
        Path,
        typer.Option("--from", metavar="FILE|FOLDER", help="The worked solution: a .py file, or a folder of them."),
    ]
    reference: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own PyTorch functions: layers are held against these first."),
    ] = None
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder in which the pack's folder ID is written.")
    ] = Path()
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="The homework's title; else its ID.")] = None
    total: Annotated[int, typer.Option(min=1, metavar="N", help="The points of all sections together.")] = TOTAL
    points: Annotated[
        list[str] | None, typer.Option(metavar="SECTION=N", help="The points of a section; others share the rest.")
    ] = None
    without: Annotated[
        str | None, typer.Option(metavar="SECTIONS", help="Layers of the solution that are handed out: dropout,sgd.")
    ] = None
    oracle: Annotated[
        list[str] | None,
        typer.Option(metavar="SECTION=FUNCTION", help="The function of --reference that is right there."),
    ] = None
    averaged: Annotated[
        str | None,
        typer.Option(
            metavar="SECTION.NAME", help="Gradients that the handout divides by the batch size: linear.W,linear.b."
        ),
    ] = None
    with_: Annotated[
        str | None, typer.Option("--with", metavar="NAMES", help="Packages that the solution may import: scipy.")
    ] = None
    mechanical: Annotated[
        int, typer.Option(metavar="N", min=0, help="Make N small mistakes in the solution at the end: what survives?")
    ] = 50
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the defaults.")] = False
    n: Processes = "auto"

    @property
    def said_points(self) -> dict[str, float]:
        """The points that were given."""
        return {
            name: _number(f"--points {name}={text}", text) for name, text in _pairs("--points", self.points).items()
        }

    @property
    def said_oracles(self) -> dict[str, str]:
        """The functions that were named."""
        found = _pairs("--oracle", self.oracle)
        if found and self.reference is None:
            raise UsageError("--oracle names a function of --reference FILE: give that file, too")
        return found


def new(
    name: Annotated[str, typer.Argument(metavar="ID", help="The new homework's id: its folder is called so.")],
    *,
    options: NewOptions,
) -> None:
    """Draft a pack from a worked solution: rubric, components, mutants; then mark and validate it."""
    if not _ID.fullmatch(name):
        raise UsageError(f"{name!r} is no id: use letters, digits, _, - and dots")
    folder = options.output / name
    must_be_new(folder)
    if not options.source.exists():
        raise UsageError(f"--from {options.source}: there is no such file or folder")
    if options.output.exists() and not options.output.is_dir():
        raise UsageError(f"-o {options.output} is no folder")
    processes(options.n)
    _ = options.said_points, options.said_oracles

    from graders.cli.drafting import make  # here and not above: it imports torch

    raise typer.Exit(make(name, folder, options))


def asked(question: str, default: Value, options: NewOptions, kind: Callable[[str], Value]) -> Value:
    """The answer at a terminal; else, and with --yes, the default."""
    if not asks(options):
        return default
    while True:
        text = typer.prompt(question, default=str(default), err=True)
        try:
            return kind(text)
        except ValueError:
            typer.echo(f"{text!r} can't be used here", err=True)


def asks(options: NewOptions) -> bool:
    """Whether anybody is there to be asked."""
    return not options.yes and sys.stdin.isatty() and sys.stderr.isatty()


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    found = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"{option} {text}: write SECTION=VALUE")
        found[name.strip()] = value.strip()
    return found


def _number(said: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 10_000:
        raise UsageError(f"{said}: give a number of points")
    return value
