"""Which files of a submission depend on which, by what they import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from graders.marking.watching.source import ANYTHING, KINDS, Source

INIT = "__init__.py"


class Imports:
    """The files of a submission that are modules, and the folders in it that these are looked up in.

    Only `modules` are imported, and what they import: what a script beside them would do is of no account.
    """

    def __init__(self, sources: Mapping[str, Source], search: Sequence[str], modules: Iterable[str]) -> None:
        self._sources = sources
        self._search = [PurePosixPath(folder) for folder in search] or [PurePosixPath()]
        self._imports = {name: self._imported_by(name) for name in sources}
        self._packages = {name: self._packages_of(name) for name in sources}
        runs = {name: self._imports[name] | self._packages[name] for name in sources}
        self._running = _closed({file for module in modules for file in self.files(module)}, runs)

    def affected(self, files: Iterable[str]) -> set[str] | None:
        """These files, and all that depend on them; None where that may be anything.

        A module that does more than to define may change what others find, so that nobody can tell whom it touches. One
        that only defines is of no account to the modules of a package whose `__init__.py` imports it, too.
        """
        found = set(files)
        if not found <= self._sources.keys():
            return None
        found |= {name for name, packages in self._packages.items() if not found.isdisjoint(packages)}
        users: dict[str, set[str]] = {}
        for name in self._running:
            for file in self._imports[name]:
                users.setdefault(file, set()).add(name)
        found = _closed(found, users)
        running = found & self._running
        told = all(self._sources[name].quiet or self._sources[name].broken for name in running)
        return found if told else None

    def defining(self, candidates: Iterable[tuple[str, str]]) -> set[str]:
        """The files that decide what a name is.

        It may be in several places, each a module and a name, and is that of the first where there is one.
        """
        found: set[str] = set()
        for module, name in candidates:
            here = self.files(module)
            found |= here
            if any(name in self._sources[file].names for file in here):
                break
        return found

    def files(self, module: str) -> set[str]:
        """The files that are this module, or, where it isn't in its place, that may be taken for it."""
        path = PurePosixPath(*module.split("."))
        found = {file for folder in self._search for file in _files_of(folder / path) if file in self._sources}
        return found or {file for file in self._sources if _last(file) == path.name.casefold()}

    def _packages_of(self, file: str) -> set[str]:
        """What runs before a module is imported."""
        parents = PurePosixPath(file).parents
        return {str(parent / INIT) for parent in parents if str(parent / INIT) in self._sources} - {file}

    def _imported_by(self, file: str) -> set[str]:
        return set[str]().union(*(self._imported(file, module) for module in self._sources[file].imports))

    def _imported(self, file: str, module: str) -> set[str]:
        if module == ANYTHING:
            return set(self._sources)
        here = {there for there in _beside(file, module) if there in self._sources}
        return here or self.files(module.lstrip("."))


def _closed(files: set[str], following: Mapping[str, set[str]]) -> set[str]:
    """These, and those that follow from them, and so on."""
    found, waiting = set(files), list(files)
    while waiting:
        new = following.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def _beside(file: str, module: str) -> Iterator[str]:
    """The files that a module may be that is named with dots before it."""
    name = module.lstrip(".")
    dots = len(module) - len(name)
    if not dots:
        return
    folder = PurePosixPath(file)
    for _ in range(dots):
        folder = folder.parent
    yield from _files_of(folder.joinpath(*filter(None, name.split("."))))


def _files_of(place: PurePosixPath) -> Iterator[str]:
    yield from (f"{place}{kind}" for kind in KINDS)
    yield str(place / INIT)


def _last(file: str) -> str:
    """The last part of the name that a file has as a module."""
    path = PurePosixPath(file)
    return (path.parent.name if path.name == INIT else path.stem).casefold()
