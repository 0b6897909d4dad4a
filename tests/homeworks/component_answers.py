"""What the tests of packs made of components share: a mistake of a component's as wrong answers, in some cases."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.checking.components import Standard
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.judging.diagnosis import Evidence, Misconception
from graders.judging.diagnosis.origin import Origin
from tests.homeworks.recognising import answered

COUNT = 16


def cases(standard: Standard) -> list[Example]:
    """Some of a component's cases, with each of its options' values in turn."""
    one, found = standard.component, []
    for number in range(COUNT):
        sizes = tuple(
            (name, pool[(number + place) % len(pool)]) for place, (name, pool) in enumerate(one.pools.items())
        )
        options = tuple(
            (name, pool[number // (place + 1) % len(pool)]) for place, (name, pool) in enumerate(one.options.items())
        )
        found.append(Example(standard.oracle, ComponentCase(number, sizes, options)))
    return found


def evidence(standard: Standard, entry: Misconception, example: Example) -> Evidence | None:
    """The answer of somebody who makes the mistake; None where it doesn't show."""
    arguments: dict[str, Any] = {**example.values, **example.upstream, **dict(example.case.options)}
    wrong, expected = answered(entry, arguments), getattr(example.wanted, entry.quantity)
    if wrong is None:
        return None
    numbers = {name: float(size) for name, size in example.case.sizes}
    arrays = {name: array for name, array in arguments.items() if isinstance(array, np.ndarray)}
    origin = Origin(entry.oracle, entry.quantity, None, arguments)
    found = Evidence(np.asarray(wrong, dtype=np.float64), expected.value, numbers, arrays, expected.related, origin)
    return None if found.comparable and found.error < 1e-6 else found
