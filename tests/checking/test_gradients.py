"""Finite differences of the student's own forward: what they must catch, and what they must let pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graders.checking import CheckFailed
from graders.checking.gradients import Arrays, check_gradients
from graders.checking.student import Remote, Student
from graders.gradcheck import Convention
from tests.support import check_on, worker_on, write_tree

LAYER = """
    import numpy as np

    class Layer:
        def forward(self, x):
            self.x = x
            return np.sin(x)

        def backward(self, g):
            return {gradient}
"""


def checked(tmp_path: Path, gradient: str, convention: Convention | None = None) -> list[str]:
    """Check a layer with this gradient; the warnings."""
    folder = write_tree(tmp_path / "submission", {"layer.py": LAYER.replace("{gradient}", gradient)})
    with worker_on(folder, "layer") as worker, check_on(worker) as student:
        student.begin(dict)
        _check(student, convention)
        return list(student.warnings)


def _check(student: Student, convention: Convention | None) -> None:
    layer = student("layer").Layer()

    def forward(inputs: Arrays) -> Remote:
        return layer.forward(inputs["x"])

    def backward(cotangent: np.ndarray) -> dict[str, Remote]:
        return {"x": layer.backward(cotangent)}

    x = np.random.default_rng(0).standard_normal((5, 3))
    check_gradients(student, forward, backward, {"x": x}, convention)


@pytest.mark.parametrize(
    "gradient",
    [
        "g * np.cos(x := self.x)",
        "(g * np.cos(self.x)).astype(np.float32)",
        "g * np.cos(self.x) * (1 + 1e-8)",
        "np.asfortranarray(g * np.cos(self.x))",
    ],
    ids=["exact", "single precision", "off by 1e-8", "other memory order"],
)
def test_a_right_gradient_passes(tmp_path: Path, gradient: str) -> None:
    assert checked(tmp_path, gradient) == []


@pytest.mark.parametrize(
    "gradient",
    ["g * np.cos(self.x) * 1.0001", "0 * g", "np.cos(self.x)", "g * np.sin(self.x)", "-g * np.cos(self.x)"],
    ids=["off by 1e-4", "zero", "without the cotangent", "another function", "sign"],
)
def test_a_wrong_gradient_fails(tmp_path: Path, gradient: str) -> None:
    with pytest.raises(CheckFailed, match="finite differences disagree"):
        checked(tmp_path, gradient)


def test_a_convention_is_checked_exactly(tmp_path: Path) -> None:
    divided = Convention(scale_by={"x": 1 / 5})
    assert checked(tmp_path, "g * np.cos(self.x) / 5", divided) == []
    with pytest.raises(CheckFailed):
        checked(tmp_path / "undivided", "g * np.cos(self.x)", divided)


def test_a_stub_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="returned None"):
        checked(tmp_path, "None")
