"""What `gradmark new` recognises in folders of layers of different styles, and what it writes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.probe.drafting.copying import taken_along
from graders.probe.drafting.drafts import Draft
from graders.probe.drafting.finding import NOT_KNOWN, drafted
from graders.probe.drafting.reference import opened
from graders.probe.drafting.writing import LeftOver
from tests.support import ROOT

STYLES = {
    "caches": ["linear", "elu", "batchnorm", "conv", "avg_pool", "softmax_loss"],
    "package/tinynet": [
        "relu",
        "sigmoid",
        "softplus",
        "dense",
        "mean_squared_error",
        "softmax_cross_entropy",
        "max_pooling",
    ],
}
IMAGES = ["conv2d", "max_pool2d"]
SLOW_STYLES = {
    "attributes": ["dense", "relu", "sigmoid", "layer_norm", *IMAGES, "softmax_cross_entropy", "mse_loss"],
    "dicts": ["linear", "tanh", "leaky_relu", "gelu", "rms_norm", "softmax", "cross_entropy"],
    "tuples": ["fully_connected", "swish", "norm", "flatten", "conv1d", "mse_loss", "binary_cross_entropy"],
}


def drafts(source: Path, place: Path, reference: Path | None = None, **said: str) -> dict[str, Draft | LeftOver]:
    """What is drafted of each piece of a solution, by its section."""
    own = None if reference is None else opened(reference, said)
    return {one.section: one for one in drafted(taken_along(source, place / "solution"), own)}


def of(tmp_path: Path, source: str, reference: str = "", **said: str) -> dict[str, Draft | LeftOver]:
    """The same for one file with this text."""
    (tmp_path / "layers.py").write_text(f"import numpy as np\n\n{source}", "utf-8")
    if reference:
        (tmp_path / "torch_code.py").write_text(f"import torch\n\n{reference}", "utf-8")
    return drafts(tmp_path / "layers.py", tmp_path, tmp_path / "torch_code.py" if reference else None, **said)


def field(found: Draft | LeftOver, name: str) -> str:
    assert isinstance(found, Draft), found
    return dict(found.fields())[name]


def all_are_drafted(style: str, sections: list[str], tmp_path: Path) -> None:
    found = drafts(ROOT / "fixtures/drafting" / style, tmp_path)
    assert {section: one for section, one in found.items() if isinstance(one, LeftOver)} == {}
    assert sorted(found) == sorted(sections)


@pytest.mark.parametrize("style", STYLES)
def test_every_layer_of_a_folder_is_drafted(style: str, tmp_path: Path) -> None:
    all_are_drafted(style, STYLES[style], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("style", SLOW_STYLES)
def test_every_layer_of_further_folders_is_drafted(style: str, tmp_path: Path) -> None:
    all_are_drafted(style, SLOW_STYLES[style], tmp_path)


LINEAR = """
class Linear:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.ones((n_in, n_out)), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout / len(dout), dout.sum(axis=0)
        return dout @ self.W.T
"""


def test_a_gradient_that_is_averaged_is_seen_and_marked_as_something_to_look_at(tmp_path: Path) -> None:
    linear = of(tmp_path, LINEAR)["linear"]
    assert field(linear, "divided_by_batch") == '{"W"}'
    assert field(linear, "torch") == "lambda x, W, b: x @ W + b"
    assert isinstance(linear, Draft)
    assert "# CHECK: W: the gradient is divided by the batch size, as the solution does." in linear.text()


def test_a_wrong_gradient_is_no_known_function(tmp_path: Path) -> None:
    linear = of(tmp_path, LINEAR.replace("dout @ self.W.T", "2 * dout @ self.W.T"))["linear"]
    assert isinstance(linear, LeftOver)
    assert linear.why == NOT_KNOWN
    assert 'name="layers.Linear"' in linear.draft
    assert "torch=lambda x, W, b: ...," in linear.draft


def test_a_derivative_of_the_output_and_a_backward_pass_that_is_given_the_input(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        "def tanh(x):\n    return np.tanh(x)\n\n\n"
        "def tanh_derivative(a):\n    return 1 - a**2\n\n\n"
        "def relu(x):\n    return np.maximum(x, 0)\n\n\n"
        "def relu_backward(dout, x):\n    return dout * (x > 0)\n",
    )
    assert field(found["tanh"], "backward_takes") == '"out"'
    assert field(found["tanh"], "local") == "True"
    assert field(found["relu"], "backward_takes") == '"dout x"'


def test_gradients_that_add_up_are_a_convention(tmp_path: Path) -> None:
    source = LINEAR.replace("self.dW, self.db = self.x.T @ dout / len(dout), dout.sum(axis=0)", "self._add(dout)")
    source = source.replace("np.zeros(n_out)\n", "np.zeros(n_out)\n        self.dW, self.db = 0 * self.W, 0 * self.b\n")
    source += "\n    def _add(self, dout):\n        self.dW += self.x.T @ dout\n        self.db += dout.sum(axis=0)\n"
    assert field(of(tmp_path, source)["linear"], "accumulated") == '{"W", "b"}'


SINE = """
def wave_forward(x):
    return np.sin(3 * x) * x, x


def wave_backward(dout, cache):
    return dout * (3 * np.cos(3 * cache) * cache + np.sin(3 * cache))
"""


def test_the_function_of_a_reference_is_taken_where_it_agrees(tmp_path: Path) -> None:
    assert isinstance(of(tmp_path, SINE)["wave"], LeftOver)
    right = "def other(x, y):\n    return x\n\n\ndef wave(x):\n    return torch.sin(3 * x) * x\n"
    wave = of(tmp_path, SINE, right)["wave"]
    assert field(wave, "torch") == "lambda x: torch_code.wave(x)"
    wrong = "def wave(x):\n    return torch.sin(2 * x) * x\n"
    assert isinstance(of(tmp_path, SINE, wrong, wave="wave")["wave"], LeftOver)


def test_a_reference_takes_arguments_in_its_own_order(tmp_path: Path) -> None:
    found = of(
        tmp_path, LINEAR, "def affine(weights, bias, inputs):\n    return inputs @ weights + bias\n", linear="affine"
    )
    assert field(found["linear"], "torch") == "lambda x, W, b: torch_code.affine(W, b, x)"
