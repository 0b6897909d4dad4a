"""Right submissions of cs189 that are written otherwise than the worked one; each must keep all its points."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Variant

from .mutants import (
    ACTIVATIONS,
    AFTER_DENSE_BIAS,
    DENSE_W,
    EINSUM,
    LAYERS,
    LOSSES,
    MODELS,
    POOLED,
)

DATASETS = "neural_networks/datasets.py"
LOGS = "neural_networks/logs.py"
OPTIMIZERS = "neural_networks/optimizers.py"
SOFTMAX = "return P * (dY - (dY * P).sum(axis=-1, keepdims=True))"
LOOP = "return np.array([d @ (np.diag(p) - np.outer(p, p)) for p, d in zip(P, dY)])"
MAXIMA = "patches.max(axis=(4, 5))"
BY_WINDOWS = (
    "np.stack([np.stack([patches[:, row, column].max(axis=(2, 3)) for column in range(patches.shape[2])], 1)"
    " for row in range(patches.shape[1])], 1)"
)
WINNER = "winners == i * width + j"


def one(name: str, file: str, old: str, new: str, marked: str) -> Variant:
    """A line written otherwise."""
    return Variant(name, Changes((Edit(file, old, new),)), tuple(marked.split()))


CONV_BY_NUMBERS = """Z = np.zeros((len(X), *(np.array(patches.shape[1:3])), self.n_out))
        for place in np.ndindex(*Z.shape):
            Z[place] = self.parameters["b"][0, place[3]]
            for c in range(X.shape[3]):
                for i in range(self.kernel_shape[0]):
                    for j in range(self.kernel_shape[1]):
                        Z[place] += patches[(*place[:3], c, i, j)] * self.parameters["W"][i, j, c, place[3]]"""
CONV_DX = """for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                seen = dX[:, i : i + self.stride * height : self.stride, j : j + self.stride * width : self.stride]
                seen += dZ @ W[i, j].T
"""
CONV_DX_BY_NUMBERS = """for n, r, q, f in np.ndindex(*dZ.shape):
            for i, j, c in np.ndindex(*W.shape[:3]):
                dX[n, r * self.stride + i, q * self.stride + j, c] += dZ[n, r, q, f] * W[i, j, c, f]
"""
DENSE_b = "b = np.zeros((1, self.n_out))" + AFTER_DENSE_BIAS
ZEROED = "dZ = dY.copy()\n        dZ[Z <= 0] = 0\n        return dZ"
JACOBIANS = """J = np.einsum("ni,ij->nij", P, np.eye(P.shape[1])) - P[:, :, None] * P[:, None]
        return np.einsum("nij,nj->ni", J, dY)"""
DENSE = "fully_connected network"
REVERSED = """for layer in reversed(self.layers):
            gradient = layer.backward(gradient)"""
BY_NUMBERS = """place = len(self.layers)
        while place:
            place -= 1
            gradient = self.layers[place].backward(gradient)"""
ENTROPY = "return -np.sum(Y * np.log(Y_hat + np.finfo(float).eps)) / len(Y)"
OTHER_YEAR = (
    Edit(MODELS, "def __init__(self, optimizer, loss,", "def __init__(self, loss, optimizer_args,"),
    Edit(MODELS, "initialize_optimizer(**optimizer)", "initialize_optimizer(**optimizer_args)"),
    Edit(MODELS, "import numpy as np\n", "import numpy as np\nimport pandas as pd\nfrom tqdm import tqdm\n"),
    Edit(OPTIMIZERS, "def initialize_optimizer(name, **options):", "def initialize_optimizer(name, lr, momentum=0.0):"),
    Edit(OPTIMIZERS, "return SGD(**options)", "return SGD(lr, momentum)"),
    Edit(ACTIVATIONS, "class Linear(Activation):", "class Identity(Activation):"),
    Edit(ACTIVATIONS, '"linear": Linear', '"identity": Identity'),
)
"""Starter code of another year: other parameters, no schedulers, Identity for Linear, packages that it hardly uses."""

OTHER_YEARS_TRAINING = (
    *OTHER_YEAR[:3],
    Edit(
        DATASETS,
        'table = np.loadtxt(path, delimiter=",", skiprows=1)',
        "parts = ('train', 'val', 'test')\n"
        "    X = np.concatenate([np.load(f'datasets/iris/iris_{part}_data.npy') for part in parts])\n"
        "    Y = np.concatenate([np.load(f'datasets/iris/iris_{part}_labels.npy') for part in parts])\n"
        "    table = np.column_stack([X, Y.argmax(axis=1)])",
    ),
    Edit(MODELS, "for X, Y in dataset.batches():", "for X, Y in tqdm(dataset.batches()):"),
    Edit(
        LOGS,
        'self.losses["validation"].append(float(validation))',
        'self.losses["validation"].append(float(validation))\n        self.plot()',
    ),
    Edit(LOGS, 'matplotlib.use("Agg")', 'matplotlib.use("TkAgg")'),
    Edit(
        "train_ffnn.py",
        'NeuralNetwork(optimizer, "cross_entropy", layers,',
        'NeuralNetwork("cross_entropy", optimizer, layers,',
    ),
)
"""Its data are arrays, its figure is saved after each epoch, and its author has a display."""

VARIANTS: list[Variant] = [
    one("relu: slope 1 at 0", ACTIVATIONS, "dY * (Z > 0)", "dY * (Z >= 0)", "relu"),
    one("relu: slope 1/2 at 0", ACTIVATIONS, "dY * (Z > 0)", "dY * np.heaviside(Z, 0.5)", "relu"),
    one("relu: a copy of dY with zeros in it", ACTIVATIONS, "return dY * (Z > 0)", ZEROED, "relu"),
    one("softmax: Jacobians by einsum", ACTIVATIONS, SOFTMAX, JACOBIANS, "softmax network"),
    one("entropy: only the right class", LOSSES, ENTROPY, "return -np.log(Y_hat[Y == 1]).mean()", "cross_entropy"),
    one("dense: tensordot", LAYERS, 'X @ self.parameters["W"]', 'np.tensordot(X, self.parameters["W"], 1)', DENSE),
    one("network: backward by numbers", MODELS, REVERSED, BY_NUMBERS, "network"),
    one("softmax: unstable", ACTIVATIONS, "np.exp(Z - Z.max(axis=-1, keepdims=True))", "np.exp(Z)", "softmax"),
    one("softmax: one maximum for all", ACTIVATIONS, "Z.max(axis=-1, keepdims=True)", "Z.max()", "softmax"),
    one("softmax: loop over examples", ACTIVATIONS, SOFTMAX, LOOP, "softmax"),
    one(
        "tanh: from exponentials",
        ACTIVATIONS,
        "return np.tanh(Z)\n",
        "return 1 - 2 / (np.exp(2 * Z) + 1)\n",
        "activations",
    ),
    one("dense: einsum", LAYERS, DENSE_W, 'self.gradients["W"] = np.einsum("ni,no->io", X, dZ)', "fully_connected"),
    one("dense: cache by other names", LAYERS, DENSE_W, 'self.cache["dZ"] = dZ\n        ' + DENSE_W, "fully_connected"),
    one(
        "pool: ties to the last",
        LAYERS,
        "flat.argmax(axis=-1)",
        "height * width - 1 - flat[..., ::-1].argmax(axis=-1)",
        "pool",
    ),
    one(
        "pool: ties split",
        LAYERS,
        WINNER,
        "((flat == flat.max(-1, keepdims=True)) / (flat == flat.max(-1, keepdims=True)).sum(-1, keepdims=True))"
        "[..., i * width + j]",
        "pool",
    ),
    one(
        "pool: gradient to every tie",
        LAYERS,
        WINNER,
        "patches[..., i, j] == patches.max(axis=(4, 5))",
        "pool",
    ),
    Variant(
        "conv: number by number",
        Changes(
            (
                Edit(LAYERS, f'Z = np.einsum({EINSUM}) + self.parameters["b"][0]', CONV_BY_NUMBERS),
                Edit(LAYERS, CONV_DX, CONV_DX_BY_NUMBERS),
            )
        ),
        ("conv",),
    ),
    one(
        "dense: a bias of one axis",
        LAYERS,
        DENSE_b,
        DENSE_b.replace("(1, self.n_out)", "self.n_out"),
        "fully_connected",
    ),
    Variant(
        "all: starter code of another year",
        Changes(OTHER_YEAR),
        ("activations", "fully_connected", "network", "conv"),
    ),
    Variant("training: starter code of another year", Changes(OTHER_YEARS_TRAINING), ("training",)),
    one("pool: product the other way round", LAYERS, POOLED, "dLdY * share", "pool"),
    one(
        "conv: one image after another",
        LAYERS,
        f"np.einsum({EINSUM})",
        'np.array([np.einsum("rcnij,ijnf->rcf", patch, self.parameters["W"]) for patch in patches])',
        "conv",
    ),
    one(
        "pool: one image after another",
        LAYERS,
        MAXIMA,
        "np.array([image.max(axis=(3, 4)) for image in patches])",
        "pool",
    ),
    one("pool: one window after another", LAYERS, MAXIMA, BY_WINDOWS, "pool"),
    one("entropy: no guard", LOSSES, "np.log(Y_hat + np.finfo(float).eps)", "np.log(Y_hat)", "cross_entropy"),
    one("entropy: mean of sums", LOSSES, "-Y / (len(Y) * Y_hat)", "-(Y / Y_hat) / Y.shape[0]", "cross_entropy"),
    one(
        "network: call instead of forward",
        MODELS,
        "return out, self.loss.forward(Y, out)",
        "return out, self.loss(Y, out)",
        "network",
    ),
    one(
        "network: classes predicted",
        MODELS,
        "return out, self.loss.forward(Y, out)",
        "return out.argmax(axis=1), self.loss(Y, out)",
        "network",
    ),
]
