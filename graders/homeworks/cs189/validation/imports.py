"""cs189 with imports of packages that it hasn't, used and not, with old names of NumPy, and laid out otherwise."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, Variant

from .mutants import ACTIVATIONS, DENSE_W, LAYERS, LOSSES

DATASETS = "neural_networks/datasets.py"
NUMPY = "import numpy as np\n"
FILES = tuple(
    f"neural_networks/{name}.py"
    for name in (
        "activations",
        "layers",
        "losses",
        "models",
        "optimizers",
        "weights",
        "schedulers",
        "utils",
        "logs",
        "datasets",
    )
)
RELU_OUT = "return np.maximum(Z, 0)"
RELU_CLASS = "class ReLU(Activation):\n"


def imported(file: str, lines: str, *edits: tuple[str, str]) -> Changes:
    """One file with these imports besides NumPy's, and with edits."""
    return Changes((Edit(file, NUMPY, NUMPY + lines), *(Edit(file, *edit) for edit in edits)))


def flat(*edits: Edit) -> Changes:
    """The package's files beside the script, as Gradescope has them."""
    copied = {path.rpartition("/")[2]: path for path in FILES}
    return Changes(edits, copied=copied, removed=(*FILES, "neural_networks/__init__.py"))


VARIANTS = [
    Variant("imports: what an editor put in", imported(LAYERS, "from turtle import forward\n")),
    Variant("imports: preprocessing, unused", imported(DATASETS, "from sklearn import preprocessing\n"), ("training",)),
    Variant(
        "imports: a part of pandas, unused",
        imported(DATASETS, "from pandas import read_csv\nimport pandas.plotting\n"),
        ("training",),
    ),
    Variant(
        "imports: a base class, and a name for a type",
        imported(
            LAYERS,
            "import torch\nimport torch.nn as nn\n\nTensor = torch.Tensor\n\n\nclass Other(nn.Module):\n    pass\n",
        ),
    ),
    Variant(
        "old NumPy: where layers are made",
        imported(
            LAYERS,
            "\n_TWO = np.math.sqrt(np.product(np.array([2, 2], dtype=np.int)))\n",
            (DENSE_W, DENSE_W + "\n        assert np.sometrue([_TWO]) and _TWO < np.Inf"),
        ),
    ),
    Variant("files: the package beside the script", flat()),
    Variant("files: the package beside the script, trained", flat(), ("training",)),
    Variant(
        "files: names that a browser gives",
        Changes(
            copied={"neural_networks/losses (1).py": LOSSES, "train_ffnn(2).py": "train_ffnn.py"},
            removed=(LOSSES, "train_ffnn.py"),
        ),
        ("cross_entropy", "training"),
    ),
]
MUTANTS = [
    Mutant(
        "imports: relu by PyTorch",
        imported(ACTIVATIONS, "import torch.nn.functional as F\n", (RELU_OUT, "return F.relu(Z)")),
        frozenset({"relu"}),
        ("relu", "softmax", "conv"),
    ),
    Mutant(
        "imports: relu compiled by Numba",
        imported(
            ACTIVATIONS,
            "from numba import njit\n\n\n@njit\ndef largest(x):\n    return np.maximum(x, 0)\n",
            (RELU_OUT, "return largest(Z)"),
        ),
        frozenset({"relu"}),
        ("relu", "softmax", "conv"),
    ),
    Mutant(
        "imports: a dense layer multiplied by SciPy",
        imported(LAYERS, "from scipy.linalg.blas import dgemm\n", (DENSE_W, 'self.gradients["W"] = dgemm(1, X.T, dZ)')),
        frozenset({"fully_connected", "network"}),
        ("fully_connected", "network", "relu", "pool"),
    ),
    Mutant(
        "imports: the script scales with scikit-learn",
        Changes(
            (
                Edit(
                    "train_ffnn.py",
                    "from pathlib import Path\n",
                    "from pathlib import Path\n\nfrom sklearn import preprocessing\n",
                ),
                Edit("train_ffnn.py", "    found = {}\n", "    found = {}\n    preprocessing.scale([1.0, 2.0])\n"),
            )
        ),
        frozenset({"training"}),
        ("training", "relu"),
    ),
    Mutant("files: no script", Changes(removed=("train_ffnn.py",)), frozenset({"training"}), ("training", "relu")),
    Mutant(
        "files: the package beside the script, with a mistake",
        flat(Edit("activations.py", RELU_OUT, "return np.abs(Z)")),
        frozenset({"relu"}),
        ("relu", "softmax"),
    ),
]
