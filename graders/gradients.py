"""Holds a student's backward pass against finite differences of the student's own forward pass, through the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from graders.compare import Difference, as_array
from graders.expect import CheckFailed
from graders.gradcheck import Convention, Result, Verdict, gradcheck
from graders.student import Remote, Student
from graders.tolerance import SLOPE

Arrays = Mapping[str, np.ndarray]
AGREES = (Verdict.PASS, Verdict.INCONCLUSIVE)

DISAGREE = "finite differences disagree"
THEIRS = "They are taken of your own forward."
UNSURE = "finite differences could not tell"


def check_gradients(
    student: Student,
    forward: Callable[[Arrays], Remote],
    backward: Callable[[np.ndarray], Mapping[str, Remote]],
    inputs: Arrays,
    convention: Convention | None = None,
    *,
    seed: int = 0,
) -> None:
    """CheckFailed where a gradient isn't the slope of `forward`; a warning where that can't be told.

    `forward` makes the student's call for one set of inputs, `backward` the one that follows it with a cotangent of
    the output's shape. All evaluations of one step of the method travel in one message.
    """

    result = _check(student, forward, backward, inputs, convention, seed)
    if result.verdict is Verdict.WRONG_DTYPE:
        single = {name: array.astype(np.float32) for name, array in inputs.items()}
        result = _check(student, forward, backward, single, convention, seed)
    if result.verdict is Verdict.INCONCLUSIVE:
        student.warn(f"{UNSURE}: {result.message}", discreet=UNSURE)
    if result.verdict not in AGREES and not _agrees_closely(result):
        message = " ".join(result.message.split())
        slopes = {found.name: found.relative_error for found in result.inputs if found.wrong}
        raise CheckFailed(f"{DISAGREE}. {message}", THEIRS, slopes=slopes)


def _agrees_closely(result: Result) -> bool:
    """Whether the gradients are wrong only by what the checker sees and no homework asks for."""
    if result.verdict is not Verdict.WRONG_GRADIENT:
        return False
    return all(found.verdict in AGREES or found.mismatch <= SLOPE for found in result.inputs)


def _check(
    student: Student,
    forward: Callable[[Arrays], Remote],
    backward: Callable[[np.ndarray], Mapping[str, Remote]],
    inputs: Arrays,
    convention: Convention | None,
    seed: int,
) -> Result:
    """Gradients of less precision than the inputs end as WRONG_DTYPE: then the same has to hold in single precision."""
    single = all(array.dtype == np.float32 for array in inputs.values())

    def evaluate(points: Sequence[Arrays]) -> list[np.ndarray]:
        remotes = []
        values: list[object] = []
        for point in points:
            remotes.append(forward(point))
            student.judge(remotes[-1], values.append)
        student.settle()
        return [_array(value, repr(remote)) for value, remote in zip(values, remotes, strict=True)]

    def pull_back(point: Arrays, cotangent: np.ndarray) -> dict[str, np.ndarray]:
        forward(point)
        remotes = backward(cotangent)
        values = student.read(*remotes.values())
        gradients = {
            name: _fitted(value, inputs[name], repr(remote))
            for (name, remote), value in zip(remotes.items(), values, strict=True)
        }
        return {name: array.astype(np.float32) for name, array in gradients.items()} if single else gradients

    return gradcheck(evaluate, pull_back, dict(inputs), seed=seed, convention=convention)


def _array(value: object, name: str) -> np.ndarray:
    array = as_array(value)
    if isinstance(array, Difference):
        raise CheckFailed.of(name, array)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _fitted(value: object, like: np.ndarray, name: str) -> np.ndarray:
    """A gradient in its input's shape: which other shapes may pass is for the checks of shapes to say."""
    array = _array(value, name)
    if array.size != like.size:
        message = f"{name} has shape {array.shape}, but should be {like.shape}"
        raise CheckFailed(message, holds_no_values=True)
    return array.reshape(like.shape)
