"""Answers that are right for other arguments: one of the previous call, two mixed up, one in place of another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import numpy as np

from graders.judging.diagnosis.evidence import Evidence
from graders.judging.diagnosis.explanation import Explanation, Rank
from graders.judging.diagnosis.origin import Arguments


def left_over(evidence: Evidence) -> Iterator[Explanation]:
    """The answer with one argument of the previous call, which a case gives as `A_before` beside its `A`."""
    for name, value in _arguments(evidence).items():
        earlier = before(name, value, evidence.inputs)
        if earlier is not value and _is_like(evidence, {name: earlier}):
            yield Explanation(f"old {name}", f"is computed with {name} of the previous call", Rank.EXACT)


def mixed_up(evidence: Evidence) -> Iterator[Explanation]:
    """The answer with two arguments of one shape the wrong way round, or with one of them in both places."""
    if (not evidence.informative and evidence.expected.size > 1) or not evidence.got.any():  # 0 comes of anything
        return
    arrays = {name: value for name, value in _arguments(evidence).items() if isinstance(value, np.ndarray)}
    cases = 2 if evidence.informative else 3
    for first, second in _exchangeable(arrays):
        for key, text in _in_both_places(evidence, arrays, first, second) or _swapped(evidence, arrays, first, second):
            yield Explanation(key, text, Rank.EXACT, cases)


def _exchangeable(arrays: Mapping[str, np.ndarray]) -> list[tuple[str, str]]:
    """Every two that have one shape, and several entries."""
    pairs = itertools.combinations(arrays, 2)
    return [(a, b) for a, b in pairs if arrays[a].shape == arrays[b].shape and arrays[a].size >= 2]


def _in_both_places(
    evidence: Evidence, arrays: Mapping[str, np.ndarray], first: str, second: str
) -> list[tuple[str, str]]:
    """Key and words of each way to use one of the two for the other."""
    return [
        (f"{used} for {missing}", f"uses {used} where it should use {missing}")
        for used, missing in ((first, second), (second, first))
        if _is_like(evidence, {missing: arrays[used]})
    ]


def _swapped(evidence: Evidence, arrays: Mapping[str, np.ndarray], first: str, second: str) -> list[tuple[str, str]]:
    """Key and words of the two having changed places."""
    if not _is_like(evidence, {first: arrays[second], second: arrays[first]}):
        return []
    return [(f"swapped {first} {second}", f"has {first} and {second} the wrong way round")]


def before(name: str, value: object, inputs: Mapping[str, np.ndarray]) -> object:
    """What an argument was in the call before, `A_before` or `W0_before` among a case's arrays; else what it is."""
    if isinstance(value, list):
        found = [inputs.get(f"{name}{place}_before", item) for place, item in enumerate(value)]
        return found if any(one is not item for one, item in zip(found, value, strict=True)) else value
    return inputs.get(f"{name}_before", value)


def _arguments(evidence: Evidence) -> Arguments:
    known = evidence.origin is not None and evidence.origin.compute is not None
    return evidence.origin.arguments if evidence.origin is not None and known and evidence.comparable else {}


def _is_like(evidence: Evidence, changed: Arguments) -> bool:
    """Whether the answer is what the oracle gives with these arguments changed."""
    assert evidence.origin is not None
    assert evidence.origin.compute is not None
    try:
        predicted = evidence.origin.pick(evidence.origin.compute({**evidence.origin.arguments, **changed}))
    except (ValueError, RuntimeError, IndexError):  # arguments that the oracle has no answer to
        return False
    return predicted is not None and evidence.is_like(predicted)
