"""Was the right line named? The lines at fault are those in which a mutant differs from the worked submission."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from graders.coursework.record import Look, Report

Place = tuple[str, int]
"""A file and a line in it."""


class Lines(StrEnum):
    """The outcome of the look at a mutant."""

    ALONE = "alone"
    """The right line and no other."""
    AMONG = "among"
    """The right one, and others: several lines of which it is one, or lines that explain other failures."""
    ELSEWHERE = "elsewhere"
    """Others, said as possible only."""
    WRONG = "wrong"
    """Another, said for certain."""
    SILENT = "silent"


def lines_named(report: Report, places: Iterable[Place]) -> Lines:
    """How well the lines that a report says fit those at fault."""
    looks = [look for cause in report.causes or () for look in cause.look_at]
    right = set(places)
    if not looks:
        return Lines.SILENT
    if any(look.sure and _of(look) not in right for look in looks):
        return Lines.WRONG
    said = {_of(look) for look in looks}
    if said <= right and len({file for file, _ in said}) == len(report.causes or ()) == 1:
        return Lines.ALONE
    return Lines.AMONG if said & right else Lines.ELSEWHERE


def changed(worked: Path, mutant: Path, files: Iterable[str]) -> set[Place]:
    """The lines of a mutant's files that aren't the worked submission's, with the statements that they belong to.

    Where lines are only missing, those around the gap, and the one in which the function begins that lacks them.
    """
    return {(name, line) for name in files for line in _changed(_text(worked / name), _text(mutant / name))}


def _of(look: Look) -> Place:
    return look.file, look.line


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() and file.suffix == ".py" else ""


def _changed(old: str, new: str) -> set[int]:
    before, after = old.splitlines(), new.splitlines()
    found: set[int] = set()
    for kind, _, _, start, end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "delete":
            found |= _around(after, start) | _beginning(new, start)
        elif kind != "equal":
            found |= set(range(start + 1, end + 1))
    return found | {line for statement in _statements(new) if not found.isdisjoint(statement) for line in statement}


def _around(lines: list[str], gap: int) -> set[int]:
    """The last line with code before a gap, and the first after it."""
    before = next((number for number in range(gap, 0, -1) if _has_code(lines[number - 1])), 0)
    after = next((number for number in range(gap + 1, len(lines) + 1) if _has_code(lines[number - 1])), 0)
    return {before, after} - {0}


def _beginning(text: str, gap: int) -> set[int]:
    """The first line of the innermost function that a gap is in, or that ends at it."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return set()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    around = [node.lineno for node in functions if node.lineno <= gap <= (node.end_lineno or 0)]
    return {max(around)} if around else set()


def _has_code(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")


def _statements(text: str) -> Iterator[range]:
    """The lines of each statement that has no others in it."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1)
