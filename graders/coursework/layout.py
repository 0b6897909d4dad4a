"""Files that are elsewhere or are called otherwise than a homework asks, and which of them are meant: by names alone.

A file is near one that isn't there if it has its name but for case, a `.txt` behind it and what a browser or an editor
adds to copies (`linear (1).py`, `linear copy.py`), in whatever folder. The nearest is taken where it is the only one,
or where all have the same content.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path, PurePosixPath

from graders.coursework.rubric import RubricFile

MAX_FILES, MAX_SIZE = 20_000, 1024 * 1024
"""Files that are looked at, and bytes of one that is read."""
MOST_NAMED = 5
"""Of the files that may be meant."""
MAX_DEPTH = 4
"""Of a folder in which everything lies."""
_KINDS = (".py", ".ipynb", ".csv")
_LEFT_OUT = ("__pycache__", "__MACOSX", "node_modules", "venv")
_COPY = re.compile(r"(?:\(\d++\)|-?\s*+\bcopy(?:\s*+\d++)?)$")
"""One of the things that are added to the names of copies, at a name's end."""
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
        deeper = [f"everything is in {self.top}/, a folder too deep: hand in what is inside"] if self.top else []
        renamed = {old: new for old, new in self.moved.items() if Path(old).parent == Path(new).parent}
        taken = [f"{old} was taken for {new}: rename it" for old, new in renamed.items()]
        elsewhere = [f"{old} was taken for {new}" for old, new in self.moved.items() if old not in renamed]
        if elsewhere:
            taken.append(f"{', '.join(elsewhere)}: move {'it' if len(elsewhere) == 1 else 'them'} there")
        left = [
            f"there is no {name}: is it {' or '.join(found)}? {_choose(name)}" for name, found in self.unclear.items()
        ]
        return [*deeper, *taken, *left]


def _choose(name: str) -> str:
    return f"Hand in one of them, as {name}."


def wanted(rubric: RubricFile) -> list[Alternatives]:
    """What a homework wants, each with its alternatives."""
    handed_in = rubric.handin.alternatives if rubric.handin else []
    return [one for one in dict.fromkeys([*_defining(rubric), *handed_in]) if one[0].endswith(_KINDS)]


def _defining(rubric: RubricFile) -> list[Alternatives]:
    """The files that define what it asks for, each once."""
    found = (tuple(paths) for names in rubric.modules.values() for paths in names.values() if paths)
    return list(dict.fromkeys(found))


def layout(folder: Path, rubric: RubricFile) -> Layout:
    """How the files in a folder are to be understood."""
    names, groups = list(islice(_files_in(folder), MAX_FILES)), wanted(rubric)
    top = "" if _score(names, groups) else _only_top(names, groups)
    inside = [name.removeprefix(f"{top}/") for name in names if not top or name.startswith(f"{top}/")]
    moved: dict[str, str] = {}
    unclear: dict[str, tuple[str, ...]] = {}
    missing, alike = _missing(groups, inside), dict[str, list[str]]()
    for name in inside if missing else ():
        alike.setdefault(_plain(name), []).append(name)
    taken = set(chain.from_iterable(groups))
    for group in missing:
        found = _nearest(group[0], alike.get(_plain(group[0]), ()), taken)
        if _is_clear(folder / top, found):
            moved.setdefault(found[0], group[0])
        elif found:
            unclear[group[0]] = tuple(found[:MOST_NAMED])
    return Layout(top, moved, unclear)


def _missing(groups: Iterable[Alternatives], names: Iterable[str]) -> list[Alternatives]:
    there = set(names)
    return [group for group in groups if there.isdisjoint(group)]


def _is_clear(folder: Path, found: Sequence[str]) -> bool:
    """Whether only one file can be meant, or it doesn't matter which."""
    return len(found) == 1 or (len(found) > 1 and _are_alike(folder, found))


def settle(folder: Path, rubric: RubricFile) -> Layout:
    """Move the files of a private copy to where the homework wants them."""
    found = layout(folder, rubric)
    for old, new in found.moved.items():
        target = folder / found.top / new
        with contextlib.suppress(OSError):  # a file stands where a folder is wanted: then it is missing, as it was
            target.parent.mkdir(parents=True, exist_ok=True)
            (folder / found.top / old).replace(target)
    return found


def is_enough(folder: Path, rubric: RubricFile) -> bool:
    """Whether a folder that has none of the files in their places is a submission all the same."""
    found = layout(folder, rubric)
    defining = _defining(rubric)
    moved = sum(not set(group).isdisjoint(found.moved.values()) for group in defining)
    return bool(found.top) or 2 * moved >= len(defining) > 0


def _files_in(folder: Path) -> Iterator[str]:
    """Its regular files: no links, and nothing that would keep waiting who reads it."""
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT and not name.startswith("."))
        place = Path(here).relative_to(folder)
        plain = (name for name in sorted(files) if not name.startswith(".") and _is_ordinary(Path(here) / name))
        yield from ((place / name).as_posix() for name in plain)


def _is_ordinary(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _score(names: Iterable[str], groups: Sequence[Alternatives]) -> int:
    there = set(names)
    return sum(not there.isdisjoint(group) for group in groups)


def _only_top(names: Iterable[str], groups: Sequence[Alternatives]) -> str:
    """The folder that has most of the files where they belong, if there is one such; else "", this folder."""
    found: dict[str, set[Alternatives]] = {}
    for name in names:
        for group in groups:
            for path in group:
                if name.endswith(f"/{path}"):
                    found.setdefault(name.removesuffix(f"/{path}"), set()).add(group)
    most = max(map(len, found.values()), default=0)
    best = [top for top, there in found.items() if len(there) == most and top.count("/") < MAX_DEPTH]
    return best[0] if len(best) == 1 else ""


def _nearest(path: str, names: Iterable[str], taken: set[str]) -> list[str]:
    """Those of the alike names that are nearest to one that isn't there; none of those that are wanted themselves."""
    around = set(PurePosixPath(path).parts[:-1])
    ranks: dict[tuple[int, int], list[str]] = {}
    for name in names:
        if name not in taken:
            *folders, last = PurePosixPath(name).parts
            rank = (len([one for one in folders if one not in around]), int(last != PurePosixPath(path).name))
            ranks.setdefault(rank, []).append(name)
    return sorted(ranks[min(ranks)]) if ranks else []


def _plain(full: str) -> str:
    """A file's name without what may have happened to it."""
    name = PurePosixPath(full).name.casefold().strip()
    base = name.removesuffix(".txt")
    path = PurePosixPath(base if base.endswith(_KINDS) else name)
    return _without_copies(path.stem.removeprefix("copy of ").strip()) + path.suffix


def _without_copies(stem: str) -> str:
    while found := _COPY.search(stem):
        stem = stem[: found.start()].rstrip()
    return stem


def _are_alike(folder: Path, names: Sequence[str]) -> bool:
    """Whether files have the same content; large ones are no code, and not read."""
    if any((folder / name).stat().st_size > MAX_SIZE for name in names):
        return False
    return len({hashlib.sha256((folder / name).read_bytes()).digest() for name in names}) == 1
