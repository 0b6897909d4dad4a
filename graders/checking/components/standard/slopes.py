"""A component's gradients held against finite differences of the student's own forward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from graders.checking.components.cases.example import Example
from graders.checking.gradients import Arrays, check_gradients
from graders.gradcheck import Convention, Domain, Fraction, Positive, Simplex

if TYPE_CHECKING:
    from graders.checking.components.description import Component
    from graders.checking.student import Remote, Student

_DOMAINS: Mapping[str, Domain] = {"probabilities": Simplex(), "positive": Positive(), "fraction": Fraction()}


def check_slopes(student: Student, one: Component, example: Example) -> None:
    """CheckFailed where a gradient isn't the slope of an output; where there are several outputs, of one at a time."""
    for output in one.upstreams or one.all_outputs:
        _check(student, one, example, output)


def _check(student: Student, one: Component, example: Example, output: str) -> None:
    calls = one.at(student, example.case)
    lie = calls.layout
    moved = [name for name in one.gradients if not one.is_constant(name)]
    checked = {name: lie.put(name, array) for name, array in example.arrays.items() if name in moved}

    def forward(arrays: Arrays) -> Remote:
        nonlocal calls
        if one.accumulated:  # gradients begin again with a new object
            calls = one.at(student, example.case)
        calls.forward({**example.values, **{name: lie.back(name, array) for name, array in arrays.items()}})
        return calls.outputs()[output]

    def backward(cotangent: np.ndarray) -> dict[str, Remote]:
        others = {word: np.zeros_like(array) for word, array in example.upstream.items()}
        found = calls.backward({**others, one.upstreams[output]: cotangent} if one.upstreams else {})
        return {name: found[name] for name in checked}

    check_gradients(
        student,
        forward,
        backward,
        checked,
        _convention(one, example),
        seed=example.case.seed,
        domains=_domains(one, checked),
        guarded={name: getattr(example.wanted, one.gradient_called(name)) for name in checked},
    )


def _convention(one: Component, example: Example) -> Convention:
    count = one.batch_size(example.values)
    return Convention(
        scale_by={name: one.scale(name, count) for name in one.gradients if one.scale(name, count) != 1},
        local=tuple(one.gradients) if one.local else (),
        ignores_cotangent=one.is_loss,
    )


def _domains(one: Component, checked: Arrays) -> dict[str, Domain]:
    return {
        name: _DOMAINS[kind]
        for name, kind in one.kinds.items()
        if name in checked and isinstance(kind, str) and kind in _DOMAINS
    }
