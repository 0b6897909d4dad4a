"""What --only and a flags file take in is said where a word stands for others, or nothing is left to mark."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.cli.notes import from_here
from graders.cli.selecting import selected
from graders.coursework.packs.pack import load_homework

FLAGS = """# the layer
DEBUG_AND_GRADE_LINEAR_flag = False
DEBUG_AND_GRADE_SIGMOID_flag = False
DEBUG_AND_GRADE_SIGMOID_flag = False
"""


def test_a_word_that_stands_for_several_is_said_to(capsys: pytest.CaptureFixture[str]) -> None:
    selected(load_homework("ai702"), ["mlp", "linear"], None, "--only")
    assert capsys.readouterr().err == "gradmark: --only mlp is mlp0; mlp1; mlp4\n"


def test_flags_that_are_all_false_say_which_line_to_set(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "flags.py"
    file.write_text(FLAGS)
    ai702 = load_homework("ai702")
    selected(ai702, ["linear"], file, "--only")
    said = "set DEBUG_AND_GRADE_LINEAR_flag = True in line 2 of flags.py for linear\n"
    assert capsys.readouterr().err == f"gradmark: nothing is marked: its flags are False; {said}"
    selected(ai702, ["activations.sigmoid"], file, "--only")
    assert "SIGMOID_flag = True in line 4 of flags.py for activations.sigmoid\n" in capsys.readouterr().err


def test_flags_that_leave_something_say_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "flags.py"
    file.write_text(FLAGS)
    assert selected(load_homework("ai702"), [], file, "--only").switched_off
    assert capsys.readouterr().err == ""


def test_a_path_in_this_folder_is_told_without_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert from_here(str(tmp_path / "hw")) == "hw"
    assert from_here(str(tmp_path)) == "."
    assert from_here("/elsewhere/hw") == "/elsewhere/hw"
    assert from_here("../hw") == "../hw"
