"""No wrong code passes, no right code fails: every mutant loses exactly its sections, every variant keeps all points.

Each is marked in the sections that can see its changed files: in all others the same code runs as in the worked
submission. One mutant of each section is marked in all of them, by the command as its users run it, and so is every
variant that moves files. A run takes a sample of the others; with --all-verdicts it takes all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.homeworks.ai702.mutants import ACTIVATION, BATCHNORM, LINEAR, LOSS, MLP, MUTANTS, SGD, Mutant
from tests.homeworks.ai702.variants import VARIANTS, Variant
from tests.homeworks.marker import Marker, faults, lost, reasons
from tests.homeworks.submissions import ROOT, Changes, Edit

MLPS = ["mlp0", "mlp1", "mlp4"]
SECTIONS = ["linear", "activations", *MLPS, "losses", "sgd", "batchnorm"]
SEE = {
    LINEAR: ["linear", *MLPS],
    ACTIVATION: ["activations", *MLPS],
    MLP: MLPS,
    LOSS: ["losses"],
    SGD: ["sgd"],
    BATCHNORM: ["batchnorm"],
}
THROUGH_THE_COMMAND = [
    "linear: dLdb (C,)",
    "sigmoid: derivative in terms of Z",
    "relu: leak of 1e-4",
    "mlp0: derivative skipped in backward",
    "mlp1: one ReLU for both layers",
    "mlp4: first layer left out in backward",
    "mse: gradient right for two classes only",
    "sgd: learning rate folded into the velocity",
    "batchnorm: dLdZ without the mean's path",
]
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


def seeing(changes: Changes) -> list[str]:
    """The sections that run a changed file, in the rubric's order; all where other files change than a layer's own."""
    if not changes.touched or not changes.touched <= SEE.keys():
        return SECTIONS
    return [section for section in SECTIONS if any(section in SEE[file] for file in changes.touched)]


@pytest.fixture(scope="module")
def marker() -> Iterator[Marker]:
    with Marker() as running:
        yield running


@pytest.mark.sampled
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_costs_the_sections_that_depend_on_it_and_no_other(mutant: Mutant, marker: Marker, tmp_path: Path):
    folder = mutant.changes.write("ai702", tmp_path / "submission")
    sections = seeing(mutant.changes)
    report = marker.mark(folder, sections)
    assert not faults(report), reasons(report)
    assert lost(report) == mutant.loses & set(sections), reasons(report)


@pytest.mark.sampled
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_another_right_way_to_write_it_keeps_all_points(variant: Variant, marker: Marker, tmp_path: Path):
    folder = variant.changes.write("ai702", tmp_path / "submission")
    sections = seeing(variant.changes)
    report = marker.mark(folder, sections)
    assert [section["id"] for section in report["sections"]] == sections
    assert report["score"] == report["max_score"], reasons(report)


@pytest.mark.parametrize("name", THROUGH_THE_COMMAND)
def test_the_command_takes_the_points_of_one_mistake(name: str, tmp_path: Path):
    mutant = BY_NAME[name]
    folder = mutant.changes.write("ai702", tmp_path / "submission")
    command = [sys.executable, "-P", "-m", "graders", "grade", str(folder), "--json", "-", "-n", "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert [section["id"] for section in report["sections"]] == SECTIONS
    assert lost(report) == mutant.loses, reasons(report)


def test_each_section_has_mistakes_that_cost_it():
    for section in SECTIONS:
        assert sum(section in mutant.loses for mutant in MUTANTS) >= 10
    assert set(THROUGH_THE_COMMAND) <= set(BY_NAME)
    assert set.union(*(set(BY_NAME[name].loses) for name in THROUGH_THE_COMMAND)) == set(SECTIONS)


def test_every_mutant_and_variant_has_a_name_of_its_own():
    assert len(BY_NAME) == len(MUTANTS)
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)


@pytest.mark.parametrize(
    ("old", "found"),
    [("no such line", 0), ("np.zeros", 2), ("import numpy as np", 1)],
    ids=["absent", "twice", "unchanged"],
)
def test_an_edit_that_does_not_fit_is_an_error(old: str, found: int, tmp_path: Path):
    (tmp_path / "layer.py").write_text("import numpy as np\nW, b = np.zeros((2, 3)), np.zeros((2, 1))\n")
    edit = Edit("layer.py", old, "import numpy as np")
    with pytest.raises(ValueError, match="changes nothing" if found == 1 else f"found {found} times"):
        edit.apply(tmp_path)
