"""The worked submission of dpl2025 passes, its starter code earns nothing, folders are taken for their homework."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from graders.checking import CheckFailed
from graders.checking.rules.files import is_original
from graders.coursework.packs.pack import load_homework
from graders.coursework.submission import find_homework
from graders.homeworks.dpl.initialisation import check_values
from graders.homeworks.dpl.training import original
from graders.marking.validation.changes import Changes
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import reasons
from graders.marking.validation.pack_suite import suite_of
from tests.support import ROOT

BY_PROGRAM = ["activations", "example", "autograd", "curves_autograd", "pooling"]


@pytest.mark.slow
def test_the_worked_submission_passes_everything(marker: Marker, tmp_path: Path):
    folder = Changes().write("dpl2025", tmp_path / "submission")
    report = marker.mark(folder, "dpl2025", BY_PROGRAM)
    assert not reasons(report)
    assert report.score == report.max_score == 2.5


def test_the_trainer_that_is_handed_out_is_the_one_that_runs():
    handed_out = (ROOT / "student_impl" / "dpl2025" / "hw1_training.py").read_bytes()
    trainer = original(load_homework("dpl2025").modules_of_pack.folders)
    assert hashlib.sha256(handed_out).digest() == hashlib.sha256(trainer).digest()
    assert is_original(handed_out.replace(b"\n", b"\r\n"), trainer)
    assert not is_original(handed_out + b"print()\n", trainer)


def test_each_section_has_mistakes_that_fail_it():
    for section in set(BY_PROGRAM) - {"example"}:
        assert sum(section in mutant.loses for mutant in suite_of("dpl2025").mutants) >= 8, section


@pytest.mark.parametrize("homework", ["dpl2023", "dpl2025"])
def test_a_submission_is_taken_for_its_own_homework(homework: str, tmp_path: Path):
    folder = Changes().write(homework, tmp_path / "submission")
    assert find_homework(folder, None).id == homework


def test_six_papers_have_two_points_and_four_tenths():
    (section,) = [section for section in load_homework("dpl2025").sections if section.id == "questionnaire"]
    assert section.points == pytest.approx(2.4)
    assert len(section.checks) == 6


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_in", [3, 40, 500])
def test_uniform_values_within_the_bound_pass(n_in: int, seed: int):
    values = np.random.default_rng(seed).uniform(-1, 1, 3000).astype(np.float32) / np.float32(n_in**0.5)
    check_values(values.astype(np.float64), n_in, "biases")


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(3000),
        np.full(3000, np.nan),
        np.random.default_rng(0).uniform(0, 0.1, 3000),
        np.random.default_rng(0).uniform(-0.05, 0.05, 3000),
        np.random.default_rng(0).uniform(-0.2, 0.2, 3000),
        np.random.default_rng(0).normal(0, 0.1 / 3**0.5, 3000).clip(-0.1, 0.1),
        np.tile(np.random.default_rng(0).uniform(-0.1, 0.1, 1000), 3),
    ],
    ids=["zeros", "NaN", "positive", "half", "double", "normal", "repeated"],
)
def test_values_that_were_drawn_otherwise_fail(values: np.ndarray):
    with pytest.raises(CheckFailed):
        check_values(values, 100, "biases")
