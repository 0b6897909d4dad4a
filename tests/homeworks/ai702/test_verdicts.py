"""One mutant of each section is marked in all of them, by the command as its users run it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from graders.coursework.record import Report
from graders.marking.validation.outcome import failing, reasons
from graders.marking.validation.pack_suite import suite_of
from tests.cli.program import gradmark

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
MUTANTS = suite_of("ai702").mutants
SECTIONS = ["linear", "activations", "mlp0", "mlp1", "mlp4", "losses", "sgd", "batchnorm"]
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


@pytest.mark.sampled(whole_if_named=True)
@pytest.mark.parametrize("name", THROUGH_THE_COMMAND)
def test_the_command_takes_the_points_of_one_mistake(name: str, tmp_path: Path):
    mutant = BY_NAME[name]
    folder = mutant.changes.write("ai702", tmp_path / "submission")
    done = gradmark("grade", folder, "--json", "-", "-n", "1")
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    report = msgspec.json.decode(done.stdout, type=Report)
    assert [section.id for section in report.sections] == SECTIONS
    assert set(failing(report)) == mutant.loses, reasons(report)


def test_each_section_has_mistakes_that_cost_it():
    for section in SECTIONS:
        assert sum(section in mutant.loses for mutant in MUTANTS) >= 10
    assert set(THROUGH_THE_COMMAND) <= set(BY_NAME)
    assert set.union(*(set(BY_NAME[name].loses) for name in THROUGH_THE_COMMAND)) == set(SECTIONS)
