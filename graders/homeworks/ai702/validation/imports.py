"""ai702 with imports that its handout doesn't allow, used and not, with old names of NumPy, and laid out otherwise."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, Variant

from .mutants import (
    ACTIVATION,
    BATCHNORM,
    LINEAR,
    LINEAR_W,
    LOSS,
    MEAN_ENTROPY,
    MLP,
    OUTPUT,
    RELU,
    SGD,
    SIGMOID,
    TANH,
    ZERO_VELOCITY_W,
    Z,
)

NUMPY = "import numpy as np\n"
IMPORTS = "from mytorch.nn.activation import ReLU\nfrom mytorch.nn.linear import Linear\n"
LINEAR_CLASS = "class Linear:\n"
SIGMOID_CLASS, TANH_CLASS = "class Sigmoid:\n", "class Tanh:\n"
FILES = (LINEAR, ACTIVATION, LOSS, BATCHNORM, SGD, MLP)
INITS = tuple(f"mytorch/{folder}__init__.py" for folder in ("", "nn/", "optim/", "models/"))

Line = tuple[str, str, str]


def imported(file: str, lines: str, *edits: tuple[str, str]) -> Changes:
    """One file with these imports besides NumPy's, and with edits."""
    return Changes((Edit(file, NUMPY, NUMPY + lines), *(Edit(file, *edit) for edit in edits)))


def loses(name: str, sections: str, changes: Changes) -> Mutant:
    """A mutant that costs these sections, of all."""
    return Mutant(name, changes, frozenset(sections.split()))


def moved(name: str, places: dict[str, str], *edits: Edit, gone: tuple[str, ...] = ()) -> Variant:
    """Worked files in other places, by their names there; others are taken away."""
    copied = {new: old for old, new in places.items()}
    return Variant(name, Changes(edits, copied=copied, removed=(*places, *gone)))


def flat(path: str) -> str:
    """A file's place without its folders."""
    return path.rpartition("/")[2]


IN_PLOT = '''

def plot(curve):
    """What a program looked like that isn't marked."""
    plt.plot(curve)
    for _ in tqdm(curve):
        plt.pause(0.1)
'''
GUARDED = "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np\n"
ANNOTATED = "def forward(self, A: torch.Tensor) -> Optional[torch.Tensor]:"

VARIANTS = [
    Variant("imports: scipy.special, which nothing uses", imported(ACTIVATION, "import scipy.special\n")),
    Variant("imports: all names of one", imported(ACTIVATION, "from scipy.special import *\n")),
    Variant(
        "imports: what editors put in",
        imported(LINEAR, "from turtle import forward\nfrom typing_extensions import Self\nfrom tkinter import W\n"),
    ),
    Variant(
        "imports: annotations with PyTorch's types",
        imported(LINEAR, "from typing import Optional\nimport torch\n", ("def forward(self, A):", ANNOTATED)),
    ),
    Variant(
        "imports: used in a plot alone",
        imported(LOSS, f"import matplotlib.pyplot as plt\nfrom tqdm import tqdm\n{IN_PLOT}"),
    ),
    Variant("imports: CuPy where there is one", Changes((Edit(BATCHNORM, NUMPY, GUARDED),))),
    Variant(
        "imports: seeds of PyTorch",
        imported(
            SGD, 'import torch\n\ntorch.manual_seed(0)\nDEVICE = "cuda" if torch.cuda.is_available() else "cpu"\n'
        ),
    ),
    Variant(
        "imports: below the folder of a project",
        Changes((Edit(MLP, IMPORTS, IMPORTS.replace("mytorch", "hw1.mytorch")),)),
    ),
    Variant(
        "old NumPy: types and numbers",
        Changes(
            (
                Edit(LINEAR, LINEAR_W, LINEAR_W.replace("))", "), dtype=np.float)")),
                Edit(LOSS, MEAN_ENTROPY, "return np.float_(np.sum(crossentropy)) / np.int(N)"),
                Edit(SGD, ZERO_VELOCITY_W, ZERO_VELOCITY_W.replace("layer.W.shape", "layer.W.shape, np.double")),
            )
        ),
    ),
    Variant(
        "old NumPy: functions",
        Changes(
            (
                Edit(LINEAR, Z, "assert np.alltrue(np.isfinite(A) | True)\n        " + Z),
                Edit(ACTIVATION, NUMPY, "import numpy as np\nfrom numpy import product\n\n_ONE = product([1, 1])\n"),
                Edit(ACTIVATION, RELU, RELU.replace("np.maximum(Z, 0)", "_ONE * np.maximum(Z, 0)")),
            )
        ),
    ),
    moved("files: all in one folder", {path: flat(path) for path in FILES}, gone=INITS),
    moved(
        "files: all in one folder, and imported from there",
        {path: flat(path) for path in FILES if path != MLP},
        Edit(MLP, IMPORTS, IMPORTS.replace("mytorch.nn.", "")),
        gone=INITS,
    ),
    moved("files: without the folder mytorch", {path: path.removeprefix("mytorch/") for path in (*FILES, *INITS[1:])}),
    moved("files: with a capital letter", {LINEAR: "mytorch/nn/Linear.py", SGD: "mytorch/optim/SGD.py"}),
    moved("files: downloaded twice", {LOSS: "mytorch/nn/loss (1).py", ACTIVATION: "mytorch/nn/activation copy.py"}),
    moved("files: saved as text", {BATCHNORM: "mytorch/nn/batchnorm.py.txt"}),
    moved("files: a folder deeper", {path: f"hw1/{path}" for path in (*FILES, *INITS)}),
]

FALLS_BACK = "try:\n    from scipy.special import expit\nexcept ImportError:\n    expit = np.abs\n"
BY_EXPIT = (SIGMOID, "self.A = expit(Z)")
MUTANTS = [
    loses(
        "imports: sigmoid by SciPy",
        "activations",
        imported(ACTIVATION, "from scipy.special import expit\n", BY_EXPIT),
    ),
    loses(
        "imports: sigmoid by SciPy, all names",
        "activations",
        imported(ACTIVATION, "from scipy.special import *\n", BY_EXPIT),
    ),
    loses("imports: sigmoid by SciPy, or wrong", "activations", imported(ACTIVATION, FALLS_BACK, BY_EXPIT)),
    loses(
        "imports: tanh by SciPy, by name",
        "activations",
        imported(ACTIVATION, "import importlib\n", (TANH, 'self.A = importlib.import_module("scipy.special").tanh(Z)')),
    ),
    loses(
        "imports: tanh by PyTorch, in the function",
        "activations",
        Changes((Edit(ACTIVATION, TANH, "import torch\n\n        self.A = torch.tanh(torch.tensor(Z)).numpy()"),)),
    ),
    loses(
        "imports: a class made by Numba",
        "activations",
        imported(ACTIVATION, "import numba\n", (TANH_CLASS, "@numba.experimental.jitclass\n" + TANH_CLASS)),
    ),
    loses(
        "imports: Linear is a module of PyTorch's",
        "linear mlp0 mlp1 mlp4",
        imported(LINEAR, "from torch import nn\n", (LINEAR_CLASS, "class Linear(nn.Module):\n")),
    ),
    loses(
        "imports: a constant of PyTorch's",
        "batchnorm",
        imported(BATCHNORM, "import torch\n\nONE = torch.ones(1)\n", (OUTPUT, OUTPUT + " * ONE")),
    ),
    loses(
        "imports: an unused one does not hide a mistake",
        "linear mlp0 mlp1 mlp4",
        imported(LINEAR, "import scipy\n", (Z, "return A @ self.W.T")),
    ),
    loses(
        "files: in other places, with a mistake",
        "linear mlp0 mlp1 mlp4",
        Changes(
            (Edit("linear.py", Z, "return A @ self.W.T"),),
            copied={flat(path): path for path in FILES},
            removed=(*FILES, *INITS),
        ),
    ),
]
