"""What the checks of MLP0, MLP1 and MLP4 have in common; they differ in their layers and in what `debug` keeps."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graders.checking import (
    Arrays,
    CheckFailed,
    Convention,
    Expected,
    Remote,
    Student,
    StudentError,
    all_at_once,
    check_gradients,
    expect,
)

from . import oracle
from .cases import MLPCase
from .stand_ins import right_parts


@dataclass(frozen=True)
class MLP:
    """One of the homework's models: its class, and the sizes that its layers must have."""

    name: str
    sizes: tuple[int, ...]

    @property
    def depth(self) -> int:
        """The number of linear layers."""
        return len(self.sizes) - 1

    def make(self, student: Student, case: MLPCase) -> Remote:
        """The student's model with the case's parameters."""
        model = self.new(student)
        self.set(model, case.W, case.b)
        return model

    def new(self, student: Student, **options: bool) -> Remote:
        """The student's model as it is made."""
        model: Remote = getattr(student("mytorch.models"), self.name)(**options)
        return model

    def set(self, model: Remote, W: list[np.ndarray], b: list[np.ndarray]) -> None:
        """Give each layer its parameters."""
        for index in range(self.depth):
            layer = model.layers[index]
            layer.W, layer.b = W[index], b[index]


MLP0 = MLP("MLP0", (2, 3))
MLP1 = MLP("MLP1", (2, 3, 2))
MLP4 = MLP("MLP4", (2, 4, 8, 8, 4, 2))


def answer(case: MLPCase) -> oracle.Answer:
    """What the model must compute."""
    return oracle.mlp(A0=case.A0, W=case.W, b=case.b, dLdA=case.dLdA)


def check_architecture(student: Student, mlp: MLP) -> None:
    """The sizes of the layers, whatever else the model has: seen on right layers, for where these start is theirs.

    That there is a ReLU behind each, and nothing more, is for the output to show.
    """
    right_parts(student)
    model = mlp.new(student)
    if len(model.layers) < mlp.depth:
        raise CheckFailed(f"{model.layers!r} has {len(model.layers)} entries, but should have {mlp.depth}")
    with all_at_once(student):
        for index, (columns, rows) in enumerate(itertools.pairwise(mlp.sizes)):
            expect(model.layers[index].W).to_have_shape((rows, columns))


def check_forward(student: Student, mlp: MLP, case: MLPCase) -> None:
    """The output."""
    expect(mlp.make(student, case).forward(case.A0)).to_equal(answer(case).A[-1])


def check_backward(student: Student, mlp: MLP, case: MLPCase) -> None:
    """Every layer's gradients."""
    model = mlp.make(student, case)
    model.forward(case.A0)
    model.backward(case.dLdA)
    expect_gradients(mlp, model, case)


def expect_gradients(mlp: MLP, model: Remote, case: MLPCase) -> None:
    """dLdW and dLdb of every layer, the last one first: that is where backward starts."""
    wanted = answer(case)
    for index in reversed(range(mlp.depth)):
        expect(model.layers[index].dLdW).to_equal(wanted.dLdW[index])
        expect(model.layers[index].dLdb).to_equal(wanted.dLdb[index])


def check_shapes(student: Student, mlp: MLP, case: MLPCase) -> None:
    """The output's shape, and that each gradient has its parameter's."""
    model = mlp.make(student, case)
    expect(model.forward(case.A0)).to_be_floating((case.N, mlp.sizes[-1]))
    model.backward(case.dLdA)
    for index in range(mlp.depth):
        expect(model.layers[index].dLdW).to_be_floating(case.W[index].shape)
        expect(model.layers[index].dLdb).to_be_floating(case.b[index].shape)


def check_both(student: Student, mlp: MLP, case: MLPCase) -> None:
    """The output and every gradient."""
    model = mlp.make(student, case)
    expect(model.forward(case.A0)).to_equal(answer(case).A[-1])
    model.backward(case.dLdA)
    expect_gradients(mlp, model, case)


def check_batch_size_changes(student: Student, mlp: MLP, case: MLPCase) -> None:
    """Two forwards before a backward."""
    model = mlp.make(student, case)
    model.forward(case.array("A_before", case.N + 4, mlp.sizes[0]))
    model.forward(case.A0)
    model.backward(case.dLdA)
    expect_gradients(mlp, model, case)


def check_no_accumulation(student: Student, mlp: MLP, case: MLPCase) -> None:
    """Two rounds of forward and backward, the first with other parameters."""
    model = mlp.make(student, case)
    round_before(mlp, model, case)
    expect(model.forward(case.A0)).to_equal(answer(case).A[-1])
    model.backward(case.dLdA)
    expect_gradients(mlp, model, case)


def round_before(mlp: MLP, model: Remote, case: MLPCase) -> None:
    """A forward and a backward on another batch with other parameters, which must leave no trace."""
    W = [case.array(f"W{i}_before", *weight.shape) for i, weight in enumerate(case.W)]
    b = [case.array(f"b{i}_before", *bias.shape) for i, bias in enumerate(case.b)]
    mlp.set(model, W, b)
    model.forward(case.array("A0_before", case.N + 4, mlp.sizes[0]))
    model.backward(case.array("dLdA_before", case.N + 4, mlp.sizes[-1]))
    mlp.set(model, case.W, case.b)


def check_inputs_unchanged(student: Student, mlp: MLP, case: MLPCase) -> None:
    """The arrays that belong to the caller, and the parameters."""
    model = mlp.make(student, case)
    model.forward(case.A0)
    model.backward(case.dLdA)
    for array in (case.A0, case.dLdA, *case.W, *case.b):
        expect(student.sent(array)).to_be_unchanged(array)
    for index in range(mlp.depth):
        expect(model.layers[index].W).to_be_unchanged(case.W[index])
        expect(model.layers[index].b).to_be_unchanged(case.b[index])


def check_slopes(student: Student, mlp: MLP, case: MLPCase) -> None:
    """Every parameter's gradient against finite differences of the whole model."""
    model = mlp.new(student)
    layers = range(mlp.depth)

    def forward(inputs: Arrays) -> Remote:
        mlp.set(model, [inputs[f"W{i}"] for i in layers], [inputs[f"b{i}"] for i in layers])
        return model.forward(case.A0)

    def backward(dLdA: np.ndarray) -> dict[str, Remote]:
        model.backward(dLdA)
        return {f"{name}{i}": getattr(model.layers[i], f"dLd{name}") for i in layers for name in ("W", "b")}

    inputs = {f"W{i}": case.W[i] for i in layers} | {f"b{i}": case.b[i] for i in layers}
    convention = Convention(scale_by=dict.fromkeys(inputs, 1 / case.N))
    check_gradients(student, forward, backward, inputs, convention, seed=case.seed)


def check_debug(student: Student, mlp: MLP, case: MLPCase) -> None:
    """What the model keeps of the last batch with debug=True; each thing that it doesn't keep gives a warning."""
    model = _with_debug(student, mlp)
    if model is None:
        return
    round_before(mlp, model, case)
    model.forward(case.A0)
    model.backward(case.dLdA)
    wanted = answer(case)
    for name, expected in (_lists(wanted) if mlp is MLP4 else _numbered(mlp, wanted)).items():
        if not model.has(name):
            student.warn(f"{mlp.name}(debug=True) keeps no {name}; the starter code does")
        elif isinstance(expected, Expected):
            expect(getattr(model, name)).to_equal(expected)
        else:
            _expect_list(getattr(model, name), expected)


def _with_debug(student: Student, mlp: MLP) -> Remote | None:
    model = mlp.new(student, debug=True)
    try:
        student.settle()
    except StudentError as error:
        if error.record.get("type") == "TypeError" and "'debug'" in str(error.record.get("text")):
            student.warn(f"{mlp.name} takes no `debug`; the text doesn't ask for it, its starter code has it")
            return None
        raise
    return model


def _lists(wanted: oracle.Answer) -> Mapping[str, list[Expected]]:
    return {name: list(getattr(wanted, name)) for name in ("Z", "A", "dAdZ", "dLdZ", "dLdA")}


def _numbered(mlp: MLP, wanted: oracle.Answer) -> Mapping[str, Expected]:
    named: dict[str, Expected] = {}
    for i in range(mlp.depth):
        named |= {f"Z{i}": wanted.Z[i], f"A{i + 1}": wanted.A[i + 1], f"dA{i + 1}dZ{i}": wanted.dAdZ[i]}
        named |= {f"dLdZ{i}": wanted.dLdZ[i], f"dLdA{i}": wanted.dLdA[i]}
    return named


def _expect_list(remote: Remote, expected: list[Expected]) -> None:
    if len(remote) != len(expected):
        raise CheckFailed(f"{remote!r} has {len(remote)} entries, but should have {len(expected)}")
    for index, entry in enumerate(expected):
        expect(remote[index]).to_equal(entry)
