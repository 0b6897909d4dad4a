"""What is read of a submission as a whole costs nothing but itself where it can't be read in time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders.coursework import begun, notebooks
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Manner, Sign, Status
from graders.marking import overall
from graders.sandbox.apart import Bounds, bounded
from tests.support import copy_of_worked

SOON = Bounds(cpu_seconds=0.05)


def endless(*_: object) -> object:
    while True:
        pass


@pytest.fixture
def nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(begun, "parsed", endless)
    monkeypatch.setattr("graders.coursework.dialects.parsed", endless)
    monkeypatch.setattr("graders.checking.rules.own_files.parsed", endless)
    monkeypatch.setattr(notebooks, "code_cells", endless)


def notebook(folder: Path, source: str) -> Path:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    path = folder / "work.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}))
    return path


def test_a_notebook_becomes_a_module_and_one_that_takes_too_long_becomes_one_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = notebook(tmp_path, "a = 3").with_suffix(".py")
    overall.add_modules(tmp_path, ["work.ipynb", "other.ipynb", "a.py"])
    made: dict[str, object] = {}
    exec(module.read_text(), made)
    assert made["a"] == 3
    monkeypatch.setattr(notebooks, "code_cells", endless)
    with bounded(SOON):
        overall.add_modules(tmp_path, ["work.ipynb"])
    with pytest.raises(ImportError, match=r"^work\.ipynb takes longer than 0\.05 s to read$"):
        exec(module.read_text(), {})


@pytest.mark.usefixtures("nothing_ends")
def test_remarks_that_take_too_long_are_a_remark(tmp_path: Path) -> None:
    homework = load_homework("ai702")
    with bounded(SOON):
        said = overall.remarks(copy_of_worked(tmp_path / "a"), homework.rubric, homework.modules)
    assert said == ["mytorch/nn/linear.py takes longer than 0.05 s to read: its imports were not looked at"]


def test_a_fault_of_ours_in_what_costs_nothing_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[str]:
        raise KeyError("x")

    monkeypatch.setattr("graders.checking.rules.remarks.remarks", broken)
    homework = load_homework("ai702")
    (said,) = overall.remarks(tmp_path, homework.rubric, homework.modules)
    assert said.startswith("gradmark itself failed")


def test_remarks_are_as_ever_where_there_is_time(tmp_path: Path) -> None:
    homework, folder = load_homework("ai702"), copy_of_worked(tmp_path / "a")
    assert overall.remarks(folder, homework.rubric, homework.modules) == []
    with (folder / "mytorch/nn/linear.py").open("a") as file:
        file.write("\nimport nowhere\n")
    (said,) = overall.remarks(folder, homework.rubric, homework.modules)
    assert "imports nowhere" in said


@pytest.mark.usefixtures("nothing_ends")
def test_practice_of_a_file_that_takes_too_long_may_be_begun(tmp_path: Path) -> None:
    rubric = load_homework("cs189").rubric
    for file in begun.files_of_practice(rubric):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("class Nothing: pass\n")
    practice = [section for section in rubric.sections if section.practice]
    with bounded(SOON):
        assert overall.absent_sections(tmp_path, rubric) == practice
        names = {name.split(".")[2] for section in practice for name in section.practice}
        for file in begun.files_of_practice(rubric):
            (tmp_path / file).with_suffix(".py").write_text(" ".join(names))
        assert overall.absent_sections(tmp_path, rubric) == []


@pytest.mark.usefixtures("nothing_ends")
def test_a_dialect_that_takes_too_long_to_see_is_none(tmp_path: Path) -> None:
    rubric, folder = load_homework("ai702").rubric, copy_of_worked(tmp_path / "a")
    sign = Sign(manner=Manner.MISSING, of="linear", asked="dLdW")
    results = {
        check: CheckResult(id=check, title="", status=Status.FAILED, message="", sign=sign)
        for section in rubric.sections
        for check in section.checks
    }
    with bounded(SOON):
        assert overall.dialect(folder, rubric, results) == ""
    assert overall.dialect(folder, rubric, {}) == ""
