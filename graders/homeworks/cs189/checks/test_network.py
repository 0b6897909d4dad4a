"""Section 4.1 of the handout: NeuralNetwork, made of the submission's own layers and loss."""

from __future__ import annotations

from hypothesis import given

from graders.checking import Answer, Remote, Shape, Student, expect, few_cases, read_array, section

from ..network import CASES, NetworkCase, make, network

HIDDEN = 5


def prepare(student: Student, case: NetworkCase, *hidden: int) -> tuple[Remote, list[Remote], Answer]:
    """A network, its layers, and what it must compute."""
    names = ["linear"] * len(hidden) + ["softmax"]
    sizes = (case.n_in, *hidden, case.C)
    model, layers = make(student, sizes, names)
    W, b = case.parameters(sizes)
    for layer, size, weight, bias in zip(layers, sizes, W, b, strict=False):
        layer.forward(case.array(f"first{size}", case.N + 1, size))
        layer.parameters.update(W=weight, b=bias)
    return model, layers, network(X=case.X, Y=case.Y, W=W, b=b, names=names)


@section("network")
@given(case=CASES)
def test_forward(student: Student, case: NetworkCase) -> None:
    """forward(X) runs X through all layers in their order."""
    model, _, wanted = prepare(student, case, HIDDEN)
    expect(model.forward(case.X)).to_equal(wanted.out)


@section("network")
@given(case=CASES)
def test_backward(student: Student, case: NetworkCase) -> None:
    """backward(target, out) returns the loss and leaves every layer with its gradients."""
    model, layers, wanted = prepare(student, case, HIDDEN, HIDDEN + 1)
    out = model.forward(case.X)
    expect(model.backward(case.Y, out)).to_equal(wanted.loss, Shape.SCALAR)
    for layer, dW, db in zip(layers, wanted.dW, wanted.db, strict=True):
        expect(layer.gradients["W"]).to_equal(dW)
        expect(layer.gradients["b"]).to_equal(db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("network")
@given(case=CASES)
def test_predict(student: Student, case: NetworkCase) -> None:
    """predict(X, Y) returns the predictions and the loss."""
    model, _, wanted = prepare(student, case, HIDDEN)
    found = model.predict(case.X, case.Y)
    out = read_array(found[0])
    if out.shape == (case.N,) and out.dtype.kind in "iu":
        student.warn("predict returns numbers of classes; the package goes on with the network's output")
        expect(found[0]).to_equal(wanted.out.value.argmax(axis=1))
    else:
        expect(found[0]).to_equal(wanted.out)
    expect(found[1]).to_equal(wanted.loss, Shape.SCALAR)


@section("network")
@few_cases
@given(case=CASES)
def test_one_layer(student: Student, case: NetworkCase) -> None:
    """A network of one layer works like any other."""
    model, layers, wanted = prepare(student, case)
    out = model.forward(case.X)
    expect(model.backward(case.Y, out)).to_equal(wanted.loss, Shape.SCALAR)
    expect(layers[0].gradients["W"]).to_equal(wanted.dW[0])
