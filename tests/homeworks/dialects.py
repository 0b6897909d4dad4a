"""Submissions that are right by the conventions of another course or year, made of our worked ones."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit

ACTIVATION, LINEAR = "mytorch/nn/activation.py", "mytorch/nn/linear.py"
MLP, LOSS = "mytorch/models/mlp.py", "mytorch/nn/loss.py"
CMU_ACTIVATIONS = """
import numpy as np


class Identity:
    def forward(self, Z):
        self.A = Z
        return self.A

    def backward(self, dLdA):
        return dLdA * np.ones(self.A.shape)


class Sigmoid:
    def forward(self, Z):
        self.A = 1 / (1 + np.exp(-Z))
        return self.A

    def backward(self, dLdA):
        return dLdA * (self.A - self.A * self.A)


class Tanh:
    def forward(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dLdA):
        return dLdA * (1 - self.A * self.A)


class ReLU:
    def forward(self, Z):
        self.A = np.maximum(0, Z)
        return self.A

    def backward(self, dLdA):
        return np.where(self.A > 0, dLdA, 0)
"""
CMU_LINEAR = """
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, debug=False):
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros((out_features, 1))
        self.debug = debug

    def forward(self, A):
        self.A = A
        self.N = A.shape[0]
        self.Ones = np.ones((self.N, 1))
        return A @ self.W.T + self.Ones @ self.b.T

    def backward(self, dLdZ):
        self.dLdW = dLdZ.T @ self.A
        self.dLdb = dLdZ.T @ self.Ones
        return dLdZ @ self.W
"""
CMU_LOSSES = """
import numpy as np


class MSELoss:
    def forward(self, A, Y):
        self.A, self.Y = A, Y
        self.N, self.C = A.shape
        return np.sum((A - Y) ** 2) / (self.N * self.C)

    def backward(self):
        return 2 * (self.A - self.Y) / (self.N * self.C)


class CrossEntropyLoss:
    def forward(self, A, Y):
        self.A, self.Y = A, Y
        self.N, self.C = A.shape
        powers = np.exp(A - A.max(axis=1, keepdims=True))
        self.softmax = powers / powers.sum(axis=1, keepdims=True)
        return np.sum(-Y * np.log(self.softmax)) / self.N

    def backward(self):
        return (self.softmax - self.Y) / self.N
"""
CMU_MLPS = """
from mytorch.nn.activation import ReLU
from mytorch.nn.linear import Linear


class Base:
    def forward(self, A):
        for layer in self.layers:
            A = layer.forward(A)
        return A

    def backward(self, dLdA):
        for layer in reversed(self.layers):
            dLdA = layer.backward(dLdA)
        return dLdA


class MLP0(Base):
    def __init__(self, debug=False):
        self.layers = [Linear(2, 3), ReLU()]


class MLP1(Base):
    def __init__(self, debug=False):
        self.layers = [Linear(2, 3), ReLU(), Linear(3, 2), ReLU()]


class MLP4(Base):
    def __init__(self, debug=False):
        self.layers = []
        self.layers.append(Linear(2, 4))
        self.layers.append(ReLU())
        self.layers.append(Linear(4, 8))
        self.layers.append(ReLU())
        self.layers.append(Linear(8, 8))
        self.layers.append(ReLU())
        self.layers.append(Linear(8, 4))
        self.layers.append(ReLU())
        self.layers.append(Linear(4, 2))
        self.layers.append(ReLU())
"""

CMU = Changes(files={ACTIVATION: CMU_ACTIVATIONS, LINEAR: CMU_LINEAR, LOSS: CMU_LOSSES, MLP: CMU_MLPS})
"""Activations take the upstream gradient, gradients are sums, layers and activations alternate."""

CMU_LAYERS = Changes(files={ACTIVATION: CMU_ACTIVATIONS, MLP: CMU_MLPS})
"""The same with the batch divided by where ai702 does."""

LAYERS, LOSSES = "neural_networks/layers.py", "neural_networks/losses.py"
ACTIVATIONS = "neural_networks/activations.py"
DENSE_W, DENSE_b = 'self.gradients["W"] = X.T @ dZ', 'self.gradients["b"] = dZ.sum(axis=0, keepdims=True)'
AVERAGED = Changes(
    (
        Edit(LAYERS, DENSE_W, f"{DENSE_W} / len(X)"),
        Edit(LAYERS, DENSE_b, f"{DENSE_b} / len(X)"),
        Edit(LOSSES, "-Y / (len(Y) * Y_hat)", "-Y / Y_hat"),
    )
)
"""cs189 with the division in the layers, not in the loss."""

OF_Z = "dZ = self.activation.backward(Z, dLdY)\n"
KEPT = Changes(
    (
        Edit(ACTIVATIONS, "return np.maximum(Z, 0)", "self.Z = Z\n        return np.maximum(Z, 0)"),
        Edit(ACTIVATIONS, "return dY * (Z > 0)", "return dY * (self.Z > 0)"),
        Edit(ACTIVATIONS, "return weights / weights", "self.Z = Z\n        return weights / weights"),
        Edit(ACTIVATIONS, "P = self.forward(Z)", "P = self.forward(self.Z)"),
        Edit(LAYERS, f"{OF_Z}        {DENSE_W}", f"{OF_Z.replace('Z, ', '')}        {DENSE_W}"),
    ),
    rewritten={ACTIVATIONS: lambda text: text.replace("def backward(self, Z, dY)", "def backward(self, dY)")},
)
"""cs189 with activations that keep Z, so that backward takes the upstream gradient alone."""

NEXT = """        # END SOLUTION

    def backward(self, output_grad):
        \"\"\"Each row"""
CACHED = Changes(
    (
        Edit("q1.py", "return x @ self.weights.T + self.bias\n", "return x @ self.weights.T + self.bias, x\n"),
        Edit("q1.py", f"return self.outputs\n{NEXT}", f"return self.outputs, x\n{NEXT}"),
        Edit("q1.py", "return np.maximum(x, 0)", "return np.maximum(x, 0), x"),
    )
)
"""a4 with forwards that return what backward needs, too."""
