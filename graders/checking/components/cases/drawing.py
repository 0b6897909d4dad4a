"""Draws the arrays of a case: numbers of its regime, or of a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from graders.checking.cases import probabilities
from graders.checking.components.cases.case import TIES, ZEROS, ComponentCase, Numbers

PROBABILITIES, POSITIVE, ONE_HOT, REAL, MASK = "probabilities", "positive", "one-hot", "real", "mask"
FRACTION = "fraction"
KINDS = (PROBABILITIES, POSITIVE, FRACTION, ONE_HOT, REAL, MASK)
Kind = str | Sequence[str] | Numbers
"""What an array holds: a kind, one of several, or numbers drawn in another way."""


def drawn(
    case: ComponentCase, name: str, shape: tuple[int, ...], kind: Kind | None, *, is_parameter: bool
) -> np.ndarray:
    """Numbers of the case's regime; those of parameters are plain, but for their dtype."""
    if name in case.arrays:
        return case.arrays[name]
    if isinstance(kind, Mapping):
        return case.array(name, *shape, **{"dtype": case.dtype, **kind})
    if kind is not None:
        several = kinds_in(kind)
        chosen = several[case.random(f"{name} kind").integers(len(several))] if len(several) > 1 else several[0]
        return case.keep(name, _OF_KIND[chosen](case.random(name), shape, case.dtype))
    if case.regime == ZEROS and not is_parameter:
        numbers = case.random(name).standard_normal(shape)
        return case.keep(name, np.where(case.random(f"{name} zeros").random(shape) < 1 / 3, 0.0, numbers))
    if case.regime == TIES and not is_parameter:
        return case.keep(name, np.round(1.5 * case.random(name).standard_normal(shape)))
    if "spread" in case.numbers and not is_parameter:
        return case.keep(name, _spread(case.random(name), shape, case.numbers["spread"]).astype(case.dtype))
    return case.array(name, *shape, **({"dtype": case.dtype} if is_parameter else case.numbers))


def whole(case: ComponentCase, name: str, shape: tuple[int, ...], bounds: tuple[int, ...]) -> np.ndarray:
    """Whole numbers from 0 up to but without a bound, or from one bound to another; the first one comes twice."""
    random = case.random(name)
    below = random.integers(0, *bounds, shape) if len(bounds) == 1 else random.integers(bounds[0], bounds[1] + 1, shape)
    numbers = np.asarray(below)
    numbers.reshape(-1)[-1:] = numbers.reshape(-1)[:1]
    return case.keep(name, numbers)


def _mask(random: np.random.Generator, shape: tuple[int, ...], dtype: str) -> np.ndarray:  # noqa: ARG001 - it is bool
    """Along the last axis at least one True and one False, wherever there is room for both."""
    chosen: np.ndarray = random.random(shape) < 1 / 2
    if shape and shape[-1] > 1:
        first, second = random.permutation(shape[-1])[:2]
        chosen[..., first], chosen[..., second] = True, False
    return chosen


def _spread(random: np.random.Generator, shape: tuple[int, ...], spread: float) -> np.ndarray:
    """Columns, channels where there are positions, that differ in mean and width."""
    columns = (1, *shape[1:2], *(1 for _ in shape[2:]))
    centre, width = 2 * spread * random.standard_normal(columns), spread * random.uniform(0.5, 2, columns)
    return np.asarray(centre + width * random.standard_normal(shape))


def kinds_in(kind: Kind) -> list[str]:
    """The kinds that are named in it."""
    return [] if isinstance(kind, Mapping) else [kind] if isinstance(kind, str) else list(kind)


def _one_hot(random: np.random.Generator, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    return np.eye(shape[-1], dtype=dtype)[random.integers(0, shape[-1], shape[:-1])]


_OF_KIND: Mapping[str, Callable[[np.random.Generator, tuple[int, ...], str], np.ndarray]] = {
    PROBABILITIES: lambda random, shape, dtype: probabilities(random.random(shape) + 0.05, dtype=dtype),
    FRACTION: lambda random, shape, dtype: random.uniform(0.05, 0.95, shape).astype(dtype),
    POSITIVE: lambda random, shape, dtype: (0.1 + random.random(shape)).astype(dtype),
    ONE_HOT: _one_hot,
    REAL: lambda random, shape, dtype: random.standard_normal(shape).astype(dtype),
    MASK: _mask,
}
