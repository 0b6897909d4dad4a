"""Mistakes in gradient descent, as the formulas that students write.

Every function takes the arguments of the oracle's function of that name; columns are examples.
"""

# ruff: noqa: ARG001 - steps and deltas take the same arguments, whether they use them or not

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

from .networks import passed

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _start(outputs, acts, Y):
    return (acts[-1] - Y) / Y.shape[1]


def _through(delta, weight, Z):
    return (weight.T @ delta) * (Z > 0)


def _gradients(X, Y, W, b, start=_start, through=_through, *, inputs=None):
    """dW and db; `start` is the last layer's delta, `through` takes one back to the layer below.

    `inputs` says what the layers above the first one are taken to have been given; else the activations.
    """
    outputs, acts = passed(X, W, b)
    given = [X, *(acts if inputs is None else inputs(outputs))]
    delta, dW, db = start(outputs, acts, Y), [], []
    for place in reversed(range(len(W))):
        dW.insert(0, delta @ given[place].T)
        db.insert(0, delta.sum(axis=1, keepdims=True))
        if place:
            delta = through(delta, W[place], outputs[place - 1])
    return dW, db


def _stepped(W, dW, rate):
    return [weight - rate * slope for weight, slope in zip(W, dW, strict=True)]


def _plain(X, Y, W, b, rate):
    dW, db = _gradients(X, Y, W, b)
    return _stepped(W, dW, rate), _stepped(b, db, rate)


def _rated(rate_of):
    return lambda X, Y, W, b, rate: _plain(X, Y, W, b, rate_of(rate, Y.shape[1]))


def _backwards(start=_start, through=_through):
    def step(X, Y, W, b, rate):
        dW, db = _gradients(X, Y, W, b, start, through)
        return _stepped(W, dW, rate), _stepped(b, db, rate)

    return step


def _over_classes(outputs, acts, Y):
    return (acts[-1] - Y) / len(Y)


def _softmax_slope(outputs, acts, Y):
    """The gradient of a softmax whose Jacobian is taken for its diagonal."""
    return _start(outputs, acts, Y) * acts[-1] * (1 - acts[-1])


def _without_relu(delta, weight, Z):
    return weight.T @ delta


def _mask_of_delta(delta, weight, Z):
    return np.maximum(weight.T @ delta, 0)


def _times_sums(delta, weight, Z):
    return (weight.T @ delta) * np.maximum(Z, 0)


def _layerwise(X, Y, W, b, rate):
    """Each layer is moved before the delta goes through its weights."""
    outputs, acts = passed(X, W, b)
    W, b, delta = list(W), list(b), _start(outputs, acts, Y)
    for place in reversed(range(len(W))):
        W[place] = W[place] - rate * delta @ (acts[place - 1] if place else X).T
        b[place] = b[place] - rate * delta.sum(axis=1, keepdims=True)
        if place:
            delta = _through(delta, W[place], outputs[place - 1])
    return W, b


def _only_last(X, Y, W, b, rate):
    moved = _plain(X, Y, W, b, rate)
    return [*W[:-1], moved[0][-1]], [*b[:-1], moved[1][-1]]


def _bias_averaged(X, Y, W, b, rate):
    dW, db = _gradients(X, Y, W, b)
    return _stepped(W, dW, rate), _stepped(b, [slope / Y.shape[1] for slope in db], rate)


def _sums_for_inputs(X, Y, W, b, rate):
    dW, db = _gradients(X, Y, W, b, inputs=lambda outputs: outputs)
    return _stepped(W, dW, rate), _stepped(b, db, rate)


def _bias_by_weights(X, Y, W, b, rate):
    dW, _ = _gradients(X, Y, W, b)
    return _stepped(W, dW, rate), _stepped(b, [slope.sum(axis=1, keepdims=True) for slope in dW], rate)


LOOK_DELTA, LOOK_RATE = "Write out the last layer's delta.", "Look at what the gradient is multiplied by."
BOTH = {
    "unmoved": ("is what it was before: nothing has updated it", "Look at what is assigned.", _rated(lambda r, n: 0)),
    "climbs": ("climbs: it moves along the gradient", "Which way does the loss fall?", _rated(lambda r, n: -r)),
    "rateless": ("is moved without the learning rate", LOOK_RATE, _rated(lambda r, n: 1)),
    "squared": ("is moved by the learning rate squared", LOOK_RATE, _rated(lambda r, n: r * r)),
    "twice": ("is moved by twice the step", "Count the updates.", _rated(lambda r, n: 2 * r)),
    "summed": ("is moved by a sum over the examples, not by the mean", LOOK_DELTA, _rated(lambda r, n: r * n)),
    "over_classes": (
        "is moved by a gradient divided by the number of classes, not of examples",
        LOOK_DELTA,
        _backwards(start=_over_classes),
    ),
    "averaged_twice": ("is moved by a gradient divided by N twice", LOOK_DELTA, _rated(lambda r, n: r / n)),
    "only_last": ("is moved in the last layer only", "Follow the delta to the layer below.", _only_last),
    "relu_forgotten": (
        "is moved by a delta that lacks ReLU's derivative",
        "Look at what a delta is multiplied by on its way to the layer below.",
        _backwards(through=_without_relu),
    ),
    "mask_of_delta": (
        "is moved by a delta that is cut where it is negative itself",
        "Say which array decides where ReLU passes.",
        _backwards(through=_mask_of_delta),
    ),
    "times_sums": (
        "is moved by a delta that is multiplied by ReLU, not by its derivative",
        "Say what ReLU's derivative is where it passes.",
        _backwards(through=_times_sums),
    ),
    "softmax_slope": (
        "is moved by a delta with p(1 - p) in it once more",
        LOOK_DELTA,
        _backwards(start=_softmax_slope),
    ),
    "moved_too_early": (
        "is moved by a delta that went through weights already moved",
        "Look at which weights the forward pass was made with.",
        _layerwise,
    ),
}
WEIGHTS = {
    "sums_for_inputs": (
        "is moved by a gradient with the sums of the layer below in it, not its activations",
        "Say what a layer's weights were multiplied by in the forward pass.",
        _sums_for_inputs,
    ),
}
BIAS = {
    "averaged": ("is moved by a mean of deltas that are averaged already", "Count the divisions by N.", _bias_averaged),
    "by_weights": (
        "is moved by the gradient of the weights, summed",
        "Look at which gradient the bias gets.",
        _bias_by_weights,
    ),
}


def _descends(step):
    def formula(X, Y, W, b, rates):
        for rate in rates:
            W, b = step(X, Y, W, b, rate)
        return W, b

    return formula


def _remembering(share):
    """Every epoch's step has this share of the step direction before it, too."""

    def formula(X, Y, W, b, rates):
        before_W, before_b = [0] * len(W), [0] * len(b)
        for rate in rates:
            dW, db = _gradients(X, Y, W, b)
            before_W = [share * before + slope for before, slope in zip(before_W, dW, strict=True)]
            before_b = [share * before + slope for before, slope in zip(before_b, db, strict=True)]
            W, b = _stepped(W, before_W, rate), _stepped(b, before_b, rate)
        return W, b

    return formula


EPOCHS = {
    "not_cleared": (
        "is moved by the gradients of the epochs before, too",
        "Look at what a gradient is before it is computed.",
        _remembering(1),
    ),
    "momentum": (
        "is moved with a momentum of 0.9",
        "Gradient descent as the handout has it has none.",
        _remembering(0.9),
    ),
}


def _picked(formula, pick):
    return lambda X, Y, W, b, rates: formula(X, Y, W, b, rates)[pick]


for _pick, _quantity in enumerate("Wb"):
    _steps = BOTH | (BIAS if _quantity == "b" else WEIGHTS)
    _rules = {_name: (_says, _look, _descends(_step)) for _name, (_says, _look, _step) in _steps.items()} | EPOCHS
    for _name, (_says, _look, _rule) in _rules.items():
        _formula = _picked(_rule, _pick)
        _formula.__name__ = f"{_quantity}_{_name}"
        wrong(f"descended.{_quantity}", _says, _look)(_formula)
