"""Finds the folder of a homework: by its path, by the id of one that comes with gradmark, or of an installed one.

A distribution has homeworks in it if its metadata say so, `[project.entry-points."gradmark.homeworks"]` in its
pyproject.toml, with a line `hw1 = "my_course.hw1"` for each: the module or the folder of modules that has the
rubric.toml. None of its code is run to find it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import graders
from graders import UsageError
from graders.coursework.rubric import RUBRIC_FILE

GROUP = "gradmark.homeworks"
"""The entry points of installed distributions that have homeworks."""
BUNDLED = Path(graders.__file__).parent / "homeworks"
"""Where the packs are that come with gradmark."""


@dataclass(frozen=True)
class Place:
    """A folder that goes by a name, and where that comes from, in words."""

    folder: Path
    source: str


@dataclass(frozen=True)
class Entry:
    """What a distribution's metadata say: the homework of this name is that module."""

    name: str
    module: str
    distribution: str

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        return f"the installed {self.distribution} ({self.module})"

    def folder(self) -> Path | None:
        """The folder of the module, if it has a rubric; of a distribution's packages none is imported."""
        top, *inner = self.module.split(".")
        try:
            spec = importlib.util.find_spec(top)
        except (ImportError, ValueError):
            return None
        places = spec.submodule_search_locations if spec is not None else None
        folders = (Path(place).joinpath(*inner) for place in places or ())
        return next((folder.resolve() for folder in folders if (folder / RUBRIC_FILE).is_file()), None)


def bundled_ids() -> list[str]:
    """The homeworks that come with gradmark."""
    return sorted(folder.name for folder in BUNDLED.iterdir() if (folder / RUBRIC_FILE).is_file())


def installed_ids() -> list[str]:
    """The names of homeworks in installed distributions that mean one folder."""
    names = {entry.name for entry in _entries()}
    return sorted(name for name in names if len(_places(name)) == 1 and name not in bundled_ids())


def find(name: str) -> Path:
    """The folder of a homework, by its path or its id; UsageError where there is none, or more than one."""
    path = Path(name)
    if _is_path(name):
        if not (path / RUBRIC_FILE).is_file():
            raise UsageError(_unknown(name))
        return path.resolve()
    places = _places(name)
    if (path / RUBRIC_FILE).is_file() and path.resolve() not in [place.folder for place in places]:
        places = [*places, Place(path.resolve(), f"the folder ./{name}, which is to be given as ./{name}")]
    return _the_only(name, places)


def find_id(name: str) -> Path:
    """The folder of a homework by its id alone; UsageError where there is none, or more than one."""
    return _the_only(name, _places(name))


def _the_only(name: str, places: Sequence[Place]) -> Path:
    if not places:
        raise UsageError(_unknown(name))
    if len(places) > 1:
        raise UsageError(f"there are two homeworks {name!r}: {places[0].source}, and {places[1].source}")
    return places[0].folder


def _is_path(name: str) -> bool:
    return any(separator in name for separator in (os.sep, os.altsep) if separator)


def _unknown(name: str) -> str:
    broken = [entry for entry in _entries() if entry.name == name]
    if broken:
        return f"there is no {RUBRIC_FILE} in the module that {name!r} is said to be by {broken[0].source}"
    known = ", ".join([*bundled_ids(), *installed_ids()])
    return f"there is no homework {name!r}: give one of {known}, or a folder with a {RUBRIC_FILE}"


def _places(name: str) -> list[Place]:
    """Every folder that an id may mean, once."""
    found: dict[Path, Place] = {}
    if name in bundled_ids():
        place = (BUNDLED / name).resolve()
        found[place] = Place(place, "the one that comes with gradmark")
    for entry in _entries():
        folder = entry.folder() if entry.name == name else None
        if folder is not None:
            found.setdefault(folder, Place(folder, entry.source))
    return list(found.values())


def _entries() -> Sequence[Entry]:
    return _entries_on(tuple(_dated(sys.path)))


def _dated(path: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The folders that Python looks in, with the times of their last changes: to install something is a change."""
    for place in path:
        try:
            yield place, Path(place or ".").stat().st_mtime_ns
        except OSError:
            continue


@lru_cache(maxsize=4)
def _entries_on(path: Sequence[tuple[str, int]]) -> Sequence[Entry]:
    """A class asks for the same names with every submission."""
    places = [place for place, _ in path]
    distributions = list(importlib.metadata.distributions(path=places))
    if not any(GROUP in (distribution.read_text("entry_points.txt") or "") for distribution in distributions):
        return ()  # mostly: what they are called, which takes much longer to read, needn't be known
    first: dict[str, importlib.metadata.Distribution] = {}
    for distribution in distributions:
        first.setdefault(distribution.name, distribution)
    return tuple(
        Entry(entry.name, entry.module, name)
        for name, distribution in first.items()
        for entry in distribution.entry_points
        if entry.group == GROUP
    )
