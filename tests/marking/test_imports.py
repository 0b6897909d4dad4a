"""What imports, old names of NumPy and files in other places cost a whole submission, and what is said about them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from graders.coursework.record import Report, SectionStatus
from graders.reports.text import text
from graders.sandbox.isolation.choice import Isolation
from tests.cli.program import gradmark
from tests.sandbox.isolation.test_isolation import BOTH
from tests.support import copy_of_worked, replace_in

ACTIVATION = "mytorch/nn/activation.py"


def submission(folder: Path) -> Path:
    """ai702 with a use of SciPy, an import that nothing uses, an old name, and a file under another name."""
    root = copy_of_worked(folder)
    replace_in(root / ACTIVATION, "import numpy as np\n", "import numpy as np\nimport scipy.special\nimport turtle\n")
    replace_in(root / ACTIVATION, "self.A = np.tanh(Z)", "self.A = scipy.special.expit(2 * Z) * 2 - 1")
    replace_in(
        root / "mytorch/nn/linear.py", "np.zeros((out_features, 1))", "np.zeros((out_features, 1), dtype=np.float)"
    )
    (root / "mytorch/nn/loss.py").rename(root / "mytorch/nn/Loss (1).py")
    return root


def marked(root: Path, isolation: Isolation) -> Report:
    options = ["--homework", "ai702", "--only", "linear,activations,losses", "--isolation", str(isolation)]
    done = gradmark("grade", root, "--json", "-", "--profile", "quick", *options)
    assert done.returncode == 1, done.stderr
    return msgspec.json.decode(done.stdout, type=Report)


@pytest.mark.parametrize("isolation", BOTH)
def test_only_what_is_used_costs_and_the_rest_is_said_once(tmp_path: Path, isolation: Isolation) -> None:
    report = marked(submission(tmp_path / "submission"), isolation)
    assert {one.id: one.status for one in report.sections} == {
        "linear": SectionStatus.PASSED,
        "activations": SectionStatus.FAILED,
        "losses": SectionStatus.PASSED,
    }
    checks = [check for section in report.sections for check in section.checks]
    lost = {check.id.partition("_")[0] for check in checks if "scipy.special.expit" in check.message}
    assert lost == {"activations.tanh"}
    assert report.environment["warnings"] == [
        "mytorch/nn/Loss (1).py was taken for mytorch/nn/loss.py: rename it",
        "mytorch/nn/activation.py, line 8 imports scipy: this homework allows NumPy only; line 50 uses it",
        "mytorch/nn/activation.py, line 9 imports turtle: it isn't available where homework is marked; "
        "nothing uses it, so delete this import",
        "mytorch/nn/linear.py, line 23 uses np.float, which NumPy 1.24 removed: write float",
    ]
    written = text(report)
    assert all(written.count(line) == 1 for line in report.environment["warnings"])
    assert "No module named" not in written
