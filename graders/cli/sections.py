"""`gradmark sections ID`: the rubric."""

from __future__ import annotations

from typing import Annotated

import typer

from graders.reports.wording import points
from graders.rubric import load_homework


def sections(
    homework: Annotated[str, typer.Argument(metavar="ID", help="The homework: ai702, or a folder with a rubric.toml.")],
) -> None:
    """Show a homework's rubric: its sections, points and checks."""
    found = load_homework(homework)
    typer.echo(f"{found.id}: {found.rubric.title} ({points(found.rubric.total)} points)")
    for section in found.sections:
        typer.echo(f"\n{section.id}  {points(section.points)} points, {section.policy}  {section.title}")
        for check in section.all_checks:
            advisory = " (advisory)" if check in section.advisory else ""
            typer.echo(f"  {check}{advisory}  {found.title_of(check)}")
    if found.rubric.choices:
        typer.echo("\nWhat the handout leaves open, and what is marked:")
        for choice in found.rubric.choices:
            typer.echo(f"  - {choice}")
