"""The worked submission of dpl2023 passes, its starter code earns nothing, the trainer is the original."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from graders.checking.rules.files import is_original
from graders.coursework.packs.pack import load_homework
from graders.homeworks.dpl.training import original
from graders.marking.validation.changes import Changes
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import failing, reasons
from graders.marking.validation.pack_suite import suite_of
from tests.support import ROOT

BY_PROGRAM = [
    "activations",
    "example",
    "autograd",
    "curves_autograd",
    "basic",
    "trained_basic",
    "curves_basic",
    "equivariant",
]


def test_a_script_may_import_a_module_that_the_rubric_does_not_list(marker: Marker, tmp_path: Path):
    helpers = next(one for one in suite_of("dpl2023").variants if one.name == "helpers in a module of their own")
    folder = helpers.changes.write("dpl2023", tmp_path / "submission")
    report = marker.mark(folder, "dpl2023", ["curves_basic"], "quick")
    assert not failing(report), reasons(report)


@pytest.mark.slow
def test_the_worked_submission_passes_everything(marker: Marker, tmp_path: Path):
    folder = Changes().write("dpl2023", tmp_path / "submission")
    report = marker.mark(folder, "dpl2023", BY_PROGRAM)
    assert not reasons(report)
    assert report.score == report.max_score == 4.75


def test_the_trainer_that_is_handed_out_is_the_one_that_runs():
    handed_out = (ROOT / "student_impl" / "dpl2023" / "hw1_training.py").read_bytes()
    trainer = original(load_homework("dpl2023").modules_of_pack.folders)
    assert hashlib.sha256(handed_out).digest() == hashlib.sha256(trainer).digest()
    assert is_original(handed_out.replace(b"\n", b"\r\n"), trainer)
    assert not is_original(handed_out + b"print()\n", trainer)


def test_each_section_has_mistakes_that_fail_it():
    for section in set(BY_PROGRAM) - {"example"}:
        assert sum(section in mutant.loses for mutant in suite_of("dpl2023").mutants) >= 8, section
