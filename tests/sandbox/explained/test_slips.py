"""Slips that raise, as students of three courses write them: each can be mended from its message and its hint alone."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent
from types import ModuleType

import numpy as np
import pytest

from graders.sandbox.asked import Asked
from graders.sandbox.inside.errors import describe_error
from graders.sandbox.wording import error

TOP = "import numpy as np\nimport math\n"
LINEAR = """
class Linear:
    def __init__(self, n_in, n_out):
        self.W, self.b, self.frozen = np.zeros((n_out, n_in)), np.zeros((n_out, 1)), True
        self.gradients = {"W": None, "b": None}

    def forward(self, A):
        self.A = A
        self.N = A.shape[0]
        return A @ self.W.T + self.b.T

    def double(A):
        return 2 * A
"""
Said = Callable[..., tuple[list[str], str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """The message's lines and the hint for `run`, a function of these lines, called with these arguments."""

    def mark(body: str, *given: object, before: str = LINEAR, takes: str = "A, dLdZ=None") -> tuple[list[str], str]:
        source = f"{TOP}{dedent(before)}\n\ndef run({takes}):\n{indent(dedent(body).strip(), '    ')}\n"
        (tmp_path / "layers.py").write_text(source)
        record = raised(tmp_path / "layers.py", given, monkeypatch)
        message, hint = error(record, Asked("call", "run(A)", "layers", called=True))
        return message.splitlines(), hint

    return mark


def raised(path: Path, given: tuple[object, ...], monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What a worker would tell of the exception."""
    try:
        loaded(path, monkeypatch).run(*given)
    except BaseException as caught:
        return describe_error(caught, str(path.parent))
    raise AssertionError("nothing was raised")


def loaded(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("layers_of_a_student", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "layers_of_a_student", module)
    spec.loader.exec_module(module)
    return module


X, G = np.ones((5, 3)), np.ones((5, 4))
SHAPES = [
    ("layer = Linear(3, 4)\nreturn A * layer.W.T", "`*` multiplies entry by entry; A (5, 3) and layer.W.T (3, 4) fit"),
    ("layer = Linear(3, 4)\nreturn A * layer.W.T", "A @ layer.W.T"),
    ("layer = Linear(3, 4)\nreturn A @ layer.W", "what would fit: A @ layer.W.T (5, 4)"),
    ("return A @ A", "`*` multiplies entry by entry, and their shapes are equal; as matrices A @ A.T (5, 5)"),
    ("return np.dot(dLdZ, A)", "what would fit: dLdZ.T @ A (4, 3)"),
    ("return dLdZ.T @ A.T", "what would fit: dLdZ.T @ A (4, 3)"),
    ("mean = A.mean(axis=1)\nreturn A - mean", "mean (5,) has lost axis 1 of A (5, 3): with keepdims=True"),
    ("mean = A.mean(axis=1)\nreturn A - mean", "mean[:, None]"),
    ("return A - A.T", "one of them is transposed"),
    ("return A * dLdZ", "as many rows but other columns: is one of them another layer's"),
    ("twos = np.ones((2, 7))\nreturn A + twos", "the last axis is 3 in one, 7 in the other"),
    ("return A @ 2.0", "multiply by it with `*`"),
    ("total = A.sum()\nreturn np.sum(total, axis=1)", "there is no axis 1"),
    ("return A.reshape(5, 4)", "The array has 15 entries, which shape (5,4) doesn't hold"),
    ("out = np.zeros(3)\nout += A\nreturn out", "write `a = a + ...` instead"),
    ("out = np.zeros((5, 2))\nout[:, 0] = A\nreturn out", "What is assigned has shape (5, 3), the place has (5,)"),
]
NAMES = [
    ("return dldZ @ A", "Did you mean dLdZ (layers.py, line"),
    ("exponentials = np.exp(A)\nreturn exponentials / exponental.sum()", "Did you mean exponentials"),
    ("return Liner(3, 4).forward(A)", "Did you mean Linear (layers.py, line"),
    ("return scipy.special.erf(A)", "Nothing is called scipy there"),
    ("return Linear(3, 4).foward(A)", "Did you mean forward (layers.py, line"),
    ("return np.maximun(A, 0)", "Did you mean maximum"),
    ("return np.transpoze(A)", "Did you mean transpose"),
    ("return Linear(3, 4).w", "Did you mean W (layers.py, line"),
    ("layer = Linear(3, 4)\nreturn layer.gradients['w']", "Did you mean 'W' (layers.py, line"),
    ("for _ in range(0):\n    out = A\nreturn out", "out is assigned in this function, but not before this line"),
    ("layer = Linear(3, 4)\nreturn layer.gradients['W'].T", "layer.gradients['W'] is None"),
    ("cache = None\nx, w = cache\nreturn x", "cache is None"),
    (
        "layers = [Linear(3, 4)]\nreturn layers.forward(A)",
        "layers is a list of 1: take one of its entries, such as layers[0]",
    ),
]
CALLS = [
    ("return Linear(3, 4).double(A)", "`self` is missing: `def double(self, A):` (layers.py, line"),
    ("return Linear(3, 4).forward()", "Linear.forward takes A (layers.py, line 9), and is called without 'A'"),
    ("return Linear(3, 4).forward(A, 1)", "Linear.forward takes A (layers.py, line 9), at most 1, and is given 2"),
    (
        "return Linear(3, 4, bias=True)",
        "Linear.__init__ takes n_in, n_out (layers.py, line 5), and nothing called bias",
    ),
    (
        "parts = [Linear]\nreturn parts[0].forward(A)",
        "parts[0] is the class Linear, not an object of it: write Linear()",
    ),
    ("layer = Linear(3, 4)\nreturn layer(A)", "layer is a Linear, not a function: call one of its methods"),
    ("return A(0)", "A is an array (5, 3): index it with [ ]"),
    ("N = len(A)\nreturn N(A - 1)", "N is a number: is an operator missing before the bracket?"),
    ("layers = [Linear(3, 4)]\nreturn layers(0)", "layers is a list of 1: index it with [ ]"),
    ("return A.sum / 2", "A.sum is a method that isn't called: A.sum()"),
    (
        "layer = Linear(3, 4)\nreturn layer.forward[0]",
        "layer.forward is a function or a method: call it with ( ) first",
    ),
    (
        "values = [1.0, 2.0]\nreturn values * 0.5",
        "values is a list of 2: take its entries one by one, or make an array",
    ),
    ("loss = None\nreturn loss / len(A)", "loss is None"),
    ("return math.exp(A)", "np.exp in place of math.exp"),
    ("return np.maximum[A, 0]", "np.maximum is a function or a method: call it with ( ) first"),
]
OTHERS = [
    ("if A > 0:\n    return A", "np.where, np.maximum"),
    ("return A[5]", "A (5, 3) has 5 entries along axis 0, 0 to 4: there is none at 5"),
    ("return A[0, 0, 0]", "A has shape (5, 3): fewer axes than indices"),
    ("counts = np.zeros(3, dtype=int)\ncounts += 0.5 * np.ones(3)", "make it of floats"),
    ("layers = [Linear(3, 4)]\nreturn layers[1]", "layers is a list of 1: entries are counted from 0"),
    ("index = len(A) / 2\nreturn A[index]", "index is 2.5: an index is a whole number"),
    ("a, b, c = A.shape", "A.shape is a tuple of 2"),
    ("exit()", "Take that line out"),
    ("import bdb\nraise bdb.BdbQuit", "Take that line out"),
]


@pytest.mark.parametrize(("body", "hint"), [*SHAPES, *NAMES, *CALLS, *OTHERS])
def test_a_slip_is_explained(body: str, hint: str, said: Said) -> None:
    _, found = said(body, X, G)
    assert hint in found


def test_what_stops_the_program_is_named(said: Said) -> None:
    lines, _ = said("import sys\nsys.exit(0)", X)
    assert lines[0] == "run(A) raised SystemExit in layers.py, line 20, in run: sys.exit() ends the whole program."


def test_the_lines_have_a_caret_the_values_and_the_caller(said: Said) -> None:
    before = "class Net:\n    def forward(self, x):\n        return outer(x.T)\n\ndef outer(x):\n    return 2 + (x @ x)"
    lines, _ = said("return Net().forward(A)", X, before=before)
    assert lines[1:] == [
        "  return 2 + (x @ x)",
        "              ^^^^^",
        "  x (3, 5)",
        "called from layers.py, line 5, in forward:",
        "  return outer(x.T)",
        "         ^^^^^^^^^^",
        "  x.T (3, 5)",
    ]


def test_a_name_with_another_letter_is_another_name(said: Said) -> None:
    before = "class Layer:\n    def __init__(self):\n        self.dLdb = 1\n"
    _, hint = said("return Layer().dLdW", X, before=before)
    assert "dLdb" not in hint


def test_an_attribute_of_self_is_offered_for_a_bare_name(said: Said) -> None:
    before = """
    class Layer:
        def __init__(self):
            self.W = np.zeros((4, 3))
        def forward(self, A):
            return A @ W.T
    """
    _, hint = said("return Layer().forward(A)", X, before=before)
    assert hint.startswith("Did you mean self.W (layers.py, line 6, in __init__)?")


def test_a_file_that_does_not_parse_shows_its_line_with_a_caret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "layers.py"
    path.write_text("def run(A):\n    return A @ (A.T\n\nx = 1\n")
    message, _ = error(raised(path, (X,), monkeypatch), Asked("find", "run", "layers"))
    assert message.splitlines() == [
        "layers.py, line 2 does not parse: '(' was never closed",
        "  return A @ (A.T",
        "             ^",
    ]


HOSTILE = """
class Evil(type):
    def __getattribute__(cls, name):
        raise BaseException("no")

class Odd(metaclass=Evil):
    def __getattribute__(self, name):
        raise KeyboardInterrupt
    def __repr__(self):
        raise SystemExit

class Shapeless(np.ndarray):
    shape = property(lambda self: 1 / 0)
    __class__ = property(lambda self: 1 / 0)

class Endless(dict):
    def __iter__(self):
        while True:
            yield "x"
"""


@pytest.mark.parametrize(
    "body",
    [
        "odd = object.__new__(Odd)\nreturn odd @ A",
        "odd = np.ones(3).view(Shapeless)\nreturn A @ (odd + np.ones(7))",
        "odd = Endless()\nreturn odd['W']",
        "A.__class__ = Shapeless\nreturn A @ A",
        "values = {'k' * 10**6: 1}\nreturn values['K' * 10**6]",
        "raise type('E' * 10**5, (ValueError,), {'__str__': lambda self: 'x' * 10**7})",
        "raise type('E', (NameError,), {'name': property(lambda self: 1 / 0)})('W')",
    ],
)
def test_hostile_objects_are_told_of_within_bounds(body: str, said: Said) -> None:
    lines, hint = said(body, np.ones((5, 3)), before=HOSTILE)
    assert lines[0].startswith("run(A) raised ")
    assert sum(map(len, lines)) + len(hint) < 4000


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("return np.max(0, A)", "np.max(a, axis) takes one array: entry by entry it is np.maximum(a, b)."),
        ("return np.min(A, 0.5)", "np.min(a, axis) takes one array: entry by entry it is np.minimum(a, b)."),
    ],
)
def test_max_where_maximum_is_meant(said: Said, body: str, hint: str) -> None:
    assert said(body, np.ones((2, 3)))[1] == hint
