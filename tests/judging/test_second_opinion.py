"""An oracle that is wrong costs the student nothing: its closed form or finite differences contradict it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Status
from graders.coursework.selection import select
from graders.homeworks.dpl import oracle as dpl
from graders.judging.diagnosis.origin import Origin
from graders.judging.expected import Answer, measured
from graders.judging.second_opinion import disagreement
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.marking.validation.pack_suite import suite_of
from reference.autodiff import vjp
from tests import ai702

R = np.random.default_rng(0)
N, C, D = 5, 3, 4
PROBABILITIES = R.dirichlet(np.ones(C), N)
ONE_HOT = np.eye(C)[[0, 1, 2, 1, 0]]
LAYERS = [R.standard_normal((D, C)), R.standard_normal((C, D))]
BIASES = [R.standard_normal((D, 1)), R.standard_normal((C, 1))]
IMAGES = R.standard_normal((2, 7, 6, 3))

PERCEPTRONS = {"mlp0": (2, 3), "mlp1": (2, 3, 2), "mlp4": (2, 4, 8, 8, 4, 2)}


def perceptron(*sizes: int) -> dict[str, np.ndarray]:
    """What the oracle of one of ai702's models is asked."""
    weights = {f"W{i}": R.standard_normal((b, a)) for i, (a, b) in enumerate(itertools.pairwise(sizes))}
    biases = {f"b{i}": R.random((size, 1)) for i, size in enumerate(sizes[1:])}
    return {"A0": R.random((N, 2)), "dLdA": R.random((N, sizes[-1])), **weights, **biases}


NORM = {
    "BW": R.random((1, C)),
    "Bb": R.random((1, C)),
    "running_M": np.zeros((1, C)),
    "running_V": np.ones((1, C)),
}
ASKED: list[tuple[Any, str, dict[str, Any]]] = [
    (ai702, "linear", {"A": R.random((N, C)), "W": R.random((D, C)), "b": R.random((D, 1)), "dLdZ": R.random((N, D))}),
    *((ai702, f"activations.{name}", {"Z": 3 * R.standard_normal((N, C))}) for name in ("sigmoid", "tanh", "relu")),
    *((ai702, name, perceptron(*sizes)) for name, sizes in PERCEPTRONS.items()),
    (ai702, "losses.mse", {"A": R.random((N, C)), "Y": PROBABILITIES}),
    (ai702, "losses.cross_entropy", {"A": 9 * R.standard_normal((N, C)), "Y": PROBABILITIES}),
    (ai702, "sgd.plain", {"w": LAYERS[0], "g": [LAYERS[0], 2 * LAYERS[0]], "lr": 0.3}),
    (ai702, "sgd.momentum", {"w": LAYERS[0], "g": [LAYERS[0], 2 * LAYERS[0]], "lr": [0.1, 0.3], "momentum": 0.9}),
    (
        ai702,
        "batchnorm",
        {"Z": R.random((N, C)), "BW": R.random((1, C)), "Bb": R.random((1, C)), "dLdBZ": R.random((N, C))},
    ),
    (ai702, "batchnorm_state", {"Z": [R.random((N, C)), R.random((2, C))], "alpha": 0.7, **NORM}),
    (
        ai702,
        "batchnorm_evaluation",
        {"Z": IMAGES[0, 0], "Z_seen": [R.random((N, C))], "alpha": 0.7, **NORM},
    ),
    *((dpl, name, {"Z": 3 * R.standard_normal((C, N))}) for name in ("relu", "softmax")),
    (dpl, "cross_entropy", {"P": PROBABILITIES.T, "Y": ONE_HOT.T}),
    (dpl, "network", {"X": R.random((C, N)), "Y": ONE_HOT.T, "W": LAYERS, "b": BIASES}),
    (dpl, "descended", {"X": R.random((C, N)), "Y": ONE_HOT.T, "W": LAYERS, "b": BIASES, "rates": [0.3, 0.1]}),
]
FOLDERS = {ai702: "ai702", dpl: "dpl2023"}


def opinions(answer: Answer, forms: Mapping[str, Any]) -> list[str]:
    """What contradicts each of an answer's quantities."""
    found = []
    for name in answer._values:
        value = getattr(answer, name)
        for one in value if isinstance(value, list) else [value]:
            assert isinstance(one.origin, Origin)
            found.append(disagreement(one.origin, one.value, forms))
    return found


@pytest.mark.parametrize(("module", "name", "arguments"), ASKED, ids=lambda value: value if type(value) is str else "")
def test_oracle_closed_form_and_finite_differences_agree(module: Any, name: str, arguments: dict[str, Any]):
    forms = load_homework(FOLDERS[module]).closed_forms
    assert not any(opinions(getattr(module, name)(**arguments), forms))


def test_every_closed_form_has_been_held_against_its_oracle():
    for module, homework in FOLDERS.items():
        asked = {name for one, name, _ in ASKED if one is module}
        assert set(load_homework(homework).closed_forms) == asked


@pytest.mark.parametrize("homework", ["ai702"])
def test_every_oracle_has_a_closed_form(homework: str):
    module = {value: key for key, value in FOLDERS.items()}[homework]
    written = {
        name for name, value in vars(module).items() if getattr(value, "__qualname__", "").startswith("measured.")
    }
    oracles = set(ai702.oracles()) if module is ai702 else written
    assert oracles == set(load_homework(homework).closed_forms)


class _WrongSlope(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: torch.Tensor) -> torch.Tensor:
        context.save_for_backward(x)
        return x.square()

    @staticmethod
    def backward(context: Any, upstream: torch.Tensor) -> torch.Tensor:
        (x,) = context.saved_tensors
        return upstream * x


@measured
def square(x: torch.Tensor) -> dict[str, torch.Tensor]:
    """With a derivative that lacks a factor."""
    y, (slope,) = vjp(_WrongSlope.apply, [x], torch.ones_like(x))
    return {"y": y, "slope": slope}


def test_automatic_differentiation_is_contradicted_by_finite_differences():
    assert any("finite differences disagree" in text for text in opinions(square(x=R.random((3, 2))), {}))


def test_an_oracle_is_contradicted_by_its_closed_form():
    answer = ai702.tanh(Z=R.random((3, 2)))
    wrong = {"activations.tanh": lambda Z: {"A": np.tanh(Z), "dAdZ": 1 - np.tanh(Z)}}
    assert opinions(answer, wrong) == ["", "activations.tanh.dAdZ: the closed form and the oracle disagree"]


def test_a_doubtful_oracle_is_our_fault_and_no_loss_of_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mutant = next(m for m in suite_of("ai702").mutants if m.name == "linear: dLdA divided by N")
    folder = mutant.changes.write("ai702", tmp_path / "submission")
    homework = load_homework("ai702")
    request = Request(folder, homework, select(homework, ["linear.backward_input"], {}), Profile.QUICK)
    assert mark(request).exit_status == 1
    forms = homework.closed_forms
    monkeypatch.setitem(forms, "linear", lambda **asked: {"dLdA": asked["dLdZ"] @ asked["W"] / 7})  # type: ignore[index]
    report = mark(request)
    assert report.exit_status == 3
    (check,) = [check for section in report.sections for check in section.checks if check.status != Status.SKIPPED]
    assert check.status is Status.GRADER_FAULT
    assert "in doubt" in check.message
