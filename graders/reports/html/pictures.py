"""Pictures of arrays: what came, what was expected, their difference, and how wrong each entry is.

A picture is plain data, which a template draws as SVG; colours are classes, so that a page has them light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from graders.coursework.record import ErrorMap
from graders.gradcheck.digits import told_apart

STEPS = 8
"""Shades on each side of 0."""
LEGIBLE = (6, 8)
"""Columns and rows up to which the numbers themselves are shown."""
MAX_PANELS = 12
MAX_CELLS = 1000
NUMBER, BESIDE, PIXEL = (66, 24), (24, 24), (14, 14)
"""Width and height of a cell with a number in it, of one beside such cells, and of any other."""


@dataclass(frozen=True)
class Cell:
    """A rectangle: its place, its colour's class, its number, and what is said when it is pointed at."""

    x: int
    y: int
    colour: str
    text: str
    title: str


@dataclass(frozen=True)
class Panel:
    """A matrix; `label` has the leading indices where it is one of a stack."""

    label: str
    width: int
    height: int
    cell: tuple[int, int]
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Picture:
    """One array."""

    name: str
    about: str
    panels: Sequence[Panel]
    more: int


@dataclass(frozen=True)
class Group:
    """The pictures of one array's error, or of several gradients that were held against slopes."""

    name: str
    extent: str
    pictures: Sequence[Picture]
    signed: bool


Paint = Callable[[int], tuple[str, str, str]]
"""Of an entry its colour, its number and what it is."""


def groups(errors: Sequence[ErrorMap] | msgspec.UnsetType) -> list[Group]:
    """The pictures of a check's errors."""
    found = [] if isinstance(errors, msgspec.UnsetType) else [one for one in errors if _is_whole(one)]
    valued = [Group(one.name, _extent(one), list(_pictures(one)), signed=True) for one in found if _has_values(one)]
    bare = [_errors(one, f"{one.name}: relative error", _extent(one)) for one in found if not _has_values(one)]
    return [*valued, Group("", "", bare, signed=False)] if bare else valued


def _has_values(found: ErrorMap) -> bool:
    return isinstance(found.got, list) and isinstance(found.expected, list)


def _is_whole(found: ErrorMap) -> bool:
    size = math.prod(found.part)
    lists = [values for values in (found.levels, found.got, found.expected) if isinstance(values, list)]
    positive = all(length > 0 for length in found.part) and len(found.part) == len(found.corner) == len(found.shape)
    return positive and 0 < size <= MAX_CELLS and all(len(values) == size for values in lists)


def _extent(found: ErrorMap) -> str:
    wrong = sum(level != 0 for level in found.levels if level is not None)
    extent = f"shape ({', '.join(map(str, found.shape))}{',' if len(found.shape) == 1 else ''})"
    if found.part != found.shape:
        ranges = (f"{start}:{start + length}" for start, length in zip(found.corner, found.part, strict=True))
        extent += f", here [{', '.join(ranges)}]"
    return f"{extent}, {wrong} of {len(found.levels)} wrong"


def _pictures(found: ErrorMap) -> Iterator[Picture]:
    assert isinstance(found.got, list)
    assert isinstance(found.expected, list)
    got, expected = ([_float(value) for value in values] for values in (found.got, found.expected))
    largest = _largest([*got, *expected])
    told = [told_apart(*pair) for pair in zip(got, expected, strict=True)]
    yield _picture(found, "got", "", _values(got, largest, [came for came, _ in told]), NUMBER)
    yield _picture(found, "expected", "", _values(expected, largest, [should for _, should in told]), NUMBER)
    off = [a - b for a, b in zip(got, expected, strict=True)]
    yield _picture(found, "got − expected", f"at most {_largest(off):.3g}", _values(off, _largest(off)), NUMBER)
    yield _errors(found, "relative error", "")


def _errors(found: ErrorMap, name: str, about: str) -> Picture:
    return _picture(found, name, about, lambda k: _level(found.levels[k]), BESIDE)


def _picture(found: ErrorMap, name: str, about: str, paint: Paint, size: tuple[int, int]) -> Picture:
    *stack, rows, columns = [1, *found.part][-max(2, len(found.part)) :]
    count = math.prod(stack)
    cell = size if columns <= LEGIBLE[0] and rows <= LEGIBLE[1] else PIXEL
    panels = [_panel(found, k, rows, columns, paint, cell) for k in range(min(count, MAX_PANELS))]
    return Picture(name, about, panels, count - len(panels))


def _panel(found: ErrorMap, place: int, rows: int, columns: int, paint: Paint, size: tuple[int, int]) -> Panel:
    width, height = size
    cells = []
    for k in range(rows * columns):
        colour, text, told = paint(place * rows * columns + k)
        where = _index(found, place * rows * columns + k)
        x, y = k % columns * width, k // columns * height
        cells.append(Cell(x, y, colour, text if size == NUMBER else "", f"{where} {told}"))
    leading = _index(found, place * rows * columns)[:-2] if len(found.part) > 2 else []
    label = f"{[*leading]}" if leading else ""
    return Panel(label, columns * width, rows * height, size, cells)


def _index(found: ErrorMap, place: int) -> list[int]:
    index = []
    for length in reversed(found.part):
        place, remainder = divmod(place, length)
        index.append(remainder)
    return [start + k for start, k in zip(found.corner, reversed(index), strict=True)]


def _values(values: Sequence[float], largest: float, told: Sequence[str] = ()) -> Paint:
    return lambda k: (
        _shade(values[k], largest),
        f"{values[k] + 0.0:.3g}",
        told[k] if told else f"{values[k]:.6g}",
    )


def _shade(value: float, largest: float) -> str:
    """A class from `v-8` to `v8`; `odd` for what is no finite number."""
    if not math.isfinite(value):
        return "odd"
    return f"v{round(STEPS * value / largest) if largest else 0}"


def _level(level: int | None) -> tuple[str, str, str]:
    if level is None:
        return "unknown", "", "not looked at"
    level = min(max(level, 0), 8)
    return f"e{level}", "", f"off by about 1e{level - 8}" if level else "right"


def _largest(values: Sequence[float]) -> float:
    return max((abs(value) for value in values if math.isfinite(value)), default=0.0)


def _float(value: float | str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan
