"""What `gradmark grade --debug NAME` does after the marking, at a terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer

from graders import UsageError
from graders.coursework.record import Report, loses

COMMANDS = "At (Pdb): n runs the next line, p NAME shows a value, q ends it."


def must_be_a_terminal() -> None:
    """A debugger without somebody at it would wait for ever."""
    if not sys.stdin.isatty():
        raise UsageError("--debug needs a terminal, and standard input isn't one")


def debug_first(report: Report, submission: Path) -> int:
    """Run the first failed check's smallest case under pdb in this process; 1, or 0 if nothing failed."""
    from graders.marking.repro.debugger import debug

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
    typer.echo("From here on nothing is isolated: the submission's code runs in this process with your permissions.")
    typer.echo(COMMANDS)
    debug(script, json.loads(script.with_suffix(".json").read_text()), submission.resolve())
    return 1
