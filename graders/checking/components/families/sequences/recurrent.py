"""Mistakes in recurrent steps and sequences: what is left out, gates in another order, gradients that are forgotten."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import itertools

import numpy as np

from graders.checking.components.families.family import Family

_ALL = "out out2 dx dh dc dWx dWh db dbx dbh"
_GRADIENTS = "dx dh dc dWx dWh db dbx dbh"
_SUM = "Look at what is added up before the activation."

RECURRENT = Family("recurrent", ("x", "h", "c", "Wx", "Wh", "b", "bx", "bh"), moderate=True)
"""`x` is the input, `h` the state before, `c` an LSTM's cell; weights `Wx`, `Wh`, biases `b`, or `bx` and `bh`."""


@RECURRENT.throughout("out out2", "is computed without the state before", _SUM)
def without_state(right, h):
    return right(h=0 * h)


@RECURRENT.throughout("out out2", "is computed without the input", _SUM)
def without_input(right, x):
    return right(x=0 * x)


@RECURRENT.throughout("out out2", "is computed without the bias", _SUM)
def without_bias(right, b):
    return right(b=0 * b)


@RECURRENT.throughout("out out2", "is computed without the bias of the input", _SUM)
def without_bias_of_input(right, bx):
    return right(bx=0 * bx)


@RECURRENT.throughout("out out2", "is computed without the bias of the state", _SUM)
def without_bias_of_state(right, bh):
    return right(bh=0 * bh)


@RECURRENT.throughout("out out2", "has the weights of the state transposed", "Look at the shapes in the product.")
def state_weights_transposed(right, Wh):
    return right(Wh=Wh.T.copy())


@RECURRENT.throughout(
    "dWx dWh db dbx dbh dx dh", "is divided by the batch size", "Look at which gradients are averages."
)
def averaged(right, x):
    return {name: value / len(x) for name, value in right().items()}


@RECURRENT.throughout("db dbx dbh", "is averaged over the batch and all steps, not summed", "Look at what is averaged.")
def averaged_over_steps(right, dout):
    count = dout.size // dout.shape[-1]
    return {name: value / count for name, value in right().items()}


@RECURRENT.throughout(_GRADIENTS, "has ones in place of the upstream gradient", "Look at where it enters.")
def without_upstream(right, dout):
    return right(dout=np.ones_like(dout))


@RECURRENT.throughout(_GRADIENTS, "lacks what comes from the second output", "Both outputs have an upstream gradient.")
def second_forgotten(right, dout2):
    return right(dout2=0 * dout2)


@RECURRENT.throughout(_GRADIENTS, "lacks what comes from the first output", "Both outputs have an upstream gradient.")
def first_forgotten(right, dout):
    return right(dout=0 * dout)


@RECURRENT.throughout(_GRADIENTS, "has what comes from the last step alone", "Every step has an upstream gradient.")
def last_step_alone(right, dout):
    if dout.ndim != 3:
        return None
    last = np.zeros_like(dout)
    last[:, -1] = dout[:, -1]
    return right(dout=last)


@RECURRENT.throughout(_GRADIENTS, "lacks what comes from the last step", "Every step has an upstream gradient.")
def last_step_forgotten(right, dout):
    if dout.ndim != 3:
        return None
    rest = dout.copy()
    rest[:, -1] = 0
    return right(dout=rest)


LSTM = RECURRENT.extended()
"""Four gates, whose weights stand side by side."""
GATES = 4


def _moved(array, size, order):
    """An array with its gates in another order, along the axis that has them all; None where there is none."""
    axis = next((axis for axis in reversed(range(array.ndim)) if array.shape[axis] == GATES * size), None)
    if axis is None:
        return None
    return np.concatenate([np.split(array, GATES, axis=axis)[gate] for gate in order], axis=axis)


def _in_order(right, size, given, order):
    moved = {name: _moved(array, size, order) for name, array in given.items()}
    return None if any(array is None for array in moved.values()) else right(**moved)


def _orders():
    for order in itertools.permutations(range(GATES)):
        if order != tuple(range(GATES)):
            yield order


def _add(order):
    said = "has its gates in another order"

    @LSTM.throughout("out out2 dx dh dc", said, "Look at the order in which the handout has the gates.")
    def reordered(right, h, Wx, Wh, b):
        return _in_order(right, h.shape[-1], {"Wx": Wx, "Wh": Wh, "b": b}, order)

    @LSTM.throughout("out out2 dx dh dc", said, "Look at the order in which the handout has the gates.")
    def reordered_with_two_biases(right, h, Wx, Wh, bx, bh):
        return _in_order(right, h.shape[-1], {"Wx": Wx, "Wh": Wh, "bx": bx, "bh": bh}, order)


for _order in _orders():
    _add(_order)


@LSTM.throughout("out out2 dx dh dc", "is computed without the cell before", "Look at what the forget gate multiplies.")
def without_cell(right, c):
    return right(c=0 * c)
