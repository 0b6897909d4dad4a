"""What the standard checks of a component do, each of one case."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graders.checking.components.calling.layouts import expect_either
from graders.checking.components.cases import sizes
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.checking.components.chance.checks import forward
from graders.checking.components.standard.kinks import expect_gradient
from graders.checking.components.standard.slopes import check_slopes
from graders.checking.expect import Accepted, CheckFailed, all_at_once, expect
from graders.checking.reading import read_array
from graders.checking.rules import check_lines_do_not_grow, check_no_loops_in_source
from graders.checking.student import Remote, Student
from graders.judging.expectation import Shape, summed

if TYPE_CHECKING:
    from graders.checking.components.calling import Calls
    from graders.checking.components.description import Component
    from graders.checking.components.oracle import ComponentOracle
    from graders.judging.expected import Expected

_STARTS = {0.0: "zeros", 1.0: "ones"}


def _other_shape(other: np.ndarray, wanted: np.ndarray) -> str:
    return f"has shape {other.shape}, where the handout has {wanted.shape}"


class Checks:
    """The checks of a component; `section` is what its oracle is called, too: `linear`, `losses.mse`."""

    def __init__(self, component: Component, section: str) -> None:
        self.component = component
        self.section = section

    @cached_property
    def oracle(self) -> ComponentOracle:
        """What the component must compute; PyTorch is imported for it."""
        from graders.checking.components.oracle import ComponentOracle

        return ComponentOracle(self.component, self.section)

    def check_init(self, student: Student, case: ComponentCase) -> None:
        """The parameters, and the state, of a new object."""
        one, calls = self.component, self.component.at(student, case)
        shapes = {**one.parameters, **one.state}
        with all_at_once(student):
            for name, value in one.initial.items():
                wanted = calls.layout.put(name, np.full(sizes.shape(shapes[name], dict(case.sizes)), value))
                start = _STARTS.get(value) or f"{value:g}"
                because = f"{calls.called(name)} doesn't start at {start}: look at what {one.made_in} assigns"
                of = calls.called(name) if name in one.parameters else ""
                others = [np.full(sizes.shape(spec, dict(case.sizes)), value) for spec in one.starts.get(name, ())]
                also = [Accepted(other, f"{calls.called(name)} {_other_shape(other, wanted)}") for other in others]
                expect(calls.get(name)).to_equal(wanted, self._shape(name), because=because, of=of, alternatives=also)
            for name, spec in one.parameters.items():
                if name not in one.initial:
                    like = calls.layout.put(name, np.zeros(sizes.shape(spec, dict(case.sizes))))
                    expect(calls.get(name)).to_be_floating(like.shape)

    def check_large_inputs(self, student: Student, case: ComponentCase) -> None:
        """The output for inputs that are a great deal larger."""
        example, one = Example(self.oracle, case), self.component
        grown = [name for name in one.differentiable if name in one.inputs]
        larger = {name: array * one.finite_at if name in grown else array for name, array in example.values.items()}
        if not np.isfinite(read_array(one.at(student, case).forward(larger))).all():
            raise CheckFailed(
                f"for inputs around {one.finite_at:g}, {one.says_forward} gives numbers that aren't finite"
            )

    def check_no_loop_over_examples(self, student: Student, case: ComponentCase, submission: Path) -> None:
        """Forward and backward on a few examples and on many; and no loop over them is written down."""
        one = self.component

        def run(count: int) -> None:
            example, calls = Example(self.oracle, case, f"_{count}", **{one.batch: count}), one.at(student, case)
            calls.forward(example.values)
            calls.backward(example.upstream)
            if one.evaluation is not None:
                calls.evaluate(example.values)

        check_lines_do_not_grow(student, run)
        module, names = one.asks_for
        for name in names:
            for place, found in student.locate(module, name)[0]:
                check_no_loops_in_source(submission, f"{place.replace('.', '/')}.py", found)

    def check_forward(self, student: Student, case: ComponentCase) -> None:
        """The output is right."""
        example = Example(self.oracle, case)
        self._expect_output(self.component.at(student, case), example)

    def check_gradient(self, student: Student, case: ComponentCase, name: str) -> None:
        """One gradient is right."""
        example, calls = Example(self.oracle, case), self.component.at(student, case)
        forward(calls, example)
        self._expect_gradient(calls, calls.backward(example.upstream)[name], example, name)

    def check_backward(self, student: Student, case: ComponentCase) -> None:
        """All gradients are right."""
        example, calls = Example(self.oracle, case), self.component.at(student, case)
        forward(calls, example)
        self._expect_gradients(calls, example)

    def check_at_zero(self, student: Student, case: ComponentCase) -> None:
        """The output is right, and the gradient but for the slope at 0, which may be another."""
        one, example, calls = self.component, Example(self.oracle, case), self.component.at(student, case)
        self._expect_output(calls, example)
        for name, gradient in calls.backward(example.upstream).items():
            wanted: Expected = getattr(example.wanted, one.gradient_called(name))
            expect_gradient(gradient, wanted, example.arrays[name], example.upstream[one.upstream], one.at_zero)

    def check_shapes(self, student: Student, case: ComponentCase) -> None:
        """Output, gradients and state are floats of the right shapes; a derivative may be of any type."""
        one, example, calls = self.component, Example(self.oracle, case), self.component.at(student, case)
        forward(calls, example)
        for name, output in calls.outputs().items():
            wanted = getattr(example.wanted, name).value.shape
            expect(output).to_be_floating(wanted, Shape.SCALAR if one.is_loss else Shape.EXACT)
        for name, gradient in calls.backward(example.upstream).items():
            expected, shape = expect(gradient), example.arrays[name].shape
            if one.local:
                expected.to_have_shape(shape)
            else:
                expected.to_be_floating(shape, self._shape(name), of=self._of(calls, name))
        if one.keeps_state:
            for name in one.state:
                expect(calls.get(name)).to_be_floating(example.state[name].shape, Shape.ROW)
        if one.evaluation is not None:
            evaluated = getattr(example.evaluated, one.output).value
            expect(calls.evaluate(example.values)).to_be_floating(evaluated.shape)

    def check_batch_of_one(self, student: Student, case: ComponentCase) -> None:
        """Output and all gradients are right."""
        self._expect_all(self.component.at(student, case), Example(self.oracle, case))

    def check_batch_size_changes(self, student: Student, case: ComponentCase) -> None:
        """They are right after a forward pass on another batch, of this object and of another one."""
        calls, other = self.component.at(student, case), self.component.at(student, case)
        before, example = self._before(case), Example(self.oracle, case)
        calls.forward(before.values)
        forward(calls, example)
        other.forward(before.values)
        self._expect_gradients(calls, example)

    def check_no_accumulation(self, student: Student, case: ComponentCase) -> None:
        """They are right after a forward and backward pass with other numbers."""
        calls, before = self.component.at(student, case), self._before(case)
        calls.forward(before.values)
        calls.backward(before.upstream)
        self._expect_all(calls, Example(self.oracle, case))

    def check_state(self, student: Student, case: ComponentCase) -> None:
        """The state is right after some steps of training, in which backward changes nothing of it."""
        calls, example = self.component.at(student, case), Example(self.oracle, case)
        self._train(student, calls, example)
        self._expect_state(calls, example)

    def check_evaluation(self, student: Student, case: ComponentCase) -> None:
        """The output in evaluation, after training."""
        calls, example = self.component.at(student, case), Example(self.oracle, case)
        self._train(student, calls, example)
        expect(calls.evaluate(example.values)).to_equal(getattr(example.evaluated, self.component.output))

    def check_evaluation_keeps_state(self, student: Student, case: ComponentCase) -> None:
        """The state after an evaluation is as before it, and the next output in training is right."""
        calls, example = self.component.at(student, case), Example(self.oracle, case)
        self._train(student, calls, example)
        calls.evaluate(example.values)
        self._expect_state(calls, example)
        self._expect_output(calls, example)

    def check_inputs_unchanged(self, student: Student, case: ComponentCase) -> None:
        """What was passed in is as it was, and so is what a derivative was made of: the output."""
        one, example, calls = self.component, Example(self.oracle, case), self.component.at(student, case)
        output = calls.forward(example.values)
        if one.local:
            expect(output).to_equal(getattr(example.wanted, one.output))
        gradients = calls.backward(example.upstream)
        self._expect_parameters_unchanged(calls, example)
        if one.evaluation is not None:
            calls.evaluate(example.values)
            self._expect_parameters_unchanged(calls, example)
        for name, array in {**example.values, **example.upstream}.items():
            if array is not None:
                expect(student.sent(array)).to_be_unchanged(array, advisory=name in one.may_change)
        for gradient in gradients.values() if one.local else ():
            because = f"{gradient} writes into the array that {output} returned: make a new one"
            expect(output).to_equal(getattr(example.wanted, one.output), because=because)

    def _expect_parameters_unchanged(self, calls: Calls, example: Example) -> None:
        for name in self.component.parameters:
            if not self.component.is_constant(name):  # which forward may be given itself
                expect(calls.get(name)).to_be_unchanged(calls.layout.put(name, example.arrays[name]))

    def check_finite_differences(self, student: Student, case: ComponentCase) -> None:
        """The gradients are the slopes of the student's own forward, of each output that has an upstream gradient."""
        check_slopes(student, self.component, Example(self.oracle, case))

    def check_accumulation(self, student: Student, case: ComponentCase) -> None:
        """Gradients of two passes add up, where that is the convention; the others are those of the last one."""
        calls, before, example = self.component.at(student, case), self._before(case), Example(self.oracle, case)
        for each in (before, example):
            calls.forward(each.values)
            gradients = calls.backward(each.upstream)
        for name in self.component.accumulated:
            called = self.component.gradient_called(name)
            both = summed(getattr(before.wanted, called), getattr(example.wanted, called))
            expect(gradients[name]).to_equal(both, self._shape(name))

    def _before(self, case: ComponentCase) -> Example:
        """What comes before the case's own: other numbers, and a larger batch."""
        return Example(self.oracle, case, "_before", **self.component.larger_batch(case))

    def _shape(self, name: str) -> Shape:
        """Which shapes stand for that of an array and its gradient."""
        one = self.component
        if name in one.rows or name in one.state:
            return Shape.ROW
        return Shape.SCALAR if one.arrays.get(name) == "" else Shape.EXACT

    def _of(self, calls: Calls, name: str) -> str:
        """What a parameter is called beside its gradient."""
        return calls.called(name) if name in self.component.parameters else ""

    def _train(self, student: Student, calls: Calls, example: Example) -> None:
        """Some batches, and a backward pass for the last one; from where a new object starts, if that is known.

        What backward raises is for the checks of gradients to tell.
        """
        one = self.component
        given = {name: array for name, array in example.start.items() if name not in one.initial}
        if given:
            calls.set_state(given)
        for step in example.steps:
            calls.forward({**step.values, **{name: example.arrays[name] for name in one.parameters}})
        with student.quietly():
            calls.backward(example.steps[-1].upstream)

    def _expect_state(self, calls: Calls, example: Example) -> None:
        for name, remote in calls.state().items():
            expect(remote).to_equal(getattr(example.trained, name)[-1], Shape.ROW)

    def _expect_all(self, calls: Calls, example: Example) -> None:
        self._expect_output(calls, example)
        self._expect_gradients(calls, example)

    def _expect_gradients(self, calls: Calls, example: Example) -> None:
        for name, gradient in calls.backward(example.upstream).items():
            self._expect_gradient(calls, gradient, example, name)

    def _expect_output(self, calls: Calls, example: Example) -> None:
        forward(calls, example)
        for name, output in calls.outputs().items():
            wanted: Expected = getattr(example.wanted, name)
            shape = Shape.SCALAR if self.component.is_loss else Shape.EXACT
            expect(output).to_equal(wanted, shape, alternatives=example.alternatives(name))

    def _expect_gradient(self, calls: Calls, gradient: Remote, example: Example, name: str) -> None:
        called = self.component.gradient_called(name)
        wanted: Expected = getattr(example.wanted, called)
        of = self._of(calls, name) if name in self.component.rows else ""
        if name in calls.layout.flat:
            expect_either(gradient, wanted)
        else:
            wanted, others = calls.layout.expected(name, wanted), example.alternatives(called)
            expect(gradient).to_equal(wanted, self._shape(name), of=of, alternatives=others)
