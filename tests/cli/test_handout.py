"""`gradmark handout`: the worked submission without what lies between its markers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.handout import strip_notebook, strip_python, strip_text
from tests.cli.program import gradmark
from tests.support import toy_homework, write_tree

FUNCTION = '''\
def f(x):
    """Doc."""
    # BEGIN SOLUTION
    y = 2 * x

    return y
    # END SOLUTION
'''


def lines(*text: str) -> str:
    return "\n".join(text) + "\n"


def test_in_a_function_an_error_is_raised_in_its_place() -> None:
    assert strip_python(FUNCTION, "f.py") == 'def f(x):\n    """Doc."""\n    raise NotImplementedError\n'


def test_what_is_handed_out_stays_around_it() -> None:
    source = lines("def f(x):", "    y = 1", "    # BEGIN SOLUTION", "    y += x", "    # END SOLUTION", "    return y")
    assert strip_python(source, "f.py") == lines(
        "def f(x):", "    y = 1", "    raise NotImplementedError", "    return y"
    )


def test_in_a_branch_the_error_is_as_deep_as_the_solution() -> None:
    source = lines("def f(x):", "    if x:", "        # BEGIN SOLUTION", "        return 1", "        # END SOLUTION")
    assert strip_python(source, "f.py") == lines("def f(x):", "    if x:", "        raise NotImplementedError")


def test_two_solutions_in_one_function_are_two_errors() -> None:
    source = lines("def f(x):", *["    # BEGIN SOLUTION", "    x += 1", "    # END SOLUTION"] * 2, "    return x")
    assert strip_python(source, "f.py").count("raise NotImplementedError") == 2


def test_at_module_level_nothing_takes_its_place() -> None:
    source = lines(
        "import os", "# BEGIN SOLUTION", "X = 1", "", "", "def g():", "    return X", "# END SOLUTION", "Y = 2"
    )
    assert strip_python(source, "f.py") == lines("import os", "Y = 2")


def test_a_suite_that_would_be_empty_passes() -> None:
    method = ["    # BEGIN SOLUTION", "    def f(self):", "        return 1", "    # END SOLUTION"]
    assert strip_python(lines("class A:", *method), "f.py") == lines("class A:", "    pass")
    assert strip_python(lines("class A:", '    """Doc."""', *method), "f.py") == lines("class A:", '    """Doc."""')
    guarded = lines("if __name__ == '__main__':", "    # BEGIN SOLUTION", "    print(1)", "    # END SOLUTION")
    assert strip_python(guarded, "f.py") == lines("if __name__ == '__main__':", "    pass")


def test_a_class_in_a_function_and_a_method_after_another_are_told_apart() -> None:
    block = ["    # BEGIN SOLUTION", "    size = 3", "    # END SOLUTION"]
    source = lines("class A:", "    def f(self):", "        return 1", "", *block)
    assert strip_python(source, "f.py") == lines("class A:", "    def f(self):", "        return 1", "")
    inner = lines("def f():", "    class A:", *("    " + line for line in block), "        y = 1", "    return A")
    assert strip_python(inner, "f.py") == lines("def f():", "    class A:", "        y = 1", "    return A")


def test_a_source_without_markers_stays_as_it_is() -> None:
    source = "def f( x ):\n\n\n\n\n    return  x"
    assert strip_python(source, "f.py") == source
    assert strip_python("not Python", "f.py") == "not Python"


def test_other_texts_lose_their_solutions_too() -> None:
    assert strip_text("[q]\n# BEGIN SOLUTION\na = 1\n# END SOLUTION\nb = 2\n", "q.toml") == "[q]\nb = 2\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\n# BEGIN SOLUTION\n", "f.py:2: # BEGIN SOLUTION without an # END SOLUTION"),
        ("# END SOLUTION\n", "f.py:1: # END SOLUTION without a # BEGIN SOLUTION"),
        ("# BEGIN SOLUTION\n\n# BEGIN SOLUTION\n", "f.py:3: # BEGIN SOLUTION in the one of line 1, which has no"),
        ("x = 1  # BEGIN SOLUTION\n", "f.py:1: 'x = 1  # BEGIN SOLUTION' should be alone on its line"),
        ("def f(:\n# BEGIN SOLUTION\n# END SOLUTION\n", "f.py:1: "),
        ("x = (\n# BEGIN SOLUTION\n1)\n# END SOLUTION\n", "f.py: without its solutions it isn't Python"),
    ],
)
def test_a_marker_that_cannot_be_used_is_named_with_its_line(source: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        strip_python(source, "f.py")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def code(source: str | list[str]) -> dict[str, object]:
    output = {"output_type": "stream", "name": "stdout", "text": "42"}
    return {"cell_type": "code", "metadata": {}, "source": source, "execution_count": 3, "outputs": [output]}


@pytest.mark.parametrize("source", [FUNCTION, FUNCTION.splitlines(keepends=True)])
def test_a_notebook_loses_its_solutions_and_its_outputs(source: str | list[str]) -> None:
    magic = code("%matplotlib inline\n# BEGIN SOLUTION\n!ls\n# END SOLUTION\n")
    text = {"cell_type": "markdown", "metadata": {}, "source": "Dérivée"}
    function, shell, words = json.loads(strip_notebook(notebook(code(source), magic, text), "n.ipynb"))["cells"]
    assert "".join(function["source"]) == strip_python(FUNCTION, "f.py")
    assert (function["outputs"], function["execution_count"]) == ([], None)
    assert "".join(shell["source"]) == "%matplotlib inline\n"
    assert "".join(words["source"]) == "Dérivée"


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"cells": [1]}', '{"cells": [{}]}'])
def test_a_file_that_is_no_notebook_is_named(text: str) -> None:
    with pytest.raises(UsageError, match=r"^n.ipynb is not a notebook that can be read$"):
        strip_notebook(text, "n.ipynb")


def test_a_marker_in_a_cell_is_named_with_the_cell() -> None:
    with pytest.raises(UsageError, match=r"^n.ipynb, cell 2:1: # BEGIN SOLUTION without an # END SOLUTION$"):
        strip_notebook(notebook(code("x = 1"), code("# BEGIN SOLUTION")), "n.ipynb")


def test_a_homework_of_ones_own_is_handed_out_with_its_flags_turned_off(tmp_path: Path) -> None:
    homework = toy_homework(tmp_path / "homework")
    worked = write_tree(
        tmp_path / "worked",
        {"layer.py": FUNCTION, "flags.py": "grade_layer = True\nother = True\n", "__pycache__/layer.pyc": "x"},
    )
    (worked / "picture.png").write_bytes(b"\x89PNG\xff")
    done = gradmark("handout", homework, "--worked", worked, "-o", tmp_path / "starter")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"wrote {tmp_path / 'starter'}: 3 files\n"
    assert (tmp_path / "starter/layer.py").read_text() == strip_python(FUNCTION, "layer.py")
    assert (tmp_path / "starter/flags.py").read_text() == "grade_layer = False\nother = True\n"
    assert (tmp_path / "starter/picture.png").read_bytes() == b"\x89PNG\xff"


def test_what_cannot_be_handed_out_is_one_line_and_overwrites_nothing(tmp_path: Path) -> None:
    mine = write_tree(tmp_path / "mine", {"linear.py": "mine"})
    broken = write_tree(tmp_path / "broken", {"a.py": "# BEGIN SOLUTION\n"})
    homework = toy_homework(tmp_path / "homework")
    empty = tmp_path / "empty"
    empty.mkdir()
    for arguments, message in [
        (["ai702", "-o", mine], "exists already: give a new or an empty folder"),
        (["nonsense", "-o", tmp_path / "new"], "there is no homework 'nonsense'"),
        ([homework, "-o", tmp_path / "new"], "there is no worked submission"),
        ([homework, "-o", tmp_path / "new", "--worked", broken], "a.py:1: # BEGIN SOLUTION without an"),
        ([homework, "-o", tmp_path / "new", "--worked", empty], "empty is no worked submission"),
    ]:
        done = gradmark("handout", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("gradmark: ")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
    assert (mine / "linear.py").read_text() == "mine"
    assert not (tmp_path / "new").exists()
