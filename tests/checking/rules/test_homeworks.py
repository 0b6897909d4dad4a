"""What homeworks ban in a source is found however the source is encoded, and in the class that it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.checking import CheckFailed
from graders.homeworks.a4.rules import TANH, check_not_used
from graders.homeworks.dpl.source import check_no_autograd, check_no_modules
from tests.support import write_tree

LAYER = "import numpy as np\nclass TanhLayer:\n    def forward(self, x):\n        return np.{tanh}(x)\n"
NETWORKS = """import torch
class BasicNeuralNetwork:
    def backward(self, loss):
        {basic}
@torch.no_grad()
class AutogradNeuralNetwork:
    def backward(self, loss):
        {autograd}
class TorchNeuralNetwork(torch.nn.Module):
    def backward(self, loss):
        loss.backward()
"""
ENCODED = {
    "plain": ("", "tanh"),
    "mark": ("\ufeff", "tanh"),
    "latin-1": ("# coding: latin-1\n# \xe9\n", "tanh"),
    "utf-7": ("# coding: utf-7\n", "+AHQ-anh"),
}


@pytest.mark.parametrize(("before", "tanh"), ENCODED.values(), ids=ENCODED)
def test_a4_finds_tanh(before: str, tanh: str, tmp_path: Path) -> None:
    encoding = "latin-1" if "latin-1" in before else "utf-8"
    (tmp_path / "q1.py").write_bytes((before + LAYER.format(tanh=tanh)).encode(encoding))
    with pytest.raises(CheckFailed, match=r"uses numpy\.tanh"):
        check_not_used(tmp_path, "q1.py", "TanhLayer", TANH)


@pytest.mark.parametrize(
    ("basic", "autograd", "complaint"),
    [
        ("self.backward(loss)", "loss.backward()", ""),
        ("loss.backward()", "loss.backward()", "line 4 uses .backward()"),
        (
            "torch.autograd.Variable._execution_engine.run_backward(loss)",
            "loss.backward()",
            "line 4 uses torch.autograd.Variable._execution_engine.run_backward",
        ),
        ("torch.nn.Linear(1, 1)", "torch.nn.Linear(1, 1)", "line 8 uses torch.nn.Linear"),
    ],
)
def test_dpl_looks_at_the_class_that_a_ban_is_for(basic: str, autograd: str, complaint: str, tmp_path: Path) -> None:
    text = NETWORKS.format(basic=basic, autograd=autograd)
    write_tree(tmp_path, {"my_neural_networks/networks.py": "\ufeff" + text})
    found = []
    for check in (check_no_autograd, check_no_modules):
        try:
            check(tmp_path)
        except CheckFailed as error:
            found.append(error.message.partition(", ")[2])
    assert found == ([complaint] if complaint else [])
