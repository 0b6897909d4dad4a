"""Starter code is the worked submission without what lies between its markers, and it marks 0 without an error."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from graders.errors import UsageError
from graders.handout import stripped, stripped_notebook, write_handout
from graders.rubric import homework_ids
from tests.support import ROOT, write_tree

FUNCTION = '''def f(x):
    """Doc."""
    # BEGIN SOLUTION
    y = 2 * x

    return y
    # END SOLUTION
'''


def test_in_a_function_a_raise_stands_in_its_place() -> None:
    assert stripped(FUNCTION, "f.py") == 'def f(x):\n    """Doc."""\n    raise NotImplementedError\n'


def test_what_is_given_stays() -> None:
    source = "def f(x):\n    given = 1\n    # BEGIN SOLUTION\n    given += x\n    # END SOLUTION\n    return given\n"
    assert stripped(source, "f.py") == "def f(x):\n    given = 1\n    raise NotImplementedError\n    return given\n"


def test_in_a_branch_the_raise_is_as_deep_as_the_solution() -> None:
    source = "def f(x):\n    if x:\n        # BEGIN SOLUTION\n        return 1\n        # END SOLUTION\n    return 0\n"
    assert stripped(source, "f.py") == "def f(x):\n    if x:\n        raise NotImplementedError\n    return 0\n"


def test_at_the_top_it_leaves_nothing_and_in_a_class_that_would_be_empty_a_pass() -> None:
    source = "import os\n# BEGIN SOLUTION\nX = 1\ndef g():\n    return X\n# END SOLUTION\nclass A:\n"
    source += "    # BEGIN SOLUTION\n    def f(self):\n        return 1\n    # END SOLUTION\n"
    assert stripped(source, "f.py") == "import os\nclass A:\n    pass\n"


def test_a_source_without_markers_is_not_touched() -> None:
    source = "def f( x ):\n\n\n\n\n    return  x"
    assert stripped(source, "f.py") is source


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\n# BEGIN SOLUTION\n", "f.py, line 2: a solution begins and never ends"),
        ("# END SOLUTION\n", "f.py, line 1: a solution ends that never began"),
        ("# BEGIN SOLUTION\n# BEGIN SOLUTION\n", "f.py, line 2: a solution begins before the one of line 1 ends"),
    ],
)
def test_markers_that_do_not_pair_are_named(source: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        stripped(source, "f.py")


def test_a_notebook_loses_its_solutions_and_its_outputs() -> None:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": FUNCTION, "execution_count": 3}
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "42"}]
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (found,) = json.loads(stripped_notebook(json.dumps(notebook), "n.ipynb"))["cells"]
    assert "raise NotImplementedError" in "".join(found["source"])
    assert "2 * x" not in "".join(found["source"])
    assert (found["outputs"], found["execution_count"]) == ([], None)


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    target = write_tree(tmp_path / "mine", {"linear.py": "mine"})
    with pytest.raises(UsageError, match="exists and isn't an empty folder"):
        write_handout(ROOT / "student_impl/ai702", target)
    assert (target / "linear.py").read_text() == "mine"


@pytest.mark.parametrize("homework", homework_ids())
def test_starter_code_is_whole_has_no_solutions_and_marks_nothing(homework: str, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "graders"]
    folder = tmp_path / "starter"
    made = subprocess.run([*command, "handout", homework, "-o", str(folder)], capture_output=True, text=True, cwd=ROOT)
    assert made.returncode == 0, made.stderr
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text())
    assert not [path for path in folder.rglob("*") if path.is_file() and b"SOLUTION" in path.read_bytes()]
    grade = [*command, "grade", str(folder), "--homework", homework, "--profile", "quick", "--json", "-"]
    done = subprocess.run(grade, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert {section["id"]: section["score"] for section in report["sections"] if section["score"]} == {}
    checks = [check for section in report["sections"] for check in section["checks"]]
    assert not [check for check in checks if check["status"] in ("grader-fault", "crashed", "timeout")]
