"""`gradmark grade [SUBMISSION]`: mark one submission, or every folder of student_impl/ here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from graders.classroom.finding import opened
from graders.cli import outputs
from graders.cli.options import names, processes
from graders.cli.reproduce import debug_first, must_be_a_terminal, scripts_for
from graders.errors import SubmissionError, UsageError
from graders.flags import read_flags
from graders.isolation.choice import Isolation, choose
from graders.marking.profiles import Profile
from graders.pack import Homework
from graders.record import CheckResult, OnResult, Report
from graders.reports import terminal, text
from graders.reports.clean import harmless
from graders.selection import select
from graders.submission import find_homework

if TYPE_CHECKING:
    from graders.cli.ledger import Ledger
    from graders.marking.run import Request

WORKED = Path("student_impl")
INTERRUPTED = 130
"""The exit status after Ctrl-C, as a shell has it: 128 and the signal's number."""


def grade(
    submission: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SUBMISSION]", help="The submission's folder, or a .tar or .zip of it.", show_default=False
        ),
    ] = None,
    homework: Annotated[
        str | None, typer.Option(metavar="ID", help="The homework, or a folder with a rubric.toml; else recognised.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAMES", help="Sections and checks: linear,batchnorm.backward_input.")
    ] = None,
    flags: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The handout's flags file: what is False there is left out.")
    ] = None,
    profile: Annotated[Profile, typer.Option(help="How many cases each check draws.")] = Profile.GRADING,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Draw other cases than everybody's.")] = 0,
    keys: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The instructor's keys: predictions.csv, q1.toml.")
    ] = None,
    guard_keys: Annotated[
        bool, typer.Option("--guard-keys", help="Mark nothing where student code could read the keys.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="IDX files to train on; else scikit-learn's digits.")
    ] = None,
    n: Annotated[str, typer.Option("-n", metavar="N|auto", help="Processes that mark at the same time.")] = "auto",
    isolation: Annotated[
        Isolation | None,
        typer.Option(help="How student code is kept away from all else; the strongest that works.", show_default=False),
    ] = None,
    max_seconds: Annotated[
        float, typer.Option(metavar="N", min=1, help="Checks that come after so many seconds end as timeouts.")
    ] = 3600,
    json: outputs.JsonFile = None,
    junit: outputs.JunitFile = None,
    gradescope: outputs.GradescopeFile = None,
    gradescope_metadata: outputs.MetadataFile = None,
    gradescope_limit: outputs.LimitText = None,
    gradescope_visibility: outputs.VisibilityTexts = None,
    prairielearn: outputs.PrairielearnFile = None,
    autolab: outputs.Autolab = False,
    github: outputs.Github = False,
    csv: outputs.CsvFile = None,
    canvas: outputs.CanvasFile = None,
    html: outputs.HtmlFile = None,
    repro: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a script for each failed check that repeats it.")
    ] = None,
    debug: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Run a section's or check's first failing case under pdb, not isolated."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every failed check in full.")] = False,
) -> None:
    """Mark a submission: sections, points, and a reason for each point lost."""
    from graders.cli.ledger import Ledger
    from graders.data import load
    from graders.isolation.secrets import must_be_secret
    from graders.marking.run import Request
    from graders.worker.packages import parts

    asked = outputs.Outputs(
        *(json, junit, gradescope, gradescope_metadata, gradescope_limit, gradescope_visibility or []),
        *(prairielearn, csv, canvas, autolab, github, html),
    )
    asked.check(submission, flags)
    for folder in (keys, data):
        if folder is not None and not folder.is_dir():
            raise UsageError(f"there is no folder {folder}")
    if data is not None:
        load(data)  # what is wrong with it is said before the marking
    targets = [submission] if submission is not None else _worked_here()
    if len(targets) > 1 and (asked.for_one or flags or repro or debug):
        raise UsageError("only --csv and --canvas take several submissions: name one, or leave the other options out")
    if debug is not None:
        only = [debug]
        must_be_a_terminal()
    choice = choose(isolation)
    if choice.note:
        typer.echo(f"gradmark: {choice.note}", err=True)
    worst = 0
    for target in targets:
        try:
            with opened(target, homework) as folder:
                found = find_homework(folder, homework, str(target)).with_keys(keys)
                if guard_keys and keys is not None:
                    must_be_secret(keys, choice.isolation, parts(tuple(found.rubric.packages)))
                asked.admit(found)
                selection = select(found, names(only), read_flags(flags) if flags else {})
                request = Request(
                    *(folder, found, selection, profile, seed, processes(n), keys, data, str(target)),
                    isolation=choice.isolation,
                    max_seconds=max_seconds,
                )
                if repro is not None or debug is not None:
                    request = replace(request, repro=scripts_for(folder, repro, debugged=debug is not None))
                ledger = Ledger(request, asked.files(found))
                ledger.begin()
                with _progress(found, len(request.checks), quiet=asked.takes_stdout) as show:
                    report, stopped = _marked(request, ledger, show)
                if debug is not None and not stopped:
                    asked.write(report, found)
                    raise typer.Exit(debug_first(report, folder))
        except UsageError as error:
            if len(targets) == 1:
                if isinstance(error, SubmissionError):
                    _refuse(asked, str(error), homework, keys, names(only), str(target))
                raise
            typer.echo(f"gradmark: {error}", err=True)  # the others are marked all the same
            worst = max(worst, 2)
            continue
        report = asked.counted(report)
        try:
            asked.write(report, found, unfinished=stopped)
        finally:  # a full disk is no reason to keep the marks back
            if not asked.takes_stdout:
                _show(report, brief=len(targets) > 1, verbose=verbose)
        if stopped:
            raise typer.Exit(INTERRUPTED)
        worst = max(worst, report.exit_status)
    raise typer.Exit(worst)


def _refuse(
    asked: outputs.Outputs, why: str, homework: str | None, keys: Path | None, only: list[str], name: str
) -> None:
    """Whoever waits for a file gets one that says why there are no marks; a grade book has no row of it."""
    from graders.cli.refusal import named, refused

    found = named(homework)
    found = found.with_keys(keys) if found is not None else None
    asked.write(refused(why, found, only, name), found, unfinished=True)


def _marked(request: Request, ledger: Ledger, show: OnResult) -> tuple[Report, bool]:
    """The report, and whether Ctrl-C ended the marking before it was whole."""
    from graders.marking.run import mark

    def on_result(result: CheckResult) -> None:
        ledger.add(result)
        show(result)

    try:
        return mark(replace(request, on_result=on_result)), False
    except KeyboardInterrupt:
        return ledger.so_far(), True


def _worked_here() -> list[Path]:
    """The folders of student_impl/ here, or the current folder where there are none."""
    folders = sorted(path for path in WORKED.iterdir() if path.is_dir()) if WORKED.is_dir() else []
    return folders or [Path()]


@contextmanager
def _progress(homework: Homework, checks: int, *, quiet: bool) -> Iterator[OnResult]:
    """Called with each result as it comes; at a terminal it moves a bar."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda result: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"marking {homework.id}", total=checks)
        yield lambda result: bar.update(task, advance=1, description=f"marking {result.id:<36}")


def _show(report: Report, *, brief: bool, verbose: bool) -> None:
    console = Console()
    report = harmless(report)
    if brief:
        typer.echo(text.summary(report))
    elif console.is_terminal:
        terminal.show(report, console, verbose=verbose)
    else:
        typer.echo(text.text(report, verbose=verbose), nl=False)
