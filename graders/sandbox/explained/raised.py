"""An exception as the worker reports it, read with suspicion: student code may have forged every word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeGuard

Record = Mapping[str, object]
"""What a worker says about an exception."""
Shape = tuple[int, ...]
MAX_WORDS, MAX_CODE, MOST = 300, 200, 8
_PARTS = 6
"""Of a place, as a worker tells it."""
_SHAPE = re.compile(r"\((\d{1,9}(?:,\s?\d{1,9})*,?)\)")


class Operand(NamedTuple):
    """A value in a line: as it is written, what it is, and its shape if it has one."""

    name: str
    text: str
    shape: Shape | None

    def __str__(self) -> str:
        return f"{self.name} is {self.text}"


@dataclass(frozen=True)
class Place:
    """A line of the submission, the part of it that was at work, and the values there."""

    file: str
    line: int
    function: str
    code: str
    caret: tuple[int, int] | None
    values: tuple[Operand, ...]

    @property
    def part(self) -> str:
        """What was at work."""
        return self.code[slice(*self.caret)] if self.caret else self.code

    def value(self, name: str) -> Operand | None:
        """The operand that is written so."""
        return next((one for one in self.values if one.name == name), None)


@dataclass(frozen=True)
class Raised:
    """The exception: its type, its text, and what was gathered where it was raised."""

    record: Record

    @cached_property
    def kind(self) -> str:
        """The exception's type."""
        return words(self.record, "type")

    @cached_property
    def text(self) -> str:
        """What it says."""
        return words(self.record, "text")

    @cached_property
    def places(self) -> list[Place]:
        """The innermost line of the submission, then those that called it."""
        found = self.record.get("places")
        known = found[:MOST] if _is_list(found) else []
        return [_place(one) for one in known if _is_list(one) and len(one) == _PARTS]

    @property
    def place(self) -> Place | None:
        """The innermost line."""
        return self.places[0] if self.places else None

    @property
    def part(self) -> str:
        """What of that line was at work."""
        return self.place.part if self.place else ""

    @property
    def values(self) -> tuple[Operand, ...]:
        """The values there."""
        return self.place.values if self.place else ()

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """Names that are near the one that isn't there, each with the place that makes it."""
        found = self.record.get("names")
        pairs = found[:MOST] if isinstance(found, list) else []
        return [(_text(one[0]), _text(one[1])) for one in pairs if isinstance(one, list) and len(one) == 2]

    @cached_property
    def takes(self) -> list[str] | None:
        """The parameters of the function that was called, if it is the submission's."""
        found = self.record.get("takes")
        known = found if isinstance(found, list) else [] if "called" in self.record else None
        return None if known is None else [_text(one) for one in known[:MOST]]

    @cached_property
    def shapes(self) -> list[Shape]:
        """The shapes that its text names."""
        return [tuple(int(part) for part in found.split(",") if part.strip()) for found in _SHAPE.findall(self.text)]


def words(record: Record, key: str) -> str:
    """What a record says under a key, on one line, if that is text."""
    return _text(record.get(key))


def _text(value: object) -> str:
    return " ".join(value.split())[:MAX_WORDS].encode(errors="replace").decode() if isinstance(value, str) else ""


def _place(told: list[object]) -> Place:
    file, line, function, code, caret, values = told
    operands = [one for one in values[:MOST] if isinstance(one, list) and len(one) == 3] if _is_list(values) else []
    return Place(
        _text(file),
        line if type(line) is int else 0,
        _text(function),
        _printable(code) if isinstance(code, str) else "",
        _caret(caret),
        tuple(map(_operand, operands)),
    )


def _is_list(told: object) -> TypeGuard[list[object]]:
    return isinstance(told, list)


def _printable(code: str) -> str:
    """A line as it is, column by column, without what a terminal would obey."""
    shown = code.expandtabs(1).encode(errors="replace").decode()
    return "".join(character if character.isprintable() else " " for character in shown)[:MAX_CODE]


def _caret(told: object) -> tuple[int, int] | None:
    if isinstance(told, list) and len(told) == 2 and all(type(one) is int for one in told):
        start, end = told
        return (start, end) if 0 <= start < end <= MAX_CODE else None
    return None


def _operand(told: list[object]) -> Operand:
    name, text, shape = told
    return Operand(_text(name), _text(text), _shape(shape))


def _shape(told: object) -> Shape | None:
    if not _is_list(told):
        return None
    lengths = [one for one in told[:MOST] if isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 10**9]
    return tuple(lengths) if len(lengths) == len(told) else None


def shown(shape: Shape) -> str:
    """As NumPy writes it: `(5, 3)`, `(5,)`."""
    return str(tuple(shape))
