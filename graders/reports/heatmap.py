"""A map of a gradient's relative errors: coloured half blocks for a terminal, characters for a pipe."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from rich.text import Text

MAX_ROWS = 48
MAX_PANELS = 6
LEVELS = ".-:=+*#%@"
LEGEND = "right .  wrong, from one part in 1e8 to all: - : = + * # % @  not looked at: blank"
_COLOURS = ["#14532d", "#4d7c0f", "#a3a30f", "#ca8a04", "#ea580c", "#ef4444", "#dc2626", "#f43f5e", "#ff5fd7"]
_UNKNOWN = "#3f3f46"

Map = np.ndarray[Any, np.dtype[np.float64]]


def panels(relative_error: Any, width: int) -> Iterator[tuple[str, Map]]:
    """The errors as matrices that fit the width, each with the leading indices that it is for; the worst ones first."""
    errors = np.array(relative_error, dtype=float)
    if errors.ndim < 3:
        yield "", _fitted(np.atleast_2d(errors), width)
        return
    stack = errors.reshape(-1, *errors.shape[-2:])
    worst = np.argsort([-_worst(panel) for panel in stack], kind="stable")[:MAX_PANELS]
    for k in sorted(worst):
        leading = [int(i) for i in np.unravel_index(k, errors.shape[:-2])]
        yield f"{leading}", _fitted(stack[k], width)
    if len(stack) > MAX_PANELS:
        yield f"and {len(stack) - MAX_PANELS} more, none worse", np.zeros((0, 0))


def _worst(panel: Map) -> float:
    known = panel[np.isfinite(panel)]
    return float(known.max()) if known.size else -1.0


def _fitted(panel: Map, width: int) -> Map:
    """A matrix no larger than the space there is: each cell the worst of the entries that it stands for."""
    for axis, room in ((0, MAX_ROWS), (1, max(width, 8))):
        step = math.ceil(panel.shape[axis] / room)
        if step > 1:
            parts = [
                panel.take(range(k, min(k + step, panel.shape[axis])), axis) for k in range(0, panel.shape[axis], step)
            ]
            panel = np.stack([np.fmax.reduce(part, axis=axis) for part in parts], axis)
    return panel


def level(error: float) -> int | None:
    """0 where right, then 1 for an error of one part in 1e8 or less to 8 for all of it; None where not looked at."""
    if not math.isfinite(error):
        return None
    if error <= 0:
        return 0
    return min(8, max(1, 9 + math.floor(math.log10(error) + 0.5)))


def characters(panel: Map) -> list[str]:
    """One line for each row."""
    levels = [[level(error) for error in row] for row in panel.tolist()]
    return ["".join(" " if k is None else LEVELS[k] for k in row) for row in levels]


def half_blocks(panel: Map) -> list[Text]:
    """One line for each two rows: the upper one as the block's colour, the lower one as its background's."""
    rows = panel.tolist()
    return [_line(rows[k], rows[k + 1] if k + 1 < len(rows) else None) for k in range(0, len(rows), 2)]


def _line(upper: list[float], lower: list[float] | None) -> Text:
    text = Text()
    for k, error in enumerate(upper):
        below = f" on {_colour(lower[k])}" if lower is not None else ""
        text.append("▀", style=f"{_colour(error)}{below}")
    return text


def _colour(error: float) -> str:
    found = level(error)
    return _UNKNOWN if found is None else _COLOURS[found]


def legend() -> Text:
    """The colours and what they mean."""
    text = Text("right ").append("■", style=_COLOURS[0]).append("  wrong, from one part in 1e8 to all ")
    for colour in _COLOURS[1:]:
        text.append("■", style=colour)
    return text.append("  not looked at ").append("■", style=_UNKNOWN)
