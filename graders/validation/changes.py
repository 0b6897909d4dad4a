"""Submissions made from the worked one of student_impl/: a copy with edits, further files, or files taken away."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from graders.bundled import bundled

WORKED = bundled("student_impl")


@dataclass(frozen=True)
class Edit:
    """One change: `old` stands exactly once in `file` and gives way to `new`."""

    file: str
    old: str
    new: str

    def apply(self, folder: Path) -> None:
        """Make the change; ValueError where `old` isn't there exactly once."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        found = text.count(self.old)
        if found != 1:
            raise ValueError(f"found {found} times, but should be once [{self.file}]: {self.old!r}")
        if self.old == self.new:
            raise ValueError(f"an edit that changes nothing [{self.file}]: {self.old!r}")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


@dataclass(frozen=True)
class Changes:
    """What makes a submission of the worked one: files taken away, then files written, then edits."""

    edits: tuple[Edit, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    @property
    def touched(self) -> set[str]:
        """The files that are changed, added or taken away."""
        return {edit.file for edit in self.edits} | self.files.keys() | set(self.removed)

    def write(self, homework: str, folder: Path) -> Path:
        """Make `folder` the changed copy of the homework's worked submission."""
        shutil.copytree(WORKED / homework, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name in self.removed:
            (folder / name).unlink()
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        for edit in self.edits:
            edit.apply(folder)
        return folder
