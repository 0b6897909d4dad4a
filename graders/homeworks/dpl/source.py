"""What these homeworks ban, looked for in the submission's source; the checks look for it again at run time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from graders.expect import CheckFailed
from graders.rules import Use, uses
from graders.rules.reach import parsed, text_of

NETWORKS = "my_neural_networks/networks.py"
ALLOWED_OF_NN = ("torch.nn.Parameter", "torch.nn.ParameterList", "torch.nn.parameter", "torch.nn.init")
AUTOGRAD = ("torch.autograd", "torch.func", "torch.Tensor.backward", "functorch")
ALLOWED_OF_AUTOGRAD = ("torch.autograd.Variable", "torch.autograd.no_grad", "torch.autograd.set_grad_enabled")
"""A Variable is a tensor, and switching autograd off isn't using it."""


def source_of(submission: Path, file: str) -> str:
    """A file's text; CheckFailed where there is none, or none that Python can read."""
    path = submission / file
    if not path.is_file():
        raise CheckFailed(f"there is no {file}")
    try:
        text = text_of(path.read_bytes())
        parsed(text)
    except (SyntaxError, ValueError) as error:
        raise CheckFailed(f"{file} can't be parsed: {error}") from None
    return text


def without_classes(text: str, *names: str) -> str:
    """The source with these classes' lines emptied, so that all others keep their numbers."""
    lines = text.splitlines()
    for node in parsed(text).body:
        if isinstance(node, ast.ClassDef) and node.name in names:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            lines[first - 1 : node.end_lineno] = [""] * (node.end_lineno or first - first + 1)
    return "\n".join(lines) + "\n"


def check_no_modules(submission: Path) -> None:
    """CheckFailed where AutogradNeuralNetwork's file uses torch.nn, but for its Parameters."""
    text = without_classes(source_of(submission, NETWORKS), "BasicNeuralNetwork", "TorchNeuralNetwork")
    for use in _used(text):
        if use.name.startswith("torch.nn.") and not any(_within(use.name, allowed) for allowed in ALLOWED_OF_NN):
            raise CheckFailed(f"{NETWORKS}, line {use.line} uses {use.name}", "Write it with tensors: W @ X + b.")


def check_no_autograd(submission: Path) -> None:
    """CheckFailed where BasicNeuralNetwork's file has autograd find gradients, outside AutogradNeuralNetwork."""
    text = without_classes(source_of(submission, NETWORKS), "AutogradNeuralNetwork", "TorchNeuralNetwork")
    found = [(use.line, use.name) for use in _used(text) if _is_autograd(use.name)]
    for line, name in sorted([*found, *_calls(text)]):
        raise CheckFailed(f"{NETWORKS}, line {line} uses {name}", "The gradients are to be written by hand.")


def _used(text: str) -> list[Use]:
    """What the source does with its imports: an import alone is no use."""
    imports = {
        line
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return [use for use in uses(text) if use.line not in imports]


def _is_autograd(name: str) -> bool:
    banned = any(_within(name, module) for module in AUTOGRAD)
    return banned and not any(_within(name, allowed) for allowed in ALLOWED_OF_AUTOGRAD)


def _within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def _calls(text: str) -> Iterator[tuple[int, str]]:
    """Calls of tensors' own methods; a method of the class's own, self.backward(), is none of them."""
    for node in ast.walk(parsed(text)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"))):
                pass
            case ast.Call(func=ast.Attribute(attr="backward")):
                yield node.lineno, ".backward()"
