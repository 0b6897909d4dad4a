"""The worked submission of a4 has full marks, whatever its training file is called; bans name file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.marking.validation.changes import Changes
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import reasons
from graders.marking.validation.pack_suite import suite_of

CODED = ["dense", "softmax", "tanh", "relu", "cross_entropy", "mlp"]
TRAINED = ["validation", "performance"]


@pytest.mark.slow
def test_the_worked_submission_has_full_marks(marker: Marker, tmp_path: Path):
    report = marker.mark(Changes().write("a4", tmp_path / "submission"), "a4", CODED + TRAINED, "quick")
    assert (report.score, report.max_score) == (80, 80), reasons(report)


def test_the_training_file_may_have_its_other_name(marker: Marker, tmp_path: Path):
    folder = Changes().write("a4", tmp_path / "submission")
    (folder / "fashion_mnist.py").rename(folder / "fmnist.py")
    report = marker.mark(folder, "a4", ["performance"], "quick")
    assert report.score == report.max_score, reasons(report)


def test_a_banned_function_is_named_with_its_file_and_line(marker: Marker, tmp_path: Path):
    mutant = next(mutant for mutant in suite_of("a4").mutants if mutant.name == "tanh: np.tanh")
    folder = mutant.changes.write("a4", tmp_path / "submission")
    line = next(i for i, text in enumerate((folder / "q1.py").read_text().splitlines(), 1) if "np.tanh" in text)
    said = "\n".join(reasons(marker.mark(folder, "a4", ["tanh"], "quick")))
    assert f"q1.py, line {line} uses numpy.tanh" in said
    assert f"q1.py, line {line}" in said.partition("tanh.no_library_tanh_at_run_time")[2]
