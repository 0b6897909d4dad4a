"""Right submissions of ai702 that are written otherwise than the worked one; each must keep all 100 points.

A variant changes a few lines, or brings whole files of its own. Some give warnings: those cost nothing.
"""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Variant

from .mutants import (
    ACTIVATION,
    BATCHNORM,
    BN_KEEP_N,
    DLDZ,
    EACH,
    ENTROPY,
    ENTROPY_SLOPE,
    EVAL,
    FUNCTIONS4,
    IDENTITY_SLOPE,
    INVERSE,
    KEEP_A,
    LINEAR,
    LINEAR_B,
    LINEAR_W,
    LOSS,
    MEAN,
    MEAN_ENTROPY,
    MLP,
    MOVE_B,
    MOVE_W,
    MSE_SLOPE,
    OUTPUT,
    RELU,
    RELU_SLOPE,
    RUNNING_M,
    RUNNING_V,
    SCALE,
    SGD,
    SHIFT,
    SHIFTED,
    SIGMOID,
    SIGMOID_SLOPE,
    SLOPE_B,
    SLOPE_W,
    SOFTMAX,
    SUMMED,
    TANH,
    TANH_SLOPE,
    TOTAL,
    TRAIN,
    VARIANCE,
    VELOCITY_B,
    VELOCITY_W,
    ZERO_VELOCITY_B,
    ZERO_VELOCITY_W,
    LINEAR_dLdA,
    LINEAR_dLdb,
    LINEAR_dLdW,
    STORE_dLdb,
    STORE_dLdW,
    Z,
)


def patched(name: str, *edits: tuple[str, str, str]) -> Variant:
    """A few lines otherwise: (file, old, new)."""
    return Variant(name, Changes(edits=tuple(Edit(*edit) for edit in edits)))


def rewritten(name: str, removed: tuple[str, ...] = (), *, moved: str = "", **files: str) -> Variant:
    """Whole files otherwise; `linear=...` is mytorch/nn/linear.py. `moved` is where the MLPs' file goes."""
    whole = {PLACES[key]: text for key, text in files.items()}
    return Variant(name, Changes(files=whole, removed=removed, copied={moved: MLP} if moved else {}))


PLACES = {
    "linear": LINEAR,
    "activation": ACTIVATION,
    "loss": LOSS,
    "batchnorm": BATCHNORM,
    "sgd": SGD,
    "mlp": MLP,
    "top_level_models": "models/__init__.py",
    "helpers": "mytorch/nn/helpers.py",
    "nn": "mytorch/nn/__init__.py",
    "models": "mytorch/models/__init__.py",
}

TOP_LEVEL_MLP = "models/mlp.py"
IMPORTS = "from mytorch.nn.activation import ReLU\nfrom mytorch.nn.linear import Linear\n"
INITS = ("mytorch/__init__.py", "mytorch/nn/__init__.py", "mytorch/optim/__init__.py", "mytorch/models/__init__.py")

LINEAR_BY_LOOPS = """
import numpy as np


class Linear:
    def __init__(self, in_features, out_features):
        self.W = np.zeros((out_features, in_features), dtype="f")
        self.b = np.zeros((out_features, 1), dtype="f")
        self.dLdW = np.zeros((out_features, in_features), dtype="f")
        self.dLdb = np.zeros((out_features, 1), dtype="f")

    def forward(self, A):
        self.A = A
        self.N = len(A)
        Z = np.empty((self.N, len(self.W)))
        for n in range(self.N):
            for c in range(len(self.W)):
                Z[n, c] = sum(A[n, k] * self.W[c, k] for k in range(A.shape[1])) + self.b[c, 0]
        return Z

    def backward(self, dLdZ):
        dLdA = np.zeros(self.A.shape)
        dLdW = np.zeros(self.W.shape)
        dLdb = np.zeros(self.b.shape)
        for n in range(self.N):
            for c in range(len(self.W)):
                dLdA[n] += dLdZ[n, c] * self.W[c]
                dLdW[c] += dLdZ[n, c] * self.A[n]
                dLdb[c, 0] += dLdZ[n, c]
        self.dLdW = dLdW / self.N
        self.dLdb = dLdb / self.N
        return dLdA
"""

LINEAR_WITH_PROPERTIES = """
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, debug=False):
        self.parameters = {"W": np.zeros((out_features, in_features)), "b": np.zeros((out_features, 1))}
        self.gradients = {}
        self.history = []

    W = property(lambda self: self.parameters["W"], lambda self, value: self.parameters.update(W=np.array(value)))
    b = property(lambda self: self.parameters["b"], lambda self, value: self.parameters.update(b=np.array(value)))
    dLdW = property(lambda self: self.gradients["W"])
    dLdb = property(lambda self: self.gradients["b"])

    @property
    def N(self):
        return self.A.shape[0]

    def forward(self, A):
        self.A = A
        self.history.append(A.shape)
        return self.A @ self.W.T + np.ones((self.N, 1)) @ self.b.T

    def backward(self, dLdZ):
        self.gradients["W"] = dLdZ.T @ self.A / self.N
        self.gradients["b"] = dLdZ.T @ np.ones((self.N, 1)) / self.N
        return dLdZ @ self.W
"""

LINEAR_WITH_ONE_MATRIX = """
import numpy as np


class Linear(object):
    def __init__(self, in_features, out_features, debug=False, **kwargs):
        self.W = np.zeros([out_features, in_features])
        self.b = np.zeros([out_features, 1])

    def forward(self, A):
        self.A = np.hstack([A, np.ones((A.shape[0], 1))])
        self.N = A.shape[0]
        return self.A.dot(np.hstack([self.W, self.b]).T)

    def backward(self, dLdZ):
        gradient = np.dot(dLdZ.T, self.A) / self.N
        self.dLdW, self.dLdb = gradient[:, :-1], gradient[:, -1:]
        return np.matmul(dLdZ, self.W)
"""

ACTIVATIONS_WITH_A_BASE = """
import numpy as np


class Activation:
    def __init__(self):
        self.A = None
        self.calls = 0

    def forward(self, Z):
        self.calls += 1
        self.A = self.function(Z)
        return self.A

    def backward(self):
        return self.slope(self.A)

    def __call__(self, Z):
        return self.forward(Z)


class Identity(Activation):
    def function(self, Z):
        return Z.copy()

    def slope(self, A):
        return np.ones(A.shape, dtype="f")


class Sigmoid(Activation):
    def function(self, Z):
        return 1.0 / (1.0 + np.exp(-Z))

    def slope(self, A):
        return A * (1 - A)


class Tanh(Activation):
    def function(self, Z):
        return (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))

    def slope(self, A):
        return 1 - np.square(A)


class ReLU(Activation):
    def function(self, Z):
        return np.where(Z > 0, Z, 0)

    def slope(self, A):
        return np.where(A > 0, 1, 0)
"""

ACTIVATIONS_THAT_KEEP_Z = """
import numpy as np


class Sigmoid:
    def forward(self, Z):
        self.Z = Z
        self.A = np.exp(Z) / (1 + np.exp(Z))
        return self.A

    def backward(self):
        e = np.exp(-self.Z)
        return e / (1 + e) ** 2


class Tanh:
    def forward(self, Z):
        self.Z = Z
        self.A = 2 / (1 + np.exp(-2 * Z)) - 1
        return self.A

    def backward(self):
        return 1 / np.cosh(self.Z) ** 2


class ReLU:
    def forward(self, Z):
        self.Z = Z
        self.A = Z * (Z > 0)
        return self.A

    def backward(self):
        return np.heaviside(self.Z, 0)
"""

NN_WITHOUT_IDENTITY = """
from .activation import *
from .batchnorm import *
from .linear import *
from .loss import *
"""

ACTIVATIONS_BY_LOOPS = """
import math

import numpy as np


def each(function, Z):
    out = np.zeros_like(Z)
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            out[i, j] = function(Z[i, j])
    return out


class Identity:
    def forward(self, Z):
        self.A = Z
        return Z

    def backward(self):
        return np.ones(self.A.shape, dtype=int)


class Sigmoid:
    def forward(self, Z):
        self.A = each(lambda z: 1 / (1 + math.exp(-z)), Z)
        return self.A

    def backward(self):
        return each(lambda a: a - a * a, self.A)


class Tanh:
    def forward(self, Z):
        self.A = each(math.tanh, Z)
        return self.A

    def backward(self):
        return each(lambda a: (1 - a) * (1 + a), self.A)


class ReLU:
    def forward(self, Z):
        self.A = each(lambda z: max(z, 0), Z)
        return self.A

    def backward(self):
        dAdZ = self.A.copy()
        dAdZ[dAdZ > 0] = 1
        dAdZ[dAdZ <= 0] = 0
        return dAdZ
"""

LOSSES_BY_THE_PRINTED_FORMULAS = """
import numpy as np


class Criterion:
    def forward(self, A, Y):
        self.A = A
        self.Y = Y
        self.N = A.shape[0]
        self.C = A.shape[1]
        self.ones_N = np.ones((self.N, 1))
        self.ones_C = np.ones((self.C, 1))
        return self.loss()


class MSELoss(Criterion):
    def loss(self):
        SE = (self.A - self.Y) * (self.A - self.Y)
        SSE = self.ones_N.T @ SE @ self.ones_C
        return SSE / (2 * self.N * self.C)

    def backward(self):
        return (self.A - self.Y) / (self.N * self.C)


class CrossEntropyLoss(Criterion):
    def loss(self):
        self.softmax = np.exp(self.A) / (np.exp(self.A) @ self.ones_C)
        crossentropy = (-self.Y * np.log(self.softmax)) @ self.ones_C
        return self.ones_N.T @ crossentropy / self.N

    def backward(self):
        return self.softmax - self.Y
"""

BATCHNORM_BY_LOOPS = """
import numpy as np


class BatchNorm1d:
    def __init__(self, num_features, alpha=0.9):
        self.alpha = alpha
        self.eps = 1e-8
        self.BW = np.ones((1, num_features))
        self.Bb = np.zeros((1, num_features))
        self.dLdBW = np.zeros((1, num_features))
        self.dLdBb = np.zeros((1, num_features))
        self.running_M = np.zeros((1, num_features))
        self.running_V = np.ones((1, num_features))

    def forward(self, Z, eval=False):
        if eval == True:
            self.NZ = np.zeros(Z.shape)
            for j in range(Z.shape[1]):
                self.NZ[:, j] = (Z[:, j] - self.running_M[0, j]) / (self.running_V[0, j] + self.eps) ** 0.5
            return self.NZ * self.BW + self.Bb
        self.Z = Z
        self.N, self.C = Z.shape
        self.M = np.zeros((1, self.C))
        self.V = np.zeros((1, self.C))
        for j in range(self.C):
            self.M[0, j] = sum(Z[:, j]) / self.N
            self.V[0, j] = sum((Z[:, j] - self.M[0, j]) ** 2) / self.N
            self.running_M[0, j] = self.alpha * self.running_M[0, j] + (1 - self.alpha) * self.M[0, j]
            self.running_V[0, j] = self.alpha * self.running_V[0, j] + (1 - self.alpha) * self.V[0, j]
        self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)
        self.BZ = np.ones((self.N, 1)) @ self.BW * self.NZ + np.ones((self.N, 1)) @ self.Bb
        return self.BZ

    def backward(self, dLdBZ):
        dLdZ = np.zeros(self.Z.shape)
        for j in range(self.C):
            self.dLdBW[0, j] = sum(dLdBZ[:, j] * self.NZ[:, j])
            self.dLdBb[0, j] = sum(dLdBZ[:, j])
            d = self.Z[:, j] - self.M[0, j]
            s = self.V[0, j] + self.eps
            g = dLdBZ[:, j] * self.BW[0, j]
            dLdV = -0.5 * sum(g * d * s**-1.5)
            dMs = [-(s**-0.5) - 0.5 * d[i] * s**-1.5 * (-2 / self.N * sum(d)) for i in range(self.N)]
            dLdM = sum(g * dMs)
            dLdZ[:, j] = g * s**-0.5 + dLdV * 2 / self.N * d + dLdM / self.N
        return dLdZ
"""

BATCHNORM_IN_VECTORS = """
import numpy as np


class BatchNorm1d:
    def __init__(self, num_features, alpha=0.9):
        self.alpha = alpha
        self.eps = 1e-8
        self.BW = np.ones(num_features)
        self.Bb = np.zeros(num_features)
        self.dLdBW = np.zeros(num_features)
        self.dLdBb = np.zeros(num_features)
        self.running_M = np.zeros(num_features)
        self.running_V = np.ones(num_features)

    def forward(self, Z, eval=False):
        if eval:
            NZ = (Z - self.running_M) / np.sqrt(self.running_V + self.eps)
            return self.BW * NZ + self.Bb
        self.N = len(Z)
        self.M, self.V = Z.mean(0), Z.var(0)
        self.std = np.sqrt(self.V + self.eps)
        self.NZ = (Z - self.M) / self.std
        self.running_M = self.alpha * self.running_M + (1 - self.alpha) * self.M
        self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V
        return self.BW * self.NZ + self.Bb

    def backward(self, dLdBZ):
        self.dLdBW = (dLdBZ * self.NZ).sum(0)
        self.dLdBb = dLdBZ.sum(0)
        g = dLdBZ * self.BW
        return (g - g.mean(0) - self.NZ * (g * self.NZ).mean(0)) / self.std
"""

BATCHNORM_IN_SINGLE_PRECISION = """
import numpy as np


class BatchNorm1d:
    def __init__(self, num_features, alpha=0.9):
        self.alpha, self.eps = alpha, 1e-8
        self.BW = np.ones((1, num_features), dtype="f")
        self.Bb = np.zeros((1, num_features), dtype="f")
        self.dLdBW = np.zeros((1, num_features), dtype="f")
        self.dLdBb = np.zeros((1, num_features), dtype="f")
        self.running_M = np.zeros((1, num_features), dtype="f")
        self.running_V = np.ones((1, num_features), dtype="f")

    def forward(self, Z, eval=False):
        if eval:
            self.NZ = (Z - self.running_M) / np.sqrt(self.running_V + self.eps)
            self.BZ = self.BW * self.NZ + self.Bb
            return self.BZ
        self.Z, self.N = Z, Z.shape[0]
        self.M = Z.mean(axis=0, keepdims=True)
        self.V = np.sum((Z - self.M) ** 2, axis=0, keepdims=True) / self.N
        self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)
        self.BZ = self.BW * self.NZ + self.Bb
        self.running_M *= self.alpha
        self.running_M += (1 - self.alpha) * self.M
        self.running_V *= self.alpha
        self.running_V += (1 - self.alpha) * self.V
        return self.BZ

    def backward(self, dLdBZ):
        self.dLdBW[:] = np.sum(dLdBZ * self.NZ, axis=0)
        self.dLdBb[:] = np.sum(dLdBZ, axis=0)
        dLdNZ = dLdBZ * self.BW
        s = self.V + self.eps
        dLdV = -0.5 * np.sum(dLdNZ * (self.Z - self.M) * s ** (-3 / 2), axis=0, keepdims=True)
        first = -np.sum(dLdNZ * s ** (-1 / 2), axis=0, keepdims=True)
        second = -2 / self.N * dLdV * np.sum(self.Z - self.M, axis=0, keepdims=True)
        return dLdNZ * s ** (-1 / 2) + dLdV * 2 / self.N * (self.Z - self.M) + (first + second) / self.N
"""

MLPS_IN_ONE_CLASS = """
import numpy as np

from mytorch.nn import *


class Model:
    sizes = []

    def __init__(self):
        pairs = zip(self.sizes[:-1], self.sizes[1:])
        self.layers = [Linear(i, o) for i, o in pairs]
        self.f = [ReLU() for _ in self.layers]

    def forward(self, A):
        for layer, f in zip(self.layers, self.f):
            A = f.forward(layer.forward(A))
        return A

    def backward(self, dLdA):
        for layer, f in zip(self.layers[::-1], self.f[::-1]):
            dLdA = layer.backward(np.multiply(dLdA, f.backward()))
        return dLdA


class MLP0(Model):
    sizes = [2, 3]


class MLP1(Model):
    sizes = [2, 3, 2]


class MLP4(Model):
    sizes = [2, 4, 8, 8, 4, 2]
"""

SGD_IN_SINGLE_PRECISION = """
import numpy as np


class SGD:
    def __init__(self, model, lr=0.1, momentum=0):
        self.l = model.layers
        self.L = len(model.layers)
        self.lr = lr
        self.mu = momentum
        self.v_W = [np.zeros(self.l[i].W.shape, dtype="f") for i in range(self.L)]
        self.v_b = [np.zeros(self.l[i].b.shape, dtype="f") for i in range(self.L)]

    def step(self):
        for i in range(self.L):
            if self.mu == 0:
                self.l[i].W -= self.lr * self.l[i].dLdW
                self.l[i].b -= self.lr * self.l[i].dLdb
            else:
                self.v_W[i] *= self.mu
                self.v_W[i] += self.l[i].dLdW
                self.v_b[i] *= self.mu
                self.v_b[i] += self.l[i].dLdb
                self.l[i].W -= self.lr * self.v_W[i]
                self.l[i].b -= self.lr * self.v_b[i]
"""

SGD_WITH_ITS_OWN_NAMES = """
import numpy as np


class SGD:
    def __init__(self, model, lr=0.1, momentum=0):
        self.model, self.lr, self.mu = model, lr, momentum
        self.velocity = {}

    def step(self):
        for layer in self.model.layers:
            for name in ("W", "b"):
                v = self.velocity.get((id(layer), name), 0) * self.mu + getattr(layer, "dLd" + name)
                self.velocity[id(layer), name] = v
                setattr(layer, name, getattr(layer, name) - self.lr * v)
"""

HELPERS = """
import numpy as np


def column_sum(array):
    return np.sum(array, axis=0, keepdims=True)


def softmax(A):
    E = np.exp(A)
    return E / np.sum(E, axis=1, keepdims=True)
"""

WELFORD = """mean, spread = np.zeros((1, Z.shape[1])), np.zeros((1, Z.shape[1]))
            for count, row in enumerate(Z, start=1):
                step = row - mean
                mean = mean + step / count
                spread = spread + step * (row - mean)
            self.V = spread / len(Z)"""

DEBUG0 = """
        if self.debug:
            self.Z0 = Z0
            self.A1 = A1

        return A1
"""

VARIANTS = [
    Variant("the worked submission", Changes()),
    # linear
    rewritten("linear: loops over examples and outputs", linear=LINEAR_BY_LOOPS),
    rewritten("linear: properties", linear=LINEAR_WITH_PROPERTIES),
    rewritten("linear: W and b in one matrix", linear=LINEAR_WITH_ONE_MATRIX),
    patched(
        "linear: einsum",
        (LINEAR, Z, 'return np.einsum("ni,oi->no", A, self.W) + np.einsum("oj->jo", self.b)'),
        (LINEAR, LINEAR_dLdA, 'dLdA = np.einsum("no,oi->ni", dLdZ, self.W)'),
        (LINEAR, LINEAR_dLdW, 'dLdW = np.einsum("no,ni->oi", dLdZ, self.A)'),
        (LINEAR, LINEAR_dLdb, 'dLdb = np.einsum("no->o", dLdZ)[:, None]'),
    ),
    patched(
        "linear: starts in single precision",
        (LINEAR, LINEAR_W, 'self.W = np.zeros((out_features, in_features), dtype="f")'),
        (LINEAR, LINEAR_B, 'self.b = np.zeros((out_features, 1), dtype="f")'),
    ),
    patched(
        "linear: computes in single precision",
        (LINEAR, Z, 'return A.astype("f") @ self.W.astype("f").T + self.b.astype("f").T'),
        (LINEAR, LINEAR_dLdA, 'dLdA = dLdZ.astype("f") @ self.W.astype("f")'),
        (LINEAR, LINEAR_dLdW, 'dLdW = dLdZ.astype("f").T @ self.A.astype("f")'),
        (LINEAR, LINEAR_dLdb, 'dLdb = dLdZ.astype("f").T @ dZdb.astype("f")'),
    ),
    patched(
        "linear: starts with integer zeros",
        (LINEAR, LINEAR_W, "self.W = np.zeros((out_features, in_features), dtype=int)"),
        (LINEAR, LINEAR_B, "self.b = np.zeros((out_features, 1), dtype=int)"),
    ),
    patched(
        "linear: bias repeated for each example",
        (LINEAR, Z, "return np.dot(A, self.W.T) + np.tile(self.b.T, (self.N, 1))"),
        (LINEAR, LINEAR_dLdb, "dLdb = np.sum(dLdZ, axis=0).reshape(-1, 1)"),
    ),
    patched(
        "linear: Fortran order and views",
        (LINEAR, Z, "return (self.W @ A.T + self.b).T"),
        (LINEAR, LINEAR_dLdA, "dLdA = np.asfortranarray(dLdZ @ self.W)"),
        (LINEAR, LINEAR_dLdW, "dLdW = (self.A.T @ dLdZ).T"),
        (LINEAR, LINEAR_dLdb, "dLdb = np.repeat(dLdZ.sum(axis=0), 2)[::2][:, None]"),
    ),
    patched(
        "linear: bias added in place to a new array",
        (LINEAR, Z, "Z = A @ self.W.T\n        Z += self.b.T\n        return Z"),
    ),
    patched(
        "linear: dLdW and dLdb written into arrays made before",
        (
            LINEAR,
            LINEAR_B,
            LINEAR_B + "\n        self.dLdW, self.dLdb = np.zeros(self.W.shape), np.zeros(self.b.shape)",
        ),
        (LINEAR, STORE_dLdW, "self.dLdW[...] = dLdW / self.N"),
        (LINEAR, STORE_dLdb, "self.dLdb[:] = dLdb / self.N"),
    ),
    patched("linear: keeps a copy of A", (LINEAR, KEEP_A, "self.A = A.copy()\n")),
    patched("linear: prints", (LINEAR, KEEP_A, 'self.A = A\n        print("forward", A.shape)\n')),
    patched("linear: no `debug`", (LINEAR, ", debug=False", ""), (LINEAR, "self.debug = debug", "self.debug = False")),
    patched("linear: averages by np.mean", (LINEAR, STORE_dLdb, "self.dLdb = np.mean(dLdZ, axis=0)[:, np.newaxis]")),
    # activations
    rewritten("activations: a base class, the printed formulas", activation=ACTIVATIONS_WITH_A_BASE),
    rewritten(
        "activations: derivatives in terms of Z, no Identity, star imports",
        activation=ACTIVATIONS_THAT_KEEP_Z,
        nn=NN_WITHOUT_IDENTITY,
    ),
    rewritten("activations: loops, math", activation=ACTIVATIONS_BY_LOOPS),
    patched("relu: derivative of booleans", (ACTIVATION, RELU_SLOPE, "return self.A > 0")),
    patched("relu: derivative of integers", (ACTIVATION, RELU_SLOPE, "return (self.A > 0).astype(int)")),
    patched("relu: derivative of small integers", (ACTIVATION, RELU_SLOPE, "return (self.A > 0).astype(np.int8)")),
    patched("relu: derivative by np.sign", (ACTIVATION, RELU_SLOPE, "return np.sign(self.A)")),
    patched("relu: half of |Z| + Z", (ACTIVATION, RELU, "self.A = (np.abs(Z) + Z) / 2")),
    patched("relu: clip", (ACTIVATION, RELU, "self.A = np.clip(Z, 0, None)")),
    patched("relu: a masked copy", (ACTIVATION, RELU, "self.A = Z.copy()\n        self.A[self.A < 0] = 0")),
    patched("relu: np.fmax with a float", (ACTIVATION, RELU, "self.A = np.fmax(0.0, Z)")),
    patched("relu: negative zeros", (ACTIVATION, RELU, "self.A = -np.minimum(-Z, 0)")),
    patched(
        "sigmoid: clipped where it doesn't matter",
        (ACTIVATION, SIGMOID, "self.A = 1 / (1 + np.exp(-np.clip(Z, -500, 500)))"),
        (ACTIVATION, SIGMOID_SLOPE, "return self.A * (1 - self.A)"),
    ),
    patched("sigmoid: by tanh", (ACTIVATION, SIGMOID, "self.A = 0.5 * (1 + np.tanh(Z / 2))")),
    patched("sigmoid: powers of e", (ACTIVATION, SIGMOID, "self.A = (1 + np.e ** (-Z)) ** -1")),
    patched("sigmoid: single precision", (ACTIVATION, SIGMOID, 'self.A = 1 / (1 + np.exp(-Z.astype("f")))')),
    patched(
        "tanh: printed formula", (ACTIVATION, TANH, "self.A = (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))")
    ),
    patched(
        "tanh: sinh over cosh",
        (ACTIVATION, TANH, "self.A = np.sinh(Z) / np.cosh(Z)"),
        (ACTIVATION, TANH_SLOPE, "return 1 - self.A**2"),
    ),
    patched("tanh: single precision", (ACTIVATION, TANH, 'self.A = np.tanh(Z.astype("f"))')),
    patched("identity: a copy", (ACTIVATION, IDENTITY_SLOPE, "return np.ones(self.A.shape, dtype='f')")),
    # losses
    rewritten("losses: the printed matrix formulas, (1, 1)", loss=LOSSES_BY_THE_PRINTED_FORMULAS),
    patched(
        "losses: Python floats",
        (LOSS, SUMMED, "return float(SSE / (2 * N * C))"),
        (LOSS, MEAN_ENTROPY, "return crossentropy.sum().item() / N"),
    ),
    patched(
        "losses: (1,)",
        (LOSS, SUMMED, "return np.array([SSE / (2 * N * C)])"),
        (LOSS, MEAN_ENTROPY, "return np.array([np.mean(crossentropy)])"),
    ),
    patched(
        "mse: np.mean",
        (LOSS, SUMMED, "return np.mean(SE) / 2"),
        (LOSS, MSE_SLOPE, "return (self.A - self.Y) / self.A.size"),
    ),
    patched("mse: np.linalg.norm", (LOSS, SUMMED, "return np.linalg.norm(A - Y) ** 2 / (2 * A.size)")),
    patched("mse: a trace", (LOSS, SUMMED, "return np.trace((A - Y) @ (A - Y).T) / 2 / N / C")),
    patched("cross-entropy: naive softmax", (LOSS, SHIFTED, "shifted = A")),
    patched(
        "cross-entropy: guarded logarithm",
        (LOSS, ENTROPY, "crossentropy = -np.sum(Y * np.log(self.softmax + 1e-12), axis=1)"),
    ),
    patched(
        "cross-entropy: clipped probabilities",
        (LOSS, ENTROPY, "crossentropy = -np.sum(Y * np.log(np.clip(self.softmax, 1e-15, 1)), axis=1)"),
    ),
    patched(
        "cross-entropy: log-sum-exp",
        (LOSS, ENTROPY, "crossentropy = np.log(np.exp(A).sum(axis=1)) - (Y * A).sum(axis=1)"),
    ),
    patched(
        "cross-entropy: in rows, one after another",
        (LOSS, SOFTMAX, "self.softmax = np.array([np.exp(a) / np.exp(a).sum() for a in A])"),
        (LOSS, ENTROPY, "crossentropy = np.array([-y @ np.log(p) for y, p in zip(Y, self.softmax)])"),
    ),
    patched("cross-entropy: shifted by the largest of all", (LOSS, SHIFTED, "shifted = A - np.max(A)")),
    patched("cross-entropy: softmax transposed", (LOSS, TOTAL, "total = np.sum(exponentials.T, axis=0)[:, None]")),
    patched(
        "cross-entropy: single precision",
        (LOSS, SHIFTED, 'shifted = (A - A.max(axis=1, keepdims=True)).astype("f")'),
        (LOSS, ENTROPY_SLOPE, 'return self.softmax - self.Y.astype("f")'),
    ),
    # SGD
    rewritten("sgd: single precision, everything in place", sgd=SGD_IN_SINGLE_PRECISION),
    rewritten("sgd: one rule, attributes of its own", sgd=SGD_WITH_ITS_OWN_NAMES),
    patched(
        "sgd: parameters updated in place",
        (SGD, SLOPE_W, "layer.W -= self.lr * layer.dLdW"),
        (SGD, SLOPE_B, "layer.b -= self.lr * layer.dLdb"),
        (SGD, MOVE_W, "self.l[i].W -= self.lr * self.v_W[i]"),
        (SGD, MOVE_B, "self.l[i].b -= self.lr * self.v_b[i]"),
    ),
    patched(
        "sgd: parameters written into their arrays",
        (SGD, SLOPE_W, "layer.W[...] = layer.W - self.lr * layer.dLdW"),
        (SGD, MOVE_B, "np.subtract(layer.b, self.lr * self.v_b[i], out=layer.b)"),
    ),
    patched(
        "sgd: velocity with the learning rate and a minus, rescaled when it changes",
        (SGD, EACH, 'scale, self.before = self.lr / getattr(self, "before", self.lr), self.lr\n        ' + EACH),
        (SGD, VELOCITY_W, "self.v_W[i] = self.mu * scale * self.v_W[i] - self.lr * layer.dLdW"),
        (SGD, VELOCITY_B, "self.v_b[i] = self.mu * scale * self.v_b[i] - self.lr * layer.dLdb"),
        (SGD, MOVE_W, "layer.W = layer.W + self.v_W[i]"),
        (SGD, MOVE_B, "layer.b = layer.b + self.v_b[i]"),
    ),
    patched(
        "sgd: velocities from zeros of the parameters' kind",
        (SGD, ZERO_VELOCITY_W, "self.v_W = [np.zeros_like(layer.W) for layer in model.layers]"),
        (SGD, ZERO_VELOCITY_B, "self.v_b = [0 * layer.b for layer in model.layers]"),
    ),
    patched(
        "sgd: velocities from plain zeros",
        (SGD, ZERO_VELOCITY_W, "self.v_W = [0] * self.L"),
        (SGD, ZERO_VELOCITY_B, "self.v_b = [0] * self.L"),
    ),
    # batch normalisation
    rewritten("batchnorm: loops over features, every term of equation 64", batchnorm=BATCHNORM_BY_LOOPS),
    rewritten("batchnorm: vectors (C,) and the short form of the gradient", batchnorm=BATCHNORM_IN_VECTORS),
    rewritten("batchnorm: single precision, running statistics in place", batchnorm=BATCHNORM_IN_SINGLE_PRECISION),
    patched(
        "batchnorm: variance in one pass",
        (BATCHNORM, VARIANCE, "self.V = np.mean(Z**2, axis=0, keepdims=True) - self.M**2"),
    ),
    patched("batchnorm: Welford's variance", (BATCHNORM, VARIANCE, WELFORD)),
    patched(
        "batchnorm: sums divided by N",
        (BATCHNORM, MEAN, "self.M = np.sum(Z, axis=0, keepdims=True) / self.N"),
        (BATCHNORM, VARIANCE, "self.V = np.ones((1, self.N)) @ (Z - self.M) ** 2 / self.N"),
    ),
    patched(
        "batchnorm: batch statistics (C,)",
        (BATCHNORM, MEAN, "self.M = Z.mean(axis=0)"),
        (BATCHNORM, VARIANCE, "self.V = Z.var(axis=0)"),
    ),
    patched(
        "batchnorm: gradients (C,)",
        (BATCHNORM, SHIFT, "self.dLdBb = np.sum(dLdBZ, axis=0)"),
        (BATCHNORM, SCALE, "self.dLdBW = np.sum(dLdBZ * self.NZ, axis=0)"),
    ),
    patched(
        "batchnorm: the paper's gradient",
        (
            BATCHNORM,
            DLDZ,
            "return self.BW * inverse_std / self.N * (self.N * dLdBZ - self.dLdBb - self.NZ * self.dLdBW)",
        ),
    ),
    patched(
        "batchnorm: the gradient by a Jacobian for each feature",
        (
            BATCHNORM,
            DLDZ,
            "J = (np.eye(self.N) - 1 / self.N)[:, :, None] - self.NZ[:, None] * self.NZ[None] / self.N\n"
            '        return np.einsum("ikc,kc->ic", J, dLdNZ) * inverse_std',
        ),
    ),
    patched(
        "batchnorm: power -1/2",
        (BATCHNORM, INVERSE, "inverse_std = (self.V + self.eps) ** (-1 / 2)"),
        (BATCHNORM, TRAIN, "self.NZ = (Z - self.M) * (self.V + self.eps) ** -0.5"),
    ),
    patched(
        "batchnorm: scale and shift repeated",
        (
            BATCHNORM,
            OUTPUT,
            "self.BZ = np.repeat(self.BW, len(Z), axis=0) * self.NZ + np.repeat(self.Bb, len(Z), axis=0)",
        ),
    ),
    patched(
        "batchnorm: running statistics as steps",
        (BATCHNORM, RUNNING_M, "self.running_M = self.running_M + (1 - self.alpha) * (self.M - self.running_M)"),
        (BATCHNORM, RUNNING_V, "self.running_V += (1 - self.alpha) * (self.V - self.running_V)"),
    ),
    patched(
        "batchnorm: eval folded into one scale",
        (
            BATCHNORM,
            EVAL,
            EVAL
            + "\n            scale = self.BW / np.sqrt(self.running_V + self.eps)"
            + "\n            return Z * scale + (self.Bb - self.running_M * scale)",
        ),
    ),
    patched(
        "batchnorm: eval compared with False",
        (BATCHNORM, "        if eval:\n", "        if not eval == False:\n"),
        (BATCHNORM, BN_KEEP_N, "self.N = len(self.Z)"),
    ),
    patched("batchnorm: more keywords", (BATCHNORM, "alpha=0.9)", "alpha=0.9, eps=1e-8, affine=True)")),
    # MLPs
    rewritten("mlps: one class, no `debug`, `from mytorch.nn import *`, dLdA returned", mlp=MLPS_IN_ONE_CLASS),
    rewritten(
        "mlps: models/mlp.py at the top",
        (MLP, "mytorch/models/__init__.py"),
        moved=TOP_LEVEL_MLP,
        top_level_models="from .mlp import MLP0, MLP1, MLP4\n",
    ),
    rewritten(
        "mlps: models/mlp.py at the top, without __init__.py",
        (MLP, "mytorch/models/__init__.py"),
        moved=TOP_LEVEL_MLP,
    ),
    patched(
        "mlps: relative imports", (MLP, IMPORTS, "from ..nn.activation import ReLU\nfrom ..nn.linear import Linear\n")
    ),
    patched(
        "mlps: imports from the package",
        (MLP, IMPORTS, "import mytorch.nn as nn\n\nLinear, ReLU = nn.Linear, nn.ReLU\n"),
    ),
    patched(
        "mlps: imports with mytorch on the path",
        (MLP, IMPORTS, "from nn.activation import ReLU\nfrom nn.linear import Linear\n"),
    ),
    patched("mlp0: no debug block", (MLP, DEBUG0, "\n        return A1\n")),
    patched(
        "mlp4: activations made in a loop",
        (MLP, FUNCTIONS4, "self.f = []\n        for _ in self.layers:\n            self.f.append(ReLU())"),
    ),
    patched(
        "mlp4: tuples for lists",
        (
            MLP,
            FUNCTIONS4,
            "self.layers = tuple(self.layers)\n        self.f = (ReLU(), ReLU(), ReLU(), ReLU(), ReLU())",
        ),
    ),
    # files
    Variant("files: no __init__.py", Changes(removed=INITS)),
    Variant("files: no __init__.py of mytorch", Changes(removed=INITS[:1])),
    Variant(
        "files: a helper module",
        Changes(
            files={"mytorch/nn/helpers.py": HELPERS},
            edits=(
                Edit(
                    BATCHNORM,
                    "import numpy as np\n",
                    "import numpy as np\n\nfrom mytorch.nn.helpers import column_sum\n",
                ),
                Edit(BATCHNORM, SHIFT, "self.dLdBb = column_sum(dLdBZ)"),
                Edit(LOSS, "import numpy as np\n", "import numpy as np\n\nfrom .helpers import softmax\n"),
                Edit(LOSS, SOFTMAX, "self.softmax = softmax(A)"),
            ),
        ),
    ),
    Variant(
        "files: other modules of the standard library",
        Changes(
            edits=(
                Edit(
                    LOSS,
                    "import numpy as np\n",
                    "import math\nimport os\nimport sys\nfrom functools import reduce\n\nimport numpy as np\n",
                ),
                Edit(LOSS, SUMMED, "return math.fsum(SE.ravel()) / (2 * N * C)"),
            )
        ),
    ),
    Variant(
        "files: a script of the student's, with a byte order mark and Windows line ends",
        Changes(
            files={"try_it.py": "from mytorch.nn import Linear\r\n\r\nprint(Linear(2, 3).W)\r\n"},
            edits=(Edit(LINEAR, '"""The fully', '\ufeff"""The fully'),),
        ),
    ),
]
