"""Section 9 of the handout: stochastic gradient descent, 10 points. The model is plain objects, not the student's."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from hypothesis import given

from graders.checking import Remote, Student, by_place, expect, few_cases, section

from .. import oracle
from ..cases import SGDCase, sgd_cases

PARAMETERS = ("W", "b")


class Optimisation:
    """The student's SGD at work on a model whose layers are plain objects with W, b, dLdW and dLdb."""

    def __init__(self, student: Student, case: SGDCase, **options: float) -> None:
        self.case = case
        self.layers = [
            student.namespace(
                "layer",
                "mytorch.nn.Linear",
                **{name: case.parameter(name, layer) for name in PARAMETERS},
                **{f"dLd{name}": case.gradient(name, layer, 0) for name in PARAMETERS},
            )
            for layer in range(len(case.sizes))
        ]
        model = student.namespace("model", "Model", layers=self.layers)
        self.optimizer = student("mytorch.optim").SGD(*by_place(model=model), **options)

    def run(self, rates: Sequence[float] = ()) -> Iterator[int]:
        """One step after another; `rates` changes the learning rate before each."""
        for step in range(self.case.steps):
            for index, layer in enumerate(self.layers):
                layer.dLdW = self.case.gradient("W", index, step)
                layer.dLdb = self.case.gradient("b", index, step)
            if rates:
                self.optimizer.lr = rates[step]
            self.optimizer.step()
            yield step

    def parameters(self) -> Iterator[tuple[str, int, Remote]]:
        """Each parameter as it is now."""
        for index, layer in enumerate(self.layers):
            for name in PARAMETERS:
                yield name, index, getattr(layer, name)


def answer(case: SGDCase, name: str, layer: int, rates: Sequence[float] = ()) -> oracle.Answer:
    """What a parameter and its velocity must be after each step."""
    return oracle.sgd(
        W=case.parameter(name, layer),
        dLdW=[case.gradient(name, layer, step) for step in range(case.steps)],
        rates=list(rates or [case.rate] * case.steps),
        momentum=case.momentum,
        sibling=[case.gradient("b" if name == "W" else "W", layer, step) for step in range(case.steps)],
    )


def check_steps(student: Student, case: SGDCase, rates: Sequence[float] = (), **options: float) -> None:
    """Every parameter of every layer after every step."""
    answers = {(n, i): answer(case, n, i, rates) for n in PARAMETERS for i in range(len(case.sizes))}
    optimisation = Optimisation(student, case, **options)
    for step in optimisation.run(rates):
        for name, index, parameter in optimisation.parameters():
            expect(parameter).to_equal(answers[name, index].W[step])


def check_changing_rate(student: Student, case: SGDCase) -> None:
    """The learning rate is halved after every step."""
    rates = [case.rate / 2**step for step in range(case.steps)]
    check_steps(student, case, rates, lr=case.rate, momentum=case.momentum)


def check_shapes(student: Student, case: SGDCase) -> None:
    """Parameters keep their shapes and stay floats."""
    optimisation = Optimisation(student, case, lr=case.rate, momentum=case.momentum)
    for _ in optimisation.run():
        for name, index, parameter in optimisation.parameters():
            expect(parameter).to_be_floating(case.parameter(name, index).shape)


def check_gradients_unchanged(student: Student, case: SGDCase) -> None:
    """Gradients belong to the layers, those of earlier steps too."""
    optimisation = Optimisation(student, case, lr=case.rate, momentum=case.momentum)
    for _ in optimisation.run():
        pass
    for step in range(case.steps):
        for layer in range(len(case.sizes)):
            for name in PARAMETERS:
                gradient = case.gradient(name, layer, step)
                expect(student.sent(gradient)).to_be_unchanged(gradient)


@section("sgd")
@given(case=sgd_cases(momentum=False))
def test_plain_steps(student: Student, case: SGDCase) -> None:
    """Without momentum, each step moves W and b of every layer by -lr times their gradient (equations 44, 45)."""
    check_steps(student, case, lr=case.rate)


@section("sgd")
@given(case=sgd_cases(momentum=False))
def test_plain_changing_rate(student: Student, case: SGDCase) -> None:
    """Without momentum, a step uses the learning rate that `lr` has at that moment."""
    check_changing_rate(student, case)


@section("sgd")
@few_cases
@given(case=sgd_cases(momentum=False).map(lambda case: dataclasses.replace(case, rate=0.1)))
def test_plain_default_rate(student: Student, case: SGDCase) -> None:
    """SGD(model) has learning rate 0.1 and no momentum."""
    check_steps(student, case)


@section("sgd")
@few_cases
@given(case=sgd_cases(momentum=False))
def test_plain_shapes(student: Student, case: SGDCase) -> None:
    """Without momentum, W and b keep their shapes."""
    check_shapes(student, case)


@section("sgd")
@few_cases
@given(case=sgd_cases(momentum=False))
def test_plain_gradients_unchanged(student: Student, case: SGDCase) -> None:
    """Without momentum, a step leaves dLdW and dLdb as they were."""
    check_gradients_unchanged(student, case)


@section("sgd")
@given(case=sgd_cases(momentum=True))
def test_momentum_steps(student: Student, case: SGDCase) -> None:
    """With momentum, each step moves W and b by -lr times their velocity (equations 46 to 49)."""
    check_steps(student, case, lr=case.rate, momentum=case.momentum)


@section("sgd")
@given(case=sgd_cases(momentum=True))
def test_momentum_changing_rate(student: Student, case: SGDCase) -> None:
    """With momentum, a new learning rate applies to the whole velocity: it is no part of what was accumulated."""
    check_changing_rate(student, case)


@section("sgd")
@few_cases
@given(case=sgd_cases(momentum=True))
def test_momentum_shapes(student: Student, case: SGDCase) -> None:
    """With momentum, W and b keep their shapes."""
    check_shapes(student, case)


@section("sgd")
@few_cases
@given(case=sgd_cases(momentum=True))
def test_momentum_gradients_unchanged(student: Student, case: SGDCase) -> None:
    """With momentum, a step leaves dLdW and dLdb as they were."""
    check_gradients_unchanged(student, case)


@section("sgd")
@given(case=sgd_cases(momentum=True))
def test_momentum_velocity(student: Student, case: SGDCase) -> None:
    """v_W and v_b hold each layer's velocity (equations 46, 47)."""
    optimisation = Optimisation(student, case, lr=case.rate, momentum=case.momentum)
    for step in optimisation.run():
        for layer in range(len(case.sizes)):
            expect(optimisation.optimizer.v_W[layer]).to_equal(answer(case, "W", layer).v[step])
            expect(optimisation.optimizer.v_b[layer]).to_equal(answer(case, "b", layer).v[step])
