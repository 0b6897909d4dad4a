"""Tells what only the author of a check can mend from what a student can, where finite differences disagree.

The callables that a check gives, and the convention that it claims, stand between the submission and the method. What
comes of a slip in these looks like a mistake of the submission's; it is raised as AuthorError here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from graders import AuthorError
from graders.checking.failures import CheckFailed
from graders.checking.reading import read_array
from graders.checking.student import Remote, Student
from graders.gradcheck import Convention, Domain, Result, Verdict
from graders.sandbox.faults import StudentFault
from graders.sandbox.inside.wire import Opaque, Reference
from graders.sandbox.process import SandboxFailure

Arrays = Mapping[str, np.ndarray]
Forward = Callable[[Arrays], Remote]
Backward = Callable[[np.ndarray], Mapping[str, Remote]]

_NOT_THE_AUTHORS = (StudentFault, CheckFailed, SandboxFailure)
_CALLABLE = frozenset({"method", "function", "builtin_function_or_method", "type", "module"})
_CHANGED_OURS = {
    Verdict.MUTATES_INPUT: "changes the arrays that it was given: hand the submission copies",
    Verdict.MUTATES_COTANGENT: "changes the cotangent that it was given: hand the submission a copy",
}


@dataclass(frozen=True)
class AuthorsPart:
    """What a check's author has written of a comparison with finite differences; AuthorError for a slip in it."""

    student: Student
    ask_forward: Forward
    ask_backward: Backward
    inputs: Arrays
    convention: Convention
    domains: Mapping[str, Domain]

    def __post_init__(self) -> None:
        """Hold the convention against the inputs."""
        for name in self.domains.keys() - self.inputs.keys():
            raise AuthorError(f"a domain is given for {name!r}, but the inputs are {_listed(self.inputs)}")
        for name in {*self.convention.scale_by, *self.convention.local, *self.convention.shapes} - self.inputs.keys():
            raise AuthorError(f"the convention names {name!r}, but the inputs are {_listed(self.inputs)}")
        for name, factor in self.convention.scale_by.items():
            if not _fits(np.shape(factor), self.inputs[name].shape):
                raise AuthorError(
                    f"scale_by[{name!r}] has shape {np.shape(factor)}, which doesn't go with the input's "
                    f"{self.inputs[name].shape}"
                )
        for name, shape in self.convention.shapes.items():
            if int(np.prod(shape)) != self.inputs[name].size:
                raise AuthorError(f"shapes[{name!r}] is {shape}, which doesn't hold {self.inputs[name].shape}")

    def forward(self, point: Arrays) -> Remote:
        """The student's output for these inputs, still to come."""
        found = _called("forward", self.ask_forward, point)
        if not isinstance(found, Remote):
            raise AuthorError(f"the check's forward gives {_kind(found)}, and nothing of the submission's")
        return found

    def backward(self, cotangent: np.ndarray) -> Mapping[str, Remote]:
        """The student's gradients by input, still to come."""
        found = _called("backward", self.ask_backward, cotangent)
        if not isinstance(found, Mapping):
            raise AuthorError(f"the check's backward gives {_kind(found)}, but should give gradients by input")
        wanted = {name for name, array in self.inputs.items() if array.dtype.kind == "f"}
        if not wanted <= found.keys() <= self.inputs.keys():
            raise AuthorError(f"the check's backward gives {_listed(found)}, but the inputs are {_listed(self.inputs)}")
        for name, remote in found.items():
            if not isinstance(remote, Remote):
                raise AuthorError(
                    f"the check's backward gives {_kind(remote)} for {name!r}, and nothing of the submission's"
                )
        return found

    def look_at(self, value: object, remote: Remote) -> None:
        """AuthorError where the check asks for a value by something that was never called."""
        if isinstance(value, Opaque) and value.type_name in _CALLABLE and not repr(remote).endswith(")"):
            raise AuthorError(f"the check asks for {remote!r}, which is a {value.type_name}: it should be called")

    def answer_for(self, result: Result) -> None:
        """AuthorError where it isn't the submission that the result shows to be wrong."""
        match result.verdict:
            case Verdict.MUTATES_INPUT | Verdict.MUTATES_COTANGENT:
                raise AuthorError(f"the check's forward or backward {_CHANGED_OURS[result.verdict]}")
            case Verdict.IGNORES_COTANGENT if not self._hands_on_the_cotangent():
                raise AuthorError(
                    "the check's backward doesn't hand its cotangent to the submission: hand it on, or give "
                    "Convention(ignores_cotangent=True), or Convention(local=...) where the derivative is elementwise"
                )
            case Verdict.NON_DETERMINISTIC | Verdict.STALE_CACHE if not self._asks_the_same_each_time():
                raise AuthorError("the check's forward or backward asks something else each time, for the same inputs")

    def _hands_on_the_cotangent(self) -> bool:
        shape = self._output_shape()
        first = self._asked(lambda: self.backward(np.full(shape, 1.0)))
        return first != self._asked(lambda: self.backward(np.full(shape, 2.0)))

    def _asks_the_same_each_time(self) -> bool:
        shape = self._output_shape()

        def ask() -> None:
            self.forward({name: array.copy() for name, array in self.inputs.items()})
            self.backward(np.ones(shape))

        return self._asked(ask) == self._asked(ask)

    def _output_shape(self) -> tuple[int, ...]:
        with self._unrecorded():
            return read_array(self.forward(self.inputs)).shape

    def _asked(self, ask: Callable[[], object]) -> list[object]:
        """What this asks of the submission, in terms that can be compared; the example can't go on after that."""
        before = len(self.student.operations)
        slots: dict[int, int] = {}
        with self._unrecorded():
            ask()
            self.student.session.discard()
            asked = self.student.operations[before:]
            return [(one.kind, _comparable(_with_its_slot(one.operands), slots)) for one in asked]

    @contextmanager
    def _unrecorded(self) -> Iterator[None]:
        """Let what is asked meanwhile leave no trace in a report."""
        student = self.student
        steps, operations = len(student.steps), len(student.operations)
        try:
            yield
        finally:
            del student.steps[steps:]
            del student.operations[operations:]


def _called(name: str, ask: Callable[..., object], argument: object) -> object:
    try:
        return ask(argument)
    except _NOT_THE_AUTHORS:
        raise
    except Exception as error:
        if _is_hypothesis(error):
            raise
        raise AuthorError(f"the check's {name} raised {type(error).__name__}: {error}") from error


def _is_hypothesis(error: Exception) -> bool:
    """Whether it is how Hypothesis ends an example, which is imported already then."""
    from hypothesis.errors import HypothesisException

    return isinstance(error, HypothesisException)


def _fits(factor: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(factor, wanted) == wanted
    except ValueError:
        return False


def _with_its_slot(operands: list[object]) -> list[object]:
    """The operands of an operation, in which the slot for the outcome is a reference like any other."""
    return [Reference(operands[0]), *operands[1:]] if operands and type(operands[0]) is int else operands


def _comparable(value: object, slots: dict[int, int]) -> object:
    """Arrays by content, and slots by the order in which they come up."""
    if isinstance(value, Reference):
        return "slot", slots.setdefault(value.slot, len(slots))
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, list):
        return [_comparable(item, slots) for item in value]
    return type(value), repr(value)


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


def _listed(named: Mapping[str, object]) -> str:
    return ", ".join(sorted(map(repr, named))) or "none"
