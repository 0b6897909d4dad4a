"""Wrong submissions of question 5: the worked numpy_mlp.py with one mistake put in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from graders.marking.validation.suite import Mutant, Replacements, mutants

FILE = "numpy_mlp.py"

ONES = "return np.hstack([A, np.ones((A.shape[0], 1), dtype=A.dtype)])"
HE = "return rng.normal(0.0, np.sqrt(2.0 / fan_in), size=(fan_in + 1, fan_out))"
NORMS1 = "self.gamma1, self.beta1 = np.ones(h), np.zeros(h)"
NORMS2 = "self.gamma2, self.beta2 = np.ones(h), np.zeros(h)"
NORMS3 = "self.gamma3, self.beta3 = np.ones(h), np.zeros(h)"
MEAN = "mu = z.mean(axis=1, keepdims=True)"
VARIANCE = "var = ((z - mu) ** 2).mean(axis=1, keepdims=True)"
SIGMA = "sigma = np.sqrt(var + EPS)"
HAT = "z_hat = (z - mu) / sigma\n"
NORMED = "return gamma * z_hat + beta, (mu, sigma, z_hat, gamma)"
D_GAMMA = "d_gamma = (d_out * z_hat).sum(axis=0)"
D_BETA = "d_beta = d_out.sum(axis=0)"
D_HAT = "d_hat = d_out * gamma\n"
MEAN_D = "mean_d = d_hat.mean(axis=1, keepdims=True)"
MEAN_DZ = "mean_dz = (d_hat * z_hat).mean(axis=1, keepdims=True)"
D_Z = "d_z = (d_hat - mean_d - z_hat * mean_dz) / sigma"
N1 = "self.N1, self.ln1 = self._norm(Z1, self.gamma1, self.beta1)"
N2 = "self.N2, self.ln2 = self._norm(Z2 + H1, self.gamma2, self.beta2)"
N3 = "self.N3, self.ln3 = self._norm(Z3 + H2, self.gamma3, self.beta3)"
H1, H2, H3 = (f"H{k} = np.maximum(0, self.N{k})" for k in (1, 2, 3))
C1 = "self.C1 = append_ones(np.hstack([X, H1]))"
C2 = "self.C2 = append_ones(np.hstack([X, H1, H2]))"
Z4 = "Z4 = self.H3 @ self.W4\n"
SHIFT = "shifted = Z4 - Z4.max(axis=1, keepdims=True)"
LOG_PROBS = "self.log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))"
COUNT = "B = len(y)"
DZ4 = "dZ4 = np.exp(self.log_probs)"
MINUS = "dZ4[np.arange(B), y] -= 1"
PER_EXAMPLE = "dZ4 = dZ4 / B"
DW1, DW2, DW3 = "dW1 = self.X1.T @ dZ1", "dW2 = self.C1.T @ dZ2", "dW3 = self.C2.T @ dZ3"
DW4 = "dW4 = self.H3.T @ dZ4"
DH3 = "dH3 = dZ4 @ self.W4[:-1].T"
DN1, DN2, DN3 = (f"dN{k} = dH{k} * (self.N{k} > 0)" for k in (1, 2, 3))
DZ1, DZ2, DZ3 = (f"dZ{k}, dgamma{k}, dbeta{k} = self._norm_backward(dN{k}, self.ln{k})" for k in (1, 2, 3))
DC2, DC1 = "dC2 = dZ3 @ self.W3[:-1].T", "dC1 = dZ2 @ self.W2[:-1].T"
DH2 = "dH2 = dC2[:, d + h :] + dZ3"
DH1 = "dH1 = dC1[:, d:] + dC2[:, d : d + h] + dZ2"
MOVE = "        self.W{0} = self.W{0} - lr * dW{0}\n"
SWITCHED_OFF = "if not self.use_layernorm:\n            return z, None"
BACK_OFF = "if cache is None:\n            return d_out, 0.0, 0.0\n        _, sigma, z_hat, gamma = cache"


def step(name: str) -> str:
    """The line that updates a parameter."""
    return f"self.{name} = self.{name} - lr * d{name}\n"


mlp_mutants = partial(mutants, FILE, "mlp", marked="mlp")

INITIALISATION: Replacements = {
    "he: variance 1 / fan_in": (HE, HE.replace("2.0", "1.0")),
    "he: variance instead of standard deviation": (HE, HE.replace("np.sqrt(2.0 / fan_in)", "2.0 / fan_in")),
    "he: uniform within the standard deviation": (
        HE,
        "bound = np.sqrt(2.0 / fan_in)\n        return rng.uniform(-bound, bound, size=(fan_in + 1, fan_out))",
    ),
    "he: fan_out": (HE, HE.replace("2.0 / fan_in", "2.0 / fan_out")),
    "he: Glorot": (HE, HE.replace("2.0 / fan_in", "2.0 / (fan_in + fan_out)")),
    "he: small constant": (HE, HE.replace("np.sqrt(2.0 / fan_in)", "0.01")),
    "he: all positive": (HE, HE.replace("return ", "return np.abs(").replace("fan_out))", "fan_out)))")),
    "he: zeros": (HE, "return np.zeros((fan_in + 1, fan_out))"),
    "he: every row alike": (
        HE,
        HE.replace("size=(fan_in + 1, fan_out)", "size=(1, fan_out)") + " * np.ones((fan_in + 1, 1))",
    ),
    "he: no bias row": (HE, HE.replace("fan_in + 1, fan_out", "fan_in, fan_out")),
    "init: gamma zeros": (NORMS2, NORMS2.replace("np.ones", "np.zeros")),
    "init: beta ones": (NORMS3, NORMS3.replace("np.zeros", "np.ones")),
    "init: gamma random": (NORMS1, NORMS1.replace("np.ones(h)", "rng.normal(1.0, 0.02, h)")),
    "init: one gamma for all layers": (NORMS3, "self.gamma3, self.beta3 = self.gamma2, self.beta2"),
    "init: W3 sees only the layer before": ("self._he(rng, d + 2 * h, h)", "self._he(rng, d + h, h)"),
}

FORWARD: Replacements = {
    "ones: on the left": (ONES, "return np.hstack([np.ones((A.shape[0], 1), dtype=A.dtype), A])"),
    "ones: zeros": (ONES, ONES.replace("np.ones", "np.zeros")),
    "norm: over the batch": [
        (MEAN, MEAN.replace("axis=1", "axis=0")),
        (VARIANCE, VARIANCE.replace("axis=1", "axis=0")),
    ],
    "norm: variance with h - 1": (VARIANCE, "var = z.var(axis=1, ddof=1, keepdims=True)"),
    "norm: epsilon outside the root": (SIGMA, "sigma = np.sqrt(var) + EPS"),
    "norm: epsilon with the wrong sign": (SIGMA, "sigma = np.sqrt(var - EPS)"),
    "norm: no epsilon": (SIGMA, "sigma = np.sqrt(var) + 1e-300"),
    "norm: epsilon 1e-8": ("EPS = 1e-5", "EPS = 1e-8"),
    "norm: epsilon squared away": (SIGMA, "sigma = np.sqrt(var + EPS**2)"),
    "norm: divided by the variance": (SIGMA, "sigma = var + EPS"),
    "norm: mean not taken off": (HAT, "z_hat = z / sigma\n"),
    "norm: mean of everything": (MEAN, "mu = z.mean()"),
    "norm: beta left out": (NORMED, NORMED.replace(" + beta", "")),
    "norm: gamma left out": (NORMED, NORMED.replace("gamma * z_hat", "z_hat")),
    "norm: gamma and beta swapped": (NORMED, NORMED.replace("gamma * z_hat + beta", "beta * z_hat + gamma")),
    "layer 2: residual after the norm": (
        N2,
        "self.N2, self.ln2 = self._norm(Z2, self.gamma2, self.beta2)\n        self.N2 = self.N2 + H1",
    ),
    "layer 3: residual after the activation": [
        (N3, N3.replace("Z3 + H2", "Z3")),
        (H3, H3 + " + H2"),
    ],
    "layer 2: no residual": (N2, N2.replace("Z2 + H1", "Z2")),
    "layer 3: no residual": (N3, N3.replace("Z3 + H2", "Z3")),
    "layer 3: residual from H1": (N3, N3.replace("Z3 + H2", "Z3 + H1")),
    "layer 3: both residuals": (N3, N3.replace("Z3 + H2", "Z3 + H2 + H1")),
    "layer 3: norm of layer 2": (N3, N3.replace("gamma3", "gamma2").replace("beta3", "beta2")),
    "layer 2: concatenated the other way": (C1, C1.replace("X, H1", "H1, X")),
    "layer 3: H2 before H1": (C2, C2.replace("X, H1, H2", "X, H2, H1")),
    "layer 3: X last": (C2, C2.replace("X, H1, H2", "H1, H2, X")),
    "layer 2: sums of layer 1 handed on": (C1, C1.replace("H1", "self.N1")),
    "layer 1: no activation": (H1, "H1 = self.N1"),
    "layer 3: no activation": (H3, "H3 = self.N3"),
    "layer 1: absolute value": (H1, "H1 = np.abs(self.N1)"),
    "output: probabilities": ("return self.log_probs", "return np.exp(self.log_probs)"),
    "output: logits": ("return self.log_probs", "return Z4"),
    "output: softmax over the batch": (LOG_PROBS, LOG_PROBS.replace("axis=1", "axis=0")),
    "output: no keepdims": (LOG_PROBS, LOG_PROBS.replace("axis=1, keepdims=True", "axis=None")),
    "output: negative": ("return self.log_probs", "return -self.log_probs"),
}

BACKWARD: Replacements = {
    "norm: the handout's hint, gamma outside the brackets": [
        (D_HAT, "d_hat = d_out\n"),
        (D_Z, "d_z = gamma * (d_hat - mean_d - z_hat * mean_dz) / sigma"),
    ],
    "norm: gradient without gamma": (D_HAT, "d_hat = d_out\n"),
    "norm: gradient forgets the mean": (D_Z, "d_z = (d_hat - z_hat * mean_dz) / sigma"),
    "norm: gradient forgets the variance": (D_Z, "d_z = (d_hat - mean_d) / sigma"),
    "norm: statistics taken for constants": (D_Z, "d_z = d_hat / sigma"),
    "norm: means of the gradient over the batch": [
        (MEAN_D, MEAN_D.replace("axis=1", "axis=0")),
        (MEAN_DZ, MEAN_DZ.replace("axis=1", "axis=0")),
    ],
    "norm: gradient multiplied by sigma": (D_Z, D_Z.replace("/ sigma", "* sigma")),
    "norm: gradient not divided by sigma": (D_Z, D_Z.replace(" / sigma", "")),
    "norm: gradient divided by the variance": (D_Z, D_Z.replace("/ sigma", "/ sigma**2")),
    "norm: sums in place of means": [
        (MEAN_D, MEAN_D.replace(".mean", ".sum")),
        (MEAN_DZ, MEAN_DZ.replace(".mean", ".sum")),
    ],
    "norm: sign of the variance's term": (D_Z, D_Z.replace("- z_hat", "+ z_hat")),
    "gamma: not times z_hat": (D_GAMMA, "d_gamma = d_out.sum(axis=0)"),
    "gamma: times the output": (D_GAMMA, "d_gamma = (d_out * (gamma * z_hat)).sum(axis=0)"),
    "gamma: mean over the batch": (D_GAMMA, D_GAMMA.replace(".sum", ".mean")),
    "beta: mean over the batch": (D_BETA, D_BETA.replace(".sum", ".mean")),
    "beta: times gamma": (D_BETA, "d_beta = (d_out * gamma).sum(axis=0)"),
    "output: not divided by the batch": (PER_EXAMPLE, "dZ4 = dZ4 / 1"),
    "output: divided twice": (PER_EXAMPLE, "dZ4 = dZ4 / B / B"),
    "output: divided by the classes": (PER_EXAMPLE, "dZ4 = dZ4 / dZ4.shape[1]"),
    "output: sign": (MINUS, MINUS.replace("-= 1", "+= 1")),
    "output: labels from 1": (MINUS, "dZ4[np.arange(B), y - 1] -= 1"),
    "output: label of the first example for all": (MINUS, MINUS.replace("np.arange(B), y]", "np.arange(B), y[0]]")),
    "output: log-probabilities for probabilities": (DZ4, "dZ4 = self.log_probs.copy()"),
    "W4: the bias's row first": (DH3, DH3.replace("[:-1]", "[1:]")),
    "W3: the bias's row first": (DC2, DC2.replace("[:-1]", "[1:]")),
    "layer 3: no mask": (DN3, "dN3 = dH3"),
    "layer 2: no mask": (DN2, "dN2 = dH2"),
    "layer 1: mask of layer 2": (DN1, DN1.replace("self.N1", "self.N2")),
    "layer 1: masked where positive": (DN1, DN1.replace("> 0", "< 0")),
    "H2: the residual's path is missing": (DH2, "dH2 = dC2[:, d + h :]"),
    "H2: only the residual's path": (DH2, "dH2 = dZ3"),
    "H2: the part of H1": (DH2, "dH2 = dC2[:, d : d + h] + dZ3"),
    "H2: residual past the norm": (DH2, "dH2 = dC2[:, d + h :] + dN3"),
    "H1: the path through layer 3 is missing": (DH1, "dH1 = dC1[:, d:] + dZ2"),
    "H1: the path through layer 2 is missing": (DH1, "dH1 = dC2[:, d : d + h] + dZ2"),
    "H1: the residual's path is missing": (DH1, "dH1 = dC1[:, d:] + dC2[:, d : d + h]"),
    "all weights updated first": [
        (MOVE.format(4), ""),
        (DH3, "self.W4 = self.W4 - lr * dW4\n        " + DH3),
        (MOVE.format(3), ""),
        (DC2, "self.W3 = self.W3 - lr * dW3\n        " + DC2),
        (MOVE.format(2), ""),
        (DC1, "self.W2 = self.W2 - lr * dW2\n        " + DC1),
    ],
    "all weights without their first row": [
        (DH3, DH3.replace("[:-1]", "[1:]")),
        (DC2, DC2.replace("[:-1]", "[1:]")),
        (DC1, DC1.replace("[:-1]", "[1:]")),
    ],
    "H1 and H2: their parts of layer 3 swapped": [
        (DH2, "dH2 = dC2[:, d : d + h] + dZ3"),
        (DH1, DH1.replace("dC2[:, d : d + h]", "dC2[:, d + h :]")),
    ],
    "H1: the residual twice": (DH1, DH1 + " + dZ3"),
    "H1: the parts of layer 3 swapped": (DH1, DH1.replace("dC2[:, d : d + h]", "dC2[:, d + h :]")),
    "W1: gradient sees the sums before the norm": (DW1, DW1.replace("dZ1", "dN1")),
}

UPDATE: Replacements = {
    "update: W4 before it is used": [
        (step("W4"), "\n"),
        (DW4, DW4 + "\n        self.W4 = self.W4 - lr * dW4"),
    ],
    "update: W3 before it is used": [
        (step("W3"), "\n"),
        (DW3, DW3 + "\n        self.W3 = self.W3 - lr * dW3"),
    ],
    "update: W2 before it is used": [
        (step("W2"), "\n"),
        (DW2, DW2 + "\n        self.W2 = self.W2 - lr * dW2"),
    ],
    "update: up the slope": (step("W2"), step("W2").replace("- lr", "+ lr")),
    "update: W1 stays": (step("W1"), "\n"),
    "update: gamma2 stays": (step("gamma2"), "\n"),
    "update: beta3 stays": ("self.beta3 = self.beta3 - lr * dbeta3", "pass"),
    "update: W3 twice": (step("W3"), step("W3") + "        " + step("W3")),
    "update: half a step": (COUNT, "B = len(y)\n        lr = lr / 2"),
    "update: a rate of its own": (COUNT, "B = len(y)\n        lr = 0.01"),
    "update: gradients clipped": (step("W1"), step("W1").replace("dW1", "np.clip(dW1, -0.001, 0.001)")),
    "update: weight decay": (step("W4"), step("W4").replace("dW4", "(dW4 + 1e-2 * self.W4)")),
    "update: momentum": [
        ("    def backward(self, y, lr):", "    v = 0.0\n\n    def backward(self, y, lr):"),
        (step("W4"), "self.v = 0.9 * self.v + dW4\n        self.W4 = self.W4 - lr * self.v\n"),
    ],
    "update: gamma and beta swapped": [
        (step("gamma1"), step("gamma1").replace("dgamma1", "dbeta1")),
        (step("beta1"), step("beta1").replace("dbeta1", "dgamma1")),
    ],
    "memory: the first batch's concatenation": (
        C1,
        'if not hasattr(self, "C1"):\n            self.C1 = append_ones(np.hstack([X, H1]))',
    ),
    "inputs: X normalised in place": (
        "self.X1 = append_ones(X)",
        "X -= X.mean(axis=0)\n        self.X1 = append_ones(X)",
    ),
    "inputs: X scaled in place after its use": (LOG_PROBS, LOG_PROBS + "\n        X *= 0.5"),
    "backward: returns gradients without a step": (COUNT, "B = len(y)\n        lr = 0.0"),
    "rules: torch's log_softmax": (
        LOG_PROBS,
        "import torch\n\n        self.log_probs = torch.log_softmax(torch.from_numpy(Z4), dim=1).numpy()",
    ),
    "rules: torch found at run time": (
        LOG_PROBS,
        'torch = __import__("tor" + "ch")\n        self.log_probs = torch.log_softmax(torch.tensor(Z4), dim=1).numpy()',
    ),
    "rules: torch imported for all": [
        ("import numpy as np\n", "import numpy as np\nimport torch as t\n"),
        (LOG_PROBS, "self.log_probs = t.log_softmax(t.asarray(Z4), dim=1).numpy()"),
    ],
    "rules: autograd": (
        DW4,
        "import torch\n\n        logits = torch.tensor(self.H3 @ self.W4, requires_grad=True)\n"
        "        torch.nn.functional.cross_entropy(logits, torch.tensor(y)).backward()\n"
        "        dZ4 = logits.grad.numpy()\n        dW4 = self.H3.T @ dZ4",
    ),
}

SWITCH_TESTED = "if not self.use_layernorm:"
BATCH_TRAINED = "model.backward(y[batch], lr)"
PLOT_LOSS = 'plot_history(history, "loss", f"Loss vs Epochs ({title})", f"mlp_loss{ending}.png")'
PLOT_ACCURACY = 'plot_history(history, "accuracy", f"Accuracy vs Epochs ({title})", f"mlp_accuracy{ending}.png")'
HISTORY_LEGEND = "    axes.legend()\n    figure.savefig(path)"
HISTORY_TEST = '    axes.plot(epochs, history["test_" + what], label="test")\n'
CURVE_TRAIN, CURVE_TEST = (f'{kind}_axes.plot(sizes, {kind}, "o-", label=label)' for kind in ("train", "test"))
STOPPED = "if waited >= patience:"

WITHOUT: Replacements = {
    "the switch is ignored": (SWITCH_TESTED, "if False:"),
    "the switch is ignored in backward": [
        (SWITCHED_OFF, "off = not self.use_layernorm"),
        (NORMED, "return (z if off else gamma * z_hat + beta), (mu, sigma, z_hat, gamma)"),
    ],
    "the switch is ignored in forward": [
        (SWITCHED_OFF, "on = self.use_layernorm"),
        (NORMED, "return gamma * z_hat + beta, ((mu, sigma, z_hat, gamma) if on else None)"),
    ],
    "off leaves the mean out only": ("return z, None", "return z - z.mean(axis=1, keepdims=True), None"),
    "off leaves the residual out": (N2, N2.replace("Z2 + H1", "Z2 + H1 * self.use_layernorm")),
    "off leaves the activation out": (H2, "H2 = np.maximum(0, self.N2) if self.use_layernorm else self.N2"),
    "the switch is the other way round": (SWITCH_TESTED, "if self.use_layernorm:"),
}
TRAINING: Replacements = {
    "no step is made": (BATCH_TRAINED, "pass"),
    "the rate is lost": (BATCH_TRAINED, BATCH_TRAINED.replace("lr", "0.0")),
    "up the slope": (BATCH_TRAINED, BATCH_TRAINED.replace("lr", "-lr")),
    "labels of other examples": (BATCH_TRAINED, BATCH_TRAINED.replace("y[batch]", "y[: len(batch)]")),
    "losses are not finite": (
        'history[name + "_loss"].append(loss)',
        'history[name + "_loss"].append(loss * np.inf)',
    ),
    "no plot of the loss": (PLOT_LOSS, "pass"),
    "no plot of the accuracy": (PLOT_ACCURACY, "pass"),
    "accuracy is the loss": (PLOT_ACCURACY, PLOT_ACCURACY.replace('"accuracy", f"Accuracy', '"loss", f"Loss')),
    "no --lr": ('"--lr"', '"--rate", dest="lr"'),
}
PLOTS: Replacements = {
    "no legend": (HISTORY_LEGEND, "    figure.savefig(path)"),
    "no label of the x axis": ('    axes.set_xlabel("epoch")\n', ""),
    "no label of the y axis, nor a title": [
        ("    axes.set_ylabel(what)\n", ""),
        ("    axes.set_title(title)\n", ""),
    ],
}
RUNS: Replacements = {
    "only one curve of accuracy": (HISTORY_TEST, ""),
}
OPTIONS: Replacements = {
    "--no-layernorm does nothing": ("use_layernorm = not arguments.no_layernorm", "use_layernorm = True"),
}
CURVES: Replacements = {
    "two configurations": ('    {"hidden_size": 128, "use_layernorm": True, "lr": 0.01},\n', ""),
    "another hidden size": ('"hidden_size": 128', '"hidden_size": 64'),
    "LayerNorm in all": ('"use_layernorm": False', '"use_layernorm": True'),
    "another rate without LayerNorm": ('"lr": 0.001', '"lr": 0.01'),
    "LayerNorm in none": (
        "N_CLASSES, use_layernorm, seed)\n            rng",
        "N_CLASSES, False, seed)\n            rng",
    ),
}
DRAWN: Replacements = {
    "sizes end early": ("range(5500, 56001, 5500)", "range(5500, 55000, 5500)"),
    "every second size": ("range(5500, 56001, 5500)", "range(5500, 56001, 11000)"),
    "no curves": [(CURVE_TRAIN, "pass"), (CURVE_TEST, "pass")],
    "losses as the test's accuracies": (
        "evaluate(model, X_test, y_test)[1])\n            print",
        "evaluate(model, X_test, y_test)[0])\n            print",
    ),
    "against the configuration's number": ("sizes.append(size)", "sizes.append(len(sizes))"),
    "not saved": ('figure.savefig("mlp_learning_curves.png")', "pass"),
    "losses in place of accuracies": [
        ("train.append(evaluate(model, X, y)[1])", "train.append(-evaluate(model, X, y)[0])"),
        ("test.append(evaluate(model, X_test, y_test)[1])", "test.append(-evaluate(model, X_test, y_test)[0])"),
    ],
}
CURVE_LABELS: Replacements = {
    "no legend": ('axes.legend()\n    figure.savefig("mlp_learning', 'pass\n    figure.savefig("mlp_learning'),
    "no label of the x axis": ('axes.set_xlabel("number of training examples")', "pass"),
    "no label of the y axis": ('axes.set_ylabel("accuracy")', "pass"),
}
STOPPING: Replacements = {
    "never": (STOPPED, "if False:"),
    "the patience is longer than any training": ("patience=3", "patience=1000"),
    "forgets to break": ("            break\n\n\n# END", "            pass\n\n\n# END"),
}
AT_ONCE: Replacements = {
    "after the first epoch": (STOPPED, "if True:"),
    "for one epoch only": ("for _ in range(max_epochs):", "for _ in range(1):"),
}


def part(name: str, check: str, mistakes: Replacements) -> list[Mutant]:
    """Mistakes that one check has to see."""
    section = check.partition(".")[0]
    named = {f"{name}, {mistake}": edits for mistake, edits in mistakes.items()}
    return [replace(mutant, marked=tuple(check.split())) for mutant in mutants(FILE, section, named)]


MISTAKES: dict[str, Replacements] = {"init": INITIALISATION, "forward": FORWARD, "backward": BACKWARD, "step": UPDATE}

NETWORKS: list[Mutant] = [
    mutant
    for part, mistakes in MISTAKES.items()
    for mutant in mlp_mutants(mistakes={f"mlp {part}, {name}": edits for name, edits in mistakes.items()})
]

WITHOUT_LAYERNORM: list[Mutant] = part(
    "without LayerNorm", "trained_mlp.forward_without trained_mlp.step_without", WITHOUT
)

SCRIPTS: list[Mutant] = [
    *part("training", "trained_mlp.learns", {**TRAINING, **RUNS}),
    *part("training", "trained_mlp.plots", PLOTS),
    *part("training", "trained_mlp.learns_without", OPTIONS),
    *part("learning curves", "curves_mlp.configurations", CURVES),
    *part("learning curves", "curves_mlp.curves", DRAWN),
    *part("early stopping", "curves_mlp.stops_early", STOPPING),
    *part("early stopping", "curves_mlp.goes_on", AT_ONCE),
]

MUTANTS: list[Mutant] = [*NETWORKS, *WITHOUT_LAYERNORM, *SCRIPTS]
