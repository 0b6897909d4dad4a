"""What came and what should have as two small grids beside each other, around the entry that is farthest off."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from graders.coursework.record import CheckResult
from graders.gradcheck.digits import apart
from graders.reports.values import Pair, Values, pair, values

ROWS, COLUMNS = 4, 6
FEWEST = 2
"""Columns that grids beside each other have at least, where there are more."""
DIGITS = 4
"""Of the largest number, or more where the entry that is farthest off would look alike in both."""
FIXED = (1e-3, 1e5)
"""Between these the largest number is for all of them to be written without exponents."""
GAP = 6
"""Columns of the screen between the grids."""
DOTS = "..."


class Span(NamedTuple):
    """A part of a line that is to be seen first; nothing where its ends are the same."""

    start: int
    end: int


class Grid(NamedTuple):
    """A matrix in lines; in the line `row`, `mark` is the entry that is farthest off."""

    title: str
    lines: Sequence[str]
    row: int = -1
    mark: Span = Span(0, 0)

    @property
    def width(self) -> int:
        """Columns of the screen."""
        return max(map(len, [self.title, *self.lines]))


Write = Callable[[float], str]
Line = tuple[str, Sequence[Span]]
"""A line of grids, and what is marked in it."""


def grids(check: CheckResult, width: int) -> list[Line]:
    """The lines of both, or of what came alone where the other isn't shown; none for single numbers or no room."""
    found = _both(check, width) if _is_array(check) else []
    if not found or max(grid.width for grid in found) > width:
        return []
    if sum(grid.width for grid in found) + GAP * (len(found) - 1) <= width:
        return list(_beside(found))
    return [line for grid in found for line in _beside([grid])]


def _is_array(check: CheckResult) -> bool:
    """Whether several numbers came, or should have."""
    shapes = (check.counterexample.get(name, {}).get("shape", []) for name in ("got", "expected"))
    return any(math.prod(shape) > 1 for shape in shapes)


def _both(check: CheckResult, width: int) -> list[Grid]:
    found = pair(check)
    if found is not None:
        return _widest(found, width)
    named = ((name, values(check.counterexample.get(name))) for name in ("got", "expected"))
    return [_grid(name, one, None, COLUMNS, _writer(one.entries, 0.0, DIGITS)) for name, one in named if one]


def _widest(found: Pair, width: int) -> list[Grid]:
    """Both with as many columns as fit beside each other, or else below each other; nothing where none fits."""
    write = _telling_apart(found)
    tried = [_pair_of(found, columns, write) for columns in range(COLUMNS, 0, -1)]
    beside = (grids for grids in tried[: -FEWEST + 1] if sum(grid.width for grid in grids) + GAP <= width)
    below = (grids for grids in tried if max(grid.width for grid in grids) <= width)
    return next(beside, None) or next(below, [])


def _pair_of(found: Pair, columns: int, write: Write) -> list[Grid]:
    named = (("got", found.got), ("expected", found.expected))
    return [_grid(name, one, found.farthest, columns, write) for name, one in named]


def _telling_apart(found: Pair) -> Write:
    """Writes the entries of both so that the one that is farthest off is seen to be."""
    came, should = found.got.at(found.farthest), found.expected.at(found.farthest)
    least = max((abs(value) for value in (came, should) if math.isfinite(value)), default=0.0)
    return _writer([*found.got.entries, *found.expected.entries], least, apart(came, should, DIGITS))


def _beside(found: Sequence[Grid]) -> Iterator[Line]:
    yield _joined([grid.title for grid in found], found), []
    for row in range(max(len(grid.lines) for grid in found)):
        parts = [grid.lines[row] if row < len(grid.lines) else "" for grid in found]
        yield _joined(parts, found), list(_marks(found, row))


def _joined(parts: Sequence[str], found: Sequence[Grid]) -> str:
    return (" " * GAP).join(f"{part:<{grid.width}}" for part, grid in zip(parts, found, strict=True)).rstrip()


def _marks(found: Sequence[Grid], row: int) -> Iterator[Span]:
    start = 0
    for grid in found:
        if grid.row == row and grid.mark.end:
            yield Span(start + grid.mark.start, start + grid.mark.end)
        start += grid.width + GAP


def _grid(name: str, shown: Values, index: Sequence[int] | None, columns: int, write: Write) -> Grid:
    """The matrix that has the entry `index`, or the first one, cut to this many columns around it."""
    place = index or [0] * len(shown.shape)
    (height, breadth), (row, column) = [1, *shown.shape][-2:], [0, *place][-2:]
    down, across = _window(height, row, ROWS), _window(breadth, column, columns)
    ranges = [down, across][-len(shown.shape) :]
    fixed = place[: len(place) - len(ranges)]
    cells = [[write(shown.at([*fixed, *[i, j][-len(ranges) :]])) for j in across] for i in down]
    lines, size = _aligned(cells)
    left, right = f"{DOTS} " if across.start else "", f" {DOTS}" if across.stop < breadth else ""
    start = len(left) + (column - across.start) * (size + 2)
    mark = Span(start, start + size) if index else Span(0, 0)
    lines = [left + line + right for line in lines]
    return Grid(name + _extent(shown, place, ranges), lines, row - down.start, mark)


def _aligned(cells: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """A line of each row, all cells of one width, and that width."""
    size = max(len(word) for line in cells for word in line)
    return ["  ".join(f"{word:>{size}}" for word in line) for line in cells], size


def _writer(entries: Sequence[float], least: float, digits: int) -> Write:
    """Writes all of them alike, with as many decimals as `least` needs for its digits; whole numbers without any."""
    finite = [value for value in entries if math.isfinite(value)]
    largest = max(map(abs, finite), default=0.0)
    if all(value.is_integer() for value in finite) or not FIXED[0] <= largest < FIXED[1]:
        return lambda value: f"{value + 0.0:.{digits}g}"
    decimals = max(digits - 1 - math.floor(math.log10(least or largest)), 0)
    return lambda value: f"{round(value, decimals) + 0.0:.{decimals if value else 0}f}"


def _window(length: int, place: int, most: int) -> range:
    """So many of these, with the place among them."""
    start = min(max(place - most // 2, 0), max(length - most, 0))
    return range(start, min(start + most, length))


def _extent(shown: Values, place: Sequence[int], ranges: Sequence[range]) -> str:
    """Which part of the array is shown, as it would be sliced: ` [0, 1, 4:8, 0:6]`; nothing if it is all of it."""
    leading = len(shown.shape) - len(ranges)
    if not leading and not any(shown.corner) and [len(one) for one in ranges] == list(shown.shape):
        return ""
    fixed = [str(shown.corner[axis] + place[axis]) for axis in range(leading)]
    cut = [f"{start + one.start}:{start + one.stop}" for start, one in zip(shown.corner[leading:], ranges, strict=True)]
    return f" [{', '.join([*fixed, *cut])}]"
