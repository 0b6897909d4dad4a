"""A student's slips, and the records of their markings as they are kept: `python -m tests.reports.slips` marks again.

The records are gzipped JSON in fixtures/slips, without what no report on a screen shows; beside them stands what each
shows in the last 24 lines of 80 columns.
"""

from __future__ import annotations

import gzip
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Report
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.reports.wording import reasons
from tests.support import ROOT, replace_in

SCREENS = ROOT / "fixtures" / "slips"
LINEAR, LOSS = "mytorch/nn/linear.py", "mytorch/nn/loss.py"
ACTIVATION, BATCHNORM = "mytorch/nn/activation.py", "mytorch/nn/batchnorm.py"
LAYERS, FUNCTIONS = "neural_networks/layers.py", "neural_networks/activations.py"
NETWORK, OPTIMIZER = "mytorch/models/mlp.py", "mytorch/optim/sgd.py"
COSTS, BLOCKS = "neural_networks/losses.py", "q1.py"
PAIRS, RULES = "cs231n/layers.py", "cs231n/optim.py"
POOLED = "        for j in range(columns):\n            seen = x[:, :, i * stride"
COLUMNS = "my_neural_networks/activations.py"


class Edit(NamedTuple):
    """What is in a file of the worked submission, and what a student wrote there."""

    file: str
    right: str
    wrong: str


class Slip(NamedTuple):
    """The edits, the sections that are marked then, and words that the screen has to say: the cause, or the line."""

    homework: str
    sections: str
    said: str
    edits: tuple[Edit, ...]


SLIPS: Mapping[str, Slip] = {
    "summed": Slip(
        "ai702",
        "linear mlp0",
        "sum over the batch, not an average",
        (Edit(LINEAR, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW"),),
    ),
    "keepdims": Slip(
        "ai702",
        "linear",
        "its shape is (4,), but should be (4, 1)",
        (Edit(LINEAR, "dLdb = dLdZ.T @ dZdb", "dLdb = dLdZ.sum(axis=0)"),),
    ),
    "transposed": Slip(
        "ai702",
        "linear mlp0",
        f"{LINEAR}, line 31",
        (Edit(LINEAR, "A @ self.W.T + self.b.T", "A @ self.W + self.b.T"),),
    ),
    "attribute": Slip("ai702", "linear", f"{LINEAR}, line 43", (Edit(LINEAR, "self.N = A", "self.n = A"),)),
    "name": Slip(
        "ai702", "activations", f"{ACTIVATION}, line 65", (Edit(ACTIVATION, "np.maximum(Z, 0)", "np.maximum(z, 0)"),)
    ),
    "syntax": Slip("ai702", "linear mlp0", f"{LINEAR}, line 30", (Edit(LINEAR, "A.shape[0]", "A.shape[0"),)),
    "another function": Slip(
        "ai702",
        "activations",
        f"line 65 of {ACTIVATION}",
        (Edit(ACTIVATION, "np.maximum(Z, 0)", "np.max(Z) * (Z > 0)"),),
    ),
    "another variable": Slip(
        "ai702",
        "batchnorm",
        f"line 67 of {BATCHNORM}",
        (Edit(BATCHNORM, "-0.5 * np.sum(dLdNZ", "-0.5 * np.sum(dLdBZ"),),
    ),
    "power": Slip(
        "ai702", "batchnorm", f"line 67 of {BATCHNORM}", (Edit(BATCHNORM, "inverse_std**3", "inverse_std**2"),)
    ),
    "nothing returned": Slip(
        "ai702",
        "losses",
        "returned None",
        (Edit(LOSS, "        return self.softmax - self.Y", "        self.softmax - self.Y"),),
    ),
    "printed": Slip(
        "ai702",
        "losses",
        "the loss is",
        (Edit(LOSS, "return SSE / (2 * N * C)", 'print("the loss is", SSE / N)\n        return SSE / N'),),
    ),
    "three at once": Slip(
        "ai702",
        "linear activations losses",
        "sum over the batch, not an average",
        (
            Edit(LINEAR, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW"),
            Edit(ACTIVATION, "1 - self.A * self.A", "1 - self.A"),
            Edit(LOSS, "(self.A - self.Y) / (N * C)", "(self.A - self.Y) / N"),
        ),
    ),
    "axis": Slip(
        "cs189",
        "softmax",
        "line 100 of neural_networks",
        (Edit(FUNCTIONS, "weights.sum(axis=-1, keep", "weights.sum(axis=0, keep"),),
    ),
    "not the mask": Slip(
        "cs189", "relu", f"line 90 of {FUNCTIONS}", (Edit(FUNCTIONS, "dY * (Z > 0)", "dY * (dY > 0)"),)
    ),
    "order": Slip("cs189", "fully_connected", f"{LAYERS}, line 79", (Edit(LAYERS, "X.T @ dZ", "X @ dZ.T"),)),
    "sign": Slip(
        "cs189", "cross_entropy", f"line 44 of {COSTS}", (Edit(COSTS, "return -Y / (len", "return Y / (len"),)
    ),
    "derivative": Slip(
        "a4", "tanh", f"line 114 of {BLOCKS}", (Edit(BLOCKS, "(1 - self.outputs**2)", "(1 - self.outputs)"),)
    ),
    "over everything": Slip(
        "a4",
        "dense",
        "is summed over everything",
        (Edit(BLOCKS, "output_grad.sum(axis=0, keepdims=True)", "output_grad.sum()"),),
    ),
    "not called": Slip("a4", "relu", f"{BLOCKS}, line", (Edit(BLOCKS, "np.maximum(x, 0)", "np.maximum[x, 0]"),)),
    "a term missing": Slip(
        "ai702",
        "batchnorm",
        f"line 71 of {BATCHNORM}",
        (Edit(BATCHNORM, " * deviation + dLdM / self.N", " * deviation"),),
    ),
    "not blended": Slip(
        "ai702",
        "batchnorm",
        f"line 47 of {BATCHNORM}",
        (Edit(BATCHNORM, "self.alpha * self.running_M + (1 - self.alpha) * self.M", "(1 - self.alpha) * self.M"),),
    ),
    "no root": Slip(
        "ai702",
        "batchnorm",
        f"line 45 of {BATCHNORM}",
        (Edit(BATCHNORM, "(Z - self.M) / np.sqrt(self.V + self.eps)", "(Z - self.M) / (self.V + self.eps)"),),
    ),
    "precedence": Slip("ai702", "losses", f"line 17 of {LOSS}", (Edit(LOSS, "SSE / (2 * N * C)", "SSE / 2 * N * C"),)),
    "a copied line": Slip(
        "ai702", "mlp1", f"{NETWORK}, line 81", (Edit(NETWORK, "dLdZ0 = dLdA1 * dA1dZ0", "dLdZ0 = dLdA1 * dA2dZ1"),)
    ),
    "list for a layer": Slip(
        "ai702",
        "mlp1",
        f"{NETWORK}, line 60",
        (Edit(NETWORK, "A1 = self.f[0].forward(Z0)", "A1 = self.f.forward(Z0)"),),
    ),
    "no self": Slip("ai702", "linear", "forward", (Edit(LINEAR, "def forward(self, A):", "def forward(A):"),)),
    "misspelt method": Slip(
        "ai702", "linear", "foward", (Edit(LINEAR, "def forward(self, A):", "def foward(self, A):"),)
    ),
    "where with one argument": Slip(
        "ai702", "activations", f"{ACTIVATION}", (Edit(ACTIVATION, "np.maximum(Z, 0)", "np.where(Z > 0)"),)
    ),
    "uphill": Slip(
        "ai702",
        "sgd",
        f"line 30 of {OPTIMIZER}",
        (Edit(OPTIMIZER, "layer.W - self.lr * layer.dLdW", "layer.W + self.lr * layer.dLdW"),),
    ),
    "no line for the output": Slip(
        "ai702", "linear", "returned None", (Edit(LINEAR, "return A @ self.W.T", "Z = A @ self.W.T"),)
    ),
    "another key": Slip(
        "cs189",
        "fully_connected",
        "gradients",
        (Edit(LAYERS, 'self.gradients["W"] = X.T @ dZ', 'self.gradients["w"] = X.T @ dZ'),),
    ),
    "rows for columns": Slip(
        "cs189",
        "fully_connected",
        "gradients",
        (Edit(LAYERS, "dZ.sum(axis=0, keepdims=True)", "dZ.sum(axis=1, keepdims=True)"),),
    ),
    "half a Jacobian": Slip(
        "cs189",
        "softmax",
        f"of {FUNCTIONS}",
        (Edit(FUNCTIONS, "P * (dY - (dY * P).sum(axis=-1, keepdims=True))", "P * (1 - P) * dY"),),
    ),
    "averaged": Slip(
        "a4",
        "dense",
        "averaged",
        (Edit(BLOCKS, "output_grad.T @ self.inputs", "output_grad.T @ self.inputs / len(self.inputs)"),),
    ),
    "the wrong way round": Slip(
        "a4",
        "dense",
        "is the transpose of",
        (Edit(BLOCKS, "output_grad.T @ self.inputs", "self.inputs.T @ output_grad"),),
    ),
    "a loss that is summed": Slip(
        "a4",
        "cross_entropy",
        "line 144 of q1.py",
        (Edit(BLOCKS, "self.rows, target]).mean()", "self.rows, target]).sum()"),),
    ),
    "one argument too many": Slip(
        "ai702",
        "mlp1",
        f"{NETWORK}, line",
        (Edit(NETWORK, "Z1 = self.layers[1].forward(A1)", "Z1 = self.layers[1].forward(A1, self.layers[1].W)"),),
    ),
    "std for one over it": Slip(
        "ai702",
        "batchnorm",
        "has the deviation in all of its paths",
        (Edit(BATCHNORM, "inverse_std = 1 / np.sqrt(", "inverse_std = np.sqrt("),),
    ),
    "another formula": Slip(
        "ai702",
        "activations",
        f"line 38 of {ACTIVATION}",
        (Edit(ACTIVATION, "return self.A - self.A * self.A", "return self.A * self.A - self.A"),),
    ),
    "shape of a parameter": Slip(
        "ai702",
        "linear mlp0",
        "(3, 4)",
        (
            Edit(LINEAR, "np.zeros((out_features, in_features))", "np.zeros((in_features, out_features))"),
            Edit(LINEAR, "A @ self.W.T + self.b.T", "A @ self.W + self.b.T"),
        ),
    ),
    "a row of ones": Slip(
        "ai702",
        "linear",
        "(1, 4)",
        (Edit(LINEAR, "dLdb = dLdZ.T @ dZdb", "dLdb = dZdb.T @ dLdZ"),),
    ),
    "a product of matrices": Slip(
        "ai702",
        "mlp1",
        f"{NETWORK}, line 77",
        (Edit(NETWORK, "dLdZ1 = dLdA2 * dA2dZ1", "dLdZ1 = dLdA2 @ dA2dZ1"),),
    ),
    "not normalised": Slip(
        "a4",
        "softmax",
        f"of {BLOCKS}",
        (Edit(BLOCKS, "powers / powers.sum(axis=1, keepdims=True)", "powers"),),
    ),
    "breakpoint": Slip(
        "cs189",
        "fully_connected",
        "breakpoint() waits for someone at a keyboard",
        (Edit(LAYERS, "        dZ = self.activation", "        breakpoint()\n        dZ = self.activation"),),
    ),
    "max for maximum": Slip(
        "cs231n_a1",
        "layers",
        "entry by entry it is np.maximum",
        (Edit(PAIRS, "np.maximum(x, 0)", "np.max(0, x)"),),
    ),
    "a line left out": Slip(
        "cs231n_a1",
        "layers",
        f"of {PAIRS}",
        (Edit(PAIRS, "    dx = np.exp(log_p)\n    dx[n, y] -= 1\n", "    dx = np.exp(log_p)\n"),),
    ),
    "momentum uphill": Slip(
        "cs231n_a1",
        "optimizers",
        f"of {RULES}",
        (Edit(RULES, '* v - config["learning_rate"] * dw', '* v + config["learning_rate"] * dw'),),
    ),
    "one window too few": Slip(
        "cs231n_a2",
        "max_pool",
        f"of {PAIRS}",
        (Edit(PAIRS, f"rows):\n{POOLED}", f"rows - 1):\n{POOLED}"),),
    ),
    "over all examples": Slip(
        "dpl2023",
        "activations",
        "softmax",
        (Edit(COLUMNS, "exponentials.sum(dim=0, keepdim=True)", "exponentials.sum()"),),
    ),
}


def marked(name: str) -> Report:
    """The record of a slip, marked now."""
    slip = SLIPS[name]
    homework = load_homework(slip.homework)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "hw"
        worked_copy(slip.homework, folder)
        for edit in slip.edits:
            replace_in(folder / edit.file, edit.right, edit.wrong)
        selection = select(homework, slip.sections.split(), {})
        return mark(Request(folder, homework, selection, Profile.QUICK, name="hw"))


def worked_copy(homework: str, folder: Path) -> None:
    """A right submission, to be spoiled."""
    shutil.copytree(ROOT / "student_impl" / homework, folder, ignore=shutil.ignore_patterns("__pycache__"))


def kept() -> dict[str, Report]:
    """The records as they are kept."""
    content = gzip.decompress((SCREENS / "records.json.gz").read_bytes())
    return msgspec.json.decode(content, type=dict[str, Report])


def slim(report: Report) -> Report:
    """The record without what only other reports show."""
    sections = [
        msgspec.structs.replace(
            section,
            checks=[_slim(check, {id(reason.checks[0]) for reason in reasons(section)}) for check in section.checks],
        )
        for section in report.sections
    ]
    environment = {name: report.environment[name] for name in ("profile", "seed")}
    return msgspec.structs.replace(report, sections=sections, environment=environment)


def _slim(check: CheckResult, telling: set[int]) -> CheckResult:
    if id(check) in telling:
        return msgspec.structs.replace(check, seconds=0.0)
    return msgspec.structs.replace(check, seconds=0.0, counterexample={}, errors=msgspec.UNSET)


def main(names: list[str]) -> None:
    """Mark these slips again, or all of them."""
    from tests.reports.test_slips import screen

    records = kept() if (SCREENS / "records.json.gz").is_file() and names else {}
    records |= {name: slim(marked(name)) for name in names or SLIPS}
    SCREENS.mkdir(exist_ok=True)
    packed = msgspec.json.encode({name: records[name] for name in SLIPS if name in records})
    (SCREENS / "records.json.gz").write_bytes(gzip.compress(packed, mtime=0))
    for name, report in records.items():
        (SCREENS / f"{name}.txt").write_text(screen(report), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
