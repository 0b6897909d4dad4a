"""What forward and backward are given beside plain arrays: dicts of parameters, dicts of gradients, an optimiser."""

from __future__ import annotations

import pytest

from graders.probe import Request
from tests.probe.support import check_here

DICT = """
def layer_forward(x, params):
    return x @ params["W"] + params["b"], (x, params)

def layer_backward(dout, cache):
    x, params = cache
    return dout @ params["W"].T, {"W": x.T @ dout, "b": BIAS}
"""
HEADS = """
import numpy as np

class Heads:
    def forward(self, x):
        self.x = x
        return {"mean": x**2, "scale": np.exp(x)}

    def backward(self, grads):
        return 2 * self.x * grads["mean"] + SCALE
"""
OPTIMISED = """
class Layer:
    def __init__(self):
        import numpy as np
        self.W = np.arange(12.0).reshape(4, 3) / 10

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout, optimizer):
        W = self.W
        self.W = optimizer.update(W, FACTOR * self.x.T @ dout)
        return dout @ W.T
"""
WEIGHTED = """
import numpy as np

class Loss:
    def __init__(self):
        self.weights = np.array([0.5, 1.0, 2.0])

    def forward(self, logits, labels):
        e = np.exp(logits)
        self.p, self.y = e / e.sum(1, keepdims=True), labels
        return -(self.weights[labels] * np.log(self.p[np.arange(len(labels)), labels])).sum()

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(d)), self.y] -= 1
        return d * self.weights[self.y][:, None] * FACTOR
"""


def verdict(source: str, target: str, **fields: object) -> str:
    return check_here(source, target, Request(**fields)).verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(("bias", "expected"), [("dout.sum(0)", "pass"), ("dout.mean(0)", "wrong gradient")])
def test_parameters_go_into_the_dict_that_an_argument_is(bias: str, expected: str) -> None:
    params = {"W": (4, 3), "b": (3,)}
    assert verdict(DICT.replace("BIAS", bias), "layer", inputs=((5, 4),), params=params) == expected


@pytest.mark.parametrize(("scale", "expected"), [('np.exp(self.x) * grads["scale"]', "pass"), ("0", "wrong gradient")])
def test_outputs_in_a_dict_have_their_upstream_gradients_in_one(scale: str, expected: str) -> None:
    assert verdict(HEADS.replace("SCALE", scale), "Heads", inputs=((4, 3),)) == expected


@pytest.mark.parametrize(("factor", "expected"), [("1", "pass"), ("2", "wrong gradient")])
def test_an_optimiser_is_given_and_its_step_is_the_gradient(factor: str, expected: str) -> None:
    assert verdict(OPTIMISED.replace("FACTOR", factor), "Layer", inputs=((5, 4),)) == expected


@pytest.mark.parametrize(("factor", "expected"), [("1", "pass"), ("2", "wrong gradient")])
def test_what_a_loss_weighs_classes_by_is_a_constant(factor: str, expected: str) -> None:
    assert verdict(WEIGHTED.replace("FACTOR", factor), "Loss", inputs=((6, 3),)) == expected
