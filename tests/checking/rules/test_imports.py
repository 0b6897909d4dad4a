"""Imports that aren't allowed are found in the source and refused at run time, with their line; all others work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graders.checking import CheckFailed
from graders.checking.rules.imports import check_imports, check_imports_at_run_time
from graders.checking.student import Student
from graders.sandbox.faults import StudentCrash, StudentError
from tests.support import answering, student_on, write_tree

FOUND = {
    "a package": ("import torch", 1, "imports torch"),
    "a package's function": ("from scipy.special import softmax", 1, "imports scipy"),
    "a package under another name": ("import torch as numpy", 1, "imports torch"),
    "a package that is tried": ("try:\n    import torch\nexcept ImportError:\n    torch = None", 2, "imports torch"),
    "in a function": ("def forward(x):\n    import sklearn\n", 2, "imports sklearn"),
    "importlib": ("import importlib\nimportlib.import_module('torch')", 2, "imports torch"),
    "__import__": ("__import__('torch')", 1, "imports torch"),
    "joined": ("__import__('to' + 'rch')", 1, "imports torch"),
    "builtins.__import__": ("import builtins\nbuiltins.__import__('torch')", 2, "imports torch"),
    "sys.modules": ("import sys\nsys.modules['torch']", 2, "imports torch"),
    "sys.modules.get": ("import sys\nsys.modules.get('torch')", 2, "imports torch"),
    "a name made up": ("import importlib\nimportlib.import_module(name)", 2, "uses importlib.import_module(...)"),
    "another made up": ("__import__(chr(116))", 1, "uses importlib.import_module(...)"),
    "exec": ("exec('import torch')", 1, "uses exec"),
    "eval": ("eval('np.tanh(1)')", 1, "uses eval"),
    "compile": ("compile('1', 'a', 'eval')", 1, "uses compile"),
    "exec passed on": ("run = exec\nrun('1')", 1, "uses exec"),
    "ctypes": ("import ctypes.util", 1, "uses ctypes.util"),
    "from ctypes": ("from ctypes import CDLL", 1, "uses ctypes.CDLL"),
    "ctypes by NumPy": ("import numpy as n\nn.ctypeslib.ndpointer()", 2, "uses numpy.ctypeslib.ndpointer"),
    "cffi": ("import cffi", 1, "uses cffi"),
    "subprocess": ("from subprocess import run", 1, "uses subprocess.run"),
    "os.system": ("import os\nos.system('ls')", 2, "uses os.system"),
    "from os": ("from os import system as s", 1, "uses os.system"),
    "os.execv": ("import os\nos.execv('/bin/ls', [])", 2, "uses os.execv"),
    "getattr": ("import os\ngetattr(os, 'system')('ls')", 2, "uses os.system"),
}

SILENT = {
    "NumPy": "import numpy as np\nfrom numpy.linalg import norm",
    "the standard library": "import os, math, json\nfrom collections import OrderedDict",
    "os": "import os\nos.path.join('a', 'b')",
    "an own module": "from helpers import f\nimport helpers",
    "a relative import": "from . import torch\nfrom .torch import nn",
    "an own package": "from package.inner import f",
    "a relative import by name": "import importlib\nimportlib.import_module('.torch', __package__)",
    "a method of the name": "model.eval()\nimport re\nre.compile('a')",
    "a parameter of the name": "def forward(x, eval=False):\n    return x if eval else -x",
    "an own function of the name": "def compile(x):\n    return x\ncompile(1)",
    "a comment": "# import torch",
    "a string": "'import torch'",
}


def submission(root: Path, text: str) -> Path:
    files = {"layer.py": text + "\n", "helpers.py": "f = 1\n", "package/inner.py": "f = 1\n"}
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


@pytest.mark.parametrize(("text", "line", "words"), FOUND.values(), ids=FOUND)
def test_what_is_not_allowed_is_found_with_its_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(CheckFailed) as caught:
        check_imports(submission(tmp_path, text), ["numpy"])
    assert caught.value.message == f"layer.py, line {line} {words}"


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_is_allowed_is_not(text: str, tmp_path: Path) -> None:
    check_imports(submission(tmp_path, text), ["numpy"])


def test_what_is_allowed_is_the_rubrics_choice(tmp_path: Path) -> None:
    root = submission(tmp_path, "import torch, ctypes")
    check_imports(root, ["numpy", "torch"], refused=[])
    with pytest.raises(CheckFailed, match=r"^layer\.py, line 1 uses ctypes$"):
        check_imports(root, ["numpy", "torch"], refused=["ctypes"])


RUNNING = {
    "at the top": "import wave",
    "below a module": "from wave import open as o",
    "caught": "try:\n    import wave\nexcept ImportError:\n    wave = None",
    "by a module of its own": "import inner",
    "importlib": "import importlib\nimportlib.import_module('wave')",
    "importlib's function": "from importlib import import_module as load\nload('wave')",
    "__import__": "__import__('wa' + 've')",
    "in forward": "def forward(x):\n    import wave\n    return x",
    "in forward, caught": (
        "def forward(x):\n    try:\n        import wave\n    except Exception:\n        pass\n    return x"
    ),
    "exec": "def forward(x):\n    exec('import ' + 'wave')\n    return x",
}


def with_forward(text: str) -> str:
    return text + "\n" if "def forward" in text else text + "\n\ndef forward(x):\n    return x\n"


def check(student: Student, modules: list[str]) -> None:
    check_imports_at_run_time(student, modules, lambda: student("layer").forward(np.zeros(2)))


@pytest.mark.parametrize("text", RUNNING.values(), ids=RUNNING)
def test_a_refused_module_cannot_be_imported(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_tree(tmp_path_factory.mktemp("run"), {"layer.py": with_forward(text), "inner.py": "import wave\n"})
    with student_on(root, "layer") as student, pytest.raises(CheckFailed, match=r"line \d+ imports wave"):
        check(student, ["wave"])


def test_what_libraries_import_for_themselves_is_theirs(tmp_path: Path) -> None:
    text = "import numpy as np\nimport xml.dom.minidom\n\ndef forward(x):\n    import doctest\n    return x + 1\n"
    root = write_tree(tmp_path, {"layer.py": text})
    with student_on(root, "layer") as student:
        check(student, ["pdb", "xml.dom.domreg", "unittest"])
        assert student.read(student("layer").forward(np.zeros(2)))[0].tolist() == [1, 1]


def test_another_mistake_stays_what_it_is(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"layer.py": "def forward(x):\n    return x / 0 + undefined\n"})
    with student_on(root, "layer") as student, pytest.raises(StudentError, match="undefined"):
        check(student, ["wave"])


def test_files_that_were_handed_out_may_import_what_they_like(tmp_path: Path) -> None:
    root = submission(tmp_path, "import torch")
    check_imports(root, ["numpy"], looked_at=["package/*", "helpers.py"])
    with pytest.raises(CheckFailed, match="imports torch"):
        check_imports(root, ["numpy"], looked_at=["package/*", "l*.py"])


@pytest.mark.parametrize("forged", [3, "wave", [["wave"]], [["wave", "layer.py", "3"]], {"wave": 1}])
def test_a_forged_list_of_imports_is_none(forged: object) -> None:
    student, _ = answering(forged)
    with pytest.raises(StudentCrash, match="a list of imports that isn't one"):
        check_imports_at_run_time(student, ["wave"])
