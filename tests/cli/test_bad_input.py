"""What can't be used ends with one clear line on standard error and exit status 2."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.program import gradmark
from tests.support import ROOT, WORKED, replace_in, write_tree


def no_such_folder(tmp_path: Path) -> list[str | Path]:
    return [tmp_path / "gone"]


def empty_folder(tmp_path: Path) -> list[str | Path]:
    (tmp_path / "empty").mkdir()
    return [tmp_path / "empty"]


def another_layout(tmp_path: Path) -> list[str | Path]:
    return [write_tree(tmp_path / "s", {"linear.py": "class Linear: pass\n"})]


def unknown_section(tmp_path: Path) -> list[str | Path]:
    return [WORKED, "--only", "linaer"]


def unknown_check(tmp_path: Path) -> list[str | Path]:
    return [WORKED, "--only", "linear,batchnorm.backwards_input"]


def unknown_homework(tmp_path: Path) -> list[str | Path]:
    return [WORKED, "--homework", "ai7O2"]


def code_in_flags(tmp_path: Path) -> list[str | Path]:
    write_tree(tmp_path, {"flags.py": "A = True\nprint('run')\n"})
    return [WORKED, "--flags", tmp_path / "flags.py"]


def unknown_flag(tmp_path: Path) -> list[str | Path]:
    write_tree(tmp_path, {"flags.py": "DEBUG_AND_GRADE_LINAER_flag = True\n"})
    return [WORKED, "--flags", tmp_path / "flags.py"]


def no_flags_file(tmp_path: Path) -> list[str | Path]:
    return [WORKED, "--flags", tmp_path / "gone.py"]


def rubric_that_is_off(tmp_path: Path) -> list[str | Path]:
    folder = shutil.copytree(ROOT / "graders" / "homeworks" / "ai702", tmp_path / "ai702")
    replace_in(folder / "rubric.toml", "points = 20", "points = 25")
    return [WORKED, "--homework", folder]


def rubric_with_a_row_that_is_off(tmp_path: Path) -> list[str | Path]:
    folder = shutil.copytree(ROOT / "graders" / "homeworks" / "ai702", tmp_path / "ai702")
    replace_in(folder / "rubric.toml", '"linear.init",', '"linear.initialise",')
    return [WORKED, "--homework", folder]


def no_number_of_processes(tmp_path: Path) -> list[str | Path]:
    return [WORKED, "-n", "many"]


LINES: list[tuple[Callable[[Path], list[str | Path]], str]] = [
    (no_such_folder, r"there is no folder .*gone"),
    (empty_folder, r".*empty is empty: give the folder that holds the submission"),
    (another_layout, r".* is not a submission of .*mytorch/nn/linear\.py, .*mytorch/optim/sgd\.py.*"),
    (unknown_section, r"--only linaer: .*did you mean linear\?"),
    (unknown_check, r"--only batchnorm\.backwards_input: .*did you mean batchnorm\.backward_input\?"),
    (unknown_homework, r"there is no homework 'ai7O2': give one of a4, ai702.*"),
    (code_in_flags, r".*flags\.py, line 2: only NAME = True or NAME = False may stand here"),
    (unknown_flag, r"unknown flag DEBUG_AND_GRADE_LINAER_flag; did you mean DEBUG_AND_GRADE_LINEAR_flag\?"),
    (no_flags_file, r".*gone\.py: the flags file can't be read \(No such file or directory\)"),
    (rubric_that_is_off, r".*rubric\.toml: total is 100, but the sections add up to 105 \(linear 15 .*"),
    (rubric_with_a_row_that_is_off, r".*rubric\.toml: section 'linear': check 'linear\.initialise' has no function.*"),
    (no_number_of_processes, r"-n many: give a number of processes.*"),
]


@pytest.mark.parametrize(("arguments", "line"), LINES, ids=lambda value: getattr(value, "__name__", ""))
def test_what_cannot_be_used_is_one_line_and_exit_status_2(
    tmp_path: Path, arguments: Callable[[Path], list[str | Path]], line: str
) -> None:
    done = gradmark("grade", *arguments(tmp_path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(f"gradmark: {line}\n", done.stderr), done.stderr
