"""Mistakes of the kinds that students make, in ai702's worked submission: what raises, what is missing, two at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from graders.marking.validation.changes import Changes, Edit

MLP, LINEAR, NORM, SGD = (
    "mytorch/models/mlp.py",
    "mytorch/nn/linear.py",
    "mytorch/nn/batchnorm.py",
    "mytorch/optim/sgd.py",
)
ACTIVATION, LOSS = "mytorch/nn/activation.py", "mytorch/nn/loss.py"
_A1 = "A1 = self.f[0].forward(Z0)\n        Z1 = self.layers[1].forward(A1)\n        A2 = self.f[1].forward(Z1)\n\n"
_MOMENTS = "        self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V\n"


class Kind(NamedTuple):
    """Edits that make a mistake, or two, and the sections that see them."""

    name: str
    edits: tuple[tuple[str, str, str], ...]
    marked: tuple[str, ...]


def _one(name: str, file: str, old: str, new: str, *marked: str) -> Kind:
    return Kind(name, ((file, old, new),), marked)


KINDS = (
    _one("a layer where the activation belongs", MLP, _A1, _A1.replace("self.f[0]", "self.layers[0]"), "mlp1"),
    _one(
        "the activation is given the wrong variable",
        MLP,
        _A1,
        _A1.replace("f[1].forward(Z1)", "f[1].forward(A1)"),
        "mlp1",
    ),
    _one("one argument too many", MLP, _A1, _A1.replace("f[0].forward(Z0)", "f[0].forward(Z0, A0)"), "mlp1"),
    _one("an argument is missing", MLP, _A1, _A1.replace("layers[1].forward(A1)", "layers[1].forward()"), "mlp1"),
    _one("a list isn't indexed", MLP, _A1, _A1.replace("self.f[1].forward", "self.f.forward"), "mlp1"),
    _one("an object isn't called", MLP, "[Linear(2, 3), Linear(3, 2)]", "[Linear(2, 3), Linear]", "mlp1"),
    _one("a misspelt name", NORM, "self.V = np.var(Z,", "self.V = np.var(z,", "batchnorm"),
    _one("a misspelt attribute", NORM, "deviation = self.Z - self.M", "deviation = self.Z - self.m", "batchnorm"),
    _one("an attribute under another name", LINEAR, "self.dLdb = dLdb / self.N", "self.dldb = dLdb / self.N", "linear"),
    _one("np.max for np.maximum", ACTIVATION, "np.maximum(Z, 0)", "np.max(Z, 0)", "activations"),
    _one("a function that there isn't", NORM, "np.mean(Z, axis=0, keepdims=True)", "np.average_of(Z)", "batchnorm"),
    _one("the batch's size isn't kept", LINEAR, "        self.N = A.shape[0]\n", "", "linear"),
    _one("the input isn't kept", LINEAR, "        self.A = A\n", "", "linear"),
    _one("dLdb isn't assigned", LINEAR, "        self.dLdb = dLdb / self.N\n", "", "linear"),
    _one("the running variance isn't blended", NORM, "    " + _MOMENTS, "", "batchnorm"),
    _one("nothing is returned", LINEAR, "\n        return dLdA\n", "\n", "linear"),
    _one("std for 1 / std", NORM, "return dLdNZ * inverse_std +", "return dLdNZ / inverse_std +", "batchnorm"),
    _one("power 3/2", NORM, "inverse_std**3", "inverse_std ** (-3)", "batchnorm"),
    _one("another variable", NORM, "np.sum(dLdNZ * deviation,", "np.sum(dLdBZ * deviation,", "batchnorm"),
    _one(
        "a sum over everything",
        NORM,
        "dLdM = -np.sum(dLdNZ, axis=0, keepdims=True)",
        "dLdM = -np.sum(dLdNZ)",
        "batchnorm",
    ),
    _one("a factor is missing", NORM, "dLdV * (2 / self.N) * deviation", "dLdV * deviation / self.N", "batchnorm"),
    _one("the derivative is squared alone", ACTIVATION, "self.A - self.A * self.A", "self.A * self.A", "activations"),
    _one("velocity from the parameters", SGD, "self.v_W[i] + layer.dLdW", "self.v_W[i] + layer.W", "sgd"),
    _one("a line that was copied", SGD, "layer.b - self.lr * self.v_b[i]", "layer.b - self.lr * self.v_W[i]", "sgd"),
    _one("a shape", LINEAR, "np.zeros((out_features, 1))", "np.zeros((1, out_features))", "linear"),
    _one("not averaged", LINEAR, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW", "linear"),
    _one("precedence", LOSS, "SSE / (2 * N * C)", "SSE / 2 * N * C", "losses"),
    _one(
        "softmax isn't normalised", LOSS, "self.softmax = exponentials / total", "self.softmax = exponentials", "losses"
    ),
    Kind(
        "two: in forward and in backward",
        (
            (NORM, _MOMENTS, _MOMENTS.replace("(1 - self.alpha) *", "self.alpha *")),
            (NORM, "np.sum(dLdBZ, axis=0, keepdims=True)", "np.mean(dLdBZ, axis=0, keepdims=True)"),
        ),
        ("batchnorm",),
    ),
    Kind(
        "two: both gradients",
        (
            (LINEAR, "dLdW = dLdZ.T @ dZdW", "dLdW = -dLdZ.T @ dZdW"),
            (LINEAR, "self.dLdb = dLdb / self.N", "self.dLdb = dLdb"),
        ),
        ("linear",),
    ),
    Kind(
        "two: in two classes",
        (
            (ACTIVATION, "self.A - self.A * self.A", "self.A * self.A"),
            (ACTIVATION, "1 - self.A * self.A", "1 + self.A * self.A"),
        ),
        ("activations",),
    ),
)


def made() -> Iterator[tuple[str, Changes, tuple[str, ...]]]:
    """Each with what makes it of the worked submission, and what is marked."""
    for one in KINDS:
        yield one.name, Changes(tuple(Edit(*edit) for edit in one.edits)), one.marked
