"""Writes a drafted pack into a folder: rubric, components, the worked solution with its marks, the reference."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

from graders.coursework.packs.pack import WORKED
from graders.coursework.rubric import RUBRIC_FILE
from graders.probe.drafting.finding import Solution
from graders.probe.drafting.inventory import Piece
from graders.probe.drafting.solutions import Solutions
from graders.probe.drafting.writing import LeftOver, components_text, rubric_text, shared

COMPONENTS = "components.py"


class Component(Protocol):
    """A component that was drafted."""

    @property
    def section(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def says(self) -> str:
        """What it is, in words."""

    @property
    def piece(self) -> Piece:
        """What of the solution it was made of."""

    @property
    def passes(self) -> Sequence[str]:
        """The functions or methods that students write."""

    def text(self) -> str:
        """The component as an entry of COMPONENTS."""

    def doubts(self) -> Iterator[str]:
        """What an instructor should look at."""

    def called(self, section: str) -> Self:
        """The same for another section."""

    def narrowed(self, failed: Sequence[str]) -> Self | None:
        """The same without checks that the solution fails; None where nothing is left to take away."""


LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.pyc", "tests", "*.ipynb_checkpoints")
TOTAL = 100


@dataclass(frozen=True)
class PackFiles:
    """What a pack is written from, besides its drafts: points are those that were said, of a total."""

    name: str
    title: str
    solution: Solution
    points: Mapping[str, float] = field(default_factory=dict)
    total: int = TOTAL
    reference: Path | None = None

    def write(self, folder: Path, drafts: Sequence[Component], left: Sequence[LeftOver]) -> None:
        """Write it all again."""
        if not (folder / WORKED).is_dir():
            shutil.copytree(self.solution.folder, folder / WORKED, ignore=LEFT_OUT)
        if self.reference is not None:
            shutil.copyfile(self.reference, folder / self.reference.name)
        module = "" if self.reference is None else self.reference.stem
        sections = [draft.section for draft in drafts]
        points = shared(self.total, sections, {name: worth for name, worth in self.points.items() if name in sections})
        titles = {draft.section: draft.title for draft in drafts}
        search, packages = self.solution.search, self.solution.packages
        _write(folder / RUBRIC_FILE, rubric_text(self.name, self.title, points, titles, left, search, packages))
        _write(folder / COMPONENTS, components_text(self.title, drafts, left, module))

    def solutions(self, drafts: Sequence[Component]) -> Solutions:
        """What students write: the passes of these layers."""
        return Solutions(self.solution.modules, {draft.section: (draft.piece, draft.passes) for draft in drafts})

    def mark_solutions(self, folder: Path, drafts: Sequence[Component]) -> None:
        """Put the marks into the worked solution."""
        solutions = self.solutions(drafts)
        for file in dict.fromkeys(one.file for one in solutions.functions()):
            _write(folder / WORKED / file, solutions.marked(file))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
