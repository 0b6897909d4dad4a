"""Finite differences of the student's own forward: what they must catch, and what they must let pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

from graders import AuthorError
from graders.checking import CheckFailed, Simplex, measured, probabilities
from graders.checking.gradients import Arrays, check_gradients
from graders.checking.student import Remote, Student
from graders.gradcheck import Convention
from reference import guards
from reference.autodiff import vjp
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


LOSS = """
    import numpy as np

    class Loss:
        def forward(self, p):
            assert (abs(p.sum(1) - 1.0) < 1e-6).all() and (p > 0).all()
            self.p = p
            return -np.log(p[:, 0]{in_forward}).mean()

        def backward(self):
            slope = np.zeros(self.p.shape)
            slope[:, 0] = -1 / len(self.p) / (self.p[:, 0]{in_backward})
            return {factor} * slope
"""


@measured
def entropy(P: Tensor) -> dict[str, Tensor]:
    """The mean of -log of the first probability of each row, and its gradient."""
    loss, (slope,) = vjp(lambda p: -guards.log(p)[:, 0].mean(), [P], P.new_ones(()))
    return {"loss": loss, "slope": slope}


def check_loss(folder: Path, in_forward: str = "", in_backward: str = "", factor: str = "1.0") -> None:
    """Check a loss that insists on probabilities, with these guards."""
    code = LOSS.replace("{in_forward}", in_forward).replace("{in_backward}", in_backward).replace("{factor}", factor)
    P = probabilities(np.random.default_rng(0).uniform(0.01, 1.0, (5, 4)))
    with worker_on(write_tree(folder, {"loss.py": code}), "loss") as worker, check_on(worker) as student:
        student.begin(dict)
        loss = student("loss").Loss()
        check_gradients(
            student,
            lambda inputs: loss.forward(inputs["P"]),
            lambda _: {"P": loss.backward()},
            {"P": P},
            Convention(ignores_cotangent=True),
            domains={"P": Simplex()},
            guarded={"P": entropy(P=P).slope},
        )


@pytest.mark.parametrize(
    ("in_forward", "in_backward"),
    [("", ""), (" + 1e-7", ""), ("", " + 1e-7"), (" + 1e-8", " + 1e-7"), (" + 1e-7", " + 1e-7")],
)
def test_probabilities_stay_probabilities_and_a_guard_may_be_in_either_pass(
    tmp_path: Path, in_forward: str, in_backward: str
) -> None:
    check_loss(tmp_path, in_forward, in_backward)


@pytest.mark.parametrize(
    ("in_forward", "in_backward", "factor"),
    [(" + 1e-4", "", "1.0"), ("", " + 1e-4", "1.0"), ("", " - 1e-4", "1.0"), (" + 1e-7", "", "1.001")],
)
def test_a_guard_excuses_no_more_than_it_changes(
    tmp_path: Path, in_forward: str, in_backward: str, factor: str
) -> None:
    with pytest.raises(CheckFailed, match="finite differences disagree"):
        check_loss(tmp_path, in_forward, in_backward, factor)


def test_a_domain_of_no_input_is_the_authors_mistake(tmp_path: Path) -> None:
    folder = write_tree(tmp_path, {"layer.py": LAYER.replace("{gradient}", "g")})
    with worker_on(folder, "layer") as worker, check_on(worker) as student:
        layer = student("layer").Layer()
        with pytest.raises(AuthorError, match="a domain is given for 'y'"):
            check_gradients(
                student,
                lambda inputs: layer.forward(inputs["x"]),
                lambda g: {"x": layer.backward(g)},
                {"x": np.ones((2, 2))},
                domains={"y": Simplex()},
            )
