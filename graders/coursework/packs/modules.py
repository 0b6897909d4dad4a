"""Imports the modules of a pack, wherever its folder is and whatever it is called.

The folders of a pack stand beside each other in a package made for the purpose, as they do on disk: `from . import
oracle` is the pack's own module, `from ..dpl import networks` one of a folder `dpl` that it includes or extends. The
name of that package follows from the files, so that an unchanged pack is imported once in a process, and a changed one
again.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from graders import UsageError
from graders.coursework.rubric import CHECKS_FOLDER

OWN = "pack"
"""What the pack itself is called in its package, where its folder's name is no name for a module."""


@dataclass(frozen=True)
class Folders:
    """The folders of a pack: those it consists of, its own first and then those it extends; those that it includes.

    A module is looked for in the first ones in their order, so that a pack's own takes the place of one that it
    extends, which stays within reach as `from ..NAME import`, NAME being its folder's.
    """

    own: tuple[Path, ...]
    included: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """UsageError where two of them couldn't be told apart."""
        self.shelf  # noqa: B018 - the names are what is checked

    def path(self, name: str) -> Path:
        """Where a file of the pack is, `original/train.txt` say: its own, or that of what it extends."""
        return next((folder / name for folder in self.own if (folder / name).exists()), self.own[0] / name)

    @property
    def shelf(self) -> Mapping[str, tuple[Path, ...]]:
        """What is beside the pack by its name, and where its modules are looked for; UsageError for a clash."""
        found = {OWN: self.own}
        below = [(folder, self.own[place:]) for place, folder in enumerate(self.own) if place]
        for folder, places in [*below, *((folder, (folder,)) for folder in self.included)]:
            known = found.setdefault(folder.name, places)
            if known[0] != folder:
                text = (
                    f"{self.own[0]}: it extends or includes two folders called {folder.name}, {known[0]} and {folder}"
                )
                raise UsageError(f"{text}: rename one")
        return {name: places for name, places in found.items() if name != OWN}

    @property
    def all(self) -> tuple[Path, ...]:
        """Every folder, without repetition."""
        return tuple(dict.fromkeys([*self.own, *self.included]))


class PackModules:
    """The modules of a pack, imported when they are asked for; UsageError, with file and line, for one that fails."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders

    def module(self, name: str) -> ModuleType | None:
        """The pack's module of this name, `oracle` or `checks.test_linear` say; None where there is no such file."""
        if self.file(name) is None:
            return None
        return self._imported(f"{self._package}.{name}")

    def file(self, name: str) -> Path | None:
        """Where the pack's module of this name lies: a file, or the `__init__.py` of a folder."""
        for folder in self.folders.own:
            place = folder.joinpath(*name.split("."))
            for path in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
                if path.is_file():
                    return path
        return None

    def module_at(self, path: Path) -> ModuleType:
        """The module in a file of one of the pack's folders."""
        around = [folder for folder in self.folders.all if path.is_relative_to(folder)]
        if not around:
            raise UsageError(f"{path} is in no folder of its pack")
        folder = max(around, key=lambda one: len(one.parts))
        parts = path.relative_to(folder).with_suffix("").parts
        return self._imported(".".join([self._name_of(folder), *parts]))

    @cached_property
    def _shelf(self) -> str:
        return _shelf(self.folders)

    @property
    def _package(self) -> str:
        return self._name_of(self.folders.own[0])

    def _name_of(self, folder: Path) -> str:
        """What the package is called that has the modules of a folder."""
        return f"{self._shelf}.{OWN}" if folder in self.folders.own else f"{self._shelf}.{folder.name}"

    def _imported(self, name: str) -> ModuleType:
        known = sys.modules.get(name)
        if known is not None:
            return known
        try:
            return importlib.import_module(name)
        except (Exception, SystemExit) as error:  # whatever the pack's author has written there
            raise UsageError(_failure(error, self.folders)) from error


def _shelf(folders: Folders) -> str:
    """The package in which the pack's folders stand beside each other, made where it isn't there yet."""
    name = f"gradmark_pack_{_digest(folders)}"
    if name not in sys.modules:
        beside = folders.shelf
        _add_package(name, [])
        for child, places in beside.items():
            if child.isidentifier():
                _add_layers(f"{name}.{child}", places)
        _add_layers(f"{name}.{OWN}", folders.own)
    return name


def _add_layers(name: str, folders: Sequence[Path]) -> None:
    """A package of the modules of several folders, with one of their checks."""
    _add_package(name, folders)
    checks = [folder / CHECKS_FOLDER for folder in folders if (folder / CHECKS_FOLDER).is_dir()]
    _add_package(f"{name}.{CHECKS_FOLDER}", checks)


def _add_package(name: str, places: Sequence[Path]) -> None:
    """A package whose modules lie in these folders; it has no content itself."""
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(place) for place in places]
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, package)


def _digest(folders: Folders) -> str:
    """Of which folders they are, and of every module's place, size and time."""
    found = hashlib.blake2b(digest_size=8)
    for folder in folders.all:
        found.update(f"{folder}\n".encode("utf-8", "surrogateescape"))
        for path in sorted(folder.rglob("*.py")):
            about = path.stat()
            found.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return found.hexdigest()


_OUR_NAMES = re.compile(r"gradmark_pack_[0-9a-f]+\.(pack\.)?")
"""What the packages are called that are made here: nobody has written that."""


def _failure(error: BaseException, folders: Folders) -> str:
    """Where in the pack its module fails, and why; for a module of the pack that is imported by its bare name, how."""
    places = [*traceback.extract_tb(error.__traceback__)]
    own = [place for place in places if any(Path(place.filename).is_relative_to(f) for f in folders.all)]
    where = f"{own[-1].filename}, line {own[-1].lineno}: " if own else ""
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{error.filename}, line {error.lineno}: "
    text = _OUR_NAMES.sub("", f"{error.msg if isinstance(error, SyntaxError) else error}")
    return f"{where}{type(error).__name__}: {text}{_meant(error, Path(own[-1].filename) if own else None, folders)}"


def _meant(error: BaseException, file: Path | None, folders: Folders) -> str:
    name = error.name if isinstance(error, ModuleNotFoundError) else None
    if name is None or file is None or PackModules(folders).file(name.partition(".")[0]) is None:
        return ""
    dots = "." if any(file.parent == folder for folder in folders.own) else ".."
    return f"; modules of a pack are imported relatively: from {dots} import {name.partition('.')[0]}"
