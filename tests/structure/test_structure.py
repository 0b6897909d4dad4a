"""The house stays in order: how many rooms it has, how long files and how complex functions are, and who uses whom."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.measure import ENGINE, ROOT, Figures, engine_files, measure

INSIDE = ENGINE / "sandbox" / "inside"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return measure(engine_files())


def test_the_package_has_at_most_thirteen_entries() -> None:
    entries = [path for path in ENGINE.iterdir() if path.name not in ("__pycache__", "py.typed")]
    assert len(entries) <= 13, sorted(path.name for path in entries)


def test_no_file_of_the_engine_is_over_400_lines(figures: Figures) -> None:
    assert {name: count for name, count in figures.lines.items() if count > 400} == {}


def test_no_file_inside_the_sandbox_is_over_300_lines() -> None:
    assert {name: count for name, count in measure(sorted(INSIDE.rglob("*.py"))).lines.items() if count > 300} == {}


def test_at_most_one_function_in_fifty_is_complex(figures: Figures) -> None:
    assert figures.complex_share <= 0.02, figures.too_complex


def test_any_stands_at_most_ten_times_in_a_thousand_lines(figures: Figures) -> None:
    assert figures.any_in_1000_lines <= 10, figures.any_names


def test_rooms_use_only_rooms_below_them() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_linter_sees_an_import_that_runs_upward(tmp_path: Path) -> None:
    config = (ROOT / "pyproject.toml").read_text().replace('    "graders.cli",\n', "", 1)
    upside_down = config.replace('    "graders.sandbox",\n]', '    "graders.sandbox",\n    "graders.cli",\n]', 1)
    assert upside_down != config
    (tmp_path / "pyproject.toml").write_text(upside_down)
    linter = Path(sys.executable).with_name("lint-imports")
    command = [linter, "--no-cache", "--config", tmp_path / "pyproject.toml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "A room uses only rooms below it BROKEN" in done.stdout


def test_complexity_is_counted_by_branches(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_text(
        "def f(x):\n"
        "    if x and x > 1 or x < 0:\n"
        "        return [y for y in x if y]\n"
        "    for y in x:\n"
        "        assert y\n"
        "    match x:\n"
        "        case 1: pass\n"
        "        case _: pass\n"
        "    def inner():\n"
        "        return 1 if x else 2\n"
        "    return inner\n"
        "def plain(value: Any): pass\n"
    )
    found = measure([source], tmp_path)
    # if, and, or, comprehension and its condition, for, assert, one case; the inner function has one of its own
    assert {one.name: one.complexity for one in found.functions} == {"f": 9, "plain": 1, "inner": 2}
    assert found.any_names == {"module.py": 1}
