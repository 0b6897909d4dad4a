"""Whose homework is it? A report opens with a line where several sections fail by another course's conventions."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.marker import Marker
from graders.reports.text import text
from tests.homeworks.dialects import AVERAGED, CACHED, CMU, CMU_LAYERS, DENSE_W, KEPT, LAYERS, LINEAR, LOSSES

LOOKS = "This looks like the homework of another course or year: "
KNOWN = "CMU 11-785 from Fall 2023 on asks for it: --homework cmu11785 marks it by that rubric."
UNKNOWN = "No homework that gradmark knows asks for it."
MLPS = "layers and activations alternate in one list (mlp1, mlp4)"
MORE = "functions take more than they are given (activations)"
DIVIDED = "the division by the batch size is in another place"
DIALECTS = {
    "CMU 11-785": ("ai702", CMU, [], f"{LOOKS}{DIVIDED} (linear, losses); {MORE}; {MLPS}. {KNOWN}"),
    "its layers": ("ai702", CMU_LAYERS, [], f"{LOOKS}{MORE}; {MLPS}. {KNOWN}"),
    "averages": (
        "cs189",
        AVERAGED,
        ["fully_connected", "cross_entropy", "network"],
        f"{LOOKS}{DIVIDED} (fully_connected, cross_entropy). {UNKNOWN}",
    ),
    "Z kept": (
        "cs189",
        KEPT,
        ["relu", "softmax", "cross_entropy"],
        f"{LOOKS}functions take less than they are given (relu, softmax). {UNKNOWN}",
    ),
    "caches": (
        "a4",
        CACHED,
        ["dense", "softmax", "tanh", "relu"],
        f"{LOOKS}functions return a tuple where an array is expected (dense, softmax, relu). {UNKNOWN}",
    ),
}
SINGLE = {
    "summed": ("ai702", Changes((Edit(LINEAR, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW"),))),
    "averaged": ("cs189", Changes((Edit(LAYERS, DENSE_W, f"{DENSE_W} / len(X)"),))),
    "a loss summed": (
        "cs189",
        Changes((Edit(LOSSES, "np.finfo(float).eps)) / len(Y)", "np.finfo(float).eps))"),)),
    ),
}
"""One mistake each, which costs what is built on it, too."""


@pytest.mark.sampled(one_in=4, whole_if_named=True)
@pytest.mark.parametrize("name", DIALECTS)
def test_a_submission_by_other_conventions_is_told_so_first(name: str, marker: Marker, tmp_path: Path):
    homework, changes, only, line = DIALECTS[name]
    folder = changes.write(homework, tmp_path / "submission")
    report = marker.mark(folder, homework, only, "quick", explain=True)
    assert report.opening == line
    assert text(report).startswith(f"{line}\n\n{homework}: ")
    assert all(check.sign is msgspec.UNSET for section in report.sections for check in section.checks)


@pytest.mark.parametrize("name", SINGLE)
def test_one_mistake_in_several_sections_is_no_other_homework(name: str, marker: Marker, tmp_path: Path):
    homework, changes = SINGLE[name]
    only = ["linear", "mlp0", "mlp1"] if homework == "ai702" else ["fully_connected", "cross_entropy", "network"]
    report = marker.mark(changes.write(homework, tmp_path / "submission"), homework, only, "quick", explain=True)
    assert report.exit_status == 1
    assert not report.opening
