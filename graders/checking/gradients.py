"""Holds a student's backward pass against finite differences of the student's own forward pass, through the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from graders import AuthorError
from graders.checking.author_faults import Arrays, AuthorsPart, Backward, Forward
from graders.checking.failures import CheckFailed
from graders.checking.student import Remote, Student
from graders.gradcheck import Convention, Domain, Result, Verdict, gradcheck
from graders.judging.compare import Difference, as_array
from graders.judging.expectation import Expected
from graders.judging.guards import effect
from graders.judging.tolerance import SLOPE

__all__ = ["Arrays", "check_gradients"]

AGREES = (Verdict.PASS, Verdict.INCONCLUSIVE)

DISAGREE = "finite differences disagree"
THEIRS = "They are computed from your own forward."
UNSURE = "finite differences could not tell"

GUARDS_MEET = 4.0
"""A guard in the forward and another in the backward, each seen along directions in which much of a slope cancels."""


def check_gradients(
    student: Student,
    forward: Forward,
    backward: Backward,
    inputs: Arrays,
    convention: Convention | None = None,
    *,
    seed: int = 0,
    domains: Mapping[str, Domain] | None = None,
    guarded: Mapping[str, Expected] | None = None,
) -> None:
    """CheckFailed where a gradient isn't the slope of `forward`; a warning where no case of a check could tell.

    `forward` makes the student's call for one set of inputs, `backward` the one that follows it with a cotangent of
    the output's shape. All evaluations of one step of the method travel in one message. `domains` says where an input
    has to stay, probabilities `Simplex()` say. `guarded` are the oracle's gradients by input, of which one with a small
    guard may be the slope of a forward without it. AuthorError for what is wrong with the check's own part in this.
    """
    part = AuthorsPart(student, forward, backward, inputs, convention or Convention(), domains or {})
    result = _check(part, seed)
    if result.verdict is Verdict.WRONG_DTYPE:
        single = {name: array.astype(np.float32) if _floats(array) else array for name, array in inputs.items()}
        part = replace(part, inputs=single)
        result = _check(part, seed)
    part.answer_for(result)
    if result.verdict is Verdict.INCONCLUSIVE:
        student.slopes.leave_open(f"{UNSURE}: {result.message}", UNSURE)
    elif result.verdict is Verdict.PASS:
        student.slopes.tell()
    if result.verdict not in AGREES and not _agrees_closely(result, guarded or {}):
        message = " ".join(result.message.split())
        slopes = {found.name: found.relative_error for found in result.inputs if found.wrong}
        raise CheckFailed(f"{DISAGREE}. {message}", THEIRS, slopes=slopes)


def _agrees_closely(result: Result, guarded: Mapping[str, Expected]) -> bool:
    """Whether the gradients are wrong only by what the checker sees and no homework asks for."""
    if result.verdict is not Verdict.WRONG_GRADIENT:
        return False
    return all(found.verdict in AGREES or found.mismatch <= _close(found.name, guarded) for found in result.inputs)


def _close(name: str, guarded: Mapping[str, Expected]) -> float:
    """How far a gradient may be off, relative to its size, where the forward has a guard and it has none or another."""
    wanted = guarded.get(name)
    if wanted is None or wanted.origin is None:
        return SLOPE
    return SLOPE + GUARDS_MEET * max((effect(guard, wanted.value) for guard in wanted.origin.guards), default=0.0)


def _check(part: AuthorsPart, seed: int) -> Result:
    """Gradients of less precision than the inputs end as WRONG_DTYPE: then the same has to hold in single precision."""
    student, inputs = part.student, part.inputs
    single = all(array.dtype == np.float32 for array in inputs.values() if _floats(array))

    def evaluate(points: Sequence[Arrays]) -> list[np.ndarray]:
        remotes = []
        values: list[object] = []
        for point in points:
            remotes.append(part.forward(point))
            student.judge(remotes[-1], values.append)
        student.settle()
        return [_output(part, value, remote) for value, remote in zip(values, remotes, strict=True)]

    def pull_back(point: Arrays, cotangent: np.ndarray) -> dict[str, np.ndarray]:
        part.forward(point)
        remotes = part.backward(cotangent)
        values = student.read(*remotes.values())
        gradients = {
            name: _gradient(part, name, value, remote)
            for (name, remote), value in zip(remotes.items(), values, strict=True)
        }
        return {name: array.astype(np.float32) for name, array in gradients.items()} if single else gradients

    try:
        convention, domains = part.convention, part.domains
        return gradcheck(evaluate, pull_back, dict(inputs), seed=seed, convention=convention, domains=domains)
    except (ValueError, TypeError) as error:  # of the arguments, which are the check's
        raise AuthorError(f"finite differences can't be taken: {error}") from error


def _output(part: AuthorsPart, value: object, remote: Remote) -> np.ndarray:
    part.look_at(value, remote)
    array = _array(value, repr(remote))
    if array.size == 0:
        raise CheckFailed(f"{remote!r} has shape {array.shape}, but should have entries", holds_no_values=True)
    return array


def _floats(array: np.ndarray) -> bool:
    return array.dtype.kind == "f"


def _array(value: object, name: str) -> np.ndarray:
    array = as_array(value)
    if isinstance(array, Difference):
        raise CheckFailed.of(name, array)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _gradient(part: AuthorsPart, name: str, value: object, remote: Remote) -> np.ndarray:
    """A gradient in the shape that is wanted: which others may pass is for the checks of shapes to say."""
    part.look_at(value, remote)
    array = _array(value, repr(remote))
    wanted = part.convention.returned_shape(name, part.inputs[name])
    if array.size != part.inputs[name].size:
        raise CheckFailed(f"{remote!r} has shape {array.shape}, but should be {wanted}", holds_no_values=True)
    return array.reshape(wanted)
