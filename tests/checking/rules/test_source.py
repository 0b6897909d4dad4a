"""A banned function is found under any name, and nothing else is."""

from __future__ import annotations

import pytest

from graders.checking import CheckFailed
from graders.checking.rules import Use, banned, uses
from graders.checking.rules.reach import MAX_SOURCE

FOUND = {
    "by its module": "import numpy\nnumpy.tanh(1)",
    "by an alias": "import numpy as np\nnp.tanh(1)",
    "imported": "from numpy import tanh\ntanh(1)",
    "imported under another name": "from numpy import tanh as t\nt(1)",
    "assigned": "import numpy as np\nf = np.tanh\nf(1)",
    "assigned twice": "import numpy as np\nf = np.tanh\ng = f\ng(1)",
    "assigned in a tuple": "import numpy as np\nf, g = np.exp, np.tanh",
    "the module assigned": "import numpy as np\nn = np\nn.tanh(1)",
    "getattr": "import numpy as np\ngetattr(np, 'tanh')(1)",
    "star": "from numpy import *\ntanh(1)",
    "importlib": "import importlib\nimportlib.import_module('numpy').tanh(1)",
    "import_module": "from importlib import import_module as load\nn = load('numpy')\nn.tanh(1)",
    "__import__": "__import__('numpy').tanh(1)",
    "in a method": "import numpy as np\nclass A:\n    def f(self, x):\n        return np.tanh(x)",
    "in a default": "import numpy as np\ndef f(g=np.tanh):\n    pass",
    "in a lambda": "import numpy as np\nf = lambda x: np.tanh(x)",
    "imported in a function": "def f(x):\n    import numpy as np\n    return np.tanh(x)",
    "in a decorator": "import numpy as np\n@np.tanh\ndef f(): pass",
    "passed on": "import numpy as np\nmap(np.tanh, [1])",
    "kept on self": "import numpy as np\nclass A:\n    def __init__(self):\n        self.f = np.tanh",
    "in a method of the same name": "from numpy import *\nclass A:\n    def tanh(self, x): return tanh(x)",
    "imported below": "def f(x): return np.tanh(x)\nimport numpy as np",
    "imported if it can be": "try:\n    import numpy as np\nexcept ImportError:\n    np = None\nnp.tanh(1)",
    "a default of the same name": "import numpy as np\ndef f(np=np.tanh): pass",
    "an assignment expression": "import numpy as np\n(n := np).tanh(1)",
    "vars": "import numpy as np\nvars(np)['tanh'](1)",
    "__dict__": "import numpy as np\nnp.__dict__['tanh'](1)",
    "import_module by keyword": "import importlib\nimportlib.import_module(name='numpy').tanh(1)",
    "joined": "import numpy as np\ngetattr(np, 'ta' + 'nh')(1)",
    "an f-string": "import numpy as np\ngetattr(np, f'ta{\"nh\"}')(1)",
    "__getattribute__": "import numpy as np\nnp.__getattribute__('tanh')(1)",
    "attrgetter": "import numpy as np\nfrom operator import attrgetter\nattrgetter('tanh')(np)(1)",
    "__dict__.get": "import numpy as np\nnp.__dict__.get('tanh')(1)",
    "sys.modules": "import sys\nsys.modules['numpy'].tanh(1)",
    "globals": "import numpy as np\nglobals()['np'].tanh(1)",
    "in a dict": "import numpy as np\nF = {'t': np.tanh}",
    "in a staticmethod": "import numpy as np\nclass A:\n    f = staticmethod(np.tanh)",
    "in a partial": "import numpy as np\nfrom functools import partial\nf = partial(np.tanh, out=None)",
    "in a keyword's default": "import numpy as np\ndef f(x, *, g=np.tanh):\n    return g(x)",
    "global": "def f():\n    global np\n    import numpy as np\ndef g(): np.tanh(1)",
    "in a comprehension": "import numpy as np\n[np.tanh(value) for value in []]",
}

SILENT = {
    "a comment": "import numpy as np\n# np.tanh\nx = 1",
    "a docstring": '"""np.tanh is banned."""\nimport numpy as np',
    "a string": "import numpy as np\nprint('np.tanh')",
    "an own function": "def tanh(x): return x\ntanh(1)",
    "a method": "class A:\n    def tanh(self): return self.tanh()",
    "another module's": "import math\nmath.tanh(1)",
    "a parameter": "import numpy as np\ndef f(np):\n    return np.tanh(1)",
    "a shadowed star": "from numpy import *\ndef tanh(x): return x\ntanh(1)",
    "rebound": "import numpy as np\nnp = None\nnp.tanh(1)",
    "a loop variable": "import numpy as np\nfor np in []:\n    np.tanh",
    "a comprehension's variable": "from numpy import *\n[tanh for tanh in []]",
    "a context's name": "from numpy import *\nwith open('a') as tanh: tanh(1)",
    "an exception's name": "from numpy import *\ntry: pass\nexcept OSError as tanh: print(tanh)",
    "a pattern's name": "from numpy import *\nmatch 1:\n    case [tanh]: print(tanh)",
    "an own function below": "from numpy import *\ndef f(x): return tanh(x)\ndef tanh(x): return x",
    "a local variable": "from numpy import *\ndef f(x):\n    tanh = exp(x)\n    return tanh",
    "an own module": "from .numpy import tanh\ntanh(1)",
    "a syntax error": "import numpy as np\nnp.tanh(",
    "another object's attribute": "import numpy as np\ngetattr(model, 'tanh')\nmodel.__dict__['tanh']",
    "an entry of the name": "import numpy as np\nactivations = {}\nactivations['tanh']\nactivations.get('tanh')",
    "a name made up": "import numpy as np\ngetattr(np, name)",
    "a null byte": "import numpy as np\0",
}


@pytest.mark.parametrize("source", FOUND.values(), ids=FOUND)
def test_a_banned_function_is_found_whatever_it_is_called(source: str) -> None:
    assert banned(uses(source), ["numpy.tanh"])


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_what_only_looks_like_it_is_not(source: str) -> None:
    assert not banned(uses(source), ["numpy.tanh"])


def test_the_line_is_told() -> None:
    assert banned(uses("import numpy as np\n\nx = np.tanh(1)\n"), ["numpy.tanh"]) == [Use("numpy.tanh", 3)]


def test_patterns_take_in_what_lies_below() -> None:
    source = "import torch\nfrom torch import nn\nnn.Linear(2, 3)\ntorch.nn.functional.relu(1)\ntorch.relu(1)"
    found = banned(uses(source), ["torch.nn.*"])
    assert {use.name for use in found} == {"torch.nn.Linear", "torch.nn.functional.relu"}


def test_only_a_class_or_function_is_looked_at_if_asked() -> None:
    source = "import numpy as np\nclass A:\n    f = np.tanh\nclass B:\n    def g(self): return np.exp(1)\n"
    assert {use.name for use in uses(source, within="B")} == {"numpy.exp"}
    assert {use.name for use in uses(source, within="g")} == {"numpy.exp"}
    assert uses(source, within="C") == []


TANH = "import numpy as np\ny = np.tanh(0)\n"


@pytest.mark.parametrize(
    "source",
    [
        "\ufeff" + TANH,
        b"\xef\xbb\xbf" + TANH.encode(),
        "# coding: utf-7\n" + TANH.replace("tanh", "+AHQ-anh"),
        b"# coding: latin-1\n\xe9 = 1\n" + TANH.encode(),
        TANH + "x = " + "1+" * 2500 + "1\n",
        TANH + "x = np" + ".linalg" * 250 + "\n",
    ],
    ids=["mark", "mark in bytes", "utf-7", "latin-1", "a long sum", "a long chain"],
)
def test_what_python_runs_is_read_however_it_is_written(source: str | bytes) -> None:
    assert "numpy.tanh" in {use.name for use in uses(source)}


def test_what_is_too_deep_to_be_read_is_not_taken_for_harmless() -> None:
    with pytest.raises(CheckFailed, match="nested too deeply"):
        uses(TANH + "x = " + "1+" * 20_000 + "1\n")


def test_a_name_of_very_many_parts_is_not_taken_for_harmless() -> None:
    with pytest.raises(CheckFailed, match="a name of more than 300 parts"):
        uses(TANH + "x = np" + ".linalg" * 1500 + "\n")


def test_an_encoding_that_only_the_submission_knows_is_not_taken_for_harmless() -> None:
    with pytest.raises(CheckFailed, match="unknown encoding: of_mine"):
        uses(b"# coding: of_mine\n" + TANH.encode())


CHAINS = {
    "get": ".get('a')",
    "getattribute": ".__getattribute__('a')",
    "dict": ".__dict__['a']",
    "attrgetter": ".attrgetter('a')(operator)",
}


@pytest.mark.parametrize("link", CHAINS.values(), ids=CHAINS)
def test_a_long_chain_is_followed_once_and_not_twice_at_each_link(link: str) -> None:
    found = uses("import operator\nx = operator" + link * 200 + "\nimport numpy\n")
    assert {"operator", "numpy"} <= {use.name for use in found}


def test_a_source_that_nobody_wrote_by_hand_is_refused_before_it_takes_our_memory() -> None:
    assert uses(b"import numpy\n" + b"#" * (MAX_SOURCE - 20)) != []
    with pytest.raises(CheckFailed, match="more than 512 KiB"):
        uses(b"a\n" * MAX_SOURCE)
