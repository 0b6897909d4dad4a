"""Small edits of a submission: those of usual mistakes are among them, and nothing of them stays behind."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import cast

import pytest

from graders.sandbox.inside.errors import Missing
from graders.sandbox.inside.suspect.edits.small import further, small, statements
from graders.sandbox.inside.suspect.edits.trying import Editing
from graders.sandbox.inside.suspect.replacing import Functions
from graders.sandbox.inside.suspect.running import Runner
from graders.sandbox.inside.suspect.unset import Unset

CODE = dedent("""
    class Layer:
        def __init__(self, width, alpha=0.9):
            super().__init__()
            self.width = width

        def forward(self, x):
            total = 0
            for row in range(x - 1):
                total += row * self.width
            return total

        def backward(self, x):
            self.dx = self.alpha * x
            return self.dX

        def step(self, x):
            return lenght + x
""")


def edited(code: str, names: tuple[str, ...] = ()) -> set[str]:
    """What the edits make of the statements of a function with this body."""
    tree = ast.parse("def f():\n" + "".join(f"    {line}\n" for line in code.splitlines()))
    found = set()
    for place in list(statements(tree.body[0])):
        for kinds in (small, further):
            for edit in kinds(place, names):
                old = edit.slot.held
                edit.slot.put(edit.new)
                found.add("\n".join(ast.unparse(one) for one in cast(ast.FunctionDef, tree.body[0]).body))
                edit.slot.put(old)
    assert ast.unparse(tree) == ast.unparse(ast.parse(ast.unparse(tree)))
    return found


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("x = a / b", "x = a * b"),
        ("x = a - b", "x = b - a"),
        ("x = a * b", "x = a @ b"),
        ("x = (a + b) * c", "x = a + b * c"),
        ("x = -a", "x = a"),
        ("return a + b", "return -(a + b)"),
        ("x = a.sum(axis=1)", "x = a.sum(axis=0)"),
        ("x = a.sum(axis=1)", "x = a.sum(axis=1, keepdims=True)"),
        ("x = np.sum(a)", "x = np.sum(a, axis=0)"),
        ("x = a.mean()", "x = a.sum()"),
        ("x = np.var(a, ddof=1)", "x = np.var(a)"),
        ("x = np.where(c, a, b)", "x = np.where(c, b, a)"),
        ("x = np.subtract(a, b)", "x = np.subtract(b, a)"),
        ("x = a[2]", "x = a[1]"),
        ("x = a.T @ b", "x = a @ b"),
        ("x = a @ b", "x = a.T @ b"),
        ("x = a if c else b", "x = b if c else a"),
        ("x = a and b", "x = b"),
        ("x = 1e-06", "x = 1e-08"),
        ("x = True", "x = False"),
        ("x += a", "x = x + a"),
        ("x += a", "x -= a"),
        ("x = a", "x += a"),
        ("x = a\ny = x", "y = x\nx = a"),
        ("x = a\nx = 2 * x", "x = a\npass"),
        ("for i in range(n):\n    f(i)", "for i in range(n + 1):\n    f(i)"),
        ("for i in range(n):\n    f(i)", "for i in reversed(range(n)):\n    f(i)"),
        ("if a > b:\n    f(a)", "if a < b:\n    f(a)"),
        ("x = a * b", "x = c * b"),
    ],
)
def test_the_edit_that_takes_a_usual_mistake_back_is_among_them(wrong: str, right: str):
    assert ast.unparse(ast.parse(right)) in edited(wrong, ("a", "c"))


def test_a_docstring_and_a_function_inside_are_left_alone():
    assert edited('"""Text."""') == set()
    assert all("def g" in one for one in edited("def g():\n    return 1"))


@pytest.fixture
def layer(tmp_path: Path) -> Iterator[ModuleType]:
    """A submission of one module."""
    path = tmp_path / "edited_layer.py"
    path.write_text(CODE)
    spec = importlib.util.spec_from_file_location("edited_layer", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["edited_layer"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["edited_layer"]


class Asking:
    """In a runner's place: a sequence is a function, what is aimed at what it gives."""

    def meets(self, sequence: object, aims: object, seconds: float) -> bool:
        assert seconds > 0
        try:
            return bool(sequence() == aims)  # type: ignore[operator]
        except Exception:
            return False

    def raised(self, sequence: object) -> Exception | None:
        try:
            sequence()  # type: ignore[operator]
        except Exception as error:
            return error
        return None


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(CODE.splitlines(), 1) if text in line)


def found(layer: ModuleType, tmp_path: Path, aim: int, seconds: float = 5.0) -> tuple[list[list[object]], bool]:
    """The edits with which `forward(4)` of a layer of width 2 gives this."""
    target = ("edited_layer.py", line_of("total += row"))
    editing = Editing(cast(Runner, Asking()), Functions(str(tmp_path)), [lambda: layer.Layer(2).forward(4)])  # type: ignore[list-item]
    editing.search([aim], [target], [0], seconds)  # type: ignore[list-item]
    for index in range(len(editing.found)):
        assert editing.also_right(index, [aim], [0]) == [True]  # type: ignore[list-item]
    return [hit.told for hit in editing.found], editing.whole


def test_an_edit_that_makes_it_right_is_found_and_taken_back(layer: ModuleType, tmp_path: Path):
    assert layer.Layer(2).forward(4) == 6
    told, whole = found(layer, tmp_path, 12)  # the sum of 2 * row for all four rows
    loop = line_of("for row in")
    assert ["edited_layer.py", line_of("def forward"), loop, loop, "number"] in told
    assert whole
    assert layer.Layer(2).forward(4) == 6


def test_what_no_edit_makes_right_has_none(layer: ModuleType, tmp_path: Path):
    assert found(layer, tmp_path, 12345) == ([], True)


def test_where_there_is_no_time_that_is_said(layer: ModuleType, tmp_path: Path):
    assert found(layer, tmp_path, 12345, seconds=0.0) == ([], False)


def lines(layer: ModuleType, tmp_path: Path, run: object) -> list[int]:
    """The lines that come into question for what is missing in a run."""
    unset = Unset(cast(Runner, Asking()), Functions(str(tmp_path)), run)  # type: ignore[arg-type]
    return [line for _, _, line in unset.lines()]


def test_a_name_that_is_nowhere_is_told_with_the_function_that_does_not_assign_it(layer: ModuleType, tmp_path: Path):
    assert lines(layer, tmp_path, lambda: layer.Layer(2).step(1)) == [line_of("def step"), line_of("lenght")]


def test_an_attribute_that_is_nowhere_is_told_with_the_method_that_was_given_it(layer: ModuleType, tmp_path: Path):
    assert lines(layer, tmp_path, lambda: layer.Layer(2).backward(1)) == [
        line_of("self.alpha *"),
        line_of("__init__(self"),
    ]


def test_an_attribute_under_nearly_its_name_is_told_where_that_is_assigned(layer: ModuleType, tmp_path: Path):
    def run() -> object:
        made = layer.Layer(2)
        made.alpha = 1
        return made.backward(1)

    assert lines(layer, tmp_path, run) == [line_of("return self.dX"), line_of("self.dx =")]


def test_what_a_check_reads_is_told_with_the_method_that_ran_before(layer: ModuleType, tmp_path: Path):
    def run() -> object:
        made = layer.Layer(2)
        made.forward(4)
        raise Missing("attribute", "total", made)

    assert lines(layer, tmp_path, run) == [line_of("def forward")]


def test_what_does_not_raise_has_no_line(layer: ModuleType, tmp_path: Path):
    assert lines(layer, tmp_path, lambda: layer.Layer(2).forward(4)) == []
