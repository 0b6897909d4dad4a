"""Right submissions of question 5 that are written otherwise than the worked one; each must keep all points."""

from __future__ import annotations

from functools import partial

from graders.marking.validation.changes import Changes, Rewriting
from graders.marking.validation.suite import Replacements, Variant, variants

from .mlp_mutants import (
    C1,
    C2,
    COUNT,
    CURVE_LABELS,
    D_Z,
    DC1,
    DC2,
    DH1,
    DH2,
    DH3,
    DN1,
    DN2,
    DN3,
    DW1,
    DW2,
    DW4,
    DZ4,
    FILE,
    H1,
    H3,
    HE,
    LOG_PROBS,
    MEAN,
    MINUS,
    NORMS1,
    NORMS2,
    NORMS3,
    ONES,
    PER_EXAMPLE,
    SHIFT,
    SIGMA,
    VARIANCE,
    step,
)

MARKED = "mlp trained_mlp.forward_without trained_mlp.step_without"
mlp_variants = partial(variants, FILE, MARKED)

NAMES = [*(f"W{k}" for k in (1, 2, 3, 4)), *(f"{name}{k}" for name in ("gamma", "beta") for k in (1, 2, 3))]
SIGNATURE = "def __init__(self, input_size, hidden_size, output_size, use_layernorm=True, seed=0):"
SWITCH = "self.use_layernorm = use_layernorm"
MADE = "NumpyDenseResMLP(X_train.shape[1], arguments.hidden_size, N_CLASSES, use_layernorm, arguments.seed)"
BACKWARD = "def backward(self, y, lr):"
CALLED = "model.backward(y[batch], lr)"
GRADS = ", ".join(f"d{name}" for name in NAMES)
NONE = ", ".join(f"self.{name}" for name in NAMES[4:])
STEPS = [step(name) if name != "beta3" else step(name).rstrip() for name in NAMES]


def renamed(new: dict[str, str]) -> Rewriting:
    """From the worked file's text one with these words replaced everywhere."""

    def rewriting(text: str) -> str:
        for old, other in new.items():
            if old not in text:
                raise ValueError(f"{old!r} isn't in {FILE}")
            text = text.replace(old, other)
        return text

    return rewriting


def rewritten(name: str, new: dict[str, str]) -> Variant:
    """Words replaced everywhere in the worked file."""
    return Variant(name, Changes(rewritten={FILE: renamed(new)}), tuple(MARKED.split()))


PARAMETERS_IN = {
    "a dictionary": {f"self.{name}": f'self.params["{name}"]' for name in NAMES}
    | {SWITCH: f"{SWITCH}\n        self.params = {{}}"},
    "lists": {f"self.W{k}": f"self.weights[{k - 1}]" for k in (1, 2, 3, 4)}
    | {f"self.gamma{k}": f"self.gammas[{k - 1}]" for k in (1, 2, 3)}
    | {f"self.beta{k}": f"self.betas[{k - 1}]" for k in (1, 2, 3)}
    | {SWITCH: f"{SWITCH}\n        self.weights, self.gammas, self.betas = [None] * 4, [None] * 3, [None] * 3"},
    "attributes with short names": {"self.gamma": "self.g", "self.beta": "self.b"},
    "attributes with underscores": {"self.gamma": "self.ln_gamma_", "self.beta": "self.ln_beta_", "self.W": "self.w_"},
    "a list of dictionaries": {f"self.gamma{k}": f'self.norms[{k - 1}]["scale"]' for k in (1, 2, 3)}
    | {f"self.beta{k}": f'self.norms[{k - 1}]["shift"]' for k in (1, 2, 3)}
    | {SWITCH: f"{SWITCH}\n        self.norms = [{{}}, {{}}, {{}}]"},
}

WHOLE = [
    *(rewritten(f"mlp: parameters in {where}", new) for where, new in PARAMETERS_IN.items()),
    rewritten(
        "mlp: gradients kept",
        {f" d{name} =": f" self.d{name} = d{name} =" for name in NAMES if name.startswith("W")},
    ),
    rewritten("mlp: parameters updated in place", {f"self.{n} = self.{n} - lr": f"self.{n} -= lr" for n in NAMES}),
    rewritten(
        "mlp: constructor with other names",
        {
            SIGNATURE: "def __init__(self, input_dim, hidden_dim, num_classes, use_ln=True, random_state=0):\n"
            "        use_layernorm, seed = use_ln, random_state\n"
            "        input_size, hidden_size, output_size = input_dim, hidden_dim, num_classes",
        },
    ),
    rewritten(
        "mlp: the switch turns it off",
        {
            SIGNATURE: "def __init__(self, d, h, C, *, no_layernorm=False, seed=0):\n"
            "        use_layernorm, (input_size, hidden_size, output_size) = not no_layernorm, (d, h, C)",
            MADE: MADE.replace("N_CLASSES, use_layernorm, ", "N_CLASSES, no_layernorm=not use_layernorm, seed="),
        },
    ),
    rewritten(
        "mlp: the rate is the constructor's",
        {
            SIGNATURE: SIGNATURE.replace("output_size,", "output_size, lr=0.01,"),
            SWITCH: f"{SWITCH}\n        self.lr = lr",
            BACKWARD: "def backward(self, y):",
            "- lr * d": "- self.lr * d",
        },
    ),
    rewritten(
        "mlp: one-hot labels",
        {MINUS: "dZ4 = dZ4 - y", CALLED: "model.backward(np.eye(N_CLASSES)[y[batch]], lr)"},
    ),
    rewritten(
        "mlp: one-hot labels by name",
        {
            MINUS: "dZ4 = dZ4 - y_onehot",
            BACKWARD: "def backward(self, y_onehot, lr):",
            COUNT: "B = len(y_onehot)",
            CALLED: "model.backward(np.eye(N_CLASSES)[y[batch]], lr)",
        },
    ),
    rewritten(
        "mlp: backward takes the examples too",
        {BACKWARD: "def backward(self, X, y, learning_rate):\n        lr = learning_rate"},
    ),
    rewritten(
        "mlp: backward takes the log-probabilities",
        {BACKWARD: "def backward(self, log_probs, y_true, lr=0.01):\n        y = y_true"},
    ),
    rewritten(
        "mlp: a method of its own updates",
        {
            STEPS[0]: f"self.grads = {GRADS}\n\n    def update(self, lr):\n        {GRADS} = self.grads\n"
            f"        {STEPS[0]}",
            BACKWARD: "def backward(self, y):",
            CALLED: "model.backward(y[batch])\n        model.update(lr)",
        },
    ),
    rewritten(
        "mlp: gamma and beta are rows",
        {
            "np.ones(h), np.zeros(h)": "np.ones((1, h)), np.zeros((1, h))",
            ".sum(axis=0)": ".sum(axis=0, keepdims=True)",
        },
    ),
    rewritten(
        "mlp: single precision",
        {
            "size=(fan_in + 1, fan_out))": "size=(fan_in + 1, fan_out)).astype(np.float32)",
            "np.ones(h), np.zeros(h)": "np.ones(h, np.float32), np.zeros(h, np.float32)",
            "self.X1 = append_ones(X)": "X = X.astype(np.float32)\n        self.X1 = append_ones(X)",
        },
    ),
    rewritten(
        "mlp: no seed",
        {
            SIGNATURE: SIGNATURE.replace(", seed=0", ""),
            "rng = np.random.default_rng(seed)\n        d, h": "rng = np.random.default_rng()\n        d, h",
            "use_layernorm, seed)": "use_layernorm)",
            "use_layernorm, arguments.seed)": "use_layernorm)",
        },
    ),
    rewritten(
        "mlp: no LayerNorm parameters where it is off",
        {
            f"{NORMS1}\n        {NORMS2}\n        {NORMS3}\n": f"if use_layernorm:\n            {NORMS1}\n"
            f"            {NORMS2}\n            {NORMS3}\n        else:\n            {NONE} = [0.0] * 6\n",
        },
    ),
]

LINES: Replacements = {
    "he: zero bias": (HE, HE.replace("return ", "W = ") + "\n        W[-1] = 0\n        return W"),
    "he: fan-in with the ones": (HE, HE.replace("2.0 / fan_in", "2.0 / (fan_in + 1)")),
    "he: uniform": (
        HE,
        "bound = np.sqrt(6.0 / fan_in)\n        return rng.uniform(-bound, bound, size=(fan_in + 1, fan_out))",
    ),
    "he: legacy random": (HE, "return np.random.randn(fan_in + 1, fan_out) * np.sqrt(2.0 / fan_in)"),
    "ones: c_": (ONES, "return np.c_[A, np.ones(len(A))]"),
    "ones: concatenate": (ONES, "return np.concatenate((A, np.ones((len(A), 1))), axis=1)"),
    "ones: pad": (ONES, "return np.pad(A, ((0, 0), (0, 1)), constant_values=1)"),
    "concatenation: c_": [
        (C1, "self.C1 = np.c_[X, H1, np.ones(len(X))]"),
        (C2, "self.C2 = np.c_[X, H1, H2, np.ones(len(X))]"),
    ],
    "norm: np.var": (VARIANCE, "var = z.var(axis=1, keepdims=True)"),
    "norm: mean of squares": (
        f"{MEAN}\n        {VARIANCE}",
        "mu = z.sum(axis=1, keepdims=True) / z.shape[1]\n        var = np.mean(np.square(z - mu), 1, keepdims=True)",
    ),
    "norm: power": (SIGMA, "sigma = (var + EPS) ** 0.5"),
    "norm: expanded gradient": (
        D_Z,
        "h = d_hat.shape[1]\n        dot = (d_hat * z_hat).sum(1, keepdims=True)\n"
        "        d_z = (h * d_hat - h * mean_d - z_hat * dot) / (h * sigma)",
    ),
    "norm: gradient by way of variance and mean": (
        D_Z,
        "z = z_hat * sigma\n"
        "        h = z.shape[1]\n"
        "        d_var = (-0.5 * d_hat * z / sigma**3).sum(axis=1, keepdims=True)\n"
        "        d_mu = -(d_hat / sigma).sum(axis=1, keepdims=True)\n"
        "        d_z = d_hat / sigma + 2 * d_var * z / h + d_mu / h",
    ),
    "norm: the Jacobian of each example": (
        D_Z,
        "h = d_hat.shape[1]\n"
        "        d_z = np.stack([(np.eye(h) - 1 / h - np.outer(u, u) / h) @ g / s\n"
        "                        for u, g, s in zip(z_hat, d_hat, sigma[:, 0])])",
    ),
    "norm: gamma's gradient by einsum": (
        "d_gamma = (d_out * z_hat).sum(axis=0)",
        'd_gamma = np.einsum("bh,bh->h", d_out, z_hat)',
    ),
    "products: einsum": [
        (DW1, 'dW1 = np.einsum("bi,bj->ij", self.X1, dZ1)'),
        (DC1, 'dC1 = np.einsum("bj,ij->bi", dZ2, self.W2[:-1])'),
    ],
    "products: loop over the examples": (
        DW2,
        "dW2 = sum(np.outer(c, g) for c, g in zip(self.C1, dZ2))",
    ),
    "products: ones' column taken off afterwards": [
        (DC2, "dC2 = (dZ3 @ self.W3.T)[:, :-1]"),
        (DC1, "dC1 = (dZ2 @ self.W2.T)[:, :-1]"),
        (DH3, "dH3 = (dZ4 @ self.W4.T)[:, :h]"),
    ],
    "products: np.split": (
        DH2,
        "_, to_H1, to_H2 = np.split(dC2, [d, d + h], axis=1)\n        dH2 = to_H2 + dZ3",
    ),
    "relu: where": [(H1, "H1 = np.where(self.N1 > 0, self.N1, 0.0)"), (H3, "H3 = self.N3 * (self.N3 > 0)")],
    "relu: mask with ties": [(DN1, DN1.replace("> 0", ">= 0")), (DN3, DN3.replace("> 0", ">= 0"))],
    "relu: gradient set to zero": (DN2, "dN2 = dH2.copy()\n        dN2[self.N2 <= 0] = 0"),
    "output: as the handout prints it": [
        (SHIFT, "shifted = Z4"),
    ],
    "output: logaddexp": (LOG_PROBS, "self.log_probs = Z4 - np.logaddexp.reduce(Z4, axis=1)[:, None]"),
    "output: softmax first": (
        LOG_PROBS,
        "powers = np.exp(shifted)\n        self.P = powers / powers.sum(axis=1, keepdims=True)\n"
        "        self.log_probs = shifted - np.log(powers.sum(axis=1, keepdims=True))",
    ),
    "output: gradient from one-hot rows": [
        (DZ4, "one_hot = np.zeros_like(self.log_probs)\n        one_hot[np.arange(B), y] = 1"),
        (MINUS, "dZ4 = np.exp(self.log_probs) - one_hot"),
    ],
    "output: divided in the weights' gradients": [
        (PER_EXAMPLE, "scale = 1 / B"),
        (DW4, "dW4 = self.H3.T @ dZ4 * scale"),
        (DH3, DH3 + " * scale"),
    ],
    "output: gradient from ten unit rows": [
        (DZ4, "one_hot = np.eye(10)[y]"),
        (MINUS, "dZ4 = np.exp(self.log_probs) - one_hot"),
    ],
    "H1: summed up step by step": (
        DH1,
        "dH1 = np.zeros((B, h))\n        dH1 += dC1[:, d:]\n        dH1 += dC2[:, d : d + h]\n        dH1 += dZ2",
    ),
    "backward: W2 updated as soon as it isn't needed": [
        (step("W2"), "\n"),
        (DW1, f"self.W2 = self.W2 - lr * dW2\n        {DW1}"),
    ],
    "backward: returns the gradients": (step("W1"), step("W1") + "        self.all_gradients = [dW1, dW2, dW3, dW4]\n"),
    "imports: PyTorch, which nothing uses": ("import numpy as np\n", "import numpy as np\nimport torch.nn as nn\n"),
    "imports: scikit-learn where data are loaded": [
        ("import numpy as np\n", "import numpy as np\nfrom sklearn import preprocessing\n"),
        ("def load_data(folder):\n", "def scaled(X):\n    return preprocessing.scale(X)\n\n\ndef load_data(folder):\n"),
    ],
    "momentum buffers of zeros": (
        NORMS3,
        NORMS3 + "\n        self.v_beta1, self.m_W1 = np.zeros(h), np.zeros_like(self.W1)"
        "\n        self.dgamma1, self.dbeta1, self.grad_W2 = np.zeros(h), np.zeros(h), np.zeros_like(self.W2)",
    ),
}

UNLABELLED = {f"learning curves, {name}": edits for name, edits in CURVE_LABELS.items()}
"""Advised against: question 5.4 doesn't ask for labels."""

VARIANTS: list[Variant] = [
    *WHOLE,
    *mlp_variants(ways={f"mlp {name}": edits for name, edits in LINES.items()}),
    *variants(FILE, "curves_mlp.curves curves_mlp.labels", UNLABELLED),
]
