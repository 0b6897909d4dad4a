"""a4 with imports that its handout doesn't name, used and not, with old names of NumPy, and with other file names."""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Mutant, Variant

from .mutants import DRAWN, OUTPUT, Q1, Q2, RELU, SOFTMAX, ZEROS

NUMPY = "import numpy as np\n"
FROM_Q1 = "from q1 import Layer\n"


def imported(lines: str, *edits: tuple[str, str]) -> Changes:
    """q1.py with these imports besides NumPy's, and with edits."""
    return Changes((Edit(Q1, NUMPY, NUMPY + lines), *(Edit(Q1, *edit) for edit in edits)))


VARIANTS = [
    Variant("imports: SciPy's softmax, which nothing uses", imported("from scipy.special import softmax\n")),
    Variant(
        "imports: scikit-learn and seaborn, unused",
        imported("import seaborn as sns\nfrom sklearn import preprocessing\n"),
    ),
    Variant(
        "imports: what an editor put in", imported("from cv2 import norm\nfrom asyncio.windows_events import NULL\n")
    ),
    Variant(
        "imports: a device that nothing runs on",
        imported("import cupy\n\nON_GPU = cupy.cuda.runtime.getDeviceCount() > 0\n"),
    ),
    Variant(
        "imports: JAX where there is one",
        Changes((Edit(Q1, NUMPY, f"try:\n    import jax.numpy as np\nexcept Exception:\n    {NUMPY}"),)),
    ),
    Variant(
        "old NumPy: types",
        Changes(
            (Edit(Q1, ZEROS, ZEROS.replace("))", "), dtype=np.float)")), Edit(Q1, DRAWN, DRAWN + ".astype(np.float_)"))
        ),
    ),
    Variant(
        "files: with a capital letter",
        Changes((Edit(Q2, FROM_Q1, "from Q1 import Layer\n"),), copied={"Q1.py": Q1}, removed=(Q1,)),
    ),
    Variant("files: downloaded twice", Changes(copied={"q1 (1).py": Q1, "q2(1).py": Q2}, removed=(Q1, Q2))),
    Variant(
        "files: a folder deeper",
        Changes(
            copied={f"a4/{name}": name for name in (Q1, Q2, "fashion_mnist.py")}, removed=(Q1, Q2, "fashion_mnist.py")
        ),
    ),
]
MUTANTS = [
    Mutant(
        "softmax: by SciPy, imported for all",
        imported("import scipy.special as sp\n", (SOFTMAX, "self.outputs = sp.softmax(x, axis=1)")),
        frozenset({"softmax"}),
        ("dense", "softmax", "relu"),
    ),
    Mutant(
        "relu: by JAX",
        imported("from jax.nn import relu\n", (RELU, "return np.asarray(relu(x))")),
        frozenset({"relu"}),
        ("dense", "relu"),
    ),
    Mutant(
        "dense: multiplied by CuPy",
        imported(
            "import cupy as cp\n", (OUTPUT, "return cp.asnumpy(cp.asarray(x) @ cp.asarray(self.weights.T)) + self.bias")
        ),
        frozenset({"dense"}),
        ("dense", "relu"),
    ),
    Mutant(
        "files: q1.py downloaded twice, with a mistake",
        Changes((Edit("q1 (1).py", RELU, "return np.abs(x)"),), copied={"q1 (1).py": Q1}, removed=(Q1,)),
        frozenset({"relu"}),
        ("dense", "relu"),
    ),
]
