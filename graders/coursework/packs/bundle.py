"""All files of a pack, to be copied elsewhere: its layers and what these include, in the same relative places.

Folders that refer to each other by paths keep their positions. What is found by its id goes along too, unless it comes
with gradmark: a `places.toml` beside the rubric that names it says where it is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders import UsageError
from graders.coursework.packs.finding import BUNDLED
from graders.coursework.packs.layers import PLACES, Layer
from graders.coursework.packs.pack import WORKED, Homework

LITTER = {"__pycache__", ".DS_Store", ".git", ".hg", ".ipynb_checkpoints", ".pytest_cache", ".svn", ".venv", "venv"}
FOR_VALIDATION = {"validation", "validation.py", "mutants.toml", "diagnoses.toml", "survivors.toml"}
"""What is not for marking, and would show whoever sees it how to solve the homework."""


@dataclass(frozen=True)
class Bundle:
    """A pack's files by their paths in a folder, in which `home` is the pack's own; "" if that is the folder itself."""

    files: Mapping[str, bytes]
    home: str

    def write(self, folder: Path) -> Path:
        """Write them into a folder; the pack's own in it."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder / self.home


@dataclass(frozen=True)
class Island:
    """Layers that refer to each other by paths, and what they include; `extended` if another island extends them."""

    layers: tuple[Layer, ...]
    extended: bool = False

    @property
    def folders(self) -> list[Path]:
        """The folders that lie about each other as the rubrics say."""
        found = [place for layer in self.layers for place in (layer.folder, *(one.folder for one in layer.included))]
        return list(dict.fromkeys(found))

    @property
    def top(self) -> Path:
        """The folder in which they keep their positions, and their names, which modules are imported by."""
        own, *others = self.folders
        first = own.parent if self.extended else own
        return Path(os.path.commonpath([first, *(folder.parent for folder in others)]))


def bundle(homework: Homework, *, worked: bool = False) -> Bundle:
    """The pack's files without its mutants, and without its worked submission if that isn't asked for.

    UsageError where a file can't be read.
    """
    islands = list(_islands(homework.layers))
    tops = [""] if len(islands) == 1 else [f"{number}/" for number in range(len(islands))]
    files: dict[str, bytes] = {}
    for top, island in zip(tops, islands, strict=True):
        files |= _read(island, top, set() if worked else {WORKED})
    homes = [_home(top, island) for top, island in zip(tops, islands, strict=True)]
    for number in range(1, len(islands)):
        last = islands[number - 1].layers[-1]
        there = os.path.relpath(homes[number], _place(tops[number - 1], islands[number - 1], last.folder))
        files[_path(tops[number - 1], islands[number - 1], last.folder / PLACES)] = _table(last.heading.extends, there)
    return Bundle(files, homes[0])


def _islands(layers: Sequence[Layer]) -> Iterator[Island]:
    """Those that have to go along: a layer of gradmark's own is wherever gradmark is."""
    begun: list[Layer] = []
    extended = False
    for layer in layers:
        if layer.by_id and layer.folder.parent == BUNDLED:
            break
        if layer.by_id:
            yield Island(tuple(begun), extended)
            begun, extended = [], True
        begun.append(layer)
    yield Island(tuple(begun), extended)


def _read(island: Island, top: str, without: set[str]) -> dict[str, bytes]:
    try:
        return {
            _path(top, island, path): path.read_bytes()
            for folder in island.folders
            for path in files_of(folder, without | FOR_VALIDATION)
        }
    except OSError as error:
        raise UsageError(f"{error.filename} can't be read ({error.strerror})") from None


def files_of(folder: Path, without: set[str]) -> Iterator[Path]:
    """A folder's files in their order, without these entries and without litter."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and parts[0] not in without and not LITTER & set(parts):
            yield path


def _home(top: str, island: Island) -> str:
    return _place(top, island, island.layers[0].folder)


def _place(top: str, island: Island, folder: Path) -> str:
    path = _path(top, island, folder)
    return "" if path == "." else path


def _path(top: str, island: Island, path: Path) -> str:
    return Path(top, path.relative_to(island.top)).as_posix()


def _table(name: str, place: str) -> bytes:
    return f"{json.dumps(name)} = {json.dumps(place)}\n".encode()
