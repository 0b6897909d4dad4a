"""What `gradmark grade --repro DIR` and `--debug NAME` do besides marking."""

from __future__ import annotations

import atexit
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from graders.errors import UsageError
from graders.record import Report, loses

if TYPE_CHECKING:
    from graders.repro.scripts import Scripts


def scripts_for(submission: Path, folder: Path | None, *, debugged: bool) -> Scripts:
    """Where the scripts of this submission go: the folder that was named, else one that is forgotten."""
    from graders.repro.scripts import Scripts  # here and not above: it takes NumPy

    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="gradmark-debug-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--repro: {folder} can't be a folder ({error.strerror})") from None
    return Scripts(folder, submission.resolve(), lines=debugged)


def must_be_a_terminal() -> None:
    """A debugger without somebody at it would wait for ever."""
    if not sys.stdin.isatty():
        raise UsageError("--debug asks what to do at a terminal: standard input is none")


def debug_first(report: Report, submission: Path) -> int:
    """Run the first failed check's smallest case under pdb in this process; 1, or 0 if nothing failed."""
    from graders.repro.debugger import debug

    failed = [check for section in report.sections for check in section.checks if loses(check)]
    if not failed:
        typer.echo("Nothing fails here.")
        return 0
    check = next((check for check in failed if check.repro), None)
    if check is None:
        typer.echo(f"{failed[0].id}: {failed[0].message}\nThere is no plain code that repeats this.")
        return 1
    script = Path(str(check.repro))
    typer.echo(f"{check.id}: {check.message}")
    typer.echo("From here on nothing is isolated: the submission's code runs in this process, with all your rights.")
    debug(script, json.loads(script.with_suffix(".json").read_text()), submission.resolve())
    return 1
