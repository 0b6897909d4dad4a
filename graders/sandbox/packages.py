"""Trusted side: where the packages are that a worker can import, each with its dependencies."""

from __future__ import annotations

import compileall
import contextlib
import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

from graders import UsageError
from graders.sandbox.light import LIGHT


@cache
def parts(packages: tuple[str, ...]) -> tuple[Path, ...]:
    """Every top-level module and folder of these distributions and of what they depend on.

    NumPy alone is found without reading any metadata. UsageError where one isn't installed.
    """
    if packages == ("numpy",):
        folder = Path(np.__file__).parent
        return tuple(path for path in (folder, folder.with_name("numpy.libs")) if path.exists())
    found = {path.name: path for distribution in _closure(packages) for path in _top_level(distribution)}
    return tuple(found.values())


def light(names: Iterable[str]) -> tuple[Path, ...]:
    """Where the small packages lie that a worker has in place of those of these names."""
    found = {part for name in names for part in (name, *LIGHT[name])}
    return tuple(Path(__file__).parent / "light" / part for part in sorted(found))


def inside() -> Path:
    """Our own folder that a worker runs, compiled: it can't be from within, and each start would compile it again."""
    folder = Path(__file__).parent / "inside"
    if not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):
            compileall.compile_dir(folder, maxlevels=1, quiet=2)
    return folder


def _closure(packages: Iterable[str]) -> Iterator[importlib.metadata.Distribution]:
    from packaging.requirements import Requirement  # here and not above: most submissions need NumPy alone

    waiting, seen = list(packages), set()
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            if name in packages:
                raise UsageError(f"{name} isn't installed, and this homework's submissions need it") from None
            continue  # an optional dependency, or one of another platform
        yield distribution
        needed = [Requirement(text) for text in distribution.requires or ()]
        waiting += [need.name for need in needed if need.marker is None or need.marker.evaluate({"extra": ""})]


def _top_level(distribution: importlib.metadata.Distribution) -> Iterator[Path]:
    names = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
    yield from (Path(str(distribution.locate_file(name))) for name in sorted(names) if not name.endswith(".pth"))
