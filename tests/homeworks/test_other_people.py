"""What a handout doesn't name costs nothing, and what it names is told in its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.marking.validation.insides import insides
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import failing, reasons
from graders.marking.validation.pack_suite import suite_of

WAYS = [
    ("ai702", "mlp4: a spare activation and a name for each layer", ["mlp4"]),
    ("ai702", "linear: properties that assert, a base class with a registry", ["linear.forward", "mlp0"]),
    ("a4", "mlp: asks its layers for their sizes", ["mlp"]),
    ("cs189", "dense: the activation of one number after the other, but for a softmax", ["fully_connected"]),
]


@pytest.mark.parametrize(("homework", "name", "only"), WAYS, ids=[way[1] for way in WAYS])
def test_another_way_keeps_its_points(homework: str, name: str, only: list[str], marker: Marker, tmp_path: Path):
    variant = next(variant for variant in suite_of(homework).variants if variant.name == name)
    report = marker.mark(variant.changes.write(homework, tmp_path / "submission"), homework, only, "quick")
    assert not failing(report), reasons(report)


def test_where_a_layer_starts_is_its_own_matter_and_both_faults_are_told(marker: Marker, tmp_path: Path):
    mutant = next(
        mutant for mutant in suite_of("ai702").mutants if mutant.name == "linear: two faults of the constructor"
    )
    report = marker.mark(mutant.changes.write("ai702", tmp_path / "s"), "ai702", ["linear", "mlp0", "mlp1"], "quick")
    assert failing(report) == ["linear"], reasons(report)
    (told,) = reasons(report)[:1]
    assert "linear.W[0, 0] is 0.5, but should be 0" in told
    assert "linear.b: its shape is (1, 4), but should be (4, 1)" in told


def test_a_stand_in_refuses_by_the_handouts_names_and_shows_nothing_of_ours(marker: Marker, tmp_path: Path):
    name = "dense: a softmax of one number after the other"
    mutant = next(mutant for mutant in suite_of("cs189").mutants if mutant.name == name)
    folder = mutant.changes.write("cs189", tmp_path / "submission")
    report = marker.mark(folder, "cs189", ["fully_connected.whole_rows"], "quick")
    (told,) = [text for text in reasons(report) if text.startswith("fully_connected.whole_rows")]
    assert "SoftMax.forward: Z is a number, but should have rows" in told
    assert not insides(report, folder)
