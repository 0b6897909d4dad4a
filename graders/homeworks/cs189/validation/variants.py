"""Right submissions of cs189 that are written otherwise than the worked one; each must keep all its points."""

from __future__ import annotations

from graders.homeworks.cs189.validation.mutants import ACTIVATIONS, DENSE_W, EINSUM, LAYERS, LOSSES, MODELS, POOLED
from graders.validation.changes import Changes, Edit
from graders.validation.suite import Variant

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


VARIANTS: list[Variant] = [
    one("relu: slope 1 at 0", ACTIVATIONS, "dY * (Z > 0)", "dY * (Z >= 0)", "relu"),
    one("relu: slope 1/2 at 0", ACTIVATIONS, "dY * (Z > 0)", "dY * np.heaviside(Z, 0.5)", "relu"),
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
