"""The files of a folder that count, by content: what editors and tools leave there beside them doesn't."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from graders import UsageError
from graders.coursework.submission import LEFT_OUT, MAX_DEPTH, MAX_FILES

Files: TypeAlias = dict[str, str]
"""The digest of each file, by its path in the folder."""

_LITTER = re.compile(
    r"\..*\.sw[a-z]|\.?#.*|.*~|4913"  # vim, emacs
    r"|.*\.py[co]|.*___jb_(?:tmp|old)___|\.goutputstream-.*|\.DS_Store|\.nfs.*|.*\.(?:tmp|part|crdownload)",
    re.DOTALL,
)
_TOOLS = frozenset({".hypothesis", ".idea", ".mypy_cache", ".ruff_cache", ".tox", ".vscode"})


def counts(name: str) -> bool:
    """Whether a file or folder of this name is the submission's."""
    return name not in LEFT_OUT and name not in _TOOLS and _LITTER.fullmatch(name) is None


class _Known(NamedTuple):
    stamp: tuple[int, int, int]
    digest: str


@dataclass
class Folder:
    """A folder that is worked on, with files that belong to it wherever they are; `without` are files that are ours."""

    path: Path
    without: Collection[Path] = ()
    beside: Collection[Path] = ()
    _known: dict[str, _Known] = field(default_factory=dict, init=False)

    @property
    def identity(self) -> tuple[int, int]:
        """What tells the folder from another at its place; UsageError where there is none any more."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise UsageError(f"{self.path} is gone ({error.strerror})") from None
        return found.st_dev, found.st_ino

    def files(self) -> Files:
        """What is there now. Only what has another time, size or place on disk than before is read again."""
        seen: dict[str, _Known] = {}
        named = [(path.relative_to(self.path).as_posix(), path) for path in self._paths()]
        for name, path in [*named, *((str(path.absolute()), path) for path in self.beside)]:
            try:
                seen[name] = self._looked_at(name, path)
            except OSError:  # it has just gone, or can't be read: whoever marks will say so
                continue
        self._known = seen
        return {name: known.digest for name, known in seen.items()}

    def _looked_at(self, name: str, path: Path) -> _Known:
        about = path.stat()
        stamp = (about.st_mtime_ns, about.st_size, about.st_ino)
        before = self._known.get(name)
        if before is not None and before.stamp == stamp:
            return before
        with path.open("rb") as file:
            return _Known(stamp, hashlib.file_digest(file, "blake2b").hexdigest())

    def _paths(self) -> Iterator[Path]:
        ours = {path.resolve() for path in self.without}
        count = 0
        for here, folders, names in os.walk(self.path):
            place = Path(here)
            deep = len(place.relative_to(self.path).parts) >= MAX_DEPTH
            folders[:] = [] if deep else sorted(filter(counts, folders))
            for path in (place / name for name in sorted(filter(counts, names))):
                count += 1
                if count > MAX_FILES:
                    return
                if path.is_file() and not path.is_symlink() and path.resolve() not in ours:
                    yield path


def changed(before: Files, after: Files) -> set[str]:
    """The files that are new, gone or other than before."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
