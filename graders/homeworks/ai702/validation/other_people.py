"""How other people write Linear, ReLU, the MLPs and SGD; and beside it what is wrong."""

# ruff: noqa: E501 - edits are easier to read on one line

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, Variant, mutants

from .mutants import (
    ACTIVATION,
    APPLY4,
    BATCHNORM,
    FORWARD4,
    FUNCTIONS1,
    FUNCTIONS4,
    LAYERS1,
    LAYERS4,
    LINEAR,
    LINEAR_B,
    LINEAR_W,
    LOSS,
    MLP,
    RELU,
    SGD,
    Z,
)

MLPS = ("mlp0", "mlp1", "mlp4")
SIGNATURE = "def __init__(self, in_features, out_features, debug=False):"
MLP4_CLASS = "class MLP4:"
NUMPY = "import numpy as np\n"


def edited(name: str, marked: tuple[str, ...], *edits: tuple[str, str, str]) -> Variant:
    """A few lines otherwise: (file, old, new)."""
    return Variant(name, Changes(edits=tuple(Edit(*edit) for edit in edits)), marked)


def instead(name: str, marked: tuple[str, ...], **files: str) -> Variant:
    """Whole files by what they are: `linear`, `sgd`."""
    places = {"linear": LINEAR, "sgd": SGD}
    return Variant(name, Changes(files={places[kind]: text for kind, text in files.items()}), marked)


LINEAR_AS_DATACLASS = """
from dataclasses import dataclass, field

import numpy as np


@dataclass(slots=True, eq=False)
class Linear:
    in_features: int
    out_features: int
    W: np.ndarray = field(init=False, repr=False)
    b: np.ndarray = field(init=False, repr=False)
    A: np.ndarray = None
    N: int = 0
    dLdW: np.ndarray = None
    dLdb: np.ndarray = None

    def __post_init__(self):
        self.W = np.zeros((self.out_features, self.in_features))
        self.b = np.zeros((self.out_features, 1))

    def forward(self, A):
        self.A, self.N = A, len(A)
        return np.einsum("ni,oi->no", A, self.W) + self.b[:, 0]

    def backward(self, dLdZ):
        self.dLdW = np.einsum("no,ni->oi", dLdZ, self.A) / self.N
        self.dLdb = np.einsum("no->o", dLdZ)[:, None] / self.N
        return np.einsum("no,oi->ni", dLdZ, self.W)
"""

LINEAR_WITH_SETTERS = """
import numpy as np


class Module:
    registry = []

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        Module.registry.append(cls.__name__)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        self.__dict__.setdefault("_seen", set()).add(name)

    def parameters(self):
        return [getattr(self, name) for name in ("W", "b")]


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True, name=None):
        super().__init__()
        self.in_features, self.out_features, self.name = in_features, out_features, name
        self._weight, self._bias = np.zeros((out_features, in_features)), np.zeros((out_features, 1))

    @property
    def W(self):
        return self._weight

    @W.setter
    def W(self, value):
        assert value.shape == (self.out_features, self.in_features), value.shape
        self._weight = value

    @property
    def b(self):
        return self._bias

    @b.setter
    def b(self, value):
        assert value.shape == (self.out_features, 1), value.shape
        self._bias = value

    def forward(self, A):
        self.A, self.N = A, A.shape[0]
        return np.vstack([self.W @ row + self.b.ravel() for row in A])

    def backward(self, dLdZ):
        self.dLdW = sum(np.outer(d, a) for d, a in zip(dLdZ, self.A)) / self.N
        self.dLdb = dLdZ.mean(axis=0).reshape(-1, 1)
        return dLdZ.dot(self.W)
"""

SGD_BY_NAMES = """
import copy

import numpy as np

from mytorch.nn.linear import Linear


class SGD:
    def __init__(self, model, lr=0.1, momentum=0):
        self.layers = [layer for layer in model.layers if isinstance(layer, Linear)]
        assert all(type(layer).__name__ == "Linear" and hasattr(layer, "dLdW") for layer in self.layers)
        self.before = copy.deepcopy(self.layers)
        self.lr, self.mu = lr, momentum
        self.velocity = [{n: np.zeros_like(vars(layer)[n]) for n in vars(layer) if "dLd" + n in vars(layer)} for layer in self.layers]

    @property
    def v_W(self):
        return [v["W"] for v in self.velocity]

    @property
    def v_b(self):
        return [v["b"] for v in self.velocity]

    def step(self):
        for layer, velocity in zip(self.layers, self.velocity):
            for name in ["W", "b"]:
                velocity[name] = self.mu * velocity[name] + getattr(layer, "dLd" + name)
                setattr(layer, name, getattr(layer, name) - self.lr * velocity[name])
"""

CAUTIOUS_FORWARD4 = """saved = copy.deepcopy(self.layers), pickle.dumps([layer.W for layer in self.layers])
        assert all(isinstance(layer, Linear) for layer in self.layers) and len(saved) == 2
        assert {type(f).__name__ for f in self.f} == {"ReLU"} and self.f[0].__class__ is ReLU
        for previous, layer in zip(self.layers, self.layers[1:]):
            assert previous.W.shape[0] == layer.W.shape[1], "sizes"
        for i in range(len(self.layers)):"""

VARIANTS = [
    edited("mlp0: a spare layer that nothing uses", MLPS, (MLP, "self.layers = [Linear(2, 3)]\n        self.f = [ReLU()]", "self.layers = [Linear(2, 3), Linear(3, 3)]\n        self.f = [ReLU(), ReLU()]")),
    edited("mlp4: a spare activation and a name for each layer", MLPS, (MLP, FUNCTIONS4, 'self.f = [ReLU() for _ in range(6)]\n        self.names = [f"linear{i}" for i in range(5)]\n        self.sizes = {"in": 2, "out": 2}')),
    edited(
        "mlp1: activations f0 and f1 in place of a list",
        MLPS,
        (MLP, FUNCTIONS1, "self.f0, self.f1 = ReLU(), ReLU()"),
        (MLP, "A1 = self.f[0].forward(Z0)\n        Z1", "A1 = self.f0.forward(Z0)\n        Z1"),
        (MLP, "A2 = self.f[1].forward(Z1)", "A2 = self.f1.forward(Z1)"),
        (MLP, "dA2dZ1 = self.f[1].backward()", "dA2dZ1 = self.f1.backward()"),
        (MLP, "dLdA1 = self.layers[1].backward(dLdZ1)\n\n        dA1dZ0 = self.f[0].backward()", "dLdA1 = self.layers[1].backward(dLdZ1)\n\n        dA1dZ0 = self.f0.backward()"),
    ),
    edited(
        "mlps: layers by keyword, with a parameter of Linear's that the handout hasn't",
        ("linear", *MLPS),
        (LINEAR, SIGNATURE, "def __init__(self, in_features, out_features, bias=True, *, debug=False, name=None):"),
        (MLP, LAYERS1, 'self.layers = [Linear(in_features=2, out_features=3, name="hidden"), Linear(out_features=2, in_features=3, bias=True)]'),
    ),
    edited(
        "mlp4: a class of layers derived from Linear, tuples, sizes in a loop",
        MLPS,
        (MLP, MLP4_CLASS, "class Hidden(Linear):\n    def __init__(self, size):\n        super().__init__(*size)\n        self.size = size\n\n    def __repr__(self):\n        return f\"Hidden{self.size}\"\n\n\n" + MLP4_CLASS),
        (MLP, LAYERS4, "sizes = (2, 4, 8, 8, 4, 2)\n        self.layers = tuple(map(Hidden, zip(sizes, sizes[1:])))"),
    ),
    edited(
        "mlp4: isinstance, deepcopy and pickle of its layers",
        MLPS,
        (MLP, "from mytorch.nn.activation", "import copy\nimport pickle\n\nfrom mytorch.nn.activation"),
        (MLP, FORWARD4, CAUTIOUS_FORWARD4),
    ),
    instead("linear: a dataclass with slots, einsum", ("linear", *MLPS), linear=LINEAR_AS_DATACLASS),
    instead("linear: properties that assert, a base class with a registry", ("linear", *MLPS), linear=LINEAR_WITH_SETTERS),
    edited(
        "relu: number by number with np.vectorize",
        ("activations", *MLPS),
        (ACTIVATION, RELU, "self.A = np.vectorize(lambda z: z if z > 0 else 0.0, otypes=[float])(Z)"),
    ),
    instead("sgd: by names of attributes, isinstance, vars and deepcopy", ("sgd",), sgd=SGD_BY_NAMES),
]  # fmt: skip

MUTANTS: list[Mutant] = [
    *mutants(
        LINEAR,
        "linear",
        {
            "linear: W is nothing until it is set": (LINEAR_W, "self.W = None"),
            "linear: two faults of the constructor": [
                (LINEAR_W, "self.W = np.full((out_features, in_features), 0.5)"),
                (LINEAR_B, "self.b = np.zeros((1, out_features))"),
            ],
            "linear: b of (out,), with a formula that works with it": [
                (LINEAR_B, "self.b = np.zeros(out_features)"),
                (Z, "return A @ self.W.T + np.ravel(self.b)"),
            ],
        },
        marked="linear mlp0 mlp1 mlp4",
    ),
    *mutants(
        MLP,
        "mlp1",
        {
            "mlp1: layers kept from the last to the first": [
                (LAYERS1, "self.layers = [Linear(3, 2), Linear(2, 3)]"),
                ("Z1 = self.layers[1].forward(A1)", "Z1 = self.layers[0].forward(A1)"),
            ],
            "mlp1: both layers are one": (LAYERS1, "self.layers = [Linear(2, 3)] * 2"),
        },
    ),
    *mutants(
        MLP,
        "mlp4",
        {
            "mlp4: a spare activation, and none at the output": [
                (FUNCTIONS4, "self.f = [ReLU() for _ in range(6)]"),
                (APPLY4, "A = self.f[i].forward(Z) if i + 1 < len(self.layers) else Z"),
            ],
            "mlp4: a layer of the middle skipped": (FORWARD4, "for i in (0, 1, 3, 4):"),
        },
    ),
    *mutants(
        BATCHNORM,
        "batchnorm",
        {
            "batchnorm: direct path times the deviation": ("return dLdNZ * inverse_std +", "return dLdNZ / inverse_std +"),
            "batchnorm: dLdV with exponent +3/2": ("* inverse_std**3", "/ inverse_std**3"),
            "batchnorm: dLdM of dLdBZ": ("dLdM = -np.sum(dLdNZ, ", "dLdM = -np.sum(dLdBZ, "),
            "batchnorm: dLdBW without NZ": ("np.sum(dLdBZ * self.NZ, axis=0, keepdims=True)", "np.sum(dLdBZ, axis=0, keepdims=True)"),
            "batchnorm: deviations summed": ("deviation = self.Z - self.M", "deviation = (self.Z - self.M).sum()"),
            "batchnorm: scaled by a matrix product": ("self.BZ = self.BW * self.NZ + self.Bb", "self.BZ = (np.ones_like(self.NZ) @ self.BW.T) * self.NZ + self.Bb"),
        },
    ),
    *mutants(ACTIVATION, "activations", {"sigmoid: slope A squared": ("return self.A - self.A * self.A", "return self.A * self.A")}),
    *mutants(
        LOSS,
        "losses",
        {
            "cross-entropy: softmax kept without its sum": ("self.softmax = exponentials / total", "self.softmax = exponentials"),
            "cross-entropy: gradient of exp(A)": ("return self.softmax - self.Y", "return np.exp(self.A) - self.Y"),
            "cross-entropy: loss of the logits": ("log_softmax = shifted - np.log(total)", "log_softmax = A"),
        },
    ),
    *mutants(SGD, "sgd", {"sgd: velocity of W from W": ("self.v_W[i] = self.mu * self.v_W[i] + layer.dLdW", "self.v_W[i] = self.mu * self.v_W[i] + layer.W")}),
    *mutants(SGD, "sgd", {"sgd: layers that are no Linear alone": ("self.l = model.layers", "self.l = [layer for layer in model.layers if type(layer).__name__ != \"Linear\"]")}),
]  # fmt: skip
