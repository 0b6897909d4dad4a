"""Section 4.1 of the handout: NeuralNetwork, made of the submission's own layers and loss."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given

from graders.checking import Remote, Shape, Student, expect, few_cases, read_array, section

from .. import oracle
from ..cases import NetworkCase, network_cases
from ..layers import give
from ..network import network

HIDDEN = 5


def parameters(case: NetworkCase, sizes: tuple[int, ...]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """W and b of each layer."""
    W = [case.array(f"W{i}", a, b, scale=a**-0.5) for i, (a, b) in enumerate(itertools.pairwise(sizes))]
    b = [case.array(f"b{i}", 1, size, scale=0.3) for i, size in enumerate(sizes[1:])]
    return W, b


def labels(case: NetworkCase) -> np.ndarray:
    """One-hot labels."""
    return case.keep("Y", np.eye(case.C)[case.random("Y").integers(0, case.C, case.N)])


def prepare(student: Student, case: NetworkCase, *hidden: int) -> tuple[Remote, list[Remote], oracle.Answer]:
    """A network, its layers, and what it must compute."""
    names = ["linear"] * len(hidden) + ["softmax"]
    sizes = (case.n_in, *hidden, case.C)
    model, layers = network(student, sizes, names)
    W, b = parameters(case, sizes)
    for layer, size, weight, bias in zip(layers, sizes, W, b, strict=False):
        layer.forward(case.array(f"first{size}", case.N + 1, size))
        give(layer, weight, bias)
    return model, layers, oracle.network(X=case.X, Y=labels(case), W=W, b=b, names=names)


@section("network")
@given(case=network_cases())
def test_forward(student: Student, case: NetworkCase) -> None:
    """forward(X) runs X through all layers in their order."""
    model, _, wanted = prepare(student, case, HIDDEN)
    expect(model.forward(case.X)).to_equal(wanted.out)


@section("network")
@given(case=network_cases())
def test_backward(student: Student, case: NetworkCase) -> None:
    """backward(target, out) returns the loss and leaves every layer with its gradients."""
    model, layers, wanted = prepare(student, case, HIDDEN, HIDDEN + 1)
    out = model.forward(case.X)
    expect(model.backward(labels(case), out)).to_equal(wanted.loss, Shape.SCALAR)
    for layer, dW, db in zip(layers, wanted.dW, wanted.db, strict=True):
        expect(layer.gradients["W"]).to_equal(dW)
        expect(layer.gradients["b"]).to_equal(db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("network")
@given(case=network_cases())
def test_predict(student: Student, case: NetworkCase) -> None:
    """predict(X, Y) returns the predictions and the loss."""
    model, _, wanted = prepare(student, case, HIDDEN)
    found = model.predict(case.X, labels(case))
    out = read_array(found[0])
    if out.shape == (case.N,) and out.dtype.kind in "iu":
        student.warn("predict returns numbers of classes; the package goes on with the network's output")
        expect(found[0]).to_equal(wanted.out.value.argmax(axis=1))
    else:
        expect(found[0]).to_equal(wanted.out)
    expect(found[1]).to_equal(wanted.loss, Shape.SCALAR)


@section("network")
@few_cases
@given(case=network_cases())
def test_one_layer(student: Student, case: NetworkCase) -> None:
    """A network of one layer works like any other."""
    model, layers, wanted = prepare(student, case)
    out = model.forward(case.X)
    expect(model.backward(labels(case), out)).to_equal(wanted.loss, Shape.SCALAR)
    expect(layers[0].gradients["W"]).to_equal(wanted.dW[0])
