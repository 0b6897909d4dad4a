"""Starter code from a worked submission: what lies between `# BEGIN SOLUTION` and `# END SOLUTION` is taken out."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple, TypedDict

from graders import UsageError
from graders.coursework.notebooks import without_magics
from graders.coursework.submission import LEFT_OUT

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)


Filler = Callable[["Block", str], list[str]]
"""What takes a block's place, a line each, at the indentation of its first marker."""


class Cell(TypedDict, total=False):
    """What matters here of a notebook's cell; a file may have anything."""

    cell_type: str
    source: str | list[str]
    outputs: list[object]
    execution_count: int | None


class Block(NamedTuple):
    """A part to take out: the lines of its markers, from 0."""

    begin: int
    end: int


def starter_code(worked: Path, without: list[str], flags: list[str]) -> dict[str, bytes]:
    """Every file of the starter code; UsageError names the file and line of a marker that has no partner.

    Assignments `FLAG = True` of these flags become False: a student turns on what is written.
    """
    made = {}
    for path in _files_of(worked):
        name = path.relative_to(worked).as_posix()
        if not any(fnmatchcase(name, pattern) for pattern in without):
            made[name] = _stripped(path, flags)
    return made


def _files_of(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not path.is_symlink() and not LEFT_OUT & set(parts):
            yield path


def _stripped(path: Path, flags: list[str]) -> bytes:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content
    if path.suffix == ".ipynb":
        return strip_notebook(text, str(path)).encode()
    if path.suffix == ".py":
        return strip_python(_without_flags(text, flags), str(path)).encode()
    return strip_text(text, str(path)).encode()


def _without_flags(text: str, flags: list[str]) -> str:
    for flag in flags:
        text = re.sub(rf"^({re.escape(flag)}\s*=\s*)True\b", r"\1False", text, flags=re.MULTILINE)
    return text


def strip_text(text: str, where: str) -> str:
    """A text without its solutions: nothing takes their place."""
    return _replaced(text, where, lambda block, indentation: [])


def strip_python(text: str, where: str) -> str:
    """Python code without its solutions.

    In a function NotImplementedError is raised in their place. Elsewhere nothing is, or `pass` where a suite would
    be empty.
    """
    if BEGIN not in text and END not in text:
        return text
    try:
        tree = ast.parse(without_magics(text))
    except SyntaxError as error:
        raise UsageError(f"{where}:{error.lineno}: {error.msg}, so its solutions can't be taken out") from None

    def filled(block: Block, indentation: str, filler: list[str]) -> list[str]:
        return [indentation + "raise NotImplementedError"] if _in_function(tree, block.begin + 1) else filler

    stripped = _replaced(text, where, lambda block, indentation: filled(block, indentation, []))
    if _parses(stripped):
        return stripped
    stripped = _replaced(text, where, lambda block, i: filled(block, i, [i + "pass"] if i else []))
    if not _parses(stripped):
        raise UsageError(
            f"{where}: without its solutions it isn't Python: {BEGIN} and {END} must hold whole statements"
        )
    return stripped


def _parses(text: str) -> bool:
    try:
        ast.parse(without_magics(text))
    except SyntaxError:
        return False
    return True


def _in_function(tree: ast.Module, line: int) -> bool:
    """Whether the innermost function or class around a line is a function."""
    around = [node for node in ast.walk(tree) if isinstance(node, _SCOPES) and node.lineno <= line <= _last_line(node)]
    return bool(around) and isinstance(max(around, key=lambda node: node.lineno), _FUNCTIONS)


def _last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def strip_notebook(text: str, where: str) -> str:
    """A notebook without its solutions and outputs."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        for number, cell in enumerate(cells, 1):
            _strip_cell(cell, f"{where}, cell {number}")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{where} is not a notebook that can be read") from None
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _strip_cell(cell: Cell, where: str) -> None:
    source = cell["source"]
    code = source if isinstance(source, str) else "".join(source)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
        cell["source"] = strip_python(code, where).splitlines(keepends=True)
    else:
        cell["source"] = strip_text(code, where).splitlines(keepends=True)


def _replaced(text: str, where: str, filler: Filler) -> str:
    lines = text.splitlines(keepends=True)
    kept, start = [], 0
    for block in _blocks(lines, where):
        marker = lines[block.begin]
        kept += lines[start : block.begin]
        ending = "\n" if lines[block.end].endswith("\n") else ""
        kept += [line + ending for line in filler(block, marker[: len(marker) - len(marker.lstrip())])]
        start = block.end + 1
    return "".join(kept + lines[start:])


def _blocks(lines: list[str], where: str) -> Iterator[Block]:
    begin = None
    for number, line in enumerate(lines):
        marker = line.strip()
        if marker == BEGIN:
            if begin is not None:
                raise UsageError(
                    f"{where}:{number + 1}: {BEGIN} in the one of line {begin + 1}, which has no {END} yet"
                )
            begin = number
        elif marker == END:
            if begin is None:
                raise UsageError(f"{where}:{number + 1}: {END} without a {BEGIN}")
            yield Block(begin, number)
            begin = None
        elif BEGIN in line or END in line:
            raise UsageError(f"{where}:{number + 1}: {marker!r} should be alone on its line")
    if begin is not None:
        raise UsageError(f"{where}:{begin + 1}: {BEGIN} without an {END}")
