"""Right submissions of ai702 in styles that are in nobody's suite, for mistakes that a program makes in them."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent
from typing import NamedTuple

from graders.marking.validation.changes import Changes

MLPS = ("mlp0", "mlp1", "mlp4")


class Style(NamedTuple):
    """One file in another style, and the sections that see it."""

    name: str
    file: str
    text: str
    marked: tuple[str, ...]


BATCHNORM = Style(
    "batchnorm: helpers for sums over the batch",
    "mytorch/nn/batchnorm.py",
    dedent("""
        import numpy as np


        def total(values):
            return values.sum(axis=0).reshape(1, -1)


        def average(values):
            return total(values) / len(values)


        def blend(old, new, alpha):
            return alpha * old + (1 - alpha) * new


        class BatchNorm1d:
            def __init__(self, num_features, alpha=0.9):
                ones, zeros = np.ones((1, num_features)), np.zeros((1, num_features))
                self.alpha = alpha
                self.eps = 1e-8
                self.BW, self.Bb = ones.copy(), zeros.copy()
                self.dLdBW, self.dLdBb = zeros.copy(), zeros.copy()
                self.running_M, self.running_V = zeros.copy(), ones.copy()

            def normalise(self, Z, mean, variance):
                self.scale = 1 / np.sqrt(variance + self.eps)
                return (Z - mean) * self.scale

            def forward(self, Z, eval=False):
                if eval:
                    return self.BW * self.normalise(Z, self.running_M, self.running_V) + self.Bb
                mean = average(Z)
                variance = average((Z - mean) ** 2)
                self.NZ = self.normalise(Z, mean, variance)
                self.running_M = blend(self.running_M, mean, self.alpha)
                self.running_V = blend(self.running_V, variance, self.alpha)
                return self.BW * self.NZ + self.Bb

            def backward(self, dLdBZ):
                self.dLdBW = total(dLdBZ * self.NZ)
                self.dLdBb = total(dLdBZ)
                slope = dLdBZ * self.BW
                return self.scale * (slope - average(slope) - self.NZ * average(slope * self.NZ))
    """),
    ("batchnorm",),
)

LINEAR = Style(
    "linear: loops over examples, sums collected",
    "mytorch/nn/linear.py",
    dedent("""
        import numpy as np


        class Linear:
            def __init__(self, in_features, out_features, debug=False):
                self.W = np.zeros((out_features, in_features))
                self.b = np.zeros((out_features, 1))
                self.dLdW = np.zeros_like(self.W)
                self.dLdb = np.zeros_like(self.b)
                self.debug = debug

            def forward(self, A):
                self.A = A
                rows = []
                for a in A:
                    z = self.W @ a
                    z = z + self.b[:, 0]
                    rows.append(z)
                return np.array(rows)

            def backward(self, dLdZ):
                count = len(dLdZ)
                W, b = np.zeros(self.W.shape), np.zeros(self.b.shape)
                dLdA = np.zeros(self.A.shape)
                for n in range(count):
                    column = dLdZ[n].reshape(-1, 1)
                    W += column * self.A[n]
                    b += column
                    dLdA[n] = dLdZ[n] @ self.W
                self.dLdW = W / count
                self.dLdb = b / count
                return dLdA
    """),
    ("linear", *MLPS),
)

ACTIVATIONS = Style(
    "activations: one-liners that keep what they need",
    "mytorch/nn/activation.py",
    dedent("""
        import numpy as np


        class Identity:
            def forward(self, Z):
                self.A = Z
                return self.A

            def backward(self):
                return np.ones_like(self.A)


        class Sigmoid:
            def forward(self, Z):
                small = np.exp(-np.abs(Z))
                self.A = np.where(Z >= 0, 1 / (1 + small), small / (1 + small))
                return self.A

            def backward(self):
                return self.A * (1 - self.A)


        class Tanh:
            def forward(self, Z):
                self.A = 2 / (1 + np.exp(-2 * np.clip(Z, -300, 300))) - 1
                self.A = np.where(np.abs(Z) < 1e-3, np.tanh(Z), self.A)
                return self.A

            def backward(self):
                return (1 - self.A) * (1 + self.A)


        class ReLU:
            def forward(self, Z):
                self.on = (Z > 0).astype(Z.dtype)
                self.A = Z * self.on
                return self.A

            def backward(self):
                return self.on
    """),
    ("activations", *MLPS),
)

LOSSES = Style(
    "losses: helpers, einsum, numbers by example",
    "mytorch/nn/loss.py",
    dedent("""
        import numpy as np


        def log_sum(A):
            top = A.max(axis=1)
            return top + np.log(np.exp(A - top[:, None]).sum(axis=1))


        def mean_of(values, count):
            return sum(values) / count


        class MSELoss:
            def forward(self, A, Y):
                self.A, self.Y = A, Y
                gap = A - Y
                squares = [np.dot(row, row) for row in gap]
                return mean_of(squares, 2 * A.shape[0] * A.shape[1])

            def backward(self):
                count = self.A.size
                return (self.A - self.Y) / count


        class CrossEntropyLoss:
            def forward(self, A, Y):
                self.A, self.Y = A, Y
                weight = np.einsum("nc->n", Y)
                per_row = weight * log_sum(A) - np.einsum("nc,nc->n", Y, A)
                return mean_of(per_row, len(A))

            def backward(self):
                softmax = np.exp(self.A - log_sum(self.A)[:, None])
                return softmax - self.Y
    """),
    ("losses",),
)

SGD = Style(
    "sgd: a helper for each parameter",
    "mytorch/optim/sgd.py",
    dedent("""
        import numpy as np


        class SGD:
            def __init__(self, model, lr=0.1, momentum=0):
                self.l = model.layers
                self.lr = lr
                self.mu = momentum
                self.v_W = [np.zeros(layer.W.shape) for layer in self.l]
                self.v_b = [np.zeros(layer.b.shape) for layer in self.l]

            def moved(self, velocity, gradient):
                return self.mu * velocity + gradient

            def step(self):
                for i, layer in enumerate(self.l):
                    if self.mu == 0:
                        layer.W = layer.W - self.lr * layer.dLdW
                        layer.b = layer.b - self.lr * layer.dLdb
                        continue
                    self.v_W[i] = self.moved(self.v_W[i], layer.dLdW)
                    self.v_b[i] = self.moved(self.v_b[i], layer.dLdb)
                    layer.W = layer.W - self.lr * self.v_W[i]
                    layer.b = layer.b - self.lr * self.v_b[i]
    """),
    ("sgd",),
)

STYLES = (BATCHNORM, LINEAR, ACTIVATIONS, LOSSES, SGD)


def bases() -> Iterator[tuple[str, Changes, list[str], tuple[str, ...]]]:
    """As the benchmark takes right submissions: name, what makes it, the file to make mistakes in, what is marked."""
    for one in STYLES:
        yield one.name, Changes(files={one.file: one.text}), [one.file], one.marked
