"""The result of `gradmark check`: a frozen record that every report is made from; its fields are the JSON contract."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from graders.gradcheck import InputResult, Result, WrongEntry

if TYPE_CHECKING:
    from graders.gradcheck import html

SCHEMA_VERSION = 1
PASS = "pass"
ADDS_UP = "gradients add up"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One wrong entry of a gradient; `ratio` is got / expected, null where nothing was expected."""

    index: list[int]
    got: float
    expected: float
    ratio: float | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One input or parameter. `relative_error` has its shape: 0 where right, null where not looked at.

    `seen` is the share of entries that were seen to be right or wrong, `unseen` lists the first of the others.
    """

    name: str
    kind: str
    shape: list[int]
    verdict: str
    mismatch: float | None
    tolerance: float | None
    unchecked: int
    examined: int
    wrong_count: int
    ratio: float | None
    wrong: list[Entry]
    seen: float | None = None
    unseen: list[list[int]] = []
    relative_error: Any = None  # what msgspec has no type for: numbers in lists in lists


class ProbeReport(msgspec.Struct, frozen=True, kw_only=True):
    """One check: what was taken for what, the verdict, and what was found for each input and parameter."""

    schema_version: int = SCHEMA_VERSION
    target: str
    verdict: str
    message: str
    hint: str = ""
    taken_for: str = ""
    homework: str | msgspec.UnsetType = msgspec.UNSET
    """Whose conventions it is held to, in a line, where its file belongs to a homework."""
    dtype: str
    seed: int
    inputs: list[Item] = []
    unchecked: int = 0
    unresolved: int = 0
    seen: float | None = None
    forward_evaluations: int = 0
    backward_evaluations: int = 0

    def __str__(self) -> str:
        """Read as its first lines, in a notebook say."""
        return "\n".join(
            [
                f"{self.target}: {self.verdict}",
                *filter(None, (self.homework or "", self.taken_for, self.message, self.hint)),
            ]
        )

    def _repr_html_(self) -> str:
        """Shown in a notebook: a table with the wrong entries and a map of the errors."""
        from graders.gradcheck import html  # here and not above: a report on a terminal needs no page

        lines = [self.homework or "", self.taken_for, self.message, self.hint]
        return html.fragment(self.verdict, lines, [_row(item) for item in self.inputs], self.target)

    @property
    def exit_status(self) -> int:
        """0 if all gradients are certified, 1 for anything else."""
        return 0 if self.verdict == PASS else 1


def _row(item: Item) -> html.Row:
    from graders.gradcheck import html

    errors = None if item.relative_error is None else np.array(item.relative_error, dtype=float)
    wrong = [html.Entry(entry.index, entry.got, entry.expected) for entry in item.wrong]
    shape = str(tuple(item.shape))
    return html.Row(item.name, shape, item.verdict, item.mismatch, item.tolerance, item.seen, wrong, errors)


def share_seen(result: Result) -> float | None:
    """The share of all entries that was seen to be right or wrong; None where nothing was compared."""
    return _finite(result.seen)


def item_of(result: InputResult, kind: str, shape: tuple[int, ...]) -> Item:
    """The record of one input's result."""
    errors = result.relative_error
    return Item(
        name=result.name,
        kind=kind,
        shape=list(shape),
        verdict=result.verdict.value,
        mismatch=_finite(result.mismatch),
        tolerance=_finite(result.tolerance),
        unchecked=result.unchecked,
        examined=result.examined,
        wrong_count=result.wrong_count,
        ratio=_finite(result.ratio),
        wrong=[_entry(entry) for entry in result.wrong],
        seen=_finite(result.seen),
        unseen=[list(index) for index in result.unseen],
        relative_error=None if errors is None else _nested(np.asarray(errors, dtype=float)),
    )


def _entry(entry: WrongEntry) -> Entry:
    return Entry(
        index=[int(k) for k in entry.index],
        got=float(entry.got),
        expected=float(entry.expected),
        ratio=_finite(entry.ratio),
    )


def _nested(errors: np.ndarray) -> object:
    return _finite(float(errors)) if errors.ndim == 0 else [_nested(part) for part in errors]


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
