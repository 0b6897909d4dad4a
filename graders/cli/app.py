"""The `gradmark` command: its subcommands, and how an error of its user ends it."""

from __future__ import annotations

import errno
import os
import sys

import typer

from graders import __version__
from graders.cli.check import check
from graders.cli.classroom import classroom
from graders.cli.grade import grade
from graders.cli.handout import handout
from graders.cli.marks import marks
from graders.cli.pack import pack
from graders.cli.pipeline import pipeline
from graders.cli.report import report
from graders.cli.sections import sections
from graders.cli.similar import similar
from graders.cli.validate import validate
from graders.errors import UsageError

app = typer.Typer(
    name="gradmark",
    help="Mark deep-learning homework with hand-written NumPy layers.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(grade)
app.command()(sections)
app.command()(check)
app.command()(handout)
app.command()(pack)
app.command()(validate)
app.command("class")(classroom)
app.command()(marks)
app.command()(similar)
app.command()(pipeline)
app.command()(report)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradmark {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),
) -> None:
    """Mark deep-learning homework with hand-written NumPy layers."""


def main() -> None:
    """Run the command; a UsageError is one line on standard error and exit status 2, and so is a full disk."""
    try:
        app(prog_name="gradmark")
    except UsageError as error:
        print(f"gradmark: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        print(f"gradmark: {error.filename or 'the result'} can't be written ({error.strerror})", file=sys.stderr)
        sys.stderr.flush()
        os._exit(2)  # Python would try once more to write what a full disk didn't take, and complain
