"""The lines of an exception as a student sees them: the code, a caret under the part at work, and the values there."""

from __future__ import annotations

from collections.abc import Iterator

from graders.sandbox.explained.raised import Operand, Place, Raised

WIDTH = 62
"""Of a line of code, with which it fits a terminal of 80 columns."""
MARGIN = 2
DOTS = "..."
CALLERS = 1
MOST_VALUES = 4


def lines(raised: Raised) -> Iterator[str]:
    """The innermost line, and the one that called it from another function."""
    for number, place in enumerate(raised.places[: 1 + CALLERS]):
        if number:
            inside = f", in {place.function}" if place.function.isidentifier() else ""
            yield f"called from {place.file}, line {place.line}{inside}:"
        yield from _code(place)


def _code(place: Place) -> Iterator[str]:
    if not place.code:
        return
    shown, start, end = _window(place)
    yield f"{' ' * MARGIN}{shown}"
    if end > start:
        yield f"{' ' * (MARGIN + start)}{'^' * (end - start)}"
    values = ", ".join(_said(one) for one in place.values[:MOST_VALUES])
    if values:
        yield f"{' ' * MARGIN}{values}"


def _said(value: Operand) -> str:
    return f"{value.name} {value.text}" if value.shape else str(value)


def _window(place: Place) -> tuple[str, int, int]:
    """The part of a long line in which the caret is, and where it is there."""
    code, (start, end) = place.code, place.caret or (0, 0)
    if len(code) <= WIDTH:
        return code, start, min(end, len(code))
    first = 0 if end <= WIDTH - len(DOTS) else max(0, min(start - 8, len(code) - WIDTH + len(DOTS)))
    before = DOTS if first else ""
    room = WIDTH - 2 * len(DOTS)
    part = code[first : first + room]
    after = DOTS if first + room < len(code) else ""
    return before + part + after, start - first + len(before), min(end - first, len(part)) + len(before)
