"""What the files of a submission define, each read once, outside of this process: the caller says by what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from graders.coursework.begun import Definition, Outline, Part, is_begun, mentioned, outline
from graders.sandbox.apart import Unreadable

Value = TypeVar("Value")


class Apart(Protocol):
    """Runs a reader in a separate process: `read_apart` of the sandbox."""

    def __call__(self, read: Callable[[], Value], kind: type[Value], file: str = ...) -> Value:
        """What it has read; Unreadable where that takes too much."""


class Outlined:
    """The outlines of a submission's files, as `begun` asks for them; one that can't be read defines what it names."""

    def __init__(self, folder: Path, apart: Apart) -> None:
        self._folder = folder
        self._apart = apart
        self._known: dict[str, Outline | None] = {}

    def __call__(self, file: str) -> Outline | None:
        """What a file defines; None where there is none."""
        if file not in self._known:
            self._known[file] = self._read(file)
        return self._known[file]

    def begins(self, part: Part) -> bool:
        """Whether a part of the submission is begun."""
        return is_begun(self, part)

    def _read(self, file: str) -> Outline | None:
        path = self._folder / file
        try:
            (found,) = self._apart(lambda: [outline(path)], list[dict[str, Definition] | None], file)
        except Unreadable:  # whatever runs it says so
            return mentioned(path)
        return found
