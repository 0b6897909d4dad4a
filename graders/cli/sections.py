"""`gradmark sections ID`: the rubric."""

from __future__ import annotations

from typing import Annotated

import typer

from graders import UsageError
from graders.cli.options import HOMEWORK
from graders.coursework.packs.loading import all_problems
from graders.coursework.packs.pack import Homework, homework_ids, load_homework
from graders.reports.catalogue import markdown as table
from graders.reports.wording import points


def sections(
    homework: Annotated[str | None, HOMEWORK] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print sections and points as a table; without ID, all homeworks'.")
    ] = False,
) -> None:
    """Show a homework's rubric: its sections, points and checks."""
    if markdown:
        typer.echo(table(map(load_homework, [homework] if homework else homework_ids())), nl=False)
    elif homework:
        _must_be_whole(homework)
        _show(load_homework(homework))
    else:
        raise UsageError(f"give a homework, one of {', '.join(homework_ids())}, or --markdown for a table of all")


def _must_be_whole(homework: str) -> None:
    """Everything that is wrong with a pack, a line each."""
    problems = all_problems(homework)
    for problem in problems:
        typer.echo(f"gradmark: {problem}", err=True)
    if problems:
        raise typer.Exit(2)


def _show(found: Homework) -> None:
    typer.echo(f"{found.id}: {found.rubric.title} ({points(found.rubric.total)} points)")
    for section in found.sections:
        worth = "practice, worth nothing" if section.is_practice else f"{points(section.points)} points"
        typer.echo(f"\n{section.id}  {worth}, {section.policy}  {section.title}")
        for check in section.all_checks:
            advisory = " (advisory)" if check in section.advisory else ""
            typer.echo(f"  {check}{advisory}  {found.title_of(check)}")
    if found.rubric.choices:
        typer.echo("\nWhat the handout leaves open, and what is marked:")
        for choice in found.rubric.choices:
            typer.echo(f"  - {choice}")
