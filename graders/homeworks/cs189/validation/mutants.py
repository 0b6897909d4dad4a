"""Wrong submissions of cs189: the worked one with one mistake put in, and the sections that must lose for it."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant

ACTIVATIONS = "neural_networks/activations.py"
LAYERS = "neural_networks/layers.py"
LOSSES = "neural_networks/losses.py"
MODELS = "neural_networks/models.py"

DENSE_W, DENSE_b = 'self.gradients["W"] = X.T @ dZ', 'self.gradients["b"] = dZ.sum(axis=0, keepdims=True)'
DENSE_OUT = """Z = X @ self.parameters["W"] + self.parameters["b"]
        self.cache["X"] = X
        self.cache["Z"] = Z
        return self.activation(Z)"""
CONV_OUT = """self.parameters["b"][0]
        self.cache["X"] = X
        self.cache["Z"] = Z"""
PATCHES = "return np.lib.stride_tricks.sliding_window_view(X, kernel_shape, axis=(1, 2))[:, ::stride, ::stride]"
SAME = "return tuple((size - 1) // 2 for size in self.kernel_shape)"
CONV_b = 'self.gradients["b"] = dZ.sum(axis=(0, 1, 2))[None]'
SEND = "seen += dZ @ W[i, j].T"
POOL_STRIDE = "self.mode = mode\n        self.stride = stride\n"
POOLED = "share * dLdY"
CUT = "return dX[:, rows : rows + X.shape[1], columns : columns + X.shape[2]]"
EINSUM = '"brcnij,ijnf->brcf", patches, self.parameters["W"], optimize=True'


def one(name: str, file: str, old: str, new: str, loses: str) -> Mutant:
    """A mistake of one replacement."""
    return Mutant(name, Changes((Edit(file, old, new),)), frozenset(loses.split()))


AFTER_DENSE_BIAS = """
        self.parameters = OrderedDict(W=W, b=b)
        self.gradients = OrderedDict(W=np.zeros_like(W), b=np.zeros_like(b))
        self.cache = OrderedDict(X=[], Z=[])
        # END SOLUTION

    def forward(self, X):
        if self.n_in is None:
            self._init_parameters(X.shape)
        # BEGIN SOLUTION
        Z = X"""
"""What follows the bias in the fully connected layer, and not in the convolution."""

MUTANTS = [
    one("relu: leaks", ACTIVATIONS, "np.maximum(Z, 0)", "np.where(Z > 0, Z, 0.01 * Z)", "relu"),
    one("relu: dY forgotten", ACTIVATIONS, "dY * (Z > 0)", "(Z > 0) * 1.0", "relu"),
    one("relu: slope of dY's sign", ACTIVATIONS, "dY * (Z > 0)", "dY * (dY > 0)", "relu"),
    one("relu: twice dY at 0", ACTIVATIONS, "dY * (Z > 0)", "dY * ((Z > 0) + 2 * (Z == 0))", "relu"),
    one(
        "softmax: over the batch",
        ACTIVATIONS,
        "weights.sum(axis=-1, keepdims=True)",
        "weights.sum(axis=0)",
        "softmax network",
    ),
    one(
        "softmax: only the diagonal of the Jacobian",
        ACTIVATIONS,
        "P * (dY - (dY * P).sum(axis=-1, keepdims=True))",
        "dY * P * (1 - P)",
        "softmax network",
    ),
    one(
        "softmax: summed over the batch",
        ACTIVATIONS,
        "(dY * P).sum(axis=-1, keepdims=True)",
        "(dY * P).sum()",
        "softmax network",
    ),
    one("softmax: of all rows", ACTIVATIONS, "weights.sum(axis=-1, keepdims=True)", "weights.sum()", "softmax network"),
    one("softmax: Z for the probabilities", ACTIVATIONS, "P = self.forward(Z)", "P = Z", "softmax network"),
    one("relu: Z and dY swapped", ACTIVATIONS, "dY * (Z > 0)", "Z * (dY > 0)", "relu"),
    one("arctan: tangent", ACTIVATIONS, "np.arctan(Z)", "np.tan(Z)", "activations"),
    one("sigmoid: slope without dY", ACTIVATIONS, "dY * Y * (1 - Y)", "Y * (1 - Y)", "activations"),
    one("tanh: not squared", ACTIVATIONS, "np.tanh(Z) ** 2", "np.tanh(Z)", "activations"),
    one("arctan: root in the slope", ACTIVATIONS, "dY / (1 + Z**2)", "dY / np.sqrt(1 + Z**2)", "activations"),
    one(
        "dense: activated number by number",
        LAYERS,
        DENSE_OUT,
        DENSE_OUT.replace("self.activation(Z)", "np.vectorize(self.activation.forward)(Z)"),
        "fully_connected network",
    ),
    one(
        "dense: slope at the activation's output",
        LAYERS,
        DENSE_OUT,
        DENSE_OUT.replace('["Z"] = Z', '["Z"] = self.activation(Z)'),
        "fully_connected network",
    ),
    one("dense: W's gradient averaged", LAYERS, DENSE_W, DENSE_W + " / len(X)", "fully_connected network"),
    one("dense: b's gradient averaged", LAYERS, DENSE_b, DENSE_b.replace("sum", "mean"), "fully_connected network"),
    one(
        "dense: gradients add up",
        LAYERS,
        DENSE_W,
        DENSE_W.replace("] =", "] = self.gradients['W'] +"),
        "fully_connected",
    ),
    one(
        "dense: activation's slope forgotten",
        LAYERS,
        "return dZ @ self",
        "return dLdY @ self",
        "fully_connected network",
    ),
    one(
        "dense: bias starts at one",
        LAYERS,
        "np.zeros((1, self.n_out))" + AFTER_DENSE_BIAS,
        "np.ones((1, self.n_out))" + AFTER_DENSE_BIAS,
        "fully_connected",
    ),
    one("conv: bias ignored", LAYERS, ' + self.parameters["b"][0]', "", "conv"),
    one("conv: kernel flipped", LAYERS, EINSUM, EINSUM.replace('["W"]', '["W"][::-1, ::-1]'), "conv"),
    one("conv: stride ignored", LAYERS, PATCHES, PATCHES.replace("[:, ::stride, ::stride]", ""), "conv pool"),
    one(
        "conv, pool: rows only by the stride",
        LAYERS,
        PATCHES,
        PATCHES.replace("::stride, ::stride", "::stride"),
        "conv pool",
    ),
    one("conv: same is k // 2", LAYERS, SAME, SAME.replace("(size - 1) // 2", "size // 2"), "conv"),
    one("conv: same for square kernels", LAYERS, SAME, "return ((self.kernel_shape[0] - 1) // 2,) * 2", "conv"),
    one("conv: valid is same", LAYERS, "return 0, 0", "return 1, 1", "conv"),
    one(
        "conv: slope at the activation's output",
        LAYERS,
        CONV_OUT,
        CONV_OUT.replace('["Z"] = Z', '["Z"] = self.activation(Z)'),
        "conv",
    ),
    one("conv: cut right only with padding", LAYERS, CUT, "return dX[:, rows:-rows, columns:-columns]", "conv"),
    one("conv: bias gradient averaged", LAYERS, CONV_b, CONV_b.replace("sum", "mean"), "conv"),
    one(
        "conv: bias gradient of one image", LAYERS, CONV_b, 'self.gradients["b"] = dZ[0].sum(axis=(0, 1))[None]', "conv"
    ),
    one("conv: bias gradient of one position", LAYERS, CONV_b, CONV_b.replace("dZ.s", "dZ[:, :1, :1].s"), "conv"),
    one(
        "pool: windows side by side", LAYERS, POOL_STRIDE, POOL_STRIDE.replace("stride\n", "kernel_shape[0]\n"), "pool"
    ),
    one("conv: right without overlap", LAYERS, SEND, SEND.replace("+=", "[...] =").replace("seen [", "seen["), "conv"),
    one("conv: W flipped in backward", LAYERS, SEND, "seen += dZ @ W[-1 - i, -1 - j].T", "conv"),
    one("pool: right without overlap", LAYERS, "+= " + POOLED, "= " + POOLED, "pool"),
    one("pool: average not divided", LAYERS, "else 1 / (height * width)", "else 1", "pool"),
    one("pool: average over square windows", LAYERS, "else 1 / (height * width)", "else 1 / height**2", "pool"),
    one("pool: winners for square windows", LAYERS, "winners == i * width + j", "winners == i * height + j", "pool"),
    one("entropy: summed", LOSSES, "np.finfo(float).eps)) / len(Y)", "np.finfo(float).eps))", "cross_entropy network"),
    one("entropy: gradient not divided", LOSSES, "-Y / (len(Y) * Y_hat)", "-Y / Y_hat", "cross_entropy network"),
    one("entropy: of softmax", LOSSES, "-Y / (len(Y) * Y_hat)", "(Y_hat - Y) / len(Y)", "cross_entropy network"),
    one("l2: gradient twice", LOSSES, "return (Y_hat - Y) / len(Y)", "return 2 * (Y_hat - Y) / len(Y)", "l2"),
    one("l2: wrong sign", LOSSES, "return (Y_hat - Y) / len(Y)", "return (Y - Y_hat) / len(Y)", "l2"),
    one(
        "network: first layer left out",
        MODELS,
        "for layer in self.layers:\n",
        "for layer in self.layers[1:]:\n",
        "network",
    ),
    one("network: backward not reversed", MODELS, "in reversed(self.layers)", "in self.layers", "network"),
    one("network: no loss returned", MODELS, "return self.loss.forward(target, out)", "return None", "network"),
    one(
        "network: loss of swapped arguments",
        MODELS,
        "self.loss.forward(Y, out)",
        "self.loss.forward(out, Y)",
        "network",
    ),
]
