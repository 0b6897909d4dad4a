"""What a gradient check answers: one frozen record, never a bare boolean."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import numpy as np

if TYPE_CHECKING:
    from graders.gradcheck import html

Array = np.ndarray


class Verdict(enum.Enum):
    """The outcomes of a check; only ``PASS`` means that the gradients were certified."""

    PASS = "pass"
    WRONG_GRADIENT = "wrong gradient"
    INCONCLUSIVE = "inconclusive"
    NON_DETERMINISTIC = "non-deterministic"
    MUTATES_INPUT = "mutates its input"
    MUTATES_COTANGENT = "mutates its cotangent"
    NON_FINITE = "non-finite"
    WRONG_SHAPE = "wrong shape"
    WRONG_DTYPE = "wrong dtype"
    MISSING_GRADIENT = "missing gradient"
    IGNORES_COTANGENT = "ignores its cotangent"
    STALE_CACHE = "stale cache"


class _NeverABool:
    """Refuses to be read as true or false, because "inconclusive" is neither."""

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} is neither true nor false; compare its verdict: result.verdict is Verdict.PASS"
        )


@dataclass(frozen=True)
class WrongEntry:
    """One entry of a gradient that is wrong: where, what was returned, what it should be."""

    index: tuple[int, ...]
    got: float
    expected: float

    @property
    def ratio(self) -> float:
        """``got / expected``; infinite where a zero was expected."""
        return self.got / self.expected if self.expected else float("inf")


@dataclass(frozen=True, eq=False)
class InputResult(_NeverABool):
    """What was found for one input: ``mismatch`` and ``tolerance`` are relative to the derivative's size.

    ``wrong`` lists the worst entries first, at most ten of ``wrong_count``; ``examined`` of ``size`` entries
    were looked at one by one, which happens only after an alarm. ``ratio`` is ``got / expected`` when it is
    the same in every wrong entry. ``relative_error`` has the input's shape, with NaN where not examined.
    ``seen`` is the share of entries whose gradient would have been an alarm had it been 0, doubled or of the other
    sign; ``unseen`` lists the first of the others, at most ten. ``guard`` is the size and place of a small number but
    for which the gradient is right, ``(1e-07, "in the logarithm")``.
    """

    name: str
    verdict: Verdict
    mismatch: float = float("nan")
    tolerance: float = float("nan")
    evaluations: int = 0
    unchecked: int = 0
    size: int = 0
    examined: int = 0
    wrong_count: int = 0
    wrong: tuple[WrongEntry, ...] = ()
    ratio: float | None = None
    relative_error: Array | None = field(default=None, repr=False)
    seen: float = float("nan")
    unseen: tuple[tuple[int, ...], ...] = ()
    guard: tuple[float, str] | None = None


@dataclass(frozen=True, eq=False)
class Result(_NeverABool):
    """A whole check.

    ``unchecked`` counts the outputs on a kink, which only had to lie in the hull, ``unresolved`` those whose derivative
    no step resolves.
    """

    verdict: Verdict
    message: str
    inputs: tuple[InputResult, ...] = ()
    forward_evaluations: int = 0
    backward_evaluations: int = 0
    round_trips: int = 0
    unchecked: int = 0
    unresolved: int = 0

    @property
    def seen(self) -> float:
        """The share of all gradients' entries that was seen."""
        size = sum(i.size for i in self.inputs)
        return sum(i.seen * i.size for i in self.inputs) / size if size else float("nan")

    @property
    def mismatch(self) -> float:
        """The largest relative mismatch over the inputs."""
        return max((i.mismatch for i in self.inputs), default=float("nan"))

    @property
    def tolerance(self) -> float:
        """The loosest relative tolerance over the inputs: what the check was certified to."""
        return max((i.tolerance for i in self.inputs), default=float("nan"))

    def __getitem__(self, name: str) -> InputResult:
        """Look one input up by its name."""
        for item in self.inputs:
            if item.name == name:
                return item
        raise KeyError(name)

    def __str__(self) -> str:
        """Read as the verdict and the message."""
        return f"{self.verdict.value}: {self.message}"

    def _repr_html_(self) -> str:
        """Shown in a notebook: a table with the wrong entries and a map of the errors."""
        from graders.gradcheck import html  # here and not above: who only checks needs no page

        return html.fragment(self.verdict.value, [self.message], [_row(item) for item in self.inputs])


def _row(item: InputResult) -> html.Row:
    from graders.gradcheck import html

    shape = None if item.relative_error is None else np.shape(item.relative_error)
    return html.Row(
        item.name,
        str(item.size if shape is None else shape),
        item.verdict.value,
        item.mismatch,
        item.tolerance,
        item.seen,
        [html.Entry(entry.index, entry.got, entry.expected) for entry in item.wrong],
        None if item.relative_error is None else np.asarray(item.relative_error, dtype=float),
    )


class GuardError(Exception):
    """Ends a check early with a named verdict; never leaves the package."""

    def __init__(self, verdict: Verdict, message: str, name: str | None = None) -> None:
        """Name the verdict, what to tell the student, and the input that is to blame, if one is."""
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.name = name
