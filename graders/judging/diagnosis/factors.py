"""Answers that are a multiple of the right one, with the factor recognised where it is a number of the case."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from graders.judging.diagnosis.evidence import Evidence
from graders.judging.diagnosis.explanation import Explanation, Rank

BATCH = {"N", "batch", "batch_size", "n", "n_examples", "m"}
"""What cases call the number of examples."""

DIFFERENT = 2
"""Batch sizes in which a factor has to show before it is taken for theirs."""

CALL_BEFORE = "of the previous call"
BEFORE = "_before"
"""What follows the name of a number of the previous call."""


def multiples(evidence: Evidence) -> Iterator[Explanation]:
    """A constant factor between the answer and the right one."""
    if not evidence.comparable or not np.abs(evidence.expected).max() > 0:
        return
    factor = _factor(evidence)
    if factor is None or not evidence.is_like(factor * evidence.expected):
        return
    yield from _recognised(factor, evidence)
    if evidence.informative:
        yield Explanation(
            "factor", f"is the right answer times a constant, {factor:.4g} in one case", Rank.COARSE, needs_cases=2
        )


def of_the_batch(found: Sequence[Evidence]) -> bool:
    """Whether all of these answers are too large by the batch size, or all too small by it, in two sizes or more."""
    telling = [(one, size) for one in found if (size := _batch_size(one)) > 1]
    if len({size for _, size in telling}) < DIFFERENT:
        return False
    return any(all(_is_times(one, size**power) for one, size in telling) for power in (1, -1))


def _batch_size(evidence: Evidence) -> float:
    return next((evidence.numbers[name] for name in BATCH if name in evidence.numbers), 1.0)


def _is_times(evidence: Evidence, factor: float) -> bool:
    return evidence.comparable and evidence.is_like(factor * evidence.expected)


def _recognised(factor: float, evidence: Evidence) -> Iterator[Explanation]:
    """The factors with a name that it may be: a number for all cases, or a number of this one."""
    cases = 2 if evidence.informative else 3
    close = partial(math.isclose, factor, rel_tol=10 * evidence.tolerance)
    for key, value, text in _constants():
        if close(value):
            yield Explanation(f"factor {key}", text, Rank.EXACT, cases if value != -1 else cases - 1)
    numbers = evidence.numbers
    for key, value, text in itertools.chain(_sizes_of_the_case(numbers), _rates_of_the_case(numbers)):
        if close(value):
            yield Explanation(f"factor {key}", text, Rank.EXACT, cases, witness=value)


def _factor(evidence: Evidence) -> float | None:
    """The least-squares factor."""
    got, expected = (np.asarray(a, dtype=np.float64).ravel() for a in (evidence.got, evidence.expected))
    if not np.isfinite(got).all():
        return None
    scale = np.abs(expected).max()
    factor = float(got @ (expected / scale)) / float(expected @ (expected / scale))
    return factor if factor != 0 else None


def _constants() -> Iterator[tuple[str, float, str]]:
    """Key, value and words of factors that are the same in every case."""
    yield "-1", -1.0, "has the wrong sign, and is otherwise right"
    for value, word in ((2.0, "twice"), (0.5, "half"), (4.0, "four times"), (0.25, "a quarter of")):
        yield f"{value}", value, f"is {word} what it should be"
        yield f"-{value}", -value, f"is {word} what it should be, with the wrong sign"


def _sizes_of_the_case(numbers: Mapping[str, float]) -> Iterator[tuple[str, float, str]]:
    """Key, value and words of every factor that is made of a case's sizes: small numbers that are easily alike."""
    for number, value in _sizes(numbers):
        name = _called(number)
        what = f"the batch size {name}" if number in BATCH else name
        yield f"*{name}", value, f"is too large by the factor {what}: a division by it is missing"
        yield f"/{name}", 1 / value, f"is too small by the factor {what}: there is one division by it too many"
        yield f"-*{name}", -value, f"is too large by the factor {what}, and has the wrong sign"
        yield f"-/{name}", -1 / value, f"is too small by the factor {what}, and has the wrong sign"
        yield f"*2/{name}", 2 / value, f"is off by the factor 2/{name}"
        yield f"*{name}/2", value / 2, f"is off by the factor {name}/2"
        yield f"*({name}-1)/{name}", (value - 1) / value, f"is divided by {name} where it should be {name} - 1"
        if value > 1:
            yield f"*{name}/({name}-1)", value / (value - 1), f"is divided by {name} - 1 where it should be {name}"
        yield f"sqrt {name}", math.sqrt(value), f"is too large by the square root of {what}"
        yield f"1/sqrt {name}", 1 / math.sqrt(value), f"is too small by the square root of {what}"
    for (first, a), (second, b) in itertools.combinations(list(_sizes(numbers)), 2):
        first, second = _called(first), _called(second)
        pair = f"{first}·{second}"
        yield f"*{pair}", a * b, f"is too large by the factor {pair}: a division by it is missing"
        yield f"/{pair}", 1 / (a * b), f"is too small by the factor {pair}: there is one division by it too many"
        yield f"{first}/{second}", a / b, f"is divided by {second} where it should be {first}"
        yield f"{second}/{first}", b / a, f"is divided by {first} where it should be {second}"


def _called(number: str) -> str:
    return f"the {number.removesuffix(BEFORE)} {CALL_BEFORE}" if number.endswith(BEFORE) else number


def _rates_of_the_case(numbers: Mapping[str, float]) -> Iterator[tuple[str, float, str]]:
    """Key, value and words of every factor that is made of a learning rate or a momentum."""
    for name, value in rates(numbers):
        yield f"*{name}", value, f"is multiplied by {name} once too often"
        yield f"/{name}", 1 / value, f"lacks the factor {name}"
        yield f"-*{name}", -value, f"is multiplied by -{name} once too often"
        if value < 1:
            yield f"*(1-{name})", 1 - value, f"is multiplied by 1 - {name} once too often"
            yield f"/(1-{name})", 1 / (1 - value), f"lacks the factor 1 - {name}"
            yield f"{name}/(1-{name})", value / (1 - value), f"has {name} and 1 - {name} mixed up"
            yield f"(1-{name})/{name}", (1 - value) / value, f"has 1 - {name} and {name} mixed up"


def rates(numbers: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """What isn't a size: a learning rate, a momentum."""
    return ((name, value) for name, value in numbers.items() if value > 0 and not float(value).is_integer())


def _sizes(numbers: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    return ((name, value) for name, value in numbers.items() if float(value).is_integer() and value > 1)
