"""The function of a submission in which a line stands, as text: nothing of it is parsed."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from graders.coursework.record import Code

MAX_BYTES = 1 << 20
MAX_LINES = 120
MAX_WIDTH = 200


def function_at(folder: Path, file: str, first: int, line: int) -> Code | None:
    """The function that begins in line `first`, which `line` belongs to; None where there is no such line."""
    path = PurePosixPath(file)
    place = folder / path
    if path.is_absolute() or ".." in path.parts or place.is_symlink() or not place.is_file():
        return None
    with place.open("rb") as source:
        lines = source.read(MAX_BYTES).decode("utf-8", "replace").split("\n")
    if not 0 < first <= line <= len(lines):
        return None
    end = max(line, _end(lines, first))
    if end - first >= MAX_LINES:
        first, end = max(first, line - MAX_LINES // 2), line + MAX_LINES // 2
    return Code(file=file, first=first, lines=[text.rstrip()[:MAX_WIDTH] for text in lines[first - 1 : end]])


def _end(lines: list[str], first: int) -> int:
    """The last line that is indented more than the first."""
    margin, end = _indent(lines[first - 1]), first
    for number, text in enumerate(lines[first:], first + 1):
        if text.strip() and _indent(text) <= margin and not text.lstrip().startswith((")", "#")):
            break
        end = number if text.strip() else end
    return end


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
