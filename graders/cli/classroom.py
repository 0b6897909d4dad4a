"""`gradmark class FOLDER`: mark a class, and go on where it was left."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.cli import webpages
from graders.cli.options import names, processes
from graders.cli.progress import progress
from graders.errors import UsageError
from graders.isolation.choice import Isolation, choose
from graders.marking.profiles import Profile
from graders.pack import load_whole
from graders.reports.wording import of_section, points, total
from graders.selection import select

if TYPE_CHECKING:
    from graders.classroom.comparison import Change
    from graders.classroom.marker import OpenMarker
    from graders.classroom.store import Result, Store

DATABASE = "gradmark.sqlite"


def classroom(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="Folders and archives, or an export of Gradescope, Autolab, GitHub Classroom."
        ),
    ],
    homework: Annotated[
        str | None, typer.Option(metavar="ID", help="The homework, or a folder with a rubric.toml; else recognised.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAMES", help="Sections and checks: linear,batchnorm.backward_input.")
    ] = None,
    profile: Annotated[Profile, typer.Option(help="How many cases each check draws.")] = Profile.GRADING,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Draw other cases than everybody's.")] = 0,
    keys: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The instructor's keys: predictions.csv, q1.toml.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="IDX files to train on; else scikit-learn's digits.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Mark on the workers of a Dask cluster: tcp://HOST:PORT or tls://..."),
    ] = None,
    n: Annotated[
        str,
        typer.Option(
            "-n",
            metavar="N|auto",
            help="Submissions marked at the same time; auto is one more than there are processors.",
        ),
    ] = "auto",
    isolation: Annotated[
        Isolation | None,
        typer.Option(help="How student code is kept away from all else; the strongest that works.", show_default=False),
    ] = None,
    db: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Where results are kept; else {DATABASE} in FOLDER.", show_default=False),
    ] = None,
    marks_only: Annotated[
        bool,
        typer.Option("--marks-only", help="The same marks sooner, without reasons; the command without it adds these."),
    ] = False,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Mark all again and compare; 1 if a mark dropped.")
    ] = False,
    similar: Annotated[
        bool, typer.Option("--similar", help="Afterwards show which submissions have suspiciously alike code.")
    ] = False,
    html: webpages.HtmlFile = None,
    html_students: webpages.HtmlStudents = None,
) -> None:
    """Mark a class. Killed and started again it goes on where it was; what hasn't changed isn't marked again."""
    from graders.classroom.comparison import compare
    from graders.classroom.finding import find
    from graders.classroom.marks import finals
    from graders.classroom.run import Settings, due, now, run
    from graders.classroom.store import State, Store
    from graders.cli.pairs import keep_similar, show_pairs

    webpages.must_be_usable(html, html_students, db or folder / DATABASE)
    if scheduler is None:
        choice = choose(isolation)
        isolation = choice.isolation
        if choice.note:
            _say(choice.note)
    settings = Settings(homework, tuple(names(only)), profile, seed, keys, data, isolation, marks_only)
    _must_be_usable(settings.homework, settings.only, keys, data)
    submissions = find(folder)
    with Store(db or folder / DATABASE) as store:
        open_marker = _marker(store, n, scheduler, isolation)
        round_ = store.open_regrade(now()) if regrade else None
        found = due(submissions, store, settings, round_)
        try:
            with progress("marking", len(found)) as done:
                run(found, store, settings, open_marker, lambda result: done(f"marked {result.name}"), round_)
        except KeyboardInterrupt:
            left = len(due(submissions, store, settings, round_))
            _say(f"interrupted, {left} left: the same command goes on from here")
            raise typer.Exit(130) from None
        known = {submission.name for submission in submissions}
        results = [result for result in finals(store) if result.name in known]
        changes = list(compare(store, round_)) if round_ is not None else []
        if round_ is not None:
            store.close_regrade(round_, now())
        pairs = keep_similar(submissions, store, homework) if similar else []
        webpages.write(store, folder.resolve().name, html, html_students, known)
    show(results)
    if regrade:
        _show_changes(changes)
    if similar:
        show_pairs(pairs)
    faulty = [result.name for result in results if result.state is State.FAULT or _in_doubt(result)]
    if faulty:
        _say(f"{_count(faulty)} met a fault of gradmark's own: {_some(faulty)}")
    dropped = [change.name for change in changes if change.dropped]
    if dropped:
        _say(f"{_count(dropped)} dropped: {_some(dropped)}")
    raise typer.Exit(1 if dropped else 3 if faulty else 0)


def _say(line: str) -> None:
    typer.echo(f"gradmark: {line}", err=True)


def _marker(store: Store, n: str, scheduler: str | None, isolation: Isolation | None) -> OpenMarker:
    """This machine, or the cluster. What can't be had of it is said before anything is marked."""
    from graders.classroom.local import local

    most = processes(n, spare=1)  # each waits for its worker now and then
    if scheduler is None:
        return lambda: local(store, most)
    try:
        from graders.classroom.cluster import cluster
    except ModuleNotFoundError as error:
        raise UsageError(f'--scheduler needs Dask ({error}): pip install "gradmark[cluster]"') from None
    return lambda: cluster(scheduler, isolation, None if n == "auto" else most, _say)


def _must_be_usable(homework: str | None, only: Sequence[str], keys: Path | None, data: Path | None) -> None:
    """What is wrong with the options is said once and at the start, not in each submission's row."""
    from graders.data import load

    for folder in (keys, data):
        if folder is not None and not folder.is_dir():
            raise UsageError(f"there is no folder {folder}")
    if data is not None:
        load(data)
    if homework is not None:
        select(load_whole(homework).with_keys(keys), only, {})
    elif only:
        raise UsageError("--only needs --homework ID here: submissions may be of several homeworks")


def _in_doubt(result: Result) -> bool:
    return result.report is not None and result.report.exit_status == 3


def _count(names: Sequence[str]) -> str:
    return f"{len(names)} mark{'' if len(names) == 1 else 's'}"


def _some(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def show(results: Sequence[Result]) -> None:
    """A table for each homework, or a line for each submission, and how many there are."""
    console = Console()
    if console.is_terminal:
        for homework in sorted({result.report.homework for result in results if result.report}):
            console.print(_table(homework, [one for one in results if one.report and one.report.homework == homework]))
    else:
        for result in results:
            if result.report:
                sections = "  ".join(f"{section.id} {of_section(section)}" for section in result.report.sections)
                typer.echo(f"{_who(result)}  {total(result.report)}  {sections}")
    for result in results:
        if not result.report:
            console.print(Text(f"{_who(result)}  {result.state}: {result.message}"), soft_wrap=True)
    homeworks = {result.report.homework for result in results if result.report}
    marked = [result.report.score for result in results if result.report]
    if len(homeworks) > 1:
        typer.echo(f"gradmark: recognised as {', '.join(sorted(homeworks))}: --homework ID settles it", err=True)
    mean = f", mean {math.fsum(marked) / len(marked):.2f}" if marked and len(homeworks) == 1 else ""
    typer.echo(f"{len(results)} submission{'' if len(results) == 1 else 's'}: {len(marked)} marked{mean}")


def _table(homework: str, results: Sequence[Result]) -> Table:
    assert results[0].report is not None
    table = Table(homework, "score", *(section.id for section in results[0].report.sections))
    for result in results:
        assert result.report is not None
        cells = [
            Text(points(section.score), "green" if section.score >= section.max_score else "red")
            for section in result.report.sections
        ]
        table.add_row(Text(_who(result)), total(result.report), *cells)
    return table


def _who(result: Result) -> str:
    return f"{result.name} ({result.student})" if result.student not in ("", result.name) else result.name


def _show_changes(changes: Sequence[Change]) -> None:
    if not changes:
        typer.echo("No mark changed.")
        return
    console = Console()
    table = Table("changed", "before", "now", "check", "was", "is", "why")
    for change in changes:
        for row in _rows(change):
            table.add_row(*map(Text, row))
            if not console.is_terminal:
                typer.echo("  ".join(filter(None, row)))
    if console.is_terminal:
        console.print(table)


def _rows(change: Change) -> Iterator[tuple[str, ...]]:
    """Who changed and why in the first row, then a row for each check."""
    yield change.name, _points(change.old_score), _points(change.new_score), "", "", "", change.why
    for check in change.checks:
        yield "", "", "", check.id, check.old or "none", check.new or "none", " ".join(check.message.split())[:200]


def _points(score: float | None) -> str:
    return "none" if score is None else points(score)
