"""Lines on standard error, beside the result."""

from __future__ import annotations

from pathlib import Path

import typer

from graders.sandbox.isolation.choice import Isolation, choose


def say(line: str) -> None:
    """One line, in our voice."""
    typer.echo(f"gradmark: {line}", err=True)


def chosen(wanted: Isolation | None) -> Isolation:
    """The isolation that was asked for or can be had, said where it isn't the strongest; UsageError for none."""
    choice = choose(wanted)
    if choice.note:
        say(choice.note)
    return choice.isolation


def from_here(path: str) -> str:
    """A path as one would write it in this folder, if it is in it."""
    whole = Path(path)
    inside = whole.is_absolute() and whole.is_relative_to(Path.cwd())
    return str(whole.relative_to(Path.cwd())) if inside else path
