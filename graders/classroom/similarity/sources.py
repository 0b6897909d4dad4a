"""Reads the code of a submission, never more than a person can have written; what is left out is said."""

from __future__ import annotations

import os
import tokenize
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from graders.coursework.clean import printable
from graders.coursework.notebooks import code_cells, without_magics
from graders.coursework.submission import LEFT_OUT
from graders.sandbox.apart import tell

SUFFIXES = (".py", ".ipynb")
MAX_SOURCE = 1 << 20
"""Characters of all of a submission's code together."""
MAX_FILE = {".py": MAX_SOURCE, ".ipynb": 16 << 20}
"""Bytes of a file: a notebook's outputs are most of it."""
MAX_READ = 64 << 20
"""Bytes of all of them together."""
MAX_FILES = 1000
MAX_SEEN = 20_000
"""Files of any kind that are looked at to find those with code."""
MAX_DEPTH = 32


class Source(NamedTuple):
    """A text of code: a file, or a notebook's cell, which is named behind it."""

    name: str
    text: str


def sources_in(folder: Path, words: list[str]) -> list[Source]:
    """The submission's code, by file; what can't be read or is too much adds a line to `words`.

    The smallest files come first: nobody keeps code out by files that fill the bounds.
    """
    found: list[Source] = []
    left, left_to_read = MAX_SOURCE, MAX_READ
    for path in _files(folder, words):
        name = printable(path.relative_to(folder).as_posix())
        left_to_read -= min(path.stat().st_size, MAX_FILE[path.suffix])
        if left_to_read < 0:
            words.append(f"{name} and what follows is left out: more than {MAX_READ >> 20} MiB")
            return found
        for source in _read(path, name, words):
            if len(source.text) > left:
                words.append(f"{source.name} and what follows is left out: more than {MAX_SOURCE >> 20} MiB of code")
                return found
            left -= len(source.text)
            found.append(source)
    return found


def texts(content: bytes, name: str) -> list[Source]:
    """The code of a file's content, or of a notebook's cells; ValueError where a notebook can't be read."""
    if not name.endswith(".ipynb"):
        return [Source(name, _decoded(content))]
    return [Source(f"{name}, cell {number}", without_magics(source)) for number, source in code_cells(content)]


def _decoded(content: bytes) -> str:
    """As Python would read it; bytes that it couldn't read become some character."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        text = content.decode(encoding, "replace")
    except (SyntaxError, LookupError, ValueError):
        text = content.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read(path: Path, name: str, words: list[str]) -> list[Source]:
    tell(name)
    try:
        most = MAX_FILE[path.suffix]
        with path.open("rb") as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise ValueError(f"it has more than {most >> 20} MiB")
        return texts(content, name)
    except OSError as error:
        words.append(f"{name} is left out: {error.strerror}")
    except ValueError as error:
        words.append(f"{name} is left out: {error}")
    return []


def _files(folder: Path, words: list[str]) -> list[Path]:
    """Ordinary files with code, the smallest first, as far as a submission goes."""
    found = list(_walk(folder, words))
    if len(found) > MAX_FILES:
        words.append(f"more than {MAX_FILES} files with code: the rest is left out")
    return sorted(found, key=lambda path: (path.stat().st_size, path))[:MAX_FILES]


def _walk(folder: Path, words: list[str]) -> Iterator[Path]:
    """Every file with code. Links are not followed."""
    seen = 0
    for place, names, files in os.walk(folder):
        here = Path(place)
        names[:] = _to_enter(names, here, folder, words)
        for name in sorted(files):
            seen += 1
            if seen > MAX_SEEN:
                words.append(f"more than {MAX_SEEN} files: the rest is left out")
                return
            path = here / name
            if name.endswith(SUFFIXES) and not path.is_symlink() and path.is_file():
                yield path


def _to_enter(names: Iterable[str], here: Path, folder: Path, words: list[str]) -> list[str]:
    """Which of the folders in this one are looked into."""
    found = sorted(name for name in names if name not in LEFT_OUT and not (here / name).is_symlink())
    if found and len(here.relative_to(folder).parts) >= MAX_DEPTH:
        words.append(f"folders that lie deeper than {MAX_DEPTH} in each other are left out")
        return []
    return found
