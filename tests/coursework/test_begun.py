"""What starter code leaves to be written isn't begun, in any of its forms; what computes anything is."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.begun import Outlines, Part, idle_script, is_begun, outline, part_of
from graders.coursework.packs.pack import read_rubric
from tests.support import write_tree

LEFT = {
    "a raise": "raise NotImplementedError",
    "a raise with words": 'raise NotImplementedError("write this")',
    "pass": "pass",
    "dots": "...",
    "a docstring": '"""What it will do."""',
    "a comment and dots": "### YOUR CODE HERE ###\nreturn ...",
    "nothing returned": "return",
    "None": "return None",
    "several Nones": "return None, None",
    "dots assigned": "out = ...\nreturn out",
    "None assigned": "out: object = None\nreturn out",
    "a name that was never assigned": "### BEGIN YOUR CODE ###\n\n### END YOUR CODE ###\nreturn out",
    "sizes taken out": 'W = self.parameters["W"]\nkh, kw, _, n_out = W.shape\nreturn out',
    "parameters made first": "if self.n_in is None:\n    self._init_parameters(X.shape)\nreturn out",
    "a guard": 'if X.ndim != 4:\n    raise ValueError("four axes")\nraise NotImplementedError',
    "an assert": "assert X is not None\nreturn ...",
    "what was given kept": "self.X = X",
    "what is empty so far": "loss, grads = 0.0, {}\nout = np.zeros((3, X.shape[0]))\npass\nreturn out, grads",
    "options fetched": 'eps = self.param.get("eps", 1e-5)\nout, cache = None, None\npass\nreturn out, cache',
    "a choice": 'X = X.astype(float)\nmode = "test" if X is None else "train"\nscores = None\nreturn scores',
    "loops in which nothing is": "out = np.zeros(3)\nfor i in range(3):\n    for row in X:\n        pass\nreturn out",
    "a seed": "np.random.seed(1)\nmask, out = None, None\nout = out.astype(X.dtype, copy=False)\nreturn out, (X, mask)",
}
BEGUN = {
    "a product": "return X @ self.W",
    "what was given": "return X",
    "a call": "return np.zeros(3)",
    "a loop": "for row in X:\n    self.total = self.total + row",
    "zeros that are the result": "self.b = np.zeros(3)",
    "another module's function": "out = torch.relu(X)\nreturn out",
    "a sum over a loop": "out = np.zeros(3)\nfor row in X:\n    out += row\nreturn out",
    "a computation that is not used": "out = None\nZ = X @ X\nreturn out",
    "something computed and not returned": "Z = X * 2",
    "a number": "return 0",
    "a name that was assigned": "out = X\nreturn out",
    "a call that is kept": "Z = self.padded(X)\nreturn out",
    "a branch": "if X is None:\n    return ...\nreturn -X",
}


def outlined(folder: Path) -> Outlines:
    return lambda file: outline(folder / file)


def layer(body: str, name: str = "forward") -> str:
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    return f"class Conv(Layer):\n    def __init__(self):\n        self.n_in = 3\n\n    def {name}(self, X):\n{lines}\n"


def begun(folder: Path, source: str, name: str = "Conv", method: str = "forward", file: str = "layers.py") -> bool:
    (folder / file).write_text(source)
    return is_begun(outlined(folder), Part(name, method, ["nowhere/layers.py", "layers.py"]))


@pytest.mark.parametrize("what", LEFT)
def test_what_starter_code_leaves_is_not_begun(what: str, tmp_path: Path) -> None:
    assert not begun(tmp_path, layer(LEFT[what]))
    assert not begun(tmp_path, layer(LEFT[what]), method="")


@pytest.mark.parametrize("what", BEGUN)
def test_what_computes_anything_is_begun(what: str, tmp_path: Path) -> None:
    assert begun(tmp_path, layer(BEGUN[what]))
    assert begun(tmp_path, layer(BEGUN[what]), method="")


def test_a_method_is_begun_by_itself_or_where_its_class_has_it_from(tmp_path: Path) -> None:
    helper = layer("return self.pad", "padding")
    assert not begun(tmp_path, helper)
    assert begun(tmp_path, helper, method="")
    base = layer("return X + 1").replace("class Conv(Layer)", "class Base")
    assert begun(tmp_path, base + "class Conv(Base):\n    pass\n")
    assert not begun(tmp_path, base + "class Conv:\n    pass\n")
    assert begun(tmp_path, "from fast import Base\n\n\nclass Conv(Base):\n    pass\n")
    assert not begun(tmp_path, "from abc import ABC\n\n\nclass Conv(ABC):\n    pass\n")
    assert not begun(tmp_path, "class Conv(Conv):\n    pass\n")
    assert begun(tmp_path, "class Conv:\n    forward = staticmethod(len)\n")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("", 1),
        ('"""What it is for."""\nimport torch\n\nSHAPES = [(784, 10)]\n', 4),
        ("def main():\n    pass\n\n\nif __name__ == '__main__':\n    main()\n", 5),
        ("def one_hot(y):\n    raise NotImplementedError\n\n\ndef load(folder):\n    return open(folder)\n", 5),
    ],
)
def test_a_script_that_does_nothing_yet_is_idle(source: str, line: int, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source)
    assert idle_script(tmp_path / "train.py") == line


@pytest.mark.parametrize(
    "source",
    [
        "print(1)\n",
        "def main():\n    print(1)\n",
        "def main():\n    print(1)\n\n\nmain()\n",
        "def helper():\n    pass\n\n\nfor _ in range(3):\n    print(1)\n",
        "def main(:\n    pass\n",
    ],
)
def test_a_script_that_runs_anything_or_whose_functions_are_written_is_not_idle(source: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(source)
    assert idle_script(tmp_path / "train.py") is None
    assert idle_script(tmp_path / "nowhere.py") is None


def test_functions_and_names_from_elsewhere_count_too(tmp_path: Path) -> None:
    assert begun(tmp_path, "def conv(x):\n    return -x\n", "conv", "")
    assert not begun(tmp_path, "def conv(x, w):\n    out = None\n    return out, (x, w) if x else None\n", "gone", "")
    assert not begun(tmp_path, "def conv(x):\n    out = None\n    return out, None\n", "conv", "")
    assert begun(tmp_path, "from im2col import Conv\n")
    assert begun(tmp_path, "Conv = make()\n")
    assert begun(
        tmp_path, "try:\n    import fast\nexcept ImportError:\n    def conv(x):\n        return x\n", "conv", ""
    )


def test_what_is_not_there_is_not_begun(tmp_path: Path) -> None:
    assert not is_begun(outlined(tmp_path), Part("Conv", "", ["layers.py"]))
    assert not begun(tmp_path, "")
    (tmp_path / "layers.py").unlink()
    (tmp_path / "layers.py").mkdir()
    assert not is_begun(outlined(tmp_path), Part("Conv", "", ["layers.py"]))


@pytest.mark.parametrize("source", ["class Conv:\n    def forward(self:\n", "class Conv:\n\0", "Conv = " + "(" * 5000])
def test_a_file_that_does_not_parse_may_have_begun_what_it_mentions(source: str, tmp_path: Path) -> None:
    assert begun(tmp_path, source)
    assert not begun(tmp_path, source, "Pool")


def test_thousands_of_branches_are_no_fault(tmp_path: Path) -> None:
    branches = "".join(f"    elif X == {number}:\n        pass\n" for number in range(3000))
    assert begun(tmp_path, f"def conv(X):\n    if X is None:\n        pass\n{branches}", "conv", "")


def test_what_python_warns_of_is_no_matter(tmp_path: Path) -> None:
    assert begun(tmp_path, 'def conv(x):\n    return x * len("\\d")\n', "conv", "")


def test_bytes_that_are_no_text_are_no_fault(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_bytes(b"\xff\xfe" + layer("return -X").encode("utf-16-le"))
    assert not is_begun(outlined(tmp_path), Part("Conv", "", ["layers.py"]))


def test_the_module_made_of_a_notebook_is_read(tmp_path: Path) -> None:
    write_tree(tmp_path, {"work.ipynb": "{}", "work.py": layer("return -X")})
    assert is_begun(outlined(tmp_path), Part("Conv", "forward", ["work.ipynb"]))


def test_a_part_is_found_in_the_modules_of_a_rubric() -> None:
    rubric = read_rubric("cs189")
    files = ["neural_networks/layers.py", "layers.py"]
    assert part_of(rubric, "neural_networks.layers.Conv2D.forward") == Part("Conv2D", "forward", files)
    assert part_of(rubric, "neural_networks.layers.Conv2D") == Part("Conv2D", "", files)
    assert part_of(rubric, "neural_networks.layers.Conv3D") is None
    assert part_of(rubric, "Conv2D") is None


def test_bases_that_come_again_and_again_are_looked_into_once(tmp_path: Path) -> None:
    classes = "".join(f"class A{i}(A{i + 1}, A{i + 1}): pass\n" for i in range(200))
    (tmp_path / "layers.py").write_text(f"class Conv(A0): pass\n{classes}class A200(Conv): pass\n")
    assert not is_begun(outlined(tmp_path), Part("Conv", "forward", ["layers.py"]))
    with (tmp_path / "layers.py").open("a") as file:
        file.write("class A200:\n    def forward(self, X): return X @ self.W\n")
    assert is_begun(outlined(tmp_path), Part("Conv", "forward", ["layers.py"]))


def test_a_name_without_end_is_not_parsed_and_may_be_begun(tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text(f"import {'a.' * 10_000}b\nclass Conv: pass\n")
    assert is_begun(outlined(tmp_path), Part("Conv", "", ["layers.py"]))
    assert not is_begun(outlined(tmp_path), Part("Pool", "", ["layers.py"]))
