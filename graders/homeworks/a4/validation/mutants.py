"""Wrong submissions of a4: the worked one with one mistake put in, and the sections that must lose for it.

Sections stand alone; the training sections are marked through q1 and q2, where a test asks for them.
"""

# ruff: noqa: E501 - edits are easier to read on one line

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, mutants

Q1, Q2, TRAINING = "q1.py", "q2.py", "fashion_mnist.py"


BOUND = "bound = np.sqrt(6 / (self.input_size + self.output_size))"
DRAWN = "self.weights = np.random.uniform(-bound, bound, (self.output_size, self.input_size))"
ZEROS = "self.bias = np.zeros((1, self.output_size))"
OUTPUT = "return x @ self.weights.T + self.bias"
KEEP = "        self.inputs = x\n        return x @"
W_GRAD, B_GRAD = (
    "self.weights_grad = output_grad.T @ self.inputs",
    "self.bias_grad = output_grad.sum(axis=0, keepdims=True)",
)
X_GRAD = "return output_grad @ self.weights"
STEP_W = "self.weights = self.weights - learning_rate * self.weights_grad"
STEP_B = "self.bias = self.bias - learning_rate * self.bias_grad"
POWERS = "powers = np.exp(x - x.max(axis=1, keepdims=True))  # the largest becomes exp(0): nothing overflows"
SOFTMAX = "self.outputs = powers / powers.sum(axis=1, keepdims=True)"
COMMON = "common = (output_grad * self.outputs).sum(axis=1, keepdims=True)"
JACOBIAN = "return self.outputs * (output_grad - common)"
TANH = "self.outputs = np.sign(x) * (1 - small) / (1 + small)"
TANH_GRAD = "return output_grad * (1 - self.outputs**2)"
RELU, RELU_GRAD = "return np.maximum(x, 0)", "return output_grad * (self.inputs > 0)"
LOSS = "return -np.log(self.prediction[self.rows, target]).mean()"
LOSS_GRAD = "-1 / (len(self.rows) * self.prediction[self.rows, self.target])"
UPSTREAM = "return output_grad * gradient"
TANH_CLASS = "class TanhLayer(Layer):"

MUTANTS = [
    *mutants(
        Q1,
        "dense",
        {
            "dense: Xavier with the inputs alone": (BOUND, "bound = np.sqrt(6 / self.input_size)"),
            "dense: Xavier's normal deviation as the bound": (BOUND, BOUND.replace("6 /", "2 /")),
            "dense: Xavier's bound without its root": (BOUND, BOUND.replace("np.sqrt(", "(")),
            "dense: normal weights": (DRAWN, DRAWN.replace("uniform(-bound, bound,", "normal(0, bound / 3**0.5,")),
            "dense: weights never negative": (DRAWN, DRAWN.replace("-bound, bound", "0, bound")),
            "dense: one row of weights repeated": (
                DRAWN,
                "self.weights = np.tile(np.random.uniform(-bound, bound, self.input_size), (self.output_size, 1))",
            ),
            "dense: bias drawn at random": (ZEROS, ZEROS.replace("np.zeros(", "np.random.uniform(-1, 1, ")),
            "dense: bias of ones": (ZEROS, ZEROS.replace("zeros", "ones")),
            "dense: weights drawn once only": (
                BOUND,
                "if self.weights is not None:\n            return\n        " + BOUND,
            ),
            "dense: bias forgotten": (OUTPUT, "return x @ self.weights.T"),
            "dense: bias of the first output for all": (OUTPUT, "return x @ self.weights.T + self.bias[0, 0]"),
            "dense: weights reshaped instead of transposed": (
                OUTPUT,
                "return x @ self.weights.reshape(self.weights.shape[::-1]) + self.bias",
            ),
            "dense: square weights not transposed": (
                OUTPUT,
                "square = self.input_size == self.output_size\n"
                "        return x @ (self.weights if square else self.weights.T) + self.bias",
            ),
            "dense: square weights transposed on the way back": (
                X_GRAD,
                "square = self.input_size == self.output_size\n"
                "        return output_grad @ (self.weights.T if square else self.weights)",
            ),
            "dense: input of the first forward kept": (
                KEEP,
                "        self.inputs = x if self.inputs is None else self.inputs\n        return x @",
            ),
            "dense: weights_grad averaged": (W_GRAD, W_GRAD + " / len(self.inputs)"),
            "dense: bias_grad averaged": (B_GRAD, B_GRAD.replace("sum", "mean")),
            "dense: both gradients averaged": [
                (W_GRAD, W_GRAD + " / len(self.inputs)"),
                (B_GRAD, B_GRAD.replace("sum", "mean")),
            ],
            "dense: weights_grad transposed": (W_GRAD, "self.weights_grad = self.inputs.T @ output_grad"),
            "dense: weights_grad accumulates": (
                W_GRAD,
                "self.weights_grad = (0 if self.weights_grad is None else self.weights_grad) + output_grad.T @ self.inputs",
            ),
            "dense: bias_grad accumulates": (
                B_GRAD,
                "self.bias_grad = (0 if self.bias_grad is None else self.bias_grad) + output_grad.sum(axis=0)",
            ),
            "dense: bias_grad a number": (B_GRAD, "self.bias_grad = output_grad.sum()"),
            "dense: bias_grad of the whole batch": (B_GRAD, "self.bias_grad = output_grad"),
            "dense: input gradient not returned": (X_GRAD, "output_grad @ self.weights"),
            "dense: update without the learning rate": (STEP_W, "self.weights = self.weights - self.weights_grad"),
            "dense: update climbs": (STEP_W, STEP_W.replace(" - ", " + ")),
            "dense: bias not updated": (STEP_B, "pass"),
            "dense: update before the input gradient": (
                X_GRAD,
                "self.update(0.01)\n        return output_grad @ self.weights",
            ),
        },
    ),
    *mutants(
        Q1,
        "softmax",
        {
            "softmax: over the batch": [
                (SOFTMAX, SOFTMAX.replace("axis=1", "axis=0")),
                (COMMON, COMMON.replace("axis=1", "axis=0")),
            ],
            "softmax: over everything": (SOFTMAX, "self.outputs = powers / powers.sum()"),
            "softmax: only the Jacobian's diagonal": (
                JACOBIAN,
                "return output_grad * self.outputs * (1 - self.outputs)",
            ),
            "softmax: gradient passed on (fused with the loss)": (JACOBIAN, "return output_grad"),
            "softmax: common term not weighted": (COMMON, "common = output_grad.sum(axis=1, keepdims=True)"),
            "softmax: common term over the batch": (COMMON, "common = (output_grad * self.outputs).sum()"),
            "softmax: Jacobian of the first example": (
                JACOBIAN,
                "s = self.outputs[0]\n        return output_grad @ (np.diag(s) - np.outer(s, s))",
            ),
            "softmax: PyTorch's": [
                ("import numpy as np\n", "import numpy as np\nimport torch\n"),
                (SOFTMAX, "self.outputs = torch.softmax(torch.tensor(x), dim=1).numpy()"),
            ],
            "softmax: scipy's, imported inside": (
                SOFTMAX,
                "from scipy.special import softmax\n        self.outputs = softmax(x, axis=1)",
            ),
        },
    ),
    *mutants(
        Q1,
        "tanh",
        {
            "tanh: np.tanh": (TANH, "self.outputs = np.tanh(x)"),
            "tanh: np.tanh under another name": [
                ("import numpy as np\n", "import numpy as np\nfrom numpy import tanh as squash\n"),
                (TANH, "self.outputs = squash(x)"),
            ],
            "tanh: np.tanh in a function beside it": [
                (TANH_CLASS, "def squash(x):\n    return np.tanh(x)\n\n\n" + TANH_CLASS),
                (TANH, "self.outputs = squash(x)"),
            ],
            "tanh: np.tanh by getattr": (TANH, 'self.outputs = getattr(np, "ta" + "nh")(x)'),
            "tanh: np.tanh in backward": (
                TANH_GRAD,
                "return output_grad * (1 - np.tanh(np.arctanh(self.outputs)) ** 2)",
            ),
            "tanh: derivative in terms of x": [
                (TANH, TANH + "\n        self.inputs = x"),
                (TANH_GRAD, "return output_grad * (1 - self.inputs**2)"),
            ],
            "tanh: square forgotten": (TANH_GRAD, "return output_grad * (1 - self.outputs)"),
            "tanh: upstream gradient forgotten": (TANH_GRAD, "return 1 - self.outputs**2"),
            "tanh: sigmoid's derivative": (TANH_GRAD, "return output_grad * self.outputs * (1 - self.outputs)"),
        },
    ),
    *mutants(
        Q1,
        "relu",
        {
            "relu: a leak": (RELU, "return np.where(x > 0, x, 0.01 * x)"),
            "relu: upstream gradient forgotten": (RELU_GRAD, "return (self.inputs > 0).astype(float)"),
            "relu: mask of the upstream gradient": (RELU_GRAD, "return np.maximum(output_grad, 0)"),
            "relu: derivative is the output": (RELU_GRAD, "return output_grad * np.maximum(self.inputs, 0)"),
            "relu: everything passes": (RELU_GRAD, "return output_grad"),
            "relu: input overwritten": (
                "self.inputs = x\n        return np.maximum(x, 0)",
                "self.inputs = x\n        x[x < 0] = 0\n        return x",
            ),
        },
    ),
    *mutants(
        Q1,
        "cross_entropy",
        {
            "cross-entropy: sum instead of mean": [
                (LOSS, LOSS.replace("mean", "sum")),
                (LOSS_GRAD, LOSS_GRAD.replace("len(self.rows) * ", "")),
            ],
            "cross-entropy: gradient not divided by N": (LOSS_GRAD, LOSS_GRAD.replace("len(self.rows) * ", "")),
            "cross-entropy: gradient divided by the classes too": (
                LOSS_GRAD,
                LOSS_GRAD + " / self.prediction.shape[1]",
            ),
            "cross-entropy: every row's classes": (LOSS, LOSS.replace("self.rows", ":")),
            "cross-entropy: mean over all entries": (LOSS, LOSS + " / prediction.shape[1]"),
            "cross-entropy: sign of the gradient": (LOSS_GRAD, LOSS_GRAD.replace("-1", "1")),
            "cross-entropy: fused with softmax": (
                UPSTREAM,
                "return output_grad * (self.prediction - np.eye(self.prediction.shape[1])[self.target]) / len(self.rows)",
            ),
            "cross-entropy: softmax in the loss": (
                LOSS,
                "self.prediction = np.exp(prediction) / np.exp(prediction).sum(axis=1, keepdims=True)\n        " + LOSS,
            ),
            "cross-entropy: base 2": (LOSS, LOSS.replace("np.log(", "np.log2(")),
            "cross-entropy: a coarse guard": (LOSS, LOSS.replace("target])", "target] + 1e-3)")),
        },
    ),
    *mutants(
        Q2,
        "mlp",
        {
            "mlp: backward in forward's order": ("reversed(self.layers)", "self.layers"),
            "mlp: last layer left out": (
                "for layer in self.layers:\n            x =",
                "for layer in self.layers[:-1]:\n            x =",
            ),
            "mlp: first layer left out in backward": ("reversed(self.layers)", "reversed(self.layers[1:])"),
            "mlp: input gradient not returned": ("        return output_grad\n", ""),
            "mlp: only the first layer is updated": (
                "for layer in self.layers:\n            layer.update",
                "for layer in self.layers[:1]:\n            layer.update",
            ),
            "mlp: updated twice": (
                "layer.update(learning_rate)",
                "layer.update(learning_rate)\n            layer.update(learning_rate)",
            ),
            "mlp: learning rate ignored": ("layer.update(learning_rate)", "layer.update(0.001)"),
            "mlp: updated in backward too": (
                "output_grad = layer.backward(output_grad)",
                "output_grad = layer.backward(output_grad)\n            layer.update(0.01)",
            ),
            "mlp: weights not drawn": ("layer.init_weights()", "pass"),
            "mlp: every layer is given the input": (
                "            x = layer.forward(x)\n        return x",
                "            y = layer.forward(x)\n        return y",
            ),
        },
    ),
    Mutant(
        "files: TanhLayer in a new file",
        Changes(
            (
                Edit(Q1, TANH_CLASS, "from helpers import squash\n\n\n" + TANH_CLASS),
                Edit(Q1, TANH, "self.outputs = squash(x)"),
            ),
            {"helpers.py": "import numpy as np\n\n\ndef squash(x):\n    return 1 - 2 / (np.exp(2 * x) + 1)\n"},
        ),
        frozenset({"tanh"}),
    ),
    *mutants(
        Q1,
        "dense",
        {
            "odd: a ragged bias": (ZEROS, "self.bias = [[0.0] * self.output_size, [0.0]]"),
            "odd: a bias of texts": (ZEROS, "self.bias = ['0'] * self.output_size"),
            "odd: a bias that is ragged the second time": (
                ZEROS,
                ZEROS
                + "\n        self.drawn = getattr(self, 'drawn', 0) + 1\n        if self.drawn > 1:\n            self.bias = [[0.0], [0.0, 0.0]]",
            ),
            "odd: weights are one number the second time": (
                ZEROS,
                ZEROS
                + "\n        self.drawn = getattr(self, 'drawn', 0) + 1\n        if self.drawn > 1:\n            self.weights = 0.5",
            ),
        },
    ),
    Mutant(
        "files: q2.py renamed", Changes(files={"mlp.py": "from q1 import Layer\n"}, removed=(Q2,)), frozenset({"mlp"})
    ),
    *mutants(
        TRAINING,
        "validation performance",
        {
            "training: custom weights never updated": ("            self.update(lr)\n", ""),
            "training: update climbs": ("            self.update(lr)\n", "            self.update(-lr)\n"),
            "training: only the first batch": (
                "            self.backward(criterion.backward(1))\n",
                "            if len(losses) > 1:\n                continue\n            self.backward(criterion.backward(1))\n",
            ),
        },
    ),
    *mutants(
        TRAINING,
        "validation",
        {
            "figures: no title": ('    axes.set_title(f"{quantity} with learning rate {lr:g}")\n', ""),
            "figures: no label": ('    axes.set_xlabel("Epoch")\n', ""),
        },
    ),
    *mutants(
        TRAINING,
        "performance",
        {
            "training: test accuracy made up": (
                '"""The test accuracy."""\n        return self.accuracy(data.test_loader)\n\n\nMODELS',
                '"""The test accuracy."""\n        return 0.85 if self.layers else 0.0\n\n\nMODELS',
            )
        },
    ),
]
