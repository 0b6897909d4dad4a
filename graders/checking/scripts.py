"""Trusted side: has the worker run a submission's script, and reports the outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from graders.checking.failures import CheckFailed, RuleBroken
from graders.checking.reading import list_of, record_of
from graders.checking.student import Remote, Student, Value
from graders.sandbox import wording
from graders.sandbox.wording import Record

MOST_COUNTED = 2.0**53
"""A float holds no whole number beyond."""


class Line(msgspec.Struct, frozen=True):
    """A curve in a figure."""

    label: str
    x: list[float]
    y: list[float]

    def __post_init__(self) -> None:
        """ValueError for what is no curve."""
        if len(self.x) != len(self.y):
            raise ValueError("a curve has as many x as y")

    @property
    def count(self) -> int:
        """The first y as a number of things; 0 where it is none."""
        return int(self.y[0]) if self.y and 0 <= self.y[0] < MOST_COUNTED else 0


class Axes(msgspec.Struct, frozen=True):
    """One plot of a figure; `images` counts the pictures that it shows."""

    title: str
    xlabel: str
    ylabel: str
    legend: list[str]
    lines: list[Line]
    images: int = 0


class Figure(msgspec.Struct, frozen=True):
    """A matplotlib figure as it was when it was saved to `file`; an empty name if it was only shown."""

    file: str
    title: str
    axes: list[Axes]


class ScriptRun(msgspec.Struct, frozen=True):
    """How a script ended: its exit status, output, exception in a line, figures, and files that it wrote (bytes).

    All of it comes from the process of the student's code: it says what the script did, it proves nothing.
    """

    exit: int
    output: str
    error: str
    figures: list[Figure]
    files: dict[str, int]


def run_script(
    student: Student, script: str, *arguments: str, files: Mapping[str, bytes] | None = None, told_as: str = ""
) -> ScriptRun:
    """Run `python script arguments` in a copy of the submission with `files` put in, under the check's budget.

    All checks that ask for the same run get the outcome the first time. A script that is put in, and runs one of
    the submission's, is `told_as` that one.
    """
    return run_and_read(student, script, *arguments, files=files or {}, left=None, told_as=told_as)[0]


def run_and_read(
    student: Student,
    script: str,
    *arguments: str,
    files: Mapping[str, bytes],
    left: Callable[[], Sequence[Remote]] | None,
    told_as: str = "",
) -> tuple[ScriptRun, list[Value]]:
    """The same, and the values of what it `left` in its process; none where it didn't end well.

    They are asked for after the script has ended, so what is sent along then was never there while it ran.
    """
    call = " ".join(["python", told_as or script, *arguments])
    student.note(call)

    def ask() -> list[Value]:
        before = len(student.session.output)
        operands = [script, list(arguments), _travelling(student, files)]
        (found,) = student.read(student.ask("script", operands, call, script))
        run = _understood(found, student.session.output[before:], script, call)
        values = student.read(*left()) if left is not None and not run.error and not run.exit else []
        return [found, run.output, *values]

    found, output, *values = list_of(student.once(_what_runs(script, arguments, files, left is not None), ask), call)
    return _understood(found, output, script, call), values


def _what_runs(script: str, arguments: Sequence[str], files: Mapping[str, bytes], more: bool) -> str:
    """What a run depends on besides the submission."""
    digests = [(name, hashlib.blake2b(content, digest_size=16).hexdigest()) for name, content in sorted(files.items())]
    return repr((script, list(arguments), digests, more))


def _understood(told: Value, output: Value, script: str, call: str) -> ScriptRun:
    """How a script ended, from what the worker says about it; RuleBroken where that can't be read."""
    try:
        found = record_of(told, call)
        error = record_of(found.pop("error"), call)
        if error.get("missing") == "script":
            raise RuleBroken(
                f"there is no {script}", "Hand it in under this name, in the folder that the handout says."
            )
        text = _told(error) if error else ""
        return msgspec.convert({**found, "error": text, "output": output}, ScriptRun)
    except RuleBroken:
        raise
    except (msgspec.ValidationError, CheckFailed, AttributeError, KeyError, TypeError, RecursionError):
        raise RuleBroken(
            f"{call}: what it did can't be read", "Leave matplotlib and the interpreter as they are."
        ) from None


def _told(error: Record) -> str:
    """An exception of the script in a line."""
    if error["type"] == wording.NOT_ALLOWED:
        return f"an error: {wording.not_allowed(error, 'it')[0]}"
    where = f" ({error['file']}, line {error['line']}: {error.get('code', '')})" if "line" in error else ""
    return f"{error['type']}: {error.get('text', '')}{where}"


def folder(student: Student, files: Mapping[str, bytes]) -> Remote:
    """A folder in the worker that holds these files; the remote is its path."""
    return student.ask("folder", [_travelling(student, files)], "folder", "")


def _travelling(student: Student, files: Mapping[str, bytes]) -> list[list[object]]:
    return [[name, student.send(np.frombuffer(content, dtype=np.uint8))] for name, content in files.items()]
