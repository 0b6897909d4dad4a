"""The `gradmark` command: its subcommands, and how an error of its user ends it."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import typer

from graders import UsageError, __version__
from graders.cli import INTERRUPTED
from graders.cli.commands import LazyGroup
from graders.cli.endings import heed_endings
from graders.cli.printing import make_stdio_robust

app = typer.Typer(
    name="gradmark",
    cls=LazyGroup,
    help="Mark deep-learning homework with hand-written NumPy layers.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


_FULL = errno.ENOSPC, errno.EDQUOT
_MISUSE: type[Exception] = typer.BadParameter.__bases__[0]
"""What an unknown option, a value out of range and the like raise, wherever this typer keeps the class."""
_WORDS = {
    ": Value error, ": ": ",
    ": Input should ": ": it should ",
    ". Did you mean": "; did you mean",
    "(Possible": "(possible",
}


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradmark {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: bool = typer.Option(  # noqa: ARG001 - the callback prints it
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Mark deep-learning homework with hand-written NumPy layers."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


def main() -> None:
    """Run the command. What can't be used is one line on standard error and exit status 2, and so is a full disk.

    What isn't handled is a fault in gradmark, exit status 3: marks are neither kept nor lost by it.
    """
    make_stdio_robust()
    heed_endings()
    _must_be_somewhere()
    try:
        sys.exit(app(prog_name="gradmark", standalone_mode=False))
    except UsageError as error:
        _end(str(error))
    except _MISUSE as error:
        _end(_misuse(error))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    except OSError as error:
        if error.errno in _FULL:
            print(f"gradmark: {error.filename or 'the result'} can't be written ({error.strerror})", file=sys.stderr)
            sys.stderr.flush()
            os._exit(2)  # Python would try once more to write what a full disk didn't take, and complain
        if error.filename is None or error.strerror is None:
            _fault(error)
        _end(f"{_shown(error.filename)} can't be used ({error.strerror})")
    except Exception as error:
        _fault(error)


def _must_be_somewhere() -> None:
    """A current folder that was deleted, under an open terminal say, fails in many places, each in its own words."""
    try:
        Path.cwd()
    except OSError as error:
        _end(f"the current folder can't be used ({error.strerror}): change to another one")


def _end(line: str) -> NoReturn:
    from graders.coursework.clean import clean  # here and not above: the program's own help needs nothing of it

    print("gradmark:", clean(line).replace("\n", " "), file=sys.stderr)  # a submission may have chosen some of it
    sys.exit(2)


def _misuse(error: Exception) -> str:
    """The line that the library has for it, in our voice, and the help of the command that was meant."""
    text = " ".join(error.format_message().split())  # type: ignore[attr-defined]
    for theirs, ours in _WORDS.items():
        text = text.replace(theirs, ours)
    context: typer.Context | None = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "gradmark"
    return f"{text[:1].lower()}{text[1:].rstrip('.')}; {command} --help says what there is"


def _shown(filename: object) -> str:
    return os.fsdecode(filename) if isinstance(filename, str | bytes) else f"file {filename}"


def _fault(error: Exception) -> NoReturn:
    traceback.print_exception(error)
    line = " ".join(f"{type(error).__name__}: {error}".split())
    print(f"gradmark: a fault in gradmark: {line}", file=sys.stderr)
    sys.exit(3)
