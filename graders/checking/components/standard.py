"""The standard checks of a component: what every layer, loss or activation of its kind is held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given

from graders.checking.components import sizes
from graders.checking.components.case import PLAIN, ComponentCase
from graders.checking.components.description import unknown
from graders.checking.components.example import Example
from graders.checking.decorators import few_cases
from graders.checking.expect import CheckFailed, expect
from graders.checking.gradients import Arrays, check_gradients
from graders.checking.reading import read_array
from graders.checking.rules import check_lines_do_not_grow
from graders.checking.student import Remote, Student
from graders.coursework.check_sources import CHECK_ID
from graders.gradcheck import Convention, Domain, Positive, Simplex
from graders.judging.diagnosis import Catalogue
from graders.judging.expectation import Shape

if TYPE_CHECKING:
    from graders.checking.components.calling import Calls
    from graders.checking.components.description import Component
    from graders.checking.components.oracle import ComponentOracle
    from graders.judging.expected import Answer, Expected

Test = Callable[..., None]
MORE = 3
"""How many examples more the batch has that comes first where sizes change."""
_PLAIN = ("init", "finite_differences", "large_inputs", "no_loop_over_examples")
"""The checks whose cases are plain."""
_DOMAINS: Mapping[str, Domain] = {"probabilities": Simplex(), "positive": Positive()}


class Standard:
    """The standard checks of a component, whose section, and oracle, is called `section`."""

    def __init__(self, component: Component, section: str) -> None:
        self.component = component
        self.section = section

    @cached_property
    def oracle(self) -> ComponentOracle:
        """What the component must compute; PyTorch is imported for it."""
        from graders.checking.components.oracle import ComponentOracle

        return ComponentOracle(self.component, self.section)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Each check's title by its name, in the order in which they are reported."""
        return {name: title for name, title in self._titles() if name not in self.component.without}

    def faults(self) -> Iterator[str]:
        """What the component's author has to mend, a line each; none of its functions is called."""
        yield from self.component.faults()
        names = [name for name, _ in self._titles()]
        for field_name in ("without", "advisory"):
            yield from unknown(field_name, getattr(self.component, field_name), names)

    def failure(self) -> str:
        """Why its PyTorch function can't be used: it is asked about one case. Empty where it can."""
        one = self.component
        sizes_ = tuple((name, values[0]) for name, values in one.pools.items())
        case = ComponentCase(0, sizes_, tuple((name, values[0]) for name, values in one.options.items()))
        try:
            example = Example(self.oracle, case)
            getattr(example.wanted, one.output)
            if one.updated is not None:
                example.new_state(example.state)
            if one.evaluation is not None:
                getattr(example.evaluated, one.output)
        except Exception as error:  # whatever its author has written there
            return f"{type(error).__name__}: {error}"
        return ""

    @property
    def asks_for(self) -> tuple[str, list[str]]:
        """The module of the submission, and the names in it, that the checks ask for."""
        return self.component.asks_for

    @property
    def advisory(self) -> frozenset[str]:
        """Those that warn and cost nothing."""
        return frozenset(self.component.advisory) | ({"large_inputs"} if self.component.finite_at else set())

    def misconceptions(self) -> Catalogue:
        """The mistakes of its family."""
        family = self.component.family
        return Catalogue() if family is None else family.catalogue(self.oracle)

    def tests(self) -> dict[str, Test]:
        """Each check's test function by its name, as pytest collects it."""
        return {name: self._test(name) for name in self.titles}

    # --- what there is

    def _titles(self) -> Iterator[tuple[str, str]]:
        one = self.component
        if one.initial:
            starts = ", ".join(f"{name} at {value:g}" for name, value in one.initial.items())
            yield "init", f"A new object starts with {starts}."
        does = "returns the loss" if one.is_loss else f"returns {one.output}"
        yield "forward", f"{one.says_forward} {does}."
        for name in one.gradients:
            yield f"backward_{name}", self._gradient_title(name)
        yield "shapes", "Outputs and gradients are float arrays; each gradient has its array's shape."
        if one.batch in one.pools:
            yield "batch_of_one", "A batch of one example works like any other."
        if one.keeps_state and one.batch in one.pools:
            yield (
                "batch_size_changes",
                "After two forwards with batches of different size, backward belongs to the last.",
            )
        if self._kept:
            names = " and ".join(one.gradient_called(name) for name in self._kept)
            yield "no_accumulation", f"A second forward and backward replaces {names}, it does not add."
        if one.updated is not None:
            names = " and ".join(one.state)
            yield "state", f"{one.says_forward} updates {names}, from those of the step before."
        if one.evaluation is not None:
            yield (
                "evaluation",
                f"In evaluation {one.says_forward} {does} of what training has left, and changes none of it.",
            )
        yield "inputs_unchanged", f"{one.says_forward} and {one.says_backward} leave what they are given as it was."
        names = ", ".join(one.gradient_called(name) for name in one.gradients)
        yield "finite_differences", f"Finite differences of your own {one.says_forward} agree with {names}."

        if one.finite_at:
            yield "large_inputs", f"{one.says_forward} stays finite for inputs around {one.finite_at:g}."
        if one.whole_batch:
            yield (
                "no_loop_over_examples",
                "The whole batch is worked on at once: no line runs more often for more examples.",
            )

    def _gradient_title(self, name: str) -> str:
        one, what = self.component, self.component.gradient_called(name)
        does = "returns" if one.places[name].root != "layer" else "stores"
        kind = "the derivative of each output" if one.local else "the gradient"
        averaged = ", divided by the batch size" if name in one.divided_by_batch else ""
        return f"{one.says_backward} {does} {what}, {kind} with respect to {name}{averaged}."

    @property
    def _kept(self) -> list[str]:
        """The gradients that an object keeps."""
        return [name for name, place in self.component.places.items() if place.root == "layer"]

    # --- as tests

    def _test(self, name: str) -> Test:
        one = self.component
        check = self._check(name)
        fixed = {one.batch: 1} if name == "batch_of_one" else {}
        regimes = (PLAIN,) if name in _PLAIN else ()

        def test(student: Student, case: ComponentCase) -> None:
            check(student, case)

        test.__name__ = f"test_{name}"
        test.__doc__ = self.titles[name]
        made = given(case=one.cases(regimes, **fixed))(test)
        setattr(made, CHECK_ID, f"{self.section}.{name}")
        many = name == "forward" or name.startswith("backward_")
        return made if many else few_cases(made)

    def _check(self, name: str) -> Callable[[Student, ComponentCase], None]:
        if name.startswith("backward_"):
            return lambda student, case: self.check_gradient(student, case, name.removeprefix("backward_"))
        found: Callable[[Student, ComponentCase], None] = getattr(self, f"check_{name}")
        return found

    # --- what they do

    def check_init(self, student: Student, case: ComponentCase) -> None:
        """The parameters of a new object."""
        one, calls = self.component, self.component.at(student, case)
        found = calls.parameters()
        for name, value in one.initial.items():
            expect(found[name]).to_equal(np.full(sizes.shape(one.arrays[name], dict(case.sizes)), value))

    def check_large_inputs(self, student: Student, case: ComponentCase) -> None:
        """The output for inputs that are a great deal larger."""
        example, one = Example(self.oracle, case), self.component
        larger = {
            name: array * one.finite_at if name in one.inputs else array for name, array in example.values.items()
        }
        if not np.isfinite(read_array(one.at(student, case).forward(larger))).all():
            raise CheckFailed(
                f"for inputs around {one.finite_at:g}, {one.says_forward} gives numbers that aren't finite"
            )

    def check_no_loop_over_examples(self, student: Student, case: ComponentCase) -> None:
        """Forward and backward on a few examples and on many."""
        one = self.component

        def run(count: int) -> None:
            example, calls = Example(self.oracle, case, f"_{count}", **{one.batch: count}), one.at(student, case)
            calls.forward(example.values)
            calls.backward(example.upstream)

        check_lines_do_not_grow(student, run)

    def check_forward(self, student: Student, case: ComponentCase) -> None:
        """The output is right."""
        example = Example(self.oracle, case)
        self._expect_output(self.component.at(student, case), example)

    def check_gradient(self, student: Student, case: ComponentCase, name: str) -> None:
        """One gradient is right."""
        example, calls = Example(self.oracle, case), self.component.at(student, case)
        calls.forward(example.values)
        self._expect_gradient(calls.backward(example.upstream)[name], example, name)

    def check_shapes(self, student: Student, case: ComponentCase) -> None:
        """Output and gradients are floating-point arrays of the right shapes."""
        example, calls = Example(self.oracle, case), self.component.at(student, case)
        output = calls.forward(example.values)
        if not self.component.is_loss:
            expect(output).to_be_floating(getattr(example.wanted, self.component.output).value.shape)
        for name, gradient in calls.backward(example.upstream).items():
            expect(gradient).to_be_floating(
                example.arrays[name].shape, of=name if name in self.component.parameters else ""
            )

    def check_batch_of_one(self, student: Student, case: ComponentCase) -> None:
        """Output and all gradients are right."""
        self._expect_all(self.component.at(student, case), Example(self.oracle, case))

    def check_batch_size_changes(self, student: Student, case: ComponentCase) -> None:
        """They are right after a forward pass on another batch, of this object and of another one."""
        calls, other = self.component.at(student, case), self.component.at(student, case)
        before, example = self._before(case), Example(self.oracle, case)
        calls.forward(before.values)
        calls.forward(example.values)
        other.forward(before.values)
        self._expect_gradients(calls, example)

    def check_no_accumulation(self, student: Student, case: ComponentCase) -> None:
        """They are right after a forward and backward pass with other numbers."""
        calls, before = self.component.at(student, case), self._before(case)
        calls.forward(before.values)
        calls.backward(before.upstream)
        self._expect_all(calls, Example(self.oracle, case))

    def check_state(self, student: Student, case: ComponentCase) -> None:
        """The state is right after one step, and after a second one."""
        calls = self.component.at(student, case)
        first, second = Example(self.oracle, case), Example(self.oracle, case, "_2")
        calls.set_state(first.state)
        calls.forward(first.values)
        once = self._states(first.new_state(first.state))
        self._expect_state(calls, once)
        calls.forward(second.values)
        self._expect_state(calls, self._states(second.new_state({name: one.value for name, one in once.items()})))

    def check_evaluation(self, student: Student, case: ComponentCase) -> None:
        """Output and state in evaluation."""
        calls, example = self.component.at(student, case), Example(self.oracle, case)
        calls.set_state(example.state)
        expect(calls.evaluate(example.values)).to_equal(getattr(example.evaluated, self.component.output))
        self._expect_state(calls, example.state)

    def check_inputs_unchanged(self, student: Student, case: ComponentCase) -> None:
        """What was passed in is as it was."""
        example, calls = Example(self.oracle, case), self.component.at(student, case)
        calls.forward(example.values)
        calls.backward(example.upstream)
        upstream = [] if example.upstream is None else [example.upstream]
        for array in [*example.values.values(), *upstream]:
            expect(student.sent(array)).to_be_unchanged(array)

    def check_finite_differences(self, student: Student, case: ComponentCase) -> None:
        """The gradients are the slopes of the student's own forward."""
        one = self.component
        example, calls = Example(self.oracle, case), one.at(student, case)
        checked = {name: array for name, array in example.arrays.items() if name in one.gradients}

        def forward(arrays: Arrays) -> Remote:
            return calls.forward({**example.values, **arrays})

        def backward(upstream: np.ndarray) -> dict[str, Remote]:
            return calls.backward(upstream if one.upstream else None)

        count = len(example.arrays[next(iter(one.inputs))])
        convention = Convention(
            scale_by={name: one.scale(name, count) for name in one.gradients if one.scale(name, count) != 1},
            local=tuple(one.gradients) if one.local else (),
            ignores_cotangent=one.is_loss,
        )
        domains = {name: _DOMAINS[kind] for name, kind in one.kinds.items() if name in checked}
        guarded = {name: getattr(example.wanted, one.gradient_called(name)) for name in one.gradients}
        check_gradients(
            student,
            forward,
            backward,
            checked,
            convention,
            seed=case.seed,
            domains=domains,
            guarded=guarded,
        )

    def _before(self, case: ComponentCase) -> Example:
        """What comes before the case's own: other numbers, and a larger batch."""
        batch = self.component.batch
        return Example(self.oracle, case, "_before", **{batch: dict(case.sizes)[batch] + MORE})

    def _states(self, answer: Answer) -> dict[str, Expected]:
        return {name: getattr(answer, name) for name in self.component.state}

    def _expect_state(self, calls: Calls, wanted: Mapping[str, Expected | np.ndarray]) -> None:
        for name, remote in calls.state().items():
            expect(remote).to_equal(wanted[name], Shape.ROW)

    def _expect_all(self, calls: Calls, example: Example) -> None:
        self._expect_output(calls, example)
        self._expect_gradients(calls, example)

    def _expect_gradients(self, calls: Calls, example: Example) -> None:
        for name, gradient in calls.backward(example.upstream).items():
            self._expect_gradient(gradient, example, name)

    def _expect_output(self, calls: Calls, example: Example) -> None:
        one = self.component
        wanted: Expected = getattr(example.wanted, one.output)
        expect(calls.forward(example.values)).to_equal(wanted, Shape.SCALAR if one.is_loss else Shape.EXACT)

    def _expect_gradient(self, gradient: Remote, example: Example, name: str) -> None:
        expect(gradient).to_equal(getattr(example.wanted, self.component.gradient_called(name)))
