"""Answers that are right for other arguments: one kept from the call before, two mixed up, one in place of another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.diagnosis.evidence import Evidence
from graders.diagnosis.explanation import Explanation, Rank


def left_over(evidence: Evidence) -> Iterator[Explanation]:
    """The answer with one argument of the call before: what an array `A_before` beside the case's `A` is there for."""
    for name, value in _arguments(evidence).items():
        earlier = before(name, value, evidence.inputs)
        if earlier is not value and _is_like(evidence, {name: earlier}):
            yield Explanation(f"old {name}", f"is computed with {name} of the call before", Rank.EXACT)


def mixed_up(evidence: Evidence) -> Iterator[Explanation]:
    """The answer with two arguments of one shape the wrong way round, or with one of them in both places."""
    if not evidence.informative and evidence.expected.size > 1:
        return
    arrays = {name: value for name, value in _arguments(evidence).items() if isinstance(value, np.ndarray)}
    cases = 2 if evidence.informative else 3
    for (first, a), (second, b) in itertools.combinations(arrays.items(), 2):
        if a.shape != b.shape or a.size < 2:
            continue
        places = [
            (used, missing)
            for used, missing, value in ((first, second, a), (second, first, b))
            if _is_like(evidence, {missing: value})
        ]
        for used, missing in places:
            key = f"{used} for {missing}"
            yield Explanation(key, f"uses {used} where it should use {missing}", Rank.EXACT, cases)
        if not places and _is_like(evidence, {first: b, second: a}):
            key = f"swapped {first} {second}"
            yield Explanation(key, f"has {first} and {second} the wrong way round", Rank.EXACT, cases)


def before(name: str, value: Any, inputs: Mapping[str, np.ndarray]) -> Any:
    """What an argument was in the call before, `A_before` or `W0_before` among a case's arrays; else what it is."""
    if isinstance(value, list):
        found = [inputs.get(f"{name}{place}_before", item) for place, item in enumerate(value)]
        return found if any(one is not item for one, item in zip(found, value, strict=True)) else value
    return inputs.get(f"{name}_before", value)


def _arguments(evidence: Evidence) -> Mapping[str, Any]:
    known = evidence.origin is not None and evidence.origin.compute is not None
    return evidence.origin.arguments if evidence.origin is not None and known and evidence.comparable else {}


def _is_like(evidence: Evidence, changed: Mapping[str, Any]) -> bool:
    """Whether the answer is what the oracle gives with these arguments changed."""
    assert evidence.origin is not None
    assert evidence.origin.compute is not None
    try:
        predicted = evidence.origin.pick(evidence.origin.compute({**evidence.origin.arguments, **changed}))
    except (ValueError, RuntimeError, IndexError):  # arguments that the oracle has no answer to
        return False
    return predicted is not None and evidence.is_like(predicted)
