"""`gradmark validate [ID...]`: does the marking work? Mutants have to lose, variants have to keep their points."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders import UsageError
from graders.cli.files import must_be_writable, write_json
from graders.cli.options import JsonFile, Processes, processes
from graders.cli.progress import progress
from graders.coursework.packs.loading import load_whole
from graders.coursework.packs.pack import homework_ids
from graders.marking.profiles import Profile
from graders.marking.validation.outcome import Outcome
from graders.marking.validation.pack_suite import with_suites
from graders.marking.validation.run import Task, tasks
from graders.marking.validation.run import validate as run
from graders.marking.validation.summary import Summary, problems, summary


class Ways(NamedTuple):
    """From recordings made in advance or not, and from which folder recordings come, if from any."""

    prerecords: bool = False
    recorded: str = ""


QUICK = 8
"""With --quick one case in this many is marked."""

COLUMNS = (
    "homework",
    "mutants killed",
    "wrong sections",
    "named first",
    "told",
    "silent",
    "misled",
    "unread",
    "variants",
    "lines alone, among, wrong, silent",
    "s",
)


def validate(
    homeworks: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids, or folders; else all.", show_default=False)
    ] = None,
    name: Annotated[str, typer.Option(metavar="TEXT", help="Only cases with this in their names.")] = "",
    quick: Annotated[bool, typer.Option("--quick", help=f"Mark one case in {QUICK}.")] = False,
    marks_only: Annotated[
        bool, typer.Option("--marks-only", help="Look for no reasons: much faster, and the same marks.")
    ] = False,
    mechanical: Annotated[
        int, typer.Option(metavar="N", min=0, help="Make N small mistakes in the worked submission: what survives?")
    ] = 0,
    seed: Annotated[int, typer.Option(metavar="N", help="Which of them: with --mechanical.")] = 0,
    recordings: Annotated[
        bool | None,
        typer.Option(
            "--recordings/--no-recordings",
            help="Mark with recordings as grade does, or without any; else as a class is marked.",
            show_default=False,
        ),
    ] = None,
    n: Processes = "auto",
    json: JsonFile = None,
) -> None:
    """Mark every mutant and variant of a homework: does the marking work?"""
    must_be_writable(json)
    if mechanical:
        from graders.cli.mechanical import make_mistakes  # here and not above: it is seldom asked for

        named = homeworks or homework_ids()
        for homework in named:
            load_whole(homework)
        raise typer.Exit(0 if make_mistakes(named, mechanical, seed, processes(n), json) else 1)
    chosen = _chosen(homeworks or [])
    found = _tasks(chosen, name, quick=quick)
    found = [task.without_reasons() for task in found] if marks_only else found
    with _ways(found, recordings) as ways:
        outcomes = _outcomes(found, processes(n), ways, quiet=json == "-")
    summaries = _summaries(chosen, outcomes)
    if json is not None:
        write_json(_record(summaries, outcomes), json)
    if json != "-":
        _show(summaries, outcomes)
    raise typer.Exit(0 if all(one.right for one in summaries) else 1)


def _chosen(homeworks: Sequence[str]) -> Sequence[str]:
    """Those that were named, or all that have anything to validate them with; UsageError for one that can't be used."""
    chosen = homeworks or with_suites(homework_ids())
    for homework in chosen:
        load_whole(homework)
    return chosen


def _tasks(homeworks: Sequence[str], name: str, *, quick: bool) -> list[Task]:
    """The mutants and variants to mark."""
    found = [task for task in tasks(homeworks, QUICK if quick else 1) if name in task.case.name]
    if not found:
        raise UsageError(f"no mutant or variant has {name!r} in its name")
    return found


@contextmanager
def _ways(found: Sequence[Task], recordings: bool | None) -> Iterator[Ways]:
    """How they are marked; with recordings these are made first, in their own folder."""
    if not recordings:
        yield Ways(prerecords=recordings is None)
        return
    from graders.cli.recordings import record_into  # here and not above: it imports what marks

    with tempfile.TemporaryDirectory(prefix="gradmark-recordings-") as folder:
        for name, profile in dict.fromkeys((task.homework, Profile(task.suite.profile)) for task in found):
            record_into(Path(folder), load_whole(name).with_keys(None), profile)
        yield Ways(recorded=folder)


def _outcomes(found: Sequence[Task], processes: int, ways: Ways, *, quiet: bool) -> list[Outcome]:
    """The outcome of each, in the tasks' order."""
    outcomes = []
    try:
        with progress("validating", len(found), quiet=quiet) as done:
            for outcome in run(found, processes, prerecords=ways.prerecords, recorded=ways.recorded):
                outcomes.append(outcome)
                done(f"{outcome.homework} {outcome.name}")
    except ValueError as error:  # an edit that no longer fits the worked submission
        raise UsageError(str(error)) from None
    order = {(task.homework, task.case.name): place for place, task in enumerate(found)}
    return sorted(outcomes, key=lambda outcome: order[outcome.homework, outcome.name])


def _summaries(homeworks: Sequence[str], outcomes: Sequence[Outcome]) -> list[Summary]:
    """One for each homework."""
    return [summary(one, [o for o in outcomes if o.homework == one]) for one in dict.fromkeys(homeworks)]


def _record(summaries: Sequence[Summary], outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "schema_version": 1,
        "right": all(one.right for one in summaries),
        "homeworks": summaries,
        "cases": outcomes,
    }


def _show(summaries: Sequence[Summary], outcomes: Sequence[Outcome]) -> None:
    console = Console()
    if console.is_terminal:
        console.print(_table(summaries))
        for one in summaries:
            console.print(Text(_by_kind(one)))
        for line in problems(outcomes):
            console.print(Text(line, style="yellow"))
        return
    for one in summaries:
        cells = [f"{column} {cell}" for column, cell in zip(COLUMNS[1:], _cells(one)[1:], strict=True)]
        typer.echo(f"{one.homework}: {', '.join(cells)}")
        typer.echo(_by_kind(one))
    for line in problems(outcomes):
        typer.echo(line)


def _by_kind(one: Summary) -> str:
    """How the mutants show, an exception by its name say, and how many of each kind are explained."""
    return f"{one.homework} by what shows first: {'; '.join(map(str, one.kinds)) or 'no mutants'}"


def _table(summaries: Sequence[Summary]) -> Table:
    table = Table(*COLUMNS)
    for one in summaries:
        table.add_row(*_cells(one), style="green" if one.right and not one.misled else "red")
    return table


def _cells(one: Summary) -> list[str]:
    return [
        one.homework,
        f"{one.killed}/{one.mutants}",
        str(one.wrong_sections),
        f"{one.named}/{one.diagnosable}",
        str(one.told),
        str(one.silent),
        str(one.misled),
        str(one.unread),
        f"{one.accepted}/{one.variants}",
        " ".join(str(one.lines.get(word, 0)) for word in ("alone", "among", "wrong", "silent")),
        f"{one.seconds:g}",
    ]
