"""Submissions made from a pack's worked one: a copy with edits, further files, or files taken away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from graders import UsageError
from graders.coursework.packs.pack import Homework, read_homework

Rewriting = Callable[[str], str]
"""From a file's text another one; ValueError where it doesn't fit."""


@dataclass(frozen=True)
class Edit:
    """One change: `old` stands exactly once in `file`, with `everywhere` any number of times, and `new` in its place.

    Of a notebook it is the source of a cell.
    """

    file: str
    old: str
    new: str
    everywhere: bool = False

    def apply(self, folder: Path) -> None:
        """Make the change; ValueError where `old` isn't there as often as it should."""
        path = folder / self.file
        if not path.is_file():
            raise ValueError(f"there is no file {self.file} in the worked submission")
        text = path.read_text(encoding="utf-8")
        changed = self._in_cells(text) if path.suffix == ".ipynb" else self._changed(text, text.count(self.old))
        path.write_text(changed, encoding="utf-8")

    def _changed(self, text: str, found: int) -> str:
        if found != 1 and not (found and self.everywhere):
            often = "at least once" if self.everywhere else "once"
            raise ValueError(f"found {found} times, but should be {often} [{self.file}]: {self.old!r}")
        if self.old == self.new:
            raise ValueError(f"an edit that changes nothing [{self.file}]: {self.old!r}")
        return text.replace(self.old, self.new)

    def _in_cells(self, text: str) -> str:
        notebook = json.loads(text)
        sources = ["".join(cell["source"]) for cell in notebook["cells"]]
        found = sum(source.count(self.old) for source in sources)
        for cell, source in zip(notebook["cells"], sources, strict=True):
            cell["source"] = self._changed(source, found).splitlines(keepends=True)
        return json.dumps(notebook)


@dataclass(frozen=True)
class Changes:
    """What makes a submission of the worked one, in this order.

    `copied` has worked files by the paths that they are copied to, `rewritten` functions of the text of worked files.
    """

    edits: tuple[Edit, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    copied: dict[str, str] = field(default_factory=dict)
    rewritten: dict[str, Rewriting] = field(default_factory=dict)

    @property
    def touched(self) -> set[str]:
        """The files that are changed, added or taken away."""
        named = self.files.keys() | self.copied.keys() | self.rewritten.keys()
        return {edit.file for edit in self.edits} | named | set(self.removed)

    def write(self, homework: str, folder: Path) -> Path:
        """Make `folder` the changed copy of the worked submission of a homework, by its id or path."""
        worked = worked_submission_of(read_homework(homework))
        shutil.copytree(worked, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name, source in self.copied.items():
            _write(folder / name, (worked / source).read_text(encoding="utf-8"))
        for name in self.removed:
            (folder / name).unlink()
        for name, text in self.files.items():
            _write(folder / name, text)
        for name, rewriting in self.rewritten.items():
            _write(folder / name, rewriting((worked / name).read_text(encoding="utf-8")))
        for edit in self.edits:
            edit.apply(folder)
        return folder


def worked_submission_of(homework: Homework) -> Path:
    """Where the worked submission of a pack is; UsageError where it has none."""
    if homework.worked is None:
        raise UsageError(f"{homework.folder} has no worked submission: put one into its folder worked")
    return homework.worked


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
