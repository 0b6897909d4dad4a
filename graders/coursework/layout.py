"""Files that lie elsewhere or are called otherwise than a homework asks, and which of them are meant: by names alone.

A file is near one that isn't there if it has its name but for case, a `.txt` behind it and what a browser or an editor adds to
copies (`linear (1).py`, `linear copy.py`), in whatever folder. The nearest is taken where it is the only one, or where all have
the same content.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from graders.coursework.rubric import RubricFile

MAX_DEPTH = 4
"""Of a folder in which everything lies."""
_KINDS = (".py", ".ipynb", ".csv")
_COPY = re.compile(r"(\s*\(\d+\)|\s*-?\s*\bcopy(\s*\d+)?)+$")
Alternatives = tuple[str, ...]
"""The paths of which a homework wants one, that which it prefers first."""


@dataclass(frozen=True)
class Layout:
    """Where the files are that a homework wants: in the folder `top`, and there as `moved` says, from what to what.

    `unclear` has, of each that is missing, the several that could be meant.
    """

    top: str
    moved: Mapping[str, str]
    unclear: Mapping[str, tuple[str, ...]]

    @property
    def remarks(self) -> list[str]:
        """A line for whatever is not as it should be."""
        deeper = [f"everything lies in {self.top}/, a folder too deep: hand in what is inside"] if self.top else []
        taken = [f"{old} was taken for {new}: {_todo(old, new)}" for old, new in self.moved.items()]
        left = [f"there is no {name}: is it {' or '.join(found)}? {_choose(name)}" for name, found in self.unclear.items()]
        return [*deeper, *taken, *left]


def _todo(old: str, new: str) -> str:
    return "rename it" if os.path.dirname(old) == os.path.dirname(new) else "move it there"


def _choose(name: str) -> str:
    return f"Hand in one of them, as {name}."


def wanted(rubric: RubricFile) -> list[Alternatives]:
    """What a homework wants, each with its alternatives."""
    defining = [tuple(paths) for names in rubric.modules.values() for paths in names.values() if paths]
    required = rubric.handin.required if rubric.handin else []
    handed_in = [tuple(path.strip() for path in entry.split("|")) for entry in required]
    return [one for one in dict.fromkeys([*defining, *handed_in]) if one[0].endswith(_KINDS)]


def layout(folder: Path, names: Sequence[str], rubric: RubricFile) -> Layout:
    """How the files of these names, relative to the folder, are to be understood."""
    groups = wanted(rubric)
    top = "" if _score(names, groups) else _only_top(names, groups)
    inside = [name.removeprefix(f"{top}/") for name in names if not top or name.startswith(f"{top}/")]
    moved: dict[str, str] = {}
    unclear: dict[str, tuple[str, ...]] = {}
    for group in groups:
        if set(group).isdisjoint([*inside, *moved.values()]):
            found = _nearest(group[0], inside, {path for one in groups for path in one})
            if len(found) == 1 or (found and _are_alike(folder / top, found)):
                moved[found[0]] = group[0]
            elif found:
                unclear[group[0]] = tuple(found)
    return Layout(top, moved, unclear)


def _score(names: Iterable[str], groups: Sequence[Alternatives]) -> int:
    there = set(names)
    return sum(not there.isdisjoint(group) for group in groups)


def _only_top(names: Sequence[str], groups: Sequence[Alternatives]) -> str:
    """The folder that has most of the files where they belong, if there is one such; else "", this folder."""
    tops = {"/".join(name.split("/")[:depth]) for name in names for depth in range(1, min(name.count("/"), MAX_DEPTH) + 1)}
    inside = {top: [name.removeprefix(f"{top}/") for name in names if name.startswith(f"{top}/")] for top in tops}
    scores = {top: _score(found, groups) for top, found in inside.items()}
    most = max(scores.values(), default=0)
    best = [top for top, score in scores.items() if score == most]
    return best[0] if most and len(best) == 1 else ""


def _nearest(path: str, names: Iterable[str], taken: set[str]) -> list[str]:
    """The files that are nearest to one that isn't there; none of those that are wanted themselves."""
    plain, around = _plain(path), set(PurePosixPath(path).parts[:-1])
    ranks: dict[tuple[int, int], list[str]] = {}
    for name in names:
        if name not in taken and _plain(name) == plain:
            *folders, last = PurePosixPath(name).parts
            rank = (len([one for one in folders if one not in around]), int(last != PurePosixPath(path).name))
            ranks.setdefault(rank, []).append(name)
    return sorted(ranks[min(ranks)]) if ranks else []


def _plain(path: str) -> str:
    """A file's name without what may have happened to it."""
    name = PurePosixPath(path).name.casefold().strip()
    base = name.removesuffix(".txt")
    stem, suffix = os.path.splitext(base if base.endswith(_KINDS) else name)
    return _COPY.sub("", stem.removeprefix("copy of ").strip()) + suffix


def _are_alike(folder: Path, names: Sequence[str]) -> bool:
    return len({hashlib.sha256((folder / name).read_bytes()).digest() for name in names}) == 1


def rearranged(folder: Path, found: Layout) -> Iterator[tuple[Path, Path]]:
    """The moves in a copy of the submission's folder, from where to where."""
    for old, new in found.moved.items():
        yield folder / old, folder / new
