"""Trusted side: has the worker run a submission's script, and says what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from graders.checking.expect import RuleBroken
from graders.checking.student import Remote, Student
from graders.sandbox import wording
from graders.sandbox.wording import Record


class Line(msgspec.Struct, frozen=True):
    """A curve in a figure."""

    label: str
    x: list[float]
    y: list[float]


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


def run_script(student: Student, script: str, *arguments: str, files: Mapping[str, bytes] | None = None) -> ScriptRun:
    """Run `python script arguments` in a copy of the submission with `files` put in, under the check's budget."""
    call = " ".join(["python", script, *arguments])
    student.note(call)
    operands = [script, list(arguments), _travelling(student, files or {})]
    (found,) = student.read(student.ask("script", operands, call, script))
    try:
        error = found.pop("error")
        if error.get("missing") == "script":
            raise RuleBroken(
                f"there is no {script}", "Hand it in under this name, in the folder that the handout says."
            )
        told = _told(error) if error else ""
        return msgspec.convert({**found, "error": told, "output": student.session.output}, ScriptRun)
    except (msgspec.ValidationError, AttributeError, KeyError, TypeError):
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
