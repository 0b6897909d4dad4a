"""Checks of what a submission draws at random: a share, a new draw in each call, a seed, and evaluation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from graders.checking.components.cases.example import Example
from graders.checking.expect import expect
from graders.checking.reading import read_array

if TYPE_CHECKING:
    from graders.checking.components.calling import Calls
    from graders.checking.components.cases.case import ComponentCase
    from graders.checking.components.description import Component
    from graders.checking.components.oracle import ComponentOracle
    from graders.checking.student import Student

ENTRIES = 4000
"""Of which a share is taken."""
SEED = 1234


def forward(calls: Calls, example: Example) -> None:
    """The student's forward; what is drawn at random is read off its output."""
    output = calls.forward(example.values)
    if example.component.chance is not None:
        example.observe(read_array(output, example.shapes[example.component.all_outputs[0]]))


def check_share(student: Student, one: Component, oracle: ComponentOracle, case: ComponentCase) -> None:
    """About the share that the options say is kept."""
    assert one.chance is not None
    one.chance.expect_share(_mask(one.at(student, case), _large(oracle, case)), case, one.says_forward)


def check_drawn(student: Student, one: Component, oracle: ComponentOracle, case: ComponentCase) -> None:
    """Each call draws again, and each example has its own mask."""
    assert one.chance is not None
    calls, example = one.at(student, case), _large(oracle, case)
    one.chance.expect_drawn(_mask(calls, example), _mask(calls, example), one.says_forward)


def check_seeded(student: Student, one: Component, oracle: ComponentOracle, case: ComponentCase) -> None:
    """With the same seed the same comes."""
    assert one.chance is not None
    seeded = dataclasses.replace(case, options=(*case.options, (one.chance.seed, SEED)))
    example, outputs = Example(oracle, case), []
    for _ in range(2):
        output = one.at(student, seeded).forward(example.values)
        outputs.append(read_array(output, example.shapes[one.all_outputs[0]]))
    expect(output).to_equal(outputs[0], because=f"with the same {one.chance.seed}, other entries are dropped")


def check_in_evaluation(student: Student, one: Component, oracle: ComponentOracle, case: ComponentCase) -> None:
    """Gradients after a forward in evaluation, and another in training before it."""
    assert one.evaluation is not None
    calls, example = one.at(student, case), Example(oracle, case)
    calls.forward(example.values)
    calls.evaluate(example.values)
    evaluation = type(oracle)(dataclasses.replace(one, torch=one.evaluation, chance=None, also={}), oracle.name)
    wanted = evaluation.answer(**example.values, **example.upstream, **case.known)
    for name, gradient in calls.backward(example.upstream).items():
        expect(gradient).to_equal(getattr(wanted, one.gradient_called(name)))


def _large(oracle: ComponentOracle, case: ComponentCase) -> Example:
    one = oracle.component
    small = next(iter(Example(oracle, case).shapes.values()))
    count = dict(case.sizes)[one.batch] * max(1, ENTRIES // int(np.prod(small)))
    return Example(oracle, case, "_large", **{one.batch: count})


def _mask(calls: Calls, example: Example) -> np.ndarray:
    chance = example.component.chance
    assert chance is not None
    shape = example.shapes[example.component.all_outputs[0]]
    return chance.read(read_array(calls.forward(example.values), shape))


OF_CHANCE: Mapping[str, Callable[[Student, Component, ComponentOracle, ComponentCase], None]] = {
    "share_kept": check_share,
    "drawn_anew": check_drawn,
    "seeded": check_seeded,
    "evaluation_backward": check_in_evaluation,
}
"""The checks by their names."""
