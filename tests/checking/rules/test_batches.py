"""Loops over examples are found in the source, with their line; those over layers, kernel positions and classes not."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.checking import CheckFailed
from graders.checking.rules.batches import Loop, check_no_loops_in_source, loops_over_examples
from tests.support import ROOT

FOUND = {
    "len": ["for n in range(len(A)):", "    pass"],
    "shape": ["for n in range(A.shape[0]):", "    pass"],
    "a name": ["N = A.shape[0]", "for n in range(N):", "    pass"],
    "unpacked": ["N, C = A.shape", "for n in range(N):", "    pass"],
    "one of two": ["N, C = len(A), len(A[0])", "for n in range(N):", "    pass"],
    "an attribute": ["self.N = len(A)", "for n in range(self.N):", "    pass"],
    "kept": ["self.A = A", "for n in range(self.A.shape[0]):", "    pass"],
    "the batch": ["for row in A:", "    pass"],
    "enumerate": ["for n, row in enumerate(A):", "    pass"],
    "zip": ["for row, out in zip(A, self.W @ A):", "    pass"],
    "reversed": ["for n in reversed(range(len(A))):", "    pass"],
    "from 1 on": ["for n in range(1, len(A)):", "    pass"],
    "in pairs": ["for n in range(0, len(A), 2):", "    pass"],
    "N times C": ["for i in range(A.shape[0] * A.shape[1]):", "    pass"],
    "a comprehension": ["return np.array([row @ W for row in A])"],
    "a generator": ["return sum(A[n] for n in range(len(A)))"],
    "map": ["return list(map(np.exp, A))"],
    "ndindex": ["for n, c in np.ndindex(A.shape):", "    pass"],
    "ndindex of counts": ["for n, c in np.ndindex(len(A), 3):", "    pass"],
    "ndenumerate": ["for index, a in np.ndenumerate(A):", "    pass"],
    "product": ["for n, c in itertools.product(range(len(A)), range(3)):", "    pass"],
    "while": ["n = 0", "while n < len(A):", "    n += 1"],
    "below another loop": ["for c in range(3):", "    for n in range(len(A)):", "        pass"],
    "of what comes out": ["Z = A @ self.W.T + self.b", "for z in Z:", "    pass"],
    "of an array as long": ["out = np.zeros((A.shape[0], 3))", "for row in out:", "    pass"],
    "apply_along_axis": ["return np.apply_along_axis(np.sort, 1, A)"],
    "vectorize": ["return np.vectorize(math.exp)(A)"],
    "frompyfunc": ["return np.frompyfunc(math.exp, 1, 1)(A)"],
    "a helper": ["return helper(A)"],
    "a helper that is told how many": ["return counting(A.shape[0])"],
    "a method": ["return self.one_by_one(A)"],
    "a vectorized function of the module": ["return exps(A)"],
    "if": ["if A.any():", "    for row in A:", "        pass"],
    "with": ["with np.errstate(all='ignore'):", "    for row in A:", "        pass"],
}

SILENT = {
    "layers": ["for layer in self.layers:", "    A = layer.forward(A)", "return A"],
    "layers by number": ["for i in range(len(self.layers)):", "    A = self.layers[i].forward(A)", "return A"],
    "layers and activations": ["for layer, f in zip(self.layers, self.f):", "    A = f(layer(A))", "return A"],
    "weights": ["for W in self.W:", "    A = A @ W", "return A"],
    "kernel positions": ["for i in range(self.k):", "    for j in range(self.W.shape[1]):", "        pass"],
    "features": ["for c in range(A.shape[1]):", "    pass"],
    "features unpacked": ["N, C = A.shape", "for c in range(C):", "    pass"],
    "rows and columns": ["N, H, W, C = A.shape", "for i, j in np.ndindex(H, W):", "    pass"],
    "positions of a shape": ["for i, j in np.ndindex(A.shape[1:3]):", "    pass"],
    "the shape": ["for size in A.shape:", "    pass"],
    "columns": ["for column in A.T:", "    pass"],
    "classes": ["for c in np.unique(A):", "    pass"],
    "classes by number": ["for c in range(int(A.max()) + 1):", "    pass"],
    "blocks": ["for start in range(0, len(A), 32):", "    pass"],
    "blocks of some size": ["for start in range(0, len(A), self.size):", "    pass"],
    "columns at once": ["return np.apply_along_axis(np.sort, 0, A)"],
    "means": ["for m in A.mean(axis=0):", "    pass"],
    "gradients of the weights": ["dW = A.T @ A", "for row in dW:", "    pass"],
    "rounds": ["while not np.allclose(A, 0):", "    A = A / 2", "return A"],
    "how many there are": ["if len(A) > 1:", "    A = A / len(A)", "return A"],
    "something of the name": ["A = self.layers", "for layer in A:", "    pass"],
    "a helper that is told of features": ["return counting(A.shape[1])"],
    "no loop": ["return A @ self.W"],
    "a syntax error": ["for"],
}

BELOW = """
    def one_by_one(self, Z):
        return [z for z in Z]

    def fit(self, data):
        for example in data:
            self.forward(example)


def helper(x):
    for one in x:
        pass


def counting(n):
    for i in range(n):
        pass


def loop_elsewhere(A):
    for a in A:
        pass


exps = np.vectorize(math.exp)
"""


def source(body: list[str], method: str = "forward") -> str:
    lines = "".join(f"        {line}\n" for line in body)
    return f"import itertools, math\nimport numpy as np\nclass Layer:\n    def {method}(self, A):\n{lines}{BELOW}"


@pytest.mark.parametrize("body", FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("method", ["forward", "backward"])
def test_a_loop_over_examples_is_found(body: list[str], method: str) -> None:
    assert len(loops_over_examples(source(body, method), "Layer")) == 1


@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT)
def test_no_other_loop_is(body: list[str]) -> None:
    assert loops_over_examples(source(body), "Layer") == []


def test_a_loop_over_what_forward_kept_is_found_in_backward_and_in_a_base() -> None:
    text = (
        "class Base:\n    def forward(self, A):\n        self.A, self.N = A, len(A)\n        return self.function(A)\n"
        "class Layer(Base):\n    def function(self, Z):\n        return Z\n"
        "    def backward(self, dLdA):\n        return [a for a in self.A], [n for n in range(self.N)]\n"
    )
    assert loops_over_examples(text, "Layer") == [Loop(9, "range(self.N)"), Loop(9, "self.A")]
    assert loops_over_examples(text, "Base") == []


def test_a_helper_that_works_on_what_it_gave_before_is_followed() -> None:
    text = (
        "import numpy as np\ndef each(f, Z):\n    out = np.zeros_like(Z)\n    for i in range(len(Z)):\n"
        "        out[i] = f(Z[i])\n    return out\nclass Sigmoid:\n    def forward(self, Z):\n"
        "        self.A = each(np.exp, Z)\n        return self.A\n"
        "    def backward(self):\n        return each(lambda a: a - a * a, self.A)\n"
    )
    assert loops_over_examples(text, "Sigmoid") == [Loop(4, "range(len(Z))")]


def test_a_helper_that_is_given_layers_too_is_left_alone() -> None:
    text = (
        "def each(f, Z):\n    return [f(z) for z in Z]\n"
        "class Net:\n    def forward(self, X):\n        each(print, self.layers)\n        return each(abs, X)\n"
    )
    assert loops_over_examples(text, "Net") == []


def test_a_function_is_looked_at_alone() -> None:
    text = "def softmax(Z):\n    return [z for z in Z]\n\n\ndef relu(Z):\n    return Z\n"
    assert loops_over_examples(text, "softmax") == [Loop(2, "Z")]
    assert loops_over_examples(text, "relu") == []


def test_the_message_cites_the_line(tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_text(source(FOUND["a name"]))
    with pytest.raises(CheckFailed) as caught:
        check_no_loops_in_source(tmp_path, "layer.py", "Layer")
    assert caught.value.message == "layer.py, line 6 goes through the examples one by one: range(N)"
    check_no_loops_in_source(tmp_path, "no_such.py", "Layer")


LOOP = "class Layer:\n    def forward(self, A):\n        return [a for a in A]\n"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + LOOP.encode(),
        b"# coding: latin-1\n\xe9 = 1\n" + LOOP.encode(),
        b"# coding: utf-7\n" + LOOP.replace("for", "+AGY-or").encode(),
        (LOOP + "        x = " + "1+" * 2500 + "1\n").encode(),
        (LOOP + "x = 0\nif x: pass\n" + "elif x: pass\n" * 2000).encode(),
    ],
    ids=["mark", "latin-1", "utf-7", "a long sum", "many branches"],
)
def test_a_source_is_read_as_python_does(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "layer.py").write_bytes(content)
    with pytest.raises(CheckFailed, match="goes through the examples one by one: A"):
        check_no_loops_in_source(tmp_path, "layer.py", "Layer")


def test_what_cannot_be_read_but_could_run_is_not_taken_for_harmless(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="nested too deeply"):
        loops_over_examples(LOOP + "x = " + "1+" * 20_000 + "1\n", "Layer")
    with pytest.raises(CheckFailed, match="unknown encoding: of_mine"):
        loops_over_examples(b"# coding: of_mine\n" + LOOP.encode(), "Layer")


def test_names_given_inside_each_other_are_followed_once() -> None:
    text = LOOP.replace("[a", "(b := " * 80 + "A" + ")" * 80 + ", [a")
    assert loops_over_examples(text, "Layer") == [Loop(3, "A")]


WORKED_CLASSES = {
    "ai702/mytorch/nn/linear.py": ["Linear"],
    "ai702/mytorch/nn/activation.py": ["Sigmoid", "Tanh", "ReLU"],
    "ai702/mytorch/nn/loss.py": ["MSELoss", "CrossEntropyLoss"],
    "ai702/mytorch/nn/batchnorm.py": ["BatchNorm1d"],
    "ai702/mytorch/models/mlp.py": ["MLP0", "MLP1", "MLP4"],
    "cs189/neural_networks/activations.py": ["ReLU", "Sigmoid", "SoftMax"],
    "cs189/neural_networks/layers.py": ["FullyConnected", "Conv2D", "Pool2D"],
    "cs189/neural_networks/losses.py": ["CrossEntropy", "L2"],
    "cs189/neural_networks/models.py": ["NeuralNetwork"],
    "a4/q1.py": ["TanhLayer", "SoftmaxLayer"],
}


@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in WORKED_CLASSES.items() for name in names])
def test_the_worked_classes_have_none(file: str, name: str) -> None:
    text = (ROOT / "student_impl" / file).read_text()
    assert f"class {name}" in text
    assert loops_over_examples(text, name) == []
