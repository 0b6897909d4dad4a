"""Takes a worked solution along: a file with what it imports, or a folder, as a pack will have it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from graders import UsageError
from graders.probe.drafting.finding import Solution
from graders.probe.drafting.inventory import Module, modules_in
from graders.probe.files import layout_of

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.pyc", "tests", "venv")
MOST_BYTES = 50 * 1024 * 1024


def taken_along(source: Path, place: Path, packages: Sequence[str] = ()) -> Solution:
    """A copy of the solution in a new folder; UsageError for one that can't be used."""
    if source.is_dir():
        search = _folder(source, place)
    elif source.is_file() and source.suffix == ".py":
        search = _file(source, place)
    else:
        there = "is no Python file" if source.is_file() else "isn't there"
        raise UsageError(f"--from {source}: {there}: give a .py file or a folder of them")
    modules = modules_in(place)
    return Solution(place, modules, search or _search(modules, place), tuple(packages))


def _file(source: Path, place: Path) -> tuple[str, ...]:
    layout = layout_of(source, source.parent)
    for file in layout.files:
        copy = place / file.relative_to(layout.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return layout.search


def _folder(source: Path, place: Path) -> tuple[str, ...]:
    """The folder's content; a package keeps the folder itself, as its modules are imported by its name."""
    size = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
    if size > MOST_BYTES:
        raise UsageError(f"--from {source}: it holds {size // 2**20} MiB: give the folder of the worked solution alone")
    is_package = (source / "__init__.py").is_file()
    shutil.copytree(source, place / source.resolve().name if is_package else place, ignore=LEFT_OUT)
    return ()


def _search(modules: Sequence[Module], folder: Path) -> tuple[str, ...]:
    """Where imports are looked up: above all, and beside a file that imports what is only there."""
    found = ["."]
    for module in modules:
        beside = (folder / module.file).parent
        for name in module.imports:
            top = name.partition(".")[0]
            if top in sys.stdlib_module_names or _is_in(folder, top):
                continue
            if beside != folder and _is_in(beside, top):
                found.append(beside.relative_to(folder).as_posix())
    return tuple(dict.fromkeys(found))


def _is_in(folder: Path, name: str) -> bool:
    return (folder / f"{name}.py").is_file() or (folder / name).is_dir()
