"""A private copy of one file of a submission and of the modules that it imports, and of nothing else that is there."""

from __future__ import annotations

import ast
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from graders import UsageError
from graders.sandbox.apart import Unreadable, read_apart

T = TypeVar("T")

MAX_BYTES = 4 * 1024 * 1024
MAX_FILES = 500
MAX_ABOVE = 4
"""Folders above the file's own in which a module that it imports is looked for."""


@dataclass(frozen=True)
class Layout:
    """Where the worker finds a module: `search` are folders below `root`, `files` what has to be there."""

    root: Path
    search: tuple[str, ...]
    module: str
    files: tuple[Path, ...]


def read_layout(file: Path, here: Path) -> Layout:
    """The same as ``layout_of``, read in a fork that a clock ends; UsageError where that takes too long, too."""

    def told() -> list[object]:
        try:
            found = layout_of(file, here)
        except UsageError as error:
            return [str(error)]
        except OSError as error:
            return [f"{file} can't be read ({error.strerror})"]
        return [str(found.root), list(found.search), found.module, [str(one) for one in found.files]]

    answer = _apart(told, list[Any], file)
    if len(answer) == 1:
        raise UsageError(answer[0])
    root, search, module, files = answer
    return Layout(Path(root), tuple(search), module, tuple(map(Path, files)))


def read_names(file: Path) -> list[str]:
    """The same as ``names_in``, read in a fork."""
    return _apart(lambda: names_in(file), list[str], file)


def _apart(read: Callable[[], T], kind: type[T], file: Path) -> T:
    try:
        return read_apart(read, kind, str(file)) if hasattr(os, "fork") else read()
    except Unreadable as error:
        raise UsageError(str(error)) from None


def layout_of(file: Path, here: Path) -> Layout:
    """The file's module, looked up from above its package and, as `python -m` does, from the current folder `here`.

    What isn't found there is looked for beside the file, where a script would find it, and in the folders above.
    """
    file, here = _absolute_path(file), _absolute_path(here)
    top = _top(file)
    roots = [top, here] if here in top.parents else [top]
    further = _further(file, roots)
    module = ".".join(_module_parts(file, top))
    _refuse_names(file, module)
    files = _closure(file, roots, further)
    root = Path(os.path.commonpath([*roots, *further]))
    return Layout(root, tuple(os.path.relpath(one, root) for one in [*roots, *further]), module, files)


def _top(file: Path) -> Path:
    """The folder above its package, or above as many folders as its relative imports go up."""
    top = file.parent
    while (top / "__init__.py").is_file() and top.parent != top:
        top = top.parent
    levels = 0 if top != file.parent else max(_levels(file), default=0)
    while len(file.relative_to(top).parts) <= levels and top.parent != top:
        top = top.parent
    return top


def _levels(file: Path) -> Iterator[int]:
    """How many folders up each relative import goes that leads to a file: a package may do without `__init__.py`."""
    for node in ast.walk(_parse(file)):
        if isinstance(node, ast.ImportFrom) and 0 < node.level <= len(file.parents):
            names = [node.module] if node.module else [alias.name for alias in node.names]
            if any(_sources(name, [file.parents[node.level - 1]]) for name in names):
                yield node.level


def _module_parts(file: Path, top: Path) -> tuple[str, ...]:
    parts = file.relative_to(top).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def _further(file: Path, roots: list[Path]) -> list[Path]:
    """Further folders in which something lies that these files import and that isn't in the first ones."""
    candidates = [file.parent, *list(roots[0].parents)[:MAX_ABOVE]]
    found: list[Path] = []
    for candidate in candidates:
        if candidate in roots:
            continue
        names = {name for path in _closure(file, roots, found) for name in _imports(path, [*roots, *found])}
        lacking = [name for name in names if not _sources(name, roots) and not _sources_further(name, found)]
        if any(_sources_further(name, [candidate]) for name in lacking):
            found.append(candidate)
    return found


def _sources_further(name: str, folders: list[Path]) -> list[Path]:
    """The files of a module that isn't Python's own nor NumPy, in folders in which Python doesn't look by itself."""
    own = name.partition(".")[0] not in sys.stdlib_module_names | {"numpy", ""}
    return _sources(name, folders) if own else []


@contextmanager
def private_copy(layout: Layout) -> Iterator[Path]:
    """A folder with these files in their places, taken away again afterwards."""
    with tempfile.TemporaryDirectory(prefix="gradmark-") as run:
        copy = Path(os.path.realpath(run)) / "submission"
        copy.mkdir()
        for file in layout.files:
            place = copy / file.relative_to(layout.root)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        yield copy


def names_in(file: Path) -> list[str]:
    """The classes and functions that a file defines, as far as it parses."""
    return [node.name for node in _parse(file).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def _absolute_path(path: Path) -> Path:
    """The path from the root, its symbolic links left as they are: a package is where its name is."""
    return Path(os.path.normpath(path.absolute()))


def _refuse_names(file: Path, module: str) -> None:
    first = module.split(".")[0]
    if first == "numpy" or (first in sys.stdlib_module_names and first in sys.modules):
        raise UsageError(f"{file.name} can't be imported: Python has its own module {first}; rename the file")
    if not all(part and "." not in part for part in module.split(".")) or "." in file.stem:
        raise UsageError(f"{file.name} can't be imported under that name: rename it")


def _closure(file: Path, roots: list[Path], further: list[Path]) -> tuple[Path, ...]:
    """The file, what it imports, and what that imports."""
    found: dict[Path, None] = {}
    waiting = [file, *_packages(file, roots)]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        _refuse_size(path)
        found[path] = None
        if len(found) > MAX_FILES:
            raise UsageError(f"{file} imports more than {MAX_FILES} files")
        for name in _imports(path, [*roots, *further]):
            waiting += _sources(name, roots) or _sources_further(name, further)
    return tuple(found)


def _packages(file: Path, roots: list[Path]) -> list[Path]:
    """The `__init__.py` of every package that the file is in."""
    above = file.relative_to(roots[0]).parents
    return [path for parent in above if (path := roots[0] / parent / "__init__.py").is_file() and str(parent) != "."]


def _refuse_size(path: Path) -> None:
    try:
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror})") from None
    if size > MAX_BYTES:
        raise UsageError(f"{path} has {size} bytes, but source files should have at most {MAX_BYTES}")


def _parse(path: Path) -> ast.Module:
    """The file's syntax tree, empty where it doesn't parse: the worker says so when it imports the file."""
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _imports(path: Path, roots: list[Path]) -> set[str]:
    """The dotted names that a file imports; of `from a import b`, both `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(_parse(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, path, roots)
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return {name.strip(".") for name in names}


def _absolute(node: ast.ImportFrom, path: Path, roots: list[Path]) -> str:
    if not node.level:
        return node.module or ""
    folder = path.parents[min(node.level, len(path.parents)) - 1]
    root = next((root for root in roots if root == folder or root in folder.parents), None)
    package = ".".join(folder.relative_to(root).parts) if root else ""
    return f"{package}.{node.module or ''}".strip(".")


def _sources(name: str, roots: list[Path]) -> list[Path]:
    """The files that importing a dotted name runs, in the first of the folders that has any."""
    parts = name.split(".")
    for root in roots:
        places = [root.joinpath(*parts[:count]) for count in range(1, len(parts) + 1)]
        files = [file for place in places for file in (place / "__init__.py", place.with_name(f"{place.name}.py"))]
        found = [file for file in files if file.is_file()] if all(parts) else []
        if found:
            return found
    return []
