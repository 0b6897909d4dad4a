"""What these homeworks ban, looked for in the submission's source; the checks look for it again at run time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from graders.checking import CheckFailed, Use, content_of, reads_files, uses
from graders.checking.rules.reach import parsed

NETWORKS = "my_neural_networks/networks.py"
ALLOWED_OF_NN = ("torch.nn.Parameter", "torch.nn.ParameterList", "torch.nn.parameter", "torch.nn.init")
AUTOGRAD = ("torch.autograd", "torch.func", "torch.Tensor.backward", "functorch")
ALLOWED_OF_AUTOGRAD = ("torch.autograd.Variable", "torch.autograd.no_grad", "torch.autograd.set_grad_enabled")
"""A Variable is a tensor, and switching autograd off isn't using it."""
GRADIENTS = (
    *("torch.Tensor.backward", "torch.autograd.backward", "torch.autograd.grad", "torch.autograd.forward_ad.make_dual"),
    *("torch.autograd.graph._engine_run_backward", "torch.autograd.Variable._execution_engine"),
    *("torch.autograd.variable.ImperativeEngine", "torch._C._ImperativeEngine"),
)
"""Through one of these goes whatever finds gradients, torch.func too: refused at run time."""


def source_of(submission: Path, file: str) -> bytes:
    """A file's content; CheckFailed where there is none, or none that Python can read."""
    if not (submission / file).is_file():
        raise CheckFailed(f"there is no {file}")
    try:
        content = content_of(submission, file)
        parsed(content)
    except (SyntaxError, ValueError, MemoryError) as error:
        raise CheckFailed(f"{file} can't be parsed: {error}") from None
    return content


def lines_of_classes(content: bytes, *names: str) -> set[int]:
    """The numbers of these classes' lines, with their decorators'."""
    found: set[int] = set()
    for node in parsed(content).body:
        if isinstance(node, ast.ClassDef) and node.name in names:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found.update(range(first, (node.end_lineno or first) + 1))
    return found


@reads_files
def check_no_modules(submission: Path) -> None:
    """CheckFailed where AutogradNeuralNetwork's file uses torch.nn, but for its Parameters."""
    content = source_of(submission, NETWORKS)
    others = lines_of_classes(content, "BasicNeuralNetwork", "TorchNeuralNetwork")
    for use in _used(content):
        if use.line in others:
            continue
        if use.name.startswith("torch.nn.") and not any(_within(use.name, allowed) for allowed in ALLOWED_OF_NN):
            raise CheckFailed(f"{NETWORKS}, line {use.line} uses {use.name}", "Write it with tensors: W @ X + b.")


@reads_files
def check_no_autograd(submission: Path) -> None:
    """CheckFailed where BasicNeuralNetwork's file has autograd find gradients, outside AutogradNeuralNetwork."""
    content = source_of(submission, NETWORKS)
    others = lines_of_classes(content, "AutogradNeuralNetwork", "TorchNeuralNetwork")
    found = [(use.line, use.name) for use in _used(content) if _is_autograd(use.name)]
    for line, name in sorted(one for one in [*found, *_calls(content)] if one[0] not in others):
        raise CheckFailed(f"{NETWORKS}, line {line} uses {name}", "The gradients are to be written by hand.")


def _used(content: bytes) -> list[Use]:
    """What the source does with its imports: an import alone is no use."""
    imports = {
        line
        for node in ast.walk(parsed(content))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return [use for use in uses(content) if use.line not in imports]


def _is_autograd(name: str) -> bool:
    banned = any(_within(name, module) for module in AUTOGRAD)
    return banned and ("._" in name or not any(_within(name, allowed) for allowed in ALLOWED_OF_AUTOGRAD))


def _within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def _calls(content: bytes) -> Iterator[tuple[int, str]]:
    """Calls of tensors' own methods; a method of the class's own, self.backward(), is none of them."""
    for node in ast.walk(parsed(content)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"))):
                pass
            case ast.Call(func=ast.Attribute(attr="backward")):
                yield node.lineno, ".backward()"
