"""No wrong code of dpl2023 passes, no right code fails.

Each is marked in the sections that can see its changes and are cheap, or that have to fail. A run takes a sample;
with --all-verdicts it takes all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.handout import starter_code
from graders.homeworks.dpl2023.original import is_original, trainer
from tests.homeworks.dpl2023.mutants import MUTANTS, Mutant
from tests.homeworks.dpl2023.variants import HELPERS, VARIANTS, Variant
from tests.homeworks.marker import Marker, faults, reasons
from tests.homeworks.submissions import WORKED, Changes

SHARE = 5
"""Of the cases, and of these those that belong to the sample: each imports PyTorch, which takes seconds."""
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


def failing(report: dict[str, Any]) -> set[str]:
    """The sections with a check that failed; warm-ups have no points to lose."""
    return {
        section["id"]
        for section in report["sections"]
        if any(check["status"] != "passed" and not check["advisory"] for check in section["checks"])
    }


@pytest.fixture(scope="module")
def marker() -> Iterator[Marker]:
    with Marker() as running:
        yield running


def pytest_generate_tests(metafunc: pytest.Metafunc):
    for argument, cases in (("mutant", MUTANTS), ("variant", VARIANTS)):
        if argument in metafunc.fixturenames:
            chosen = cases if _asked_for_all(metafunc.config) else cases[::SHARE]
            metafunc.parametrize(argument, chosen, ids=lambda case: case.name)


def _asked_for_all(config: pytest.Config) -> bool:
    return bool(config.getoption("--all-verdicts")) or any("[" in argument for argument in config.args)


@pytest.mark.sampled
def test_a_mistake_fails_the_sections_that_depend_on_it_and_no_other(mutant: Mutant, marker: Marker, tmp_path: Path):
    folder = mutant.changes.write("dpl2023", tmp_path / "submission")
    report = marker.mark(folder, mutant.marked, "quick")
    assert not faults(report), reasons(report)
    assert failing(report) == mutant.fails, reasons(report)


@pytest.mark.sampled
def test_another_right_way_to_write_it_keeps_all_points(variant: Variant, marker: Marker, tmp_path: Path):
    folder = variant.changes.write("dpl2023", tmp_path / "submission")
    report = marker.mark(folder, variant.marked, "quick")
    assert not failing(report), reasons(report)
    assert report["score"] == report["max_score"]


def test_a_script_may_import_a_module_that_the_rubric_does_not_list(marker: Marker, tmp_path: Path):
    folder = HELPERS.changes.write("dpl2023", tmp_path / "submission")
    report = marker.mark(folder, ["curves_basic"], "quick")
    assert not failing(report), reasons(report)


def test_the_worked_submission_passes_everything(marker: Marker, tmp_path: Path):
    folder = Changes().write("dpl2023", tmp_path / "submission")
    report = marker.mark(folder, BY_PROGRAM)
    assert not reasons(report)
    assert report["score"] == report["max_score"] == 4.75


def test_the_trainer_that_is_handed_out_is_the_one_that_runs():
    handed_out = (WORKED / "dpl2023" / "hw1_training.py").read_bytes()
    assert hashlib.sha256(handed_out).digest() == hashlib.sha256(trainer()).digest()
    assert is_original(handed_out.replace(b"\n", b"\r\n"))
    assert not is_original(handed_out + b"print()\n")


def test_each_section_has_mistakes_that_fail_it():
    for section in set(BY_PROGRAM) - {"example"}:
        assert sum(section in mutant.fails for mutant in MUTANTS) >= 8, section


def test_every_mutant_and_variant_has_a_name_of_its_own():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)


def test_the_starter_code_earns_nothing_and_breaks_nothing(marker: Marker, tmp_path: Path):
    folder = tmp_path / "starter"
    for name, content in starter_code(WORKED / "dpl2023", [], []).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    sections = ["activations", "autograd", "curves_autograd", "basic", "equivariant"]
    report = marker.mark(folder, sections, "quick")
    assert not faults(report), reasons(report)
    assert report["score"] == 0
    assert failing(report) == set(sections)
