"""`gradmark validate ID --mechanical N`: which of N small mistakes does the marking miss?"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import typer

from graders.cli.files import write_json
from graders.cli.progress import progress
from graders.coursework.packs.pack import read_homework
from graders.marking.validation.mechanical.sample import SURVIVORS, drawn, marked, reasons
from graders.marking.validation.outcome import Outcome


class Strength(msgspec.Struct, frozen=True):
    """How strong a homework's marking is: the mistakes made, those that were caught, and those that weren't, by name.

    `equivalent` are survivors that the pack has a reason for.
    """

    homework: str
    made: int
    caught: int
    equivalent: dict[str, str]
    survives: list[str]


def strength(homework: str, outcomes: Sequence[Outcome]) -> Strength:
    """Count what came."""
    known = reasons(read_homework(homework))
    left = sorted(outcome.name for outcome in outcomes if not outcome.fails)
    equivalent = {name: known[name] for name in left if name in known}
    caught = sum(bool(outcome.fails) for outcome in outcomes)
    return Strength(homework, len(outcomes), caught, equivalent, [name for name in left if name not in known])


def make_mistakes(homeworks: Sequence[str], count: int, seed: int, processes: int, json: str | None) -> bool:
    """Make and mark them, and show what came; whether none survives that nobody has a reason for."""
    tasks = [task for homework in homeworks for task in drawn(homework, count, seed)]
    outcomes = []
    with progress("making mistakes", len(tasks), quiet=json == "-") as done:
        for outcome in marked(tasks, processes):
            outcomes.append(outcome)
            done(f"{outcome.homework} {outcome.name}")
    found = [strength(one, [o for o in outcomes if o.homework == one]) for one in dict.fromkeys(homeworks)]
    if json is not None:
        write_json({"schema_version": 1, "right": not any(one.survives for one in found), "homeworks": found}, json)
    if json != "-":
        for one in found:
            _show(one)
    return not any(one.survives for one in found)


def _show(one: Strength) -> None:
    counted = f"{one.caught} caught, {len(one.equivalent)} equivalent, {len(one.survives)} survive"
    typer.echo(f"{one.homework}: of {one.made} mechanical mistakes {counted}")
    for name in one.survives:
        typer.echo(f"  survives: {name}")
    if one.survives:
        typer.echo(f"Write a check that fails for each, or into {SURVIVORS} beside the rubric why it is no mistake:")
        typer.echo(f'  {msgspec.json.encode(one.survives[0]).decode()} = "..."')
