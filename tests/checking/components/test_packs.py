"""The packs of fixtures/packs: worked submissions have full marks, no wrong version lives, most are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import graded, gradmark
from tests.support import ROOT

PACKS = ROOT / "fixtures" / "packs"
NAMED = 0.6
"""The least share of wrong versions that are named without a line written for them."""


def validated(name: str, folder: Path) -> list[dict[str, Any]]:
    found = folder / "found.json"
    ended = gradmark("validate", PACKS / name, "--json", found, timeout=3600)
    assert ended.returncode == 0, ended.stderr
    cases: list[dict[str, Any]] = json.loads(found.read_text("utf-8"))["cases"]
    return cases


def test_presets_mark_right_layers_in_full() -> None:
    status, report = graded(PACKS / "named" / "worked", "--homework", PACKS / "named")
    assert status == 0
    assert report["score"] == report["max_score"] == 130


@pytest.mark.slow
@pytest.mark.parametrize("name", ["breadth", "optimizers"])
def test_no_wrong_version_lives_and_no_right_one_loses(name: str, tmp_path: Path) -> None:
    for case in validated(name, tmp_path):
        assert case["fails"] == case["should_fail"], case["name"]


@pytest.mark.slow
def test_most_wrong_versions_of_a_new_pack_are_named(tmp_path: Path) -> None:
    mutants = [case for case in validated("named", tmp_path) if case["kind"] == "mutant"]
    assert all(case["fails"] == case["should_fail"] for case in mutants)
    assert sum(bool(case["said"]) for case in mutants) >= NAMED * len(mutants)
