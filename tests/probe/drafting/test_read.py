"""What is read of a worked solution without running it, and what is written into its copy."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.handout import strip_python
from graders.probe.drafting.copying import taken_along
from graders.probe.drafting.inventory import Piece, modules_in, pieces
from graders.probe.drafting.solutions import Solutions
from graders.probe.drafting.updates import optimisers
from graders.probe.drafting.writing import shared
from tests.support import write_tree

SOURCE = '''
class Base:
    def forward(self, x):
        raise NotImplementedError

    def backward(self, dout):
        raise NotImplementedError


class BatchNorm2D(Base):
    def __init__(self, features, eps=1e-5):
        self.eps = eps

    def forward(self, x):
        """What comes out."""
        return self._scaled(x)

    def _scaled(self, x):
        return helper(x)

    def backward(self, dout): return dout


def helper(x):
    y = x
    return y


def unused(x):
    return x


def conv_forward(x, w, conv_param):
    stride, pad = conv_param["stride"], conv_param.get("pad", 0)
    return x, (stride, pad)


def conv_backward(dout, cache):
    return dout


def accuracy(scores, labels):
    return 1.0
'''


def read(tmp_path: Path, text: str = SOURCE) -> list[Piece]:
    (tmp_path / "layers.py").write_text(text, "utf-8")
    return pieces(modules_in(tmp_path))


def test_layers_are_classes_with_two_passes_and_functions_with_a_partner(tmp_path: Path) -> None:
    norm, conv = read(tmp_path)
    assert (norm.section, norm.is_class, [one.name for one in norm.new]) == ("batch_norm2d", True, ["features", "eps"])
    assert (conv.section, conv.name, conv.backward) == ("conv", "conv_forward", "conv_backward")
    assert conv.keys == {"conv_param": {"stride": ..., "pad": 0}}
    assert norm.numbers == (1.0, 1e-5)


def test_what_students_write_is_marked_and_constructors_and_helpers_of_others_are_not(tmp_path: Path) -> None:
    norm, _ = read(tmp_path)
    marked = Solutions(modules_in(tmp_path), {"norm": (norm, ["forward", "backward"])}).marked("layers.py")
    ast.parse(marked)
    starter = strip_python(marked, "layers.py")
    assert '        """What comes out."""\n        raise NotImplementedError\n' in starter
    assert "def helper(x):\n    raise NotImplementedError\n" in starter
    assert "self.eps = eps" in starter
    assert "def unused(x):\n    return x\n" in starter


def test_marks_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    text = SOURCE.replace("    y = x\n", "    # BEGIN SOLUTION\n    y = x\n    # END SOLUTION\n")
    norm, _ = read(tmp_path, text)
    assert Solutions(modules_in(tmp_path), {"norm": (norm, ["forward"])}).marked("layers.py") == text


def test_a_mistake_in_the_syntax_is_one_line_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("x = 1\ndef f(:\n", "utf-8")
    with pytest.raises(UsageError, match=r"^layers.py, line 2: invalid syntax$"):
        modules_in(tmp_path)


def test_a_package_keeps_its_folder_and_imports_from_beside_are_found(tmp_path: Path) -> None:
    write_tree(tmp_path, {"net/__init__.py": "", "net/a.py": "from . import b\n", "net/b.py": ""})
    assert [one.name for one in taken_along(tmp_path / "net", tmp_path / "one").modules] == ["net", "net.a", "net.b"]
    write_tree(tmp_path, {"plain/src/a.py": "import b\nimport math\n", "plain/src/b.py": ""})
    assert taken_along(tmp_path / "plain", tmp_path / "two").search == (".", "src")


def test_a_file_brings_along_what_it_imports_and_nothing_else(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "import b\n", "b.py": "", "c.py": ""})
    solution = taken_along(tmp_path / "a.py", tmp_path / "copy")
    assert sorted(path.name for path in solution.folder.iterdir()) == ["a.py", "b.py"]


@pytest.mark.parametrize(("name", "said"), [("gone.py", "isn't there"), ("notes.txt", "is no Python file")])
def test_what_is_no_solution_is_one_line(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no", "utf-8")
    with pytest.raises(UsageError, match=said):
        taken_along(tmp_path / name, tmp_path / "copy")


OPTIMISERS = """
class SGD:
    def __init__(self, model, lr=0.1, momentum=0.0):
        self.layers, self.lr, self.momentum = model.layers, lr, momentum

    def step(self):
        for layer in self.layers:
            layer.W -= self.lr * layer.dLdW
            layer.b -= self.lr * layer.dLdb


def adam(w, dw, config=None):
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config["t"] = config.get("t", 0) + 1
    return w, config
"""


def test_optimisers_are_proposed_with_the_names_that_they_read(tmp_path: Path) -> None:
    (tmp_path / "optim.py").write_text(OPTIMISERS, "utf-8")
    sgd, adam = optimisers(modules_in(tmp_path))
    assert dict(sgd[0].fields)["torch"] == "updates.sgd"
    assert dict(sgd[0].fields)["gradients"] == '{"W": "dLdW", "b": "dLdb"}'
    assert dict(adam[0].fields)["torch"] == "updates.adam"
    assert dict(adam[0].fields)["names"] == '{"lr": "learning_rate", "eps": "epsilon"}'
    assert "config['t']" in dict(adam[0].fields)["kept"]


def test_points_that_are_not_said_are_shared_in_whole_numbers() -> None:
    assert shared(100, ["a", "b", "c"], {"b": 50}) == {"a": 25, "b": 50, "c": 25}
    assert shared(10, ["a", "b", "c"], {}) == {"a": 4, "b": 3, "c": 3}
