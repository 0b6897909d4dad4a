"""Modules that a worker has not: placeholders that cost what uses them, and nothing else."""

# ruff: noqa: E501 - sources are easier to read on one line

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from graders.checking.student import Student
from graders.sandbox.faults import StudentError
from graders.sandbox.isolation.choice import Isolation
from tests.sandbox.conftest import Start
from tests.sandbox.isolation.test_isolation import BOTH
from tests.support import check_on, worker_on, write_tree

DOUBLE = "\ndef double(x):\n    return 2 * x\n"


def doubled(student: Student) -> object:
    return student.read(student("layer").double(np.ones(2)))[0]


def error(call: Callable[[], object]) -> str:
    with pytest.raises(StudentError) as caught:
        call()
    return f"{caught.value.message} {caught.value.hint}"


HARMLESS = {
    "a module": "import scipy",
    "a module below a package": "import scipy.special",
    "a module under another name": "import torch.nn.functional as F",
    "a name": "from scipy.special import expit, softmax as s",
    "all names": "from scipy.special import *",
    "an editor's": "from turtle import forward",
    "of Windows": "from asyncio.windows_events import NULL",
    "one without a display": "import tkinter as tk",
    "a module that a package has not": "import numpy.lib.nowhere",
    "a name that NumPy has not": "from numpy import zeroes",
    "an annotation": "from typing_extensions import Self\nclass A:\n    def me(self) -> Self: ...",
    "an annotation with brackets": "from jaxtyping import Float\ndef g(x: Float[int, 'n'] | None) -> Float: ...",
    "typing's annotations": "from typing import Optional\nfrom torch import Tensor\ndef g(x: Optional[Tensor] = None): ...",
    "a call while the module is imported": "import torch\ntorch.manual_seed(0)\nDEVICE = torch.device('cpu')",
    "an attribute that is set": "import torch\ntorch.backends.cudnn.deterministic = True",
    "a context": "import torch\nwith torch.no_grad():\n    a = torch.zeros(2) + 1",
    "a decision": "import torch\nDEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'",
    "a loop": "from tqdm import tqdm\nfor _ in tqdm(range(3)):\n    pass",
    "a base class": "import torch.nn as nn\nclass Net(nn.Module):\n    pass",
    "a base class beside another": "from abc import ABC\nimport torch.nn as nn\nclass Net(ABC, nn.Module):\n    pass",
    "a base class with arguments": "from typing_extensions import TypedDict\nclass T(TypedDict, total=False):\n    a: int",
    "a decorator": "import numba\n@numba.njit(cache=True)\ndef other(x):\n    return x",
    "a decorator of a method": "from memory_profiler import profile\nclass A:\n    @profile\n    def f(self): ...",
    "a function that isn't called": "def other(x):\n    import scipy.special\n    return scipy.special.expit(x)",
    "NumPy's function of it": "import torch\nimport numpy as np\nZ = np.exp(torch.zeros(2))",
    "an array of it": "import torch\nimport numpy as np\nZ = np.array(torch.zeros(2))",
    "the future": "from __future__ import annotations\nimport scipy\nN = len(scipy.names)\ndef f(x: nothing): ...",
}


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS)
def test_what_is_not_used_costs_nothing(start: Start, source: str) -> None:
    student = start(source + DOUBLE)
    assert np.array_equal(doubled(student), [2, 2])


USED = {
    "called": ("from scipy.special import expit", "expit(x)", "scipy.special.expit"),
    "called through its module": ("import scipy.special as sp", "sp.expit(x)", "scipy.special.expit"),
    "by a star": ("from scipy.special import *", "expit(x)", "scipy.special.expit"),
    "computed with": ("import torch", "x + torch.pi", "torch.pi"),
    "computed with first": ("import torch", "torch.pi * x", "torch.pi"),
    "passed to NumPy": ("import torch\nimport numpy as np", "np.exp(torch.pi)", "torch.pi"),
    "made an array": ("import torch\nimport numpy as np", "np.asarray(torch.pi)", "torch.pi"),
    "made while the module was imported": ("import torch\nW = torch.zeros(2) + 1", "x * W", "torch.zeros"),
    "a decision made then": (
        "import torch\nD = 1 if torch.cuda.is_available() else 2",
        "x * D",
        "torch.cuda.is_available",
    ),
    "an item": ("import torch", "torch.table[0]", "torch.table"),
    "returned": ("import torch", "torch.pi", "torch.pi"),
    "returned in a list": ("import torch", "[x, torch.pi]", "torch.pi"),
    "a decision": ("import torch", "x if torch.ready else x", "torch.ready"),
    "gone through": ("from tqdm import tqdm", "[v for v in tqdm(x)]", "tqdm.tqdm"),
    "imported in the function": ("", "__import__('math') and helped(x)", "numba.jit"),
}


@pytest.mark.parametrize(("head", "result", "name"), USED.values(), ids=USED)
def test_what_is_used_is_named_as_what_the_homework_does_not_allow(
    start: Start, head: str, result: str, name: str
) -> None:
    helped = "def helped(x):\n    import numba\n    return numba.jit(x)\n"
    student = start(f"{head}\n{helped}\ndef f(x):\n    return {result}\n{DOUBLE}")
    said = error(lambda: student.read(student("layer").f(np.ones(2))))
    assert f"uses {name}, which isn't allowed here (NumPy only)" in said
    assert "It is imported in layer.py, line " in said
    assert "No module" not in said


def test_a_class_with_a_missing_base_cannot_be_made(start: Start) -> None:
    student = start(
        "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        self.a = 1\n" + DOUBLE
    )
    assert "Net() uses torch.nn.Module, which isn't allowed here" in error(lambda: student.read(student("layer").Net()))


def test_a_decorated_function_is_lost_and_others_are_not(start: Start) -> None:
    student = start("import numba\n@numba.njit\ndef f(x):\n    return x\n" + DOUBLE)
    assert np.array_equal(doubled(student), [2, 2])
    assert "f(array(2,)) uses numba.njit" in error(lambda: student.read(student("layer").f(np.ones(2))))


def test_a_method_that_is_decorated_leaves_the_others(start: Start) -> None:
    student = start("""
        from memory_profiler import profile
        class A:
            @profile
            def f(self): return 1
            def g(self): return 2
    """)
    a = student("layer").A()
    assert student.read(a.g()) == [2]
    assert "memory_profiler.profile" in error(lambda: student.read(a.f()))


def test_nothing_is_an_instance_of_a_class_that_is_not_there(start: Start) -> None:
    student = start(
        "import torch\ndef f(x):\n    return isinstance(x, (torch.Tensor, list)), x is torch, x == torch.pi\n"
    )
    assert student.read(student("layer").f(1.0)) == [[False, False, False]]


READY = {
    "ImportError": "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np",
    "ModuleNotFoundError": "try:\n    import cupy as np\nexcept ModuleNotFoundError:\n    import numpy as np",
    "any": "try:\n    import cupy as np\nexcept:\n    import numpy as np",
    "several": "try:\n    import cupy as np\nexcept (ImportError, AttributeError) as e:\n    import numpy as np",
    "of a list": "E = (ImportError,)\ntry:\n    import cupy as np\nexcept E:\n    import numpy as np",
    "a name": "try:\n    from numpy import zeroes, array\nexcept ImportError:\n    import numpy as np",
    "in a condition": "try:\n    if True:\n        import cupy as np\nexcept Exception:\n    import numpy as np",
    "in a function": "def load():\n    import cupy\n    return cupy\ntry:\n    np = load()\nexcept ImportError:\n    import numpy as np",
    "inside a function": (
        "def load():\n    try:\n        import cupy\n    except ImportError:\n        import numpy as cupy\n    return cupy\nnp = load()"
    ),
    "suppressed": "from contextlib import suppress\nimport numpy as np\nwith suppress(ImportError):\n    import cupy as np",
    "found out": "from importlib.util import find_spec\nimport numpy as np\nif find_spec('cupy'):\n    import cupy as np",
    "of what is loaded": "import sys\nimport scipy\nimport numpy as np\nif 'scipy' in sys.modules:\n    import cupy as np",
    "by name": "import importlib\ntry:\n    np = importlib.import_module('cupy')\nexcept ImportError:\n    import numpy as np",
    "in another file": "try:\n    from fast import np\nexcept ImportError:\n    import numpy as np",
}


@pytest.mark.parametrize("source", READY.values(), ids=READY)
def test_code_that_is_ready_for_a_missing_module_takes_its_other_way(tmp_path: Path, source: str) -> None:
    uses = "\ndef f(x):\n    return np.exp(x)\n"
    root = write_tree(tmp_path / "s", {"layer.py": source + uses, "fast.py": "import cupy as np\n"})
    with worker_on(root, "layer") as worker, check_on(worker) as student:
        assert student.read(student("layer").f(np.zeros(1))) == [np.ones(1)]


def test_a_try_for_something_else_is_no_guard(start: Start) -> None:
    student = start("try:\n    import scipy\nexcept KeyError:\n    raise\n" + DOUBLE)
    assert np.array_equal(doubled(student), [2, 2])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("from pkg.missing import X", "No module named 'pkg.missing'"),
        ("from pkg.there import Y", "cannot import name 'Y'"),
        ("from . import nothing", "attempted relative import"),
        ("import activaton", "Import it as pkg.activation"),
        ("raise ImportError('mine')", "mine"),
    ],
)
def test_what_is_missing_of_the_submission_itself_is_said_as_ever(tmp_path: Path, source: str, said: str) -> None:
    root = write_tree(tmp_path / "s", {"layer.py": source + DOUBLE, "pkg/there.py": "X = 1\n", "pkg/activation.py": ""})
    with worker_on(root, "layer") as worker, check_on(worker) as student:
        assert said in error(lambda: doubled(student))


def test_a_module_that_the_code_loads_by_name_is_called_forbidden_where_it_does(start: Start) -> None:
    student = start("import importlib\ndef f(x):\n    return importlib.import_module('scipy.special').expit(x)\n")
    said = error(lambda: student.read(student("layer").f(np.ones(2))))
    assert "layer.py, line 3, in f imports scipy, which isn't allowed here" in said


@pytest.mark.parametrize("isolation", BOTH)
def test_modules_that_some_machines_have_are_missing_in_both_isolations(tmp_path: Path, isolation: Isolation) -> None:
    source = "".join(f"import {name}\n" for name in ("turtle", "tkinter", "curses", "sqlite3", "readline"))
    calls = "def f():\n    return sqlite3.connect(':memory:')\ndef g():\n    return turtle.forward(1)\n"
    root = write_tree(tmp_path / "s", {"layer.py": source + calls})
    with worker_on(root, "layer", isolation=isolation) as worker, check_on(worker) as student:
        assert "sqlite3.connect" in error(lambda: student.read(student("layer").f()))
        assert "turtle.forward" in error(lambda: student.read(student("layer").g()))


def test_libraries_get_no_placeholders(start: Start) -> None:
    student = start("""
        import scipy
        def f():
            import doctest, unittest.mock, json, sys
            try:
                json.loads("{")
            except ValueError as error:
                return "scipy" in sys.modules, type(error).__name__
    """)
    assert student.read(student("layer").f()) == [[False, "JSONDecodeError"]]
