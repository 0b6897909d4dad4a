"""What a worker that is an ordinary process may use of the file system, where the kernel can hold it to that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from graders.sandbox.inside.landlock import LIST, READ, WRITE
from graders.sandbox.isolation.view import (
    CPU_INFO,
    DEVICES,
    INSTALLED,
    LOADER_CACHE,
    interpreter,
    libraries,
    standard_library,
)

_SHARED_MEMORY = "/dev/shm"
"""Where locks between a student's own processes are."""

Rules = list[tuple[str, int]]
"""Files and folders, each with rights of `inside.landlock`."""


def rules(parts: Sequence[Path], places: Sequence[Path]) -> Rules:
    """Python, its libraries, and these packages to read; these places to write."""
    return [*_readable(parts), *((str(place), WRITE) for place in (*places, Path(_SHARED_MEMORY), *map(Path, DEVICES)))]


def _readable(parts: Sequence[Path]) -> Iterator[tuple[str, int]]:
    library = standard_library()
    yield str(library), LIST
    own = [path for path in library.iterdir() if path.name not in INSTALLED]
    files = [interpreter(), LOADER_CACHE, CPU_INFO, *(path for path, _ in libraries())]
    yield from ((str(path), READ) for path in (*own, *files, *parts, Path("/proc")))
