"""The questionnaire of dpl2025: 0.4 a paper, six papers; dpl2023's tests have the scoring itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graders.checking import CheckFailed
from graders.homeworks.dpl.questionnaire import ANSWERS, answers_of
from graders.marking.validation.changes import Changes, Edit
from tests.cli.program import gradmark

TASKS = {1: "ach", 2: "bfj", 3: "aei", 4: "cln", 5: "dg", 6: "hp"}


def marked(folder: Path, keys: Path) -> dict[str, Any]:
    """The questionnaire's section, with an instructor's key."""
    keys.mkdir()
    key = "".join(f"[papers.{paper}]\ntasks = {list(tasks)}\n" for paper, tasks in TASKS.items())
    (keys / "q1.toml").write_text(key)
    options = ["--homework", "dpl2025", "--only", "questionnaire", "--json", "-", "-n", "1", "--keys", keys]
    done = gradmark("grade", folder, *options)
    (section,) = json.loads(done.stdout)["sections"]
    return section


def test_the_worked_answers_earn_all_points(tmp_path: Path):
    section = marked(Changes().write("dpl2025", tmp_path / "worked"), tmp_path / "keys")
    assert section["score"] == section["max_score"] == pytest.approx(2.4)


def test_a_wrong_task_costs_twice_and_a_missing_explanation_a_half(tmp_path: Path):
    edits = (
        Edit("q1_answers.toml", "\nl = ", "\nm = "),
        Edit("q1_answers.toml", "\n[papers.5]\n# BEGIN", "\n[papers.5]\np = ''\n# BEGIN"),
    )
    section = marked(Changes(edits).write("dpl2025", tmp_path / "changed"), tmp_path / "keys")
    assert section["score"] == pytest.approx(2.4 - 0.2 - 0.15)
    assert [check["status"] for check in section["checks"]] == ["passed"] * 3 + ["failed"] * 2 + ["passed"]


DOTS = ".".join("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    "text",
    [
        f"{DOTS} = 1\n",
        f"[{DOTS}]\n",
        f"[papers.1]\na = 'x'\n{DOTS.replace('.', ' . ')} = 1\n",
        f"""[papers.1.'{DOTS.replace(".", "' . '")}']\n""",
        f"[papers.1]\nb = {{{DOTS} = 1}}\n",
        "a." * 16_000 + "b = 1\n",
    ],
)
def test_a_key_without_end_is_not_read(text: str, tmp_path: Path):
    (tmp_path / ANSWERS).write_text(text)
    with pytest.raises(CheckFailed, match=r"q1_answers\.toml can't be read: a key has more than 16 parts"):
        answers_of(tmp_path, "1")


@pytest.mark.parametrize(
    "explanation",
    [
        f'"{DOTS}"',
        f"'{DOTS}'",
        f'"""\n{DOTS} = 1\n"" {DOTS}"""',
        f"'''\n{DOTS} = 1\n' {DOTS}'''",
        f'"a \\" {DOTS}"  # {DOTS} = "',
        f'"""{DOTS} \\""" {DOTS}"""',
    ],
)
def test_dots_in_an_explanation_are_no_key(explanation: str, tmp_path: Path):
    (tmp_path / ANSWERS).write_text(f"[papers.1]\na = {explanation}\nb = 'x'\n[papers.2]\nc = 'y'\n")
    assert answers_of(tmp_path, "1").keys() == {"a", "b"}
    assert answers_of(tmp_path, "2") == {"c": "y"}
