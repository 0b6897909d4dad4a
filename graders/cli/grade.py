"""`gradmark grade [SUBMISSION]`: mark one submission, or every folder of student_impl/ here."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from graders import SubmissionError, UsageError
from graders.cli import INTERRUPTED
from graders.cli.debugging import debug_first, must_be_a_terminal
from graders.cli.grading import Grading, Marked, targets
from graders.cli.last_run import changes_since
from graders.cli.marking_options import GradeOptions
from graders.cli.notes import chosen, from_here, say
from graders.cli.progress import bar_of_checks
from graders.coursework.clean import harmless
from graders.coursework.record import Report
from graders.reports import terminal, text


def grade(
    submission: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SUBMISSION]", help="The submission's folder, or a .tar or .zip of it.", show_default=False
        ),
    ] = None,
    *,
    options: GradeOptions,
) -> None:
    """Mark a submission: sections, points, and a reason for each point lost."""
    found = targets(submission, options)
    if options.debug is not None:
        must_be_a_terminal()
    grading = Grading(options, chosen(options.isolation))
    raise typer.Exit(max(_grade(grading, target, alone=len(found) == 1) for target in found))


def _grade(grading: Grading, target: Path, *, alone: bool) -> int:
    """The exit status of this submission; one among others that can't be used is a line, and no end."""
    try:
        with grading.marked(target, partial(bar_of_checks, quiet=grading.outputs.takes_stdout)) as marked:
            if grading.options.debug is not None and not marked.stopped:
                grading.outputs.write(marked.report, marked.homework)
                return debug_first(marked.report, marked.folder)
    except UsageError as error:
        if not alone:
            say(str(error))
            return 2
        if isinstance(error, SubmissionError):
            grading.refuse(str(error), target)
        raise
    report = _written(grading, marked, target, brief=not alone)
    if marked.stopped:
        raise typer.Exit(INTERRUPTED)
    return report.exit_status


def _written(grading: Grading, marked: Marked, target: Path, *, brief: bool) -> Report:
    """The report as it counts, after it was written and shown."""
    report = grading.outputs.counted(marked.report)
    try:
        grading.outputs.write(report, marked.homework, unfinished=marked.stopped)
    finally:  # a full disk is no reason to keep the marks back
        if not grading.outputs.takes_stdout:
            _show(_shown(report), marked, target, brief=brief, verbose=grading.options.verbose)
    return report


def _shown(report: Report) -> Report:
    """The report as a terminal or a pipe may have it, with commands that can be typed here."""
    shown = harmless(report)
    return msgspec.structs.replace(shown, submission=from_here(shown.submission))


def _show(report: Report, marked: Marked, target: Path, *, brief: bool, verbose: bool) -> None:
    console = Console()
    if brief:
        typer.echo(text.summary(report))
    elif console.is_terminal:
        changes = changes_since(report, target, marked.homework.checks)
        terminal.show(report, console, verbose=verbose, changes=changes)
    else:
        typer.echo(text.text(report, verbose=verbose), nl=False)
