"""No wrong code passes, no right code fails: every mutant loses exactly its sections, every variant keeps all points.

Each is marked in the sections that see its changed files; training, which takes seconds, where the training file is
what changes. A run takes a sample of them; with --all-verdicts it takes all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.homeworks.a4.mutants import MUTANTS, Q1, TRAINING, Mutant
from tests.homeworks.a4.variants import VARIANTS, Variant
from tests.homeworks.marker import Marker, faults, lost, reasons
from tests.homeworks.submissions import Changes

LAYERS = ["dense", "softmax", "tanh", "relu", "cross_entropy"]
TRAINED = ["validation", "performance"]
CODED = [*LAYERS, "mlp"]
SHORT = {
    "figures:": ["validation.figures"],
    "training: figures": ["validation.figures"],
    "training: test accuracy": ["validation.accuracy", "performance.test_accuracy"],
    "training: custom weights": ["validation.learns", "performance.bar"],
    "training: update climbs": ["validation.learns", "performance.bar"],
    "training: only the first batch": ["validation.learns", "performance.bar"],
    "training: accuracies in per cent": ["validation.accuracy", "performance.test_accuracy"],
    "training: torchvision": ["validation.figures", "performance"],
    "training: a forward": ["performance"],
    "training: a progress bar": ["validation.learns", "validation.figures"],
}
"""A training run takes seconds: these are marked in the checks that see them."""


def seeing(name: str, changes: Changes) -> list[str]:
    """The sections or checks that run what is changed, which names begin with; all where files come or go."""
    for beginning, checks in SHORT.items():
        if name.startswith(beginning):
            return checks
    if TRAINING in changes.touched:
        return TRAINED if changes.touched == {TRAINING} else CODED + TRAINED
    section = name.partition(":")[0].replace("-", "_")
    return [section] if section in CODED else CODED


@pytest.fixture(scope="module")
def marker() -> Iterator[Marker]:
    with Marker() as running:
        yield running


@pytest.mark.sampled
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_costs_the_sections_that_contain_it_and_no_other(mutant: Mutant, marker: Marker, tmp_path: Path):
    folder = mutant.changes.write("a4", tmp_path / "submission")
    sections = seeing(mutant.name, mutant.changes)
    report = marker.mark(folder, sections, "quick")
    assert not faults(report), reasons(report)
    marked = {section.partition(".")[0] for section in sections}
    assert lost(report) == mutant.loses & marked, reasons(report)


@pytest.mark.sampled
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_another_right_way_to_write_it_keeps_all_points(variant: Variant, marker: Marker, tmp_path: Path):
    folder = variant.changes.write("a4", tmp_path / "submission")
    report = marker.mark(folder, seeing(variant.name, variant.changes), "quick")
    assert report["score"] == report["max_score"], reasons(report)


def test_the_worked_submission_has_full_marks(marker: Marker, tmp_path: Path):
    report = marker.mark(Changes().write("a4", tmp_path / "submission"), CODED + TRAINED, "quick")
    assert (report["score"], report["max_score"]) == (80, 80), reasons(report)


def test_the_training_file_may_have_its_other_name(marker: Marker, tmp_path: Path):
    folder = Changes().write("a4", tmp_path / "submission")
    (folder / TRAINING).rename(folder / "fmnist.py")
    report = marker.mark(folder, ["performance"], "quick")
    assert report["score"] == report["max_score"], reasons(report)


def test_a_banned_function_is_named_with_its_file_and_line(marker: Marker, tmp_path: Path):
    mutant = next(mutant for mutant in MUTANTS if mutant.name == "tanh: np.tanh")
    folder = mutant.changes.write("a4", tmp_path / "submission")
    line = next(i for i, text in enumerate((folder / Q1).read_text().splitlines(), 1) if "np.tanh" in text)
    said = reasons(marker.mark(folder, ["tanh"], "quick"))
    assert f"q1.py, line {line} uses numpy.tanh" in said
    assert f"q1.py, line {line}" in said.partition("tanh.no_library_tanh_at_run_time")[2]


def test_every_mutant_and_variant_has_a_name_of_its_own():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)
