"""`gradmark cache`: the recordings that are kept for later runs: show them, make them, take them away."""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from graders import UsageError
from graders.cli import last_run
from graders.cli.notes import chosen, say
from graders.cli.seeds import MOST
from graders.coursework.packs.kept import clear as clear_packs
from graders.coursework.packs.loading import load_whole
from graders.coursework.packs.pack import homework_ids
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.recordings.places import Stored, cache_folder, clear, packs_folder, stored

_MIB = 1 << 20


class Action(StrEnum):
    """What is to be done."""

    SHOW = "show"
    MAKE = "make"
    CLEAR = "clear"


def cache(
    action: Annotated[Action, typer.Argument(help="What to do.")] = Action.SHOW,
    homeworks: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="With make: ids, or folders; else all.", show_default=False),
    ] = None,
    profile: Annotated[Profile, typer.Option(help="With make: the profile of the runs to come.")] = Profile.GRADING,
    seed: Annotated[int, typer.Option(min=0, max=MOST, help="With make: their seed.")] = 0,
) -> None:
    """Show, make or clear recordings, with which right work is marked faster."""
    if homeworks and action is not Action.MAKE:
        raise UsageError(f"gradmark cache {action} takes no homework: only make does")
    if action is Action.MAKE:
        _make(homeworks or homework_ids(), profile, seed)
    elif action is Action.CLEAR:
        typer.echo(f"freed {_cleared() / _MIB:.1f} MiB in {cache_folder()}")
    else:
        _show()


def _make(names: Sequence[str], profile: Profile, seed: int) -> None:
    """Record whatever these lack, one after the other."""
    from graders.cli.recordings import record, shelf_for  # here and not above: it imports what marks
    from graders.marking.run import Request

    isolation = chosen(None)
    for name in names:
        homework = load_whole(name).with_keys(None)
        if homework.worked is None:
            say(f"{homework.id} has no worked submission to record with")
            continue
        request = Request(
            homework.worked, homework, select(homework, [], {}), profile=profile, seed=seed, isolation=isolation
        )
        shelf = shelf_for(request)
        if shelf is None:
            raise UsageError("student code could change recordings here: install bubblewrap, or use a newer Linux")
        record(shelf, request)
        checks = len(shelf.of(homework.checks))
        typer.echo(f"{homework.id}: {checks} of {len(homework.checks)} checks are recorded")


def _cleared() -> int:
    """The bytes of the recordings that were deleted; what was read of packs goes along, and what runs showed."""
    clear_packs(packs_folder())
    last_run.forget()
    return clear(cache_folder())


def _show() -> None:
    folder = cache_folder()
    found = stored(folder)
    if not found:
        typer.echo(f"nothing is recorded in {folder}")
        return
    total = sum(one.size for one in found)
    console = Console()
    if console.is_terminal:
        console.print(_table(found))
    else:
        for one in found:
            typer.echo("  ".join(_row(one)))
    typer.echo(f"{total / _MIB:.1f} MiB in {folder}")


def _table(found: Sequence[Stored]) -> Table:
    table = Table("homework", "profile", "seed", "checks", "MiB", "used", box=None, pad_edge=False)
    for one in found:
        table.add_row(*_row(one))
    return table


def _row(one: Stored) -> list[str]:
    first = one.headings[0] if one.headings else None
    checks = sum(heading.recorded for heading in one.headings)
    used = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.used))
    named = [first.homework, first.profile, first.seed] if first is not None else ["?", "?", "?"]
    return [*named, str(checks), f"{one.size / _MIB:.1f}", used]
