"""What a4 bans: functions by name, and code in further files; looked for in the submission's source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from graders.checking import CheckFailed, Remote, Student, StudentError, banned, content_of, reads_files, uses
from graders.checking.rules.reach import lines_of, parsed, reached

GIVEN = ("q1.py", "q2.py", "fashion_mnist.py", "fmnist.py")
"""The files that were handed out, the training file under either name."""
TANH = ("numpy.tanh", "math.tanh", "cmath.tanh", "torch.tanh", "torch.*.tanh", "torch.nn.Tanh", "scipy.*.tanh")
SOFTMAX = ("scipy.special.softmax", "scipy.special.log_softmax", "torch.softmax", "torch.*.softmax", "torch.nn.Softmax")
AT_RUN_TIME = ("numpy.tanh", "math.tanh", "cmath.tanh", "torch.tanh", "torch.Tensor.tanh")

Names = dict[str, ast.stmt]
_MOST_CHARACTERS = 200
"""Of a module's name: no file can be called as one that has more."""


def check_refused(student: Student, method: Remote, array: np.ndarray) -> None:
    """CheckFailed unless the student's method raises an exception for this array."""
    student.settle()
    method(array)
    try:
        student.settle()
    except StudentError:
        return
    raise CheckFailed(f"{method!r} takes an array of shape {array.shape}", "The handout asks for a check.")


@reads_files
def check_not_used(submission: Path, file: str, name: str, patterns: tuple[str, ...]) -> None:
    """CheckFailed where the code of this class or function names something banned."""
    content = _source(submission, file)
    lines = {line for statement in reached(parsed(content), name) for line in lines_of(statement)}
    for use in banned(uses(content), patterns):
        if use.line in lines:
            raise CheckFailed(f"{file}, line {use.line} uses {use.name}", "Write it out with exp.")


@reads_files
def check_own_code(submission: Path, file: str, name: str) -> None:
    """CheckFailed where this class isn't written in the given file, or is made with code of a file of the student's."""
    content = _source(submission, file)
    statements = reached(parsed(content), name)
    for statement in statements:
        for module in _imported(statement):
            if _is_new(submission, module):
                raise CheckFailed(
                    f"{file}, line {statement.lineno} takes code of {name} from {module}, a new file",
                    f"Write it in {file}: new files are not allowed.",
                )
    if not statements:
        raise CheckFailed(f"{file} doesn't define {name}", f"Write it in {file}.")


def _source(submission: Path, file: str) -> bytes:
    if not (submission / file).is_file():
        raise CheckFailed(f"there is no {file}", "Files may not be renamed.")
    try:
        content = content_of(submission, file)
        parsed(content)
    except (SyntaxError, ValueError, MemoryError) as error:
        raise CheckFailed(f"{file} can't be parsed: {error}") from None
    return content


def _imported(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from [node.module] if node.module else [alias.name for alias in node.names]


def _is_new(submission: Path, module: str) -> bool:
    if len(module) > _MOST_CHARACTERS:
        return False
    path = module.replace(".", "/")
    here = any(
        (submission / place).exists() for place in (f"{path}.py", f"{path}/__init__.py", path.split("/")[0] + "/")
    )
    return here and f"{path}.py" not in GIVEN
