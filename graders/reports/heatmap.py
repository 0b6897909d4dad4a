"""A map of a gradient's relative errors: coloured half blocks for a terminal, characters for a pipe."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rich.text import Text

from graders.gradcheck.error_levels import COLOURS, UNKNOWN, colour, level

MAX_ROWS = 48
MAX_PANELS = 24
GAP = 2
LEVELS = ".-:=+*#%@"
LEGEND = "right .  wrong, from one part in 1e8 to all: - : = + * # % @  not looked at ?"

Map = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """A matrix of errors that fits the width, with the leading indices that it is for."""

    label: str
    errors: Map


def bands(relative_error: ArrayLike, width: int) -> list[list[Panel]]:
    """The errors as matrices, those of a stack side by side as far as they fit; the worst ones where there are many."""
    errors = np.array(relative_error, dtype=float)
    if errors.ndim < 3:
        return [[Panel("", _fitted(np.atleast_2d(errors), width))]]
    stack = errors.reshape(-1, *errors.shape[-2:])
    order = np.argsort([-_worst(panel) for panel in stack], kind="stable")[:MAX_PANELS]
    chosen = [int(k) for k in sorted(order) if _worst(stack[k]) >= 0]
    labels = [str([int(i) for i in np.unravel_index(k, errors.shape[:-2])]) for k in chosen]
    panels = [Panel(label, _fitted(stack[k], width)) for label, k in zip(labels, chosen, strict=True)]
    count = max(1, (width + GAP) // (max((_width(panel) for panel in panels), default=1) + GAP))
    return [panels[k : k + count] for k in range(0, len(panels), count)]


def left_out(relative_error: ArrayLike) -> str:
    """What is said about the matrices of a stack that `bands` leaves out."""
    errors = np.array(relative_error, dtype=float)
    if errors.ndim < 3:
        return ""
    stack = errors.reshape(-1, *errors.shape[-2:])
    seen = sum(_worst(panel) >= 0 for panel in stack)
    if seen > MAX_PANELS:
        return f"and {seen - MAX_PANELS} more, none worse"
    return f"the other {len(stack) - seen} were not looked at" if seen < len(stack) else ""


def _width(panel: Panel) -> int:
    return max(int(panel.errors.shape[1]), len(panel.label))


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


def characters(band: list[Panel]) -> list[str]:
    """The lines of some matrices side by side, under their labels: one for each row."""
    height = max(len(panel.errors) for panel in band)
    columns = [[panel.label, *_characters(panel.errors), *[""] * (height - len(panel.errors))] for panel in band]
    widths = [_width(panel) for panel in band]
    lines = ["".join(c.ljust(w + GAP) for c, w in zip(row, widths, strict=True)) for row in zip(*columns, strict=True)]
    return [line.rstrip() for line in lines if line.strip() or line != lines[0]]


def _characters(errors: Map) -> list[str]:
    levels = [[level(error) for error in row] for row in errors.tolist()]
    return ["".join("?" if k is None else LEVELS[k] for k in row) for row in levels]


def half_blocks(band: list[Panel]) -> list[Text]:
    """The same for a terminal, two rows to a line: the block's colour is the upper one, its background the lower."""
    labels = Text("".join(panel.label.ljust(_width(panel) + GAP) for panel in band).rstrip(), style="dim")
    height = max((len(panel.errors) + 1) // 2 for panel in band)
    lines = [Text().join(_cell(panel, k) for panel in band) for k in range(height)]
    return [labels, *lines] if labels.plain else lines


def _cell(panel: Panel, k: int) -> Text:
    """Two rows of one matrix, as wide as its column."""
    rows = panel.errors[2 * k : 2 * k + 2].tolist()
    text = Text()
    for column in range(panel.errors.shape[1] if rows else 0):
        below = f" on {colour(rows[1][column])}" if len(rows) > 1 else ""
        text.append("▀", style=f"{colour(rows[0][column])}{below}")
    text.append(" " * (_width(panel) + GAP - len(text)))
    return text


def legend() -> Text:
    """The colours and what they mean."""
    text = Text("right ").append("■", style=COLOURS[0]).append("  wrong, from one part in 1e8 to all ")
    for shade in COLOURS[1:]:
        text.append("■", style=shade)
    return text.append("  not looked at ").append("■", style=UNKNOWN)
