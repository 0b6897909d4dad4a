"""Trusted side: what the files of a submission define, each read once, in a fork of this process."""

from __future__ import annotations

from pathlib import Path

from graders.coursework.begun import Definition, Outline, Part, is_begun, mentioned, outline
from graders.sandbox.apart import Unreadable, read_apart


class Outlined:
    """The outlines of a submission's files, as `begun` asks for them; one that can't be read defines what it names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
            (found,) = read_apart(lambda: [outline(path)], list[dict[str, Definition] | None], file)
        except Unreadable:  # whatever runs it says so
            return mentioned(path)
        return found
