"""The shapes of API that are met in homework, each with what is right in it and a mistake to put in its place."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from graders.probe import Request


@dataclass(frozen=True)
class Case:
    """A source whose `right` part becomes `wrong`; `says` is in the line about what was taken for what."""

    name: str
    target: str
    source: str
    right: str
    wrong: str
    request: Request
    says: tuple[str, ...]
    blames: str

    @property
    def correct(self) -> str:
        return "import numpy as np\n" + dedent(self.source)

    @property
    def mistaken(self) -> str:
        assert self.right in self.correct, f"{self.name}: {self.right!r} is not in its source"
        return self.correct.replace(self.right, self.wrong)


def case(
    name: str,
    target: str,
    source: str,
    right: str,
    wrong: str,
    says: str | tuple[str, ...],
    blames: str,
    **options: Any,
) -> Case:
    options.setdefault("inputs", ((5, 3),))
    return Case(
        name, target, source, right, wrong, Request(**options), (says,) if isinstance(says, str) else says, blames
    )


CASES = [
    case(
        "attributes and dLdW",
        "Linear(3, 4)",
        """
        class Linear:
            def __init__(self, n, m):
                self.W, self.b = np.zeros((m, n)), np.zeros((m, 1))
            def forward(self, A):
                self.A = A
                return A @ self.W.T + self.b.T
            def backward(self, dLdZ):
                self.dLdW = dLdZ.T @ self.A
                self.dLdb = dLdZ.sum(axis=0).reshape(-1, 1)
                return dLdZ @ self.W
        """,
        "dLdZ.sum(axis=0)",
        "dLdZ[:-1].sum(axis=0)",
        (
            "inputs: A (5, 3); parameters: W (4, 3) with gradient dLdW, b (4, 1) with gradient dLdb; "
            "backward(dLdZ) returns the gradient of A"
        ),
        "b",
    ),
    case(
        "__call__, keyword arguments, weights and weights_grad",
        "Dense(3, 4, bias=True)",
        """
        class Dense:
            def __init__(self, n, m, *, bias):
                self.weights, self.bias = np.ones((n, m)), np.zeros(m) if bias else None
            def __call__(self, x):
                self.x = x
                return x @ self.weights + self.bias
            def backward(self, grad_output):
                self.weights_grad = self.x.T @ grad_output
                self.bias_grad = grad_output.sum(axis=0)
                return grad_output @ self.weights.T
        """,
        "self.x.T @ grad_output",
        "-self.x.T @ grad_output",
        "weights (3, 4) with gradient weights_grad, bias (4,) with gradient bias_grad",
        "weights",
    ),
    case(
        "grad_W and one-letter weights",
        "Dense",
        """
        class Dense:
            def __init__(self):
                self.weights = np.ones((3, 2))
            def forward(self, x):
                self.x = x
                return x @ self.weights
            def backward(self, dout):
                self.grad_W = self.x.T @ dout
                return dout @ self.weights.T
        """,
        "dout @ self.weights.T",
        "2 * dout @ self.weights.T",
        "weights (3, 2) with gradient grad_W",
        "x",
    ),
    case(
        "parameters and gradients in dicts, made at the first forward",
        "Dense(2)",
        """
        class Dense:
            def __init__(self, m):
                self.m, self.parameters, self.gradients = m, {}, {}
            def forward(self, X):
                if not self.parameters:
                    self.parameters = {"W": np.random.randn(X.shape[1], self.m), "b": np.zeros((1, self.m))}
                self.cache = {"X": X}
                return X @ self.parameters["W"] + self.parameters["b"]
            def backward(self, dLdY):
                X = self.cache["X"]
                self.gradients = {"W": X.T @ dLdY, "b": dLdY.sum(axis=0, keepdims=True)}
                return dLdY @ self.parameters["W"].T
        """,
        "X.T @ dLdY,",
        "X.T @ np.abs(dLdY),",
        "W (3, 2) with gradient gradients['W'], b (1, 2) with gradient gradients['b']",
        "W",
    ),
    case(
        "params and grads['dW'] that are attributes too",
        "Dense",
        """
        class Dense:
            def __init__(self):
                self.W = np.ones((3, 2))
                self.params, self.grads = {"W": self.W}, {"dW": np.zeros((3, 2))}
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, dout):
                self.grads["dW"][...] = self.x.T @ dout
                return dout @ self.params["W"].T
        """,
        'self.params["W"].T',
        'self.params["W"].T * 1.01',
        "W (3, 2) with gradient grads['dW']",
        "x",
    ),
    case(
        "gradients returned in a tuple",
        "Dense",
        """
        class Dense:
            def __init__(self):
                self.W, self.b, self.running_mean = np.ones((3, 2)), np.zeros(2), np.zeros(3)
            def forward(self, x):
                self.x = x
                return x @ self.W + self.b
            def backward(self, dout):
                return dout @ self.W.T, self.x.T @ dout, dout.sum(axis=0)
        """,
        "dout.sum(axis=0)",
        "dout.mean(axis=0)",
        ("parameters: W (3, 2), b (2,); backward(dout) returns the gradients of x, W and b"),
        "b",
    ),
    case(
        "gradients returned in a dict",
        "Dense",
        """
        class Dense:
            def __init__(self):
                self.W = np.ones((3, 2))
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, dout):
                return {"dW": self.x.T @ dout, "dx": dout @ self.W.T}
        """,
        "dout @ self.W.T",
        "dout @ self.W.T ** 2",
        "backward(dout) returns the gradients of x and W",
        "x",
    ),
    case(
        "an input's gradient kept as an attribute",
        "Square()",
        """
        class Square:
            def forward(self, x):
                self.x = x
                return x * x
            def backward(self, dout):
                self.dx = 2 * self.x * dout
        """,
        "2 * self.x",
        "self.x",
        "backward(dout) keeps the gradient of x in dx",
        "x",
    ),
    case(
        "backward(Z, dY)",
        "Tanh",
        """
        class Tanh:
            def forward(self, Z):
                return np.tanh(Z)
            def backward(self, Z, dY):
                return dY * (1 - np.tanh(Z) ** 2)
        """,
        "1 - np.tanh(Z) ** 2",
        "1 - np.tanh(Z)",
        "backward(Z, dY) returns the gradient of Z",
        "Z",
    ),
    case(
        "backward() as a local derivative",
        "Sigmoid",
        """
        class Sigmoid:
            def forward(self, Z):
                self.A = 1 / (1 + np.exp(-Z))
                return self.A
            def backward(self):
                return self.A - self.A * self.A
        """,
        "self.A * self.A",
        "self.A",
        "backward() returns the derivative of the output with respect to Z, entry by entry",
        "Z",
    ),
    case(
        "gradients that add up until zero_grad",
        "Dense",
        """
        class Dense:
            def __init__(self):
                self.W = np.ones((3, 2))
                self.zero_grad()
            def zero_grad(self):
                self.dW = np.zeros_like(self.W)
            def forward(self, x):
                self.x = x
                return x @ self.W
            def backward(self, dout):
                self.dW += self.x.T @ dout
                return dout @ self.W.T
        """,
        "self.x.T @ dout",
        "self.x.T @ dout / 2",
        "W (3, 2) with gradient dW",
        "W",
    ),
    case(
        "layers inside, with parameters that are objects",
        "Net",
        """
        class Parameter:
            def __init__(self, data):
                self.data, self.grad = data, None
        class Layer:
            def __init__(self, n, m):
                self.W = Parameter(np.ones((n, m)))
            def forward(self, x):
                self.x = x
                return x @ self.W.data
            def backward(self, dout):
                self.W.grad = self.x.T @ dout
                return dout @ self.W.data.T
        class Net:
            def __init__(self):
                self.layers = [Layer(3, 4), Layer(4, 2)]
            def forward(self, x):
                for layer in self.layers:
                    x = np.tanh(layer.forward(x)) if layer is self.layers[0] else layer.forward(x)
                    self.h = x if layer is self.layers[0] else self.h
                return x
            def backward(self, dout):
                dh = self.layers[1].backward(dout)
                return self.layers[0].backward(dh * (1 - self.h ** 2))
        """,
        "dh * (1 - self.h ** 2)",
        "dh",
        "self.layers[0].W.data (3, 4) with gradient layers[0].W.grad",
        "x",
    ),
    case(
        "two inputs and a tuple",
        "Product",
        """
        class Product:
            def forward(self, a, b):
                self.saved = (a, b)
                return a @ b
            def backward(self, g):
                a, b = self.saved
                return g @ b.T, a.T @ g
        """,
        "a.T @ g",
        "a.T @ g + 1",
        "inputs: a (5, 3), b (3, 2); backward(g) returns the gradients of a and b",
        "b",
        inputs=((5, 3), (3, 2)),
    ),
    case(
        "a loss with one-hot labels",
        "CrossEntropy",
        """
        class CrossEntropy:
            def forward(self, A, Y):
                e = np.exp(A - A.max(axis=1, keepdims=True))
                self.p, self.Y = e / e.sum(axis=1, keepdims=True), Y
                return -np.sum(Y * np.log(self.p)) / len(A)
            def backward(self):
                return (self.p - self.Y) / len(self.Y)
        """,
        "/ len(self.Y)",
        "/ (len(self.Y) - 1)",
        ("labels: Y (5, 3), one-hot", "backward() returns the gradient of A of a scalar loss"),
        "A",
    ),
    case(
        "a loss with classes, backward of its arguments",
        "NLL",
        """
        class NLL:
            def __call__(self, scores, labels):
                e = np.exp(scores)
                return -np.log((e / e.sum(axis=1, keepdims=True))[np.arange(len(labels)), labels]).mean()
            def backward(self, scores, labels):
                e = np.exp(scores)
                p = e / e.sum(axis=1, keepdims=True)
                p[np.arange(len(labels)), labels] -= 1
                return p / len(labels)
        """,
        "-= 1",
        "-= 1.01",
        ("labels: labels (5,), classes", "backward(scores, labels) returns the gradient of scores of a scalar loss"),
        "scores",
    ),
    case(
        "a loss of probabilities",
        "BCE",
        """
        class BCE:
            def forward(self, P, Y):
                self.P, self.Y = P, Y
                return np.mean(-Y * np.log(P) - (1 - Y) * np.log(1 - P))
            def backward(self):
                return (self.P - self.Y) / (self.P * (1 - self.P)) / self.P.size
        """,
        "(self.P - self.Y)",
        "(self.P - self.Y) * 1.001",
        "backward() returns the gradient of P of a scalar loss",
        "P",
    ),
    case(
        "a loss that is chained",
        "MSE",
        """
        class MSE:
            def forward(self, A, Y):
                self.A, self.Y = A, Y
                return np.mean((A - Y) ** 2)
            def backward(self, upstream):
                return upstream * 2 * (self.A - self.Y) / self.A.size
        """,
        "upstream * 2 * ",
        "2 * ",
        "backward(upstream) returns the gradient of A of a scalar loss",
        "A",
        inputs=((5, 3), (5, 3)),
    ),
    case(
        "affine_forward and affine_backward",
        "affine_forward",
        """
        def affine_forward(x, w, b):
            return x.reshape(len(x), -1) @ w + b, (x, w, b)
        def affine_backward(dout, cache):
            x, w, b = cache
            return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)
        """,
        ".T @ dout",
        ".T @ dout / len(x)",
        (
            "inputs: x (5, 3, 2); parameters: w (6, 4), b (4,); "
            "affine_backward(dout, cache) returns the gradients of x, w and b"
        ),
        "w",
        inputs=((5, 3, 2),),
        params={"w": (6, 4), "b": (4,)},
    ),
    case(
        "the stem of a pair, gradients in another order",
        "affine",
        """
        def affine_forward(x, w, b):
            return x @ w + b, (x, w, b)
        def affine_backward(dout, cache):
            x, w, b = cache
            return x.T @ dout, dout.sum(axis=0), dout @ w.T
        """,
        "dout @ w.T",
        "dout @ np.abs(w.T)",
        "affine_backward(dout, cache) returns the gradients of x, w and b",
        "x",
        inputs=((5, 3), (3, 4), (4,)),
    ),
    case(
        "a forward without cache, and a constant",
        "leaky",
        """
        def leaky(x, slope=0.1):
            return np.where(x > 0, x, slope * x)
        def leaky_backward(dout, x, slope=0.1):
            return np.where(x > 0, dout, slope * dout)
        """,
        "slope * dout",
        "0.1 * dout",
        ("fixed: slope=0.3", "leaky_backward(dout, x, slope) returns the gradient of x"),
        "x",
        constants={"slope": 0.3},
    ),
    case(
        "a derivative function",
        "sigmoid",
        """
        def sigmoid(z):
            return 1 / (1 + np.exp(-z))
        def sigmoid_prime(z):
            return sigmoid(z) * (1 - sigmoid(z))
        """,
        "(1 - sigmoid(z))",
        "sigmoid(1 - z)",
        "sigmoid_prime(z) returns the derivative of the output with respect to z, entry by entry",
        "z",
    ),
    case(
        "a function that returns loss and gradient",
        "softmax_loss",
        """
        def softmax_loss(x, y):
            p = np.exp(x - x.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            n = np.arange(len(x))
            loss = -np.log(p[n, y]).mean()
            p[n, y] -= 1
            return loss, p / len(x)
        """,
        "p / len(x)",
        "p / x.size",
        "softmax_loss returns the loss and the gradient of x",
        "x",
    ),
    case(
        "a loss and a dict of gradients",
        "regression",
        """
        def regression(X, W, b):
            r = X @ W + b
            return 0.5 * np.sum(r * r), {"W": X.T @ r, "b": r.sum(axis=0)}
        """,
        "X.T @ r,",
        "X.T @ X @ W,",
        "regression returns the loss and the gradients of W and b",
        "W",
        params={"W": (3, 2), "b": (2,)},
    ),
    case(
        "samples in columns, with m in the denominator",
        "linear_forward",
        """
        def linear_forward(A, W, b):
            return W @ A + b, (A, W, b)
        def linear_backward(dZ, cache):
            A_prev, W, b = cache
            m = A_prev.shape[1]
            return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m
        """,
        "W.T @ dZ",
        "np.abs(W.T) @ dZ",
        "linear_backward(dZ, cache) returns the gradients of A, W and b",
        "A",
        inputs=((3, 4), (3, 3), (3, 1)),
        divided_by_batch=("W", "b"),
        batch_axis=1,
    ),
    case(
        "a table of embeddings, whose input is fixed",
        "Embedding(4, 3)",
        """
        class Embedding:
            def __init__(self, n, m):
                self.table = np.zeros((n, m))
            def forward(self, ids):
                self.ids = np.asarray(ids)
                return self.table[self.ids]
            def backward(self, dout):
                self.dtable = np.zeros_like(self.table)
                np.add.at(self.dtable, self.ids, dout)
        """,
        "np.add.at(self.dtable, self.ids, dout)",
        "self.dtable[self.ids] = dout",
        ("parameters: table (4, 3) with gradient dtable", "fixed: ids=[0, 2, 2, 1]", "backward(dout) returns nothing"),
        "table",
        inputs=(),
        constants={"ids": [0, 2, 2, 1]},
    ),
    case(
        "a dict of hyperparameters, and a parameter that the constructor leaves open",
        "Scale",
        """
        class Scale:
            W = None
            def forward(self, x, config):
                if self.W is None:
                    self.W = np.ones(x.shape[1])
                self.x, self.power = x, config["power"]
                return self.W * x ** self.power
            def backward(self, dout):
                self.dW = (dout * self.x ** self.power).sum(axis=0, keepdims=True)
                return dout * self.W * self.power * self.x ** (self.power - 1)
        """,
        "self.power * self.x",
        "self.x",
        "W (1, 3) with gradient dW",
        "x",
        constants={"config": {"power": 3}},
        params={"W": (1, 3)},
    ),
    case(
        "a loss for each sample",
        "Loss",
        """
        class Loss:
            def __call__(self, x, y):
                self.logits, self.labels = x, y
                e = np.exp(x)
                self.p = e / e.sum(axis=1, keepdims=True)
                return -(y * np.log(self.p)).sum(axis=1)
            def derivative(self):
                return self.p - self.labels
        """,
        "self.p - self.labels",
        "self.labels - self.p",
        "derivative() returns the gradient of x of the sum of all 5 losses",
        "x",
    ),
    case(
        "a parameter that is a number or the class's, and a setting",
        "PReLU",
        """
        class PReLU:
            scale = np.ones(3)
            def __init__(self):
                self.alpha, self.eps = 0.25, 1e-3
            def forward(self, x):
                self.x = x
                self.out = np.where(x > 0, x, self.alpha * x)
                return self.scale * self.out + self.eps
            def backward(self, dout):
                self.dscale = (dout * self.out).sum(axis=0)
                dout = dout * self.scale
                self.dalpha = np.sum(dout * np.minimum(self.x, 0))
                return np.where(self.x > 0, dout, self.alpha * dout)
        """,
        "np.sum(dout * np.minimum(self.x, 0))",
        "np.sum(dout * np.maximum(self.x, 0))",
        ("scale (3,) with gradient dscale", "alpha () with gradient dalpha; backward(dout) returns the gradient of x"),
        "alpha",
    ),
    case(
        "slots, private names and an array of the class",
        "Scale",
        """
        class Scale:
            __slots__ = ("__W", "__dW", "x", "db")
            b = np.zeros(3)
            def __init__(self):
                self.__W = np.ones(3)
            def forward(self, x):
                self.x = x
                return x * self.__W + np.sin(x)
            def backward(self, dout):
                self.__dW = (dout * self.x).sum(axis=0)
                return dout * (self.__W + np.cos(self.x))
        """,
        "(dout * self.x).sum(axis=0)",
        "dout.sum(axis=0)",
        "(3,) with gradient _Scale__dW",
        "_Scale__W",
    ),
]
