"""A result in a notebook: a small table with the verdict, the wrong entries and a map of the errors.

A fragment of HTML without scripts and without any address; colours are the notebook's, light or dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from graders.gradcheck.digits import told_apart
from graders.gradcheck.error_levels import colour

Array = np.ndarray

MAX_CELLS = 48
"""A map has at most this many rows and columns; a cell then stands for several entries, for the worst of them."""
MAX_PANELS = 6
"""Of a stack of matrices the worst."""
SHOWN = 5
"""Wrong entries that are listed."""
CELL = 9
"""Pixels."""

_LEGEND = "green is right; olive, red and pink are further and further off; grey was not looked at"

STYLE = (
    ".gradmark{font:13px/1.5 system-ui,sans-serif;color:inherit}"
    ".gradmark b{padding:1px 8px;border-radius:9px;color:#fff;background:#b91c1c;font-weight:600}"
    ".gradmark b.pass{background:#15803d}.gradmark b.inconclusive{background:#a16207}"
    ".gradmark table{border-collapse:collapse;margin:.5em 0;background:none;font:inherit;color:inherit}"
    ".gradmark :is(th,td){padding:2px 10px 2px 0;text-align:left;background:none;color:inherit;"
    "border:0;border-bottom:1px solid rgba(128,128,128,.4)}"
    ".gradmark p{margin:.25em 0;white-space:pre-line}.gradmark svg{margin:0 8px 8px 0;vertical-align:top}"
    ".gradmark div{overflow-x:auto}"
)


@dataclass(frozen=True)
class Entry:
    """A wrong entry: where, what was returned, what it should be."""

    index: Sequence[int]
    got: float
    expected: float


@dataclass(frozen=True)
class Row:
    """What is shown of one gradient; `extent` is its shape, or how many entries it has."""

    name: str
    extent: str
    verdict: str
    mismatch: float | None
    tolerance: float | None
    seen: float | None
    wrong: Sequence[Entry] = ()
    errors: Array | None = None
    """The relative error of each entry, NaN where it wasn't looked at."""


def fragment(verdict: str, lines: Iterable[str], rows: Sequence[Row], title: str = "") -> str:
    """The table, after the verdict and what is said about it; everything is escaped."""
    parts = [f"<style>{STYLE}</style>", f"<p>{escape(title)} <b class='{_kind(verdict)}'>{escape(verdict)}</b></p>"]
    parts += [f"<p>{escape(line)}</p>" for line in lines if line]
    if rows:
        parts.append(_table(("gradient of", "entries", "verdict", "mismatch", "tolerance", "seen"), map(_cells, rows)))
    for row in rows:
        parts += _pictured(row)
    return f"<div class='gradmark'>{''.join(parts)}</div>"


def _kind(verdict: str) -> str:
    return verdict if verdict in ("pass", "inconclusive") else "wrong"


def _cells(row: Row) -> Sequence[str]:
    numbers = (_number(row.mismatch, "{:.1e}"), _number(row.tolerance, "{:.0e}"), _number(row.seen, "{:.0%}"))
    return (row.name, row.extent, row.verdict, *numbers)


def _number(value: float | None, form: str) -> str:
    return "-" if value is None or not math.isfinite(value) else form.format(value)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in headings)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _pictured(row: Row) -> Iterator[str]:
    """The wrong entries and the map of a gradient that is wrong."""
    if row.wrong:
        listed = row.wrong[:SHOWN]
        yield f"<p>wrong entries of the gradient of {escape(row.name)}, worst first</p>"
        yield _table(
            ("index", "got", "expected"), ((str(list(e.index)), *told_apart(e.got, e.expected)) for e in listed)
        )
    if row.errors is not None and row.errors.ndim:
        yield f"<p>relative error of the gradient of {escape(row.name)}: {_LEGEND}</p>"
        yield f"<div>{''.join(map(_map, _panels(row.errors)))}</div>"


def _panels(errors: Array) -> list[Array]:
    """The errors as matrices, of a stack the worst."""
    if errors.ndim < 3:
        return [np.atleast_2d(errors)]
    stack = errors.reshape(-1, *errors.shape[-2:])
    worst = np.where(np.isfinite(stack), stack, -1).max(axis=(1, 2))
    return [stack[k] for k in sorted(np.argsort(-worst, kind="stable")[:MAX_PANELS])]


def _map(panel: Array) -> str:
    """A matrix as squares, one path for each colour."""
    squares: dict[str, list[str]] = {}
    fitted = _fitted(_fitted(panel, 0), 1)
    for row, column in np.ndindex(*fitted.shape):
        squares.setdefault(colour(float(fitted[row, column])), []).append(f"M{column} {row}h1v1h-1z")
    paths = "".join(f"<path fill='{fill}' d='{''.join(moves)}'/>" for fill, moves in squares.items())
    height, width = fitted.shape
    size = f"width='{CELL * width}' height='{CELL * height}' viewBox='0 0 {width} {height}'"
    return f"<svg {size} role='img' aria-label='map of errors'>{paths}</svg>"


def _fitted(panel: Array, axis: int) -> Array:
    """No longer than there is room: each cell is the worst of the entries that it stands for, NaN if none is known."""
    step = math.ceil(panel.shape[axis] / MAX_CELLS)
    if step <= 1:
        return panel
    starts = range(0, panel.shape[axis], step)
    parts = [panel.take(range(k, min(k + step, panel.shape[axis])), axis) for k in starts]
    return np.stack([np.fmax.reduce(part, axis=axis) for part in parts], axis)
