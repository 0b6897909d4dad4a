"""Question 5 of dpl2025: the worked submission has its points, the starter code none, the handout's hint is named."""

from __future__ import annotations

from pathlib import Path

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import reasons
from graders.marking.validation.pack_suite import suite_of

FILE = "numpy_mlp.py"
SECTIONS = ["mlp", "trained_mlp", "curves_mlp"]


def test_the_worked_submission_has_all_points_of_question_5(marker: Marker, tmp_path: Path):
    report = marker.mark(Changes().write("dpl2025", tmp_path / "submission"), "dpl2025", SECTIONS, "quick")
    assert not reasons(report)
    assert report.score == report.max_score == 1.25


def test_the_handouts_hint_is_named(marker: Marker, tmp_path: Path):
    mutant = next(mutant for mutant in suite_of("dpl2025").mutants if "hint" in mutant.name)
    folder = mutant.changes.write("dpl2025", tmp_path / "submission")
    report = marker.mark(folder, "dpl2025", ["mlp.step_of_W3"], "grading", explain=True)
    said = [line for section in report.sections for check in section.checks for line in check.diagnosis]
    assert any("multiplies by γ after the means are taken, as the handout's hint prints it" in line for line in said)


def test_a_constructor_that_cannot_be_told_is_shown_the_starter_codes(marker: Marker, tmp_path: Path):
    edit = Edit(FILE, "output_size, use_layernorm=True, seed=0):", "output_size, flavour, use_layernorm=True, seed=0):")
    folder = Changes((edit,)).write("dpl2025", tmp_path / "submission")
    said = reasons(marker.mark(folder, "dpl2025", ["mlp.shapes"], "quick"))
    assert "NumpyDenseResMLP takes flavour, and what that is can't be told" in said[0]


def test_there_are_enough_mistakes_and_other_ways():
    suite = suite_of("dpl2025")
    mutants = [case for case in suite.mutants if FILE in case.changes.touched]
    assert len([case for case in mutants if "mlp" in case.loses]) >= 100
    assert len(mutants) >= 140
    assert len([case for case in suite.variants if FILE in case.changes.touched]) >= 45
    for section in SECTIONS:
        assert sum(section in mutant.loses for mutant in mutants) >= 8, section
