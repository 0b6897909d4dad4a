"""The packs of docs/examples: each gives its own worked submission full marks, and loses no mutant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import graded, gradmark
from tests.support import ROOT

EXAMPLES = ROOT / "docs" / "examples"
SHORTEST = 100
"""Lines of the functional pack, at most."""


def validated(name: str, folder: Path) -> dict[str, Any]:
    """The outcome of each mutant and variant of an example."""
    found = folder / "found.json"
    ended = gradmark("validate", EXAMPLES / name, "--json", found, timeout=600)
    assert ended.returncode == 0, ended.stderr
    return {case["name"]: case for case in json.loads(found.read_text("utf-8"))["cases"]}


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
def test_an_example_marks_its_own_worked_submission_in_full(name: str) -> None:
    status, report = graded(EXAMPLES / name / "worked", "--homework", EXAMPLES / name)
    assert status == 0
    assert report["score"] == report["max_score"] > 0
    assert "warnings" not in report["environment"]


def test_a_pack_of_seven_functional_layers_is_short_and_names_its_mistakes(tmp_path: Path) -> None:
    files = [EXAMPLES / "functional" / name for name in ("rubric.toml", "components.py")]
    assert sum(len(file.read_text("utf-8").splitlines()) for file in files) <= SHORTEST
    found = validated("functional", tmp_path)
    mutants = [case for case in found.values() if case["kind"] == "mutant"]
    assert len(mutants) == 12
    assert all(case["fails"] == case["should_fail"] for case in mutants)
    assert sum(bool(case["said"]) for case in mutants) >= 7
    assert found["conv: kernels turned"]["said"] == ["out is made with the kernels turned by 180 degrees"]


@pytest.mark.slow
def test_classes_with_state_labels_and_averages_are_told_apart_from_wrong_ones(tmp_path: Path) -> None:
    found = validated("layers", tmp_path)
    assert all(case["fails"] == case["should_fail"] for case in found.values() if case["kind"] == "mutant")
    assert found["cross_entropy: divided by N"]["said"]


@pytest.mark.slow
def test_words_chance_networks_and_optimisers_are_told_apart_from_wrong_ones(tmp_path: Path) -> None:
    found = validated("training", tmp_path)
    mutants = [case for case in found.values() if case["kind"] == "mutant"]
    assert len(mutants) >= 15
    assert all(case["fails"] == case["should_fail"] for case in found.values())


def test_the_page_of_the_examples_names_each_of_them() -> None:
    page = (EXAMPLES / "README.md").read_text("utf-8")
    folders = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
    assert all(f"[{name}]({name})" in page for name in folders)
