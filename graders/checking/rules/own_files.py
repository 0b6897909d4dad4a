"""The files of a submission that a homework looks at, with what they import: read as source, never run."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from pathlib import Path

from graders.checking.apart import content_of
from graders.checking.failures import RuleBroken
from graders.checking.rules.reach import deep_recursion, parsed
from graders.sandbox.inside.elsewhere import Places, below_another_folder, places
from graders.sandbox.inside.guards import Guard, guards

MAX_IMPORTS, MAX_NAMES, MAX_LENGTH = 1000, 50, 200
"""Looked at: imports of a submission, names in one of them, characters of a module's name."""


@dataclass(frozen=True)
class Import:
    """An import statement's module by its full name, and the names that are taken from it, if any."""

    file: str
    line: int
    module: str
    names: tuple[str, ...] = ()
    guarded: bool = False
    """Whether the code is ready for the module not to be there."""

    @property
    def top(self) -> str:
        """The first name of the module."""
        return self.module.partition(".")[0]

    @property
    def place(self) -> str:
        """`q1.py, line 3`."""
        return f"{self.file}, line {self.line}"

    @property
    def candidates(self) -> list[str]:
        """The modules that it may import."""
        return [self.module, *(f"{self.module}.{name}" for name in self.names)]


class OwnFiles:
    """A submission's sources, beginning with those that the homework names; `search` are the folders of its modules.

    `modules` are the names under which a homework asks for modules.
    """

    def __init__(self, root: Path, starts: Iterable[str], search: Sequence[str], modules: Iterable[str]) -> None:
        self.root = root.resolve()
        self._search = [(self.root / folder).resolve() for folder in search]
        self._modules = set(modules)
        self.imports: list[Import] = []
        self.sources: dict[str, bytes] = {}
        self._files_of = cache(self._looked_up)  # each is asked for by every import that goes through it
        self._meant = cache(self._found_elsewhere)
        self._read_all([name for name in starts if name.endswith(".py")])

    @cached_property
    def places(self) -> Places:
        """Every module of the submission by its last name."""
        return places(str(self.root))

    def is_own(self, module: str) -> bool:
        """Whether the submission has a module of the first name in this one, or has it below a folder further out."""
        top = module.partition(".")[0]
        further_out = below_another_folder(module, self.places) is not None
        return (
            further_out or top.casefold() in self.places or any(name.partition(".")[0] == top for name in self._modules)
        )

    def elsewhere(self, module: str) -> str | None:
        """Where the module lies, dotted, that is found although it isn't where Python would look for it."""
        return self._meant(module)

    def _found_elsewhere(self, module: str) -> str | None:
        if self._files_of(module) or not self.is_own(module):
            return None
        found = [place for place in self.places.get(module.rpartition(".")[2].casefold(), ()) if place != module]
        return below_another_folder(module, self.places) or (found[0] if len(found) == 1 else None)

    def _read_all(self, waiting: list[str]) -> None:
        """Those files, and all of the submission's that they import."""
        for name in waiting:  # which grows on the way
            if name in self.sources or len(self.imports) >= MAX_IMPORTS or not (self.root / name).is_file():
                continue
            content = content_of(self.root, name)
            try:
                tree = parsed(content)  # not deeper than Python reads: its parser would overflow the stack
                with deep_recursion():
                    found = list(islice(imports_in(tree, name), MAX_IMPORTS))
            except (RuleBroken, SyntaxError, ValueError, MemoryError, RecursionError):
                continue  # whatever runs it says so
            self.sources[name] = content
            self.imports += found
            waiting += [file for one in found for module in self.asked_for(one) for file in self._reached(module)]

    def asked_for(self, one: Import) -> list[str]:
        """The modules that an import asks for: names that are taken from a file are its own."""
        files = self._files_of(self.elsewhere(one.module) or one.module)
        within = all((self.root / file).is_dir() or file.endswith("__init__.py") for file in files)
        return one.candidates if within else [one.module]

    def _reached(self, module: str) -> list[str]:
        meant = self.elsewhere(module) or module
        parts = meant.split(".")
        return [file for end in range(1, len(parts) + 1) for file in self._files_of(".".join(parts[:end]))]

    def _looked_up(self, module: str) -> list[str]:
        """The files, or the folder, that a module is where it is found."""
        for folder in self._search:
            place = folder.joinpath(*module.split("."))
            for path in (place / "__init__.py", place.with_name(f"{place.name}.py"), place):
                if _exists(path) and path.is_relative_to(self.root):
                    return [path.relative_to(self.root).as_posix()]
        return []


def _exists(path: Path) -> bool:
    """Whether there is such a file or folder; a name that no file can have is none."""
    try:
        return path.exists()
    except OSError:
        return False


def imports_in(tree: ast.Module, file: str) -> Iterator[Import]:
    """Every import statement, with relative ones as they are meant from the submission's folder."""
    ready = _Guarded(guards(tree))
    package = Path(file).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in filter(_is_short, node.names):
                yield Import(file, node.lineno, alias.name, (), node.lineno in ready)
        elif isinstance(node, ast.ImportFrom):
            around = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join([*around, *filter(None, [node.module])])
            names = tuple(alias.name for alias in islice(filter(_is_short, node.names), MAX_NAMES))
            if module and len(module) <= MAX_LENGTH:
                yield Import(file, node.lineno, module, names, node.lineno in ready)


def _is_short(alias: ast.alias) -> bool:
    return len(alias.name) <= MAX_LENGTH


class _Guarded:
    """The lines that any of these guards has around it."""

    def __init__(self, found: Iterable[Guard]) -> None:
        self._first: list[int] = []
        self._last: list[int] = []
        """Up to which line it goes on, of each stretch; of those in each other the outer one's."""
        for guard in sorted(found, key=lambda guard: guard.first):
            self._first.append(guard.first)
            self._last.append(max(guard.last, *self._last[-1:], 0))

    def __contains__(self, line: int) -> bool:
        before = bisect_right(self._first, line)
        return before > 0 and line <= self._last[before - 1]


def lines_of_imports(imports: Iterable[Import]) -> Mapping[str, set[int]]:
    """The lines in which each file imports something."""
    found: dict[str, set[int]] = {}
    for one in imports:
        found.setdefault(one.file, set()).add(one.line)
    return found
