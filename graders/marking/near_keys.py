"""Where a dict's item stays zero, names the similar key that was written in its place: `gradients["w"]`."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from graders.coursework.begun import parsed, source_of
from graders.coursework.record import CheckResult
from graders.coursework.rubric import RubricFile
from graders.sandbox.apart import ReaderFault, Unreadable, read_apart

NEARLY = 0.6
MOST = 1000
"""Places of one submission that are looked at."""
_ZERO = re.compile(r"^[^\[]{0,200}\.(\w{1,100})\['(\w{1,100})'\] is zero everywhere")


class Place(NamedTuple):
    """Where an item of an attribute is given its value: `self.gradients["w"] = ...`."""

    attribute: str
    key: str
    file: str
    line: int


def named(copy: Path, rubric: RubricFile, results: Mapping[str, CheckResult]) -> dict[str, CheckResult]:
    """The results; with each that tells of an item that stays zero, the near key that is assigned, if there is one."""
    asked = {check: found for check, result in results.items() if (found := _asked(result)) is not None}
    if not asked:
        return dict(results)
    places = _read(copy, rubric)
    keys = {key for _, key in asked.values()}
    hints = {check: _hint(places, *asked[check], keys) for check in asked}
    return dict(results) | {
        check: msgspec.structs.replace(results[check], hint=hint) for check, hint in hints.items() if hint
    }


def _asked(result: CheckResult) -> tuple[str, str] | None:
    found = next((match for line in result.diagnosis if (match := _ZERO.match(line))), None)
    return (found[1], found[2]) if found else None


def _hint(places: list[Place], attribute: str, key: str, keys: set[str]) -> str:
    of_it = [place for place in places if place.attribute == attribute]
    others = {place.key: place for place in of_it if place.key not in keys}
    folded = {other.lower(): other for other in others}
    near = [folded[key.lower()]] if key.lower() in folded else difflib.get_close_matches(key, others, 1, NEARLY)
    if not near:
        return ""
    place = others[near[0]]
    return f"{attribute}['{place.key}'] is assigned ({place.file}, line {place.line}): is ['{key}'] meant?"


def _read(copy: Path, rubric: RubricFile) -> list[Place]:
    """What the files assign that a homework names; nothing of what can't be read, on which no mark hangs."""

    def find() -> list[Place]:
        return [place for file in rubric.files for place in _assigned(copy, file)][:MOST]

    try:
        return read_apart(find, list[Place])
    except (Unreadable, ReaderFault):
        return []


def _assigned(copy: Path, file: str) -> Iterator[Place]:
    try:
        tree = parsed(source_of(copy / file))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Attribute(attr=name), slice=ast.Constant(value=str(key)), ctx=ast.Store()):
                yield Place(name, key[:100], file, node.lineno)
