"""Trusted side: proxies that read as the student's own API while the work happens in the worker.

Nothing is sent until a value is needed: creating, setting and calling queue operations, and so does expecting. An
example ends with `settle`, which sends what is queued in one message and judges what comes back in the order in which
it was asked for. Arrays that a check passes in are sent once and stay in the worker, so that it can be asked later
whether they changed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from graders.checking.module import Module
from graders.checking.once import Outcome, Recall, each_asks
from graders.checking.recording import Operation
from graders.checking.remarks import Remarks
from graders.checking.slopes import Slopes
from graders.checking.written import written
from graders.coursework.outlined import Outlined
from graders.sandbox.apart import read_apart
from graders.sandbox.faults import StudentCrash, StudentError, StudentTimeout
from graders.sandbox.inside.wire import Reference
from graders.sandbox.session import Session

if TYPE_CHECKING:
    from graders.checking.looks import Conclusion, Look
    from graders.checking.stand_ins import StandIns

Candidates = Sequence[tuple[str, str]]
Locate = Callable[[str, str], tuple[Candidates, str]]
"""From a module and a name in it: where to look, as (module, name), and which files that means, in words."""

Value: TypeAlias = object
"""What has come from student code: whatever it gave, as plain data and arrays. See `reading`."""
Verdict = Callable[[Value], None]
"""Looks at a value that has come, and raises if it is wrong."""

MAX_STEPS = 40


class Judged(NamedTuple):
    """A verdict on a value that is to come, and how many steps and operations led there; `look`, if it is one."""

    verdict: Verdict
    steps: int
    operations: int
    look: Look | None = None


class Given(NamedTuple):
    """An argument that is given by its place, whatever the student calls it; reports show it by the handout's name."""

    name: str
    value: object


def by_place(**arguments: object) -> list[Given]:
    """Arguments in their places, with the handout's names: `Linear(*by_place(in_features=3, out_features=4))`."""
    return [Given(name, value) for name, value in arguments.items()]


def _split(name: str) -> tuple[str, str]:
    module, _, attribute = name.rpartition(".")
    return module, attribute


class Remote:
    """A value that lives in the worker. Attributes, items and calls give further remotes; `read` brings it here."""

    __slots__ = ("_path", "_slot", "_student")

    _student: Student
    _slot: int
    _path: str

    def __init__(self, student: Student, slot: int, path: str) -> None:
        object.__setattr__(self, "_student", student)
        object.__setattr__(self, "_slot", slot)
        object.__setattr__(self, "_path", path)

    def __repr__(self) -> str:
        return self._path

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("__"):
            raise AttributeError(name)
        path = f"{self._path}.{name}"
        return self._student.ask("get", [Reference(self._slot), name], path, self._path)

    def __setattr__(self, name: str, value: object) -> None:
        student = self._student
        student.note(lambda: f"{self._path}.{name} = {student.write(value)}")
        operation = ["set", Reference(self._slot), name, student.send(value)]
        student.queue(operation, f"setting {self._path}.{name}", self._path)

    def __getitem__(self, key: object) -> Remote:
        student = self._student
        path = f"{self._path}[{student.write(key)}]"
        return student.ask("item", [Reference(self._slot), student.send(key)], path, self._path)

    def __setitem__(self, key: object, value: object) -> None:
        student = self._student
        path = f"{self._path}[{student.write(key)}]"
        student.note(f"{path} = {student.write(value)}")
        operation = ["set_item", Reference(self._slot), student.send(key), student.send(value)]
        student.queue(operation, f"setting {path}", self._path)

    def __len__(self) -> int:
        length = self._student.get("length", [Reference(self._slot)], f"len({self._path})", self._path)
        if type(length) is not int or not 0 <= length <= sys.maxsize:
            raise StudentCrash("the process that runs your code sent a length that isn't a number")
        return length

    def __iter__(self) -> Iterator[Remote]:
        return (self[index] for index in range(len(self)))

    def __call__(self, *positional: object, **keywords: object) -> Remote:
        """What the student's class or function returns for these arguments."""
        student = self._student
        written = [_written(student, value) for value in positional]
        positional = tuple(value.value if isinstance(value, Given) else value for value in positional)
        written += [f"{name}={student.write(value)}" for name, value in keywords.items()]
        call = f"{self._path}({', '.join(written)})"
        made = self._path.lower() if self._path[:1].isupper() else ""
        student.note(f"{made} = {call}" if made else call)
        operands = [Reference(self._slot), student.send(list(positional)), student.pairs(keywords)]
        return student.ask("call", operands, call, self._path, becomes=made or call)

    def has(self, name: str) -> bool:
        """Whether the student's object has this attribute."""
        return self._student.get("has", [Reference(self._slot), name], self._path, self._path) is True


def called(remote: Remote, name: str) -> Remote:
    """The same value under the handout's name: reports call it that, and not by the way that led to it."""
    return Remote(remote._student, remote._slot, name)


def _written(student: Student, value: object) -> str:
    return f"{value.name}={student.write(value.value)}" if isinstance(value, Given) else student.write(value)


class Student:
    """The submission under one check: `student("mytorch.nn").Linear(3, 2)`."""

    def __init__(self, session: Session, locate: Locate) -> None:
        self.session = session
        self.locate = locate
        self.remarks = Remarks()
        self.warnings, self.guards, self.warn = self.remarks.warnings, self.remarks.guards, self.remarks.warn
        self.slopes = Slopes(self.warnings)
        self.steps: list[str] = []
        self._slots = 0
        self.operations: list[Operation] = []
        """Everything that was asked of the worker in this example, in order."""
        self._settled = 0
        self._verdicts: list[Judged] = []
        self._take: Callable[[Exception], None] | None = None
        self._sent: dict[int, tuple[np.ndarray, int]] = {}
        self._names: Callable[[], Mapping[int, str]] = dict
        self.recall: Recall = each_asks
        """What has been asked already on behalf of another check of the submission."""
        self.outlined = cache(lambda folder: Outlined(folder, read_apart))
        self._told: list[str] = []
        self._waited_for_another = False

    @property
    def output(self) -> str:
        """What the student's code has printed in this example, or in another check for it."""
        return "".join([*self._told, self.session.output])

    @property
    def output_in_all(self) -> str:
        """What the student's code has printed in this check, or in another for it."""
        return "".join([*self._told, self.session.output_in_all])

    @property
    def lost(self) -> bool:
        """Whether the child is gone, or another that was asked for this check."""
        return self.session.lost or self._waited_for_another

    def __call__(self, module: str) -> Module:
        """A module of the submission, `mytorch.nn` say."""
        return Module(self, module)

    def begin(self, names: Callable[[], Mapping[int, str]]) -> None:
        """Start a new example; `names` says what its arrays are called, by id."""
        self.session.discard()
        self.operations.clear()
        self._settled = 0
        self.queue(["forget"])
        self.steps.clear()
        self._sent.clear()
        self._verdicts.clear()
        self._slots = 0
        self._names = names

    def replace_parts(self, stand_ins: StandIns) -> None:
        """From now on these parts stand in for the submission's own; there is no way back."""
        self.session.serve = stand_ins
        for part in stand_ins.parts:
            candidates, _ = self.locate(*_split(part))
            methods = {name: [list(one) for one in found] for name, found in stand_ins.methods(part).items()}
            self.queue(["stand_in", part, [list(pair) for pair in candidates], methods])

    def namespace(self, name: str, like: str = "", /, **attributes: object) -> Remote:
        """A plain object in the worker with these attributes, called `name`, that passes for one of the student's.

        `like` is what its class is called: one of the handout's with its module, of which it then is, or any word.
        """
        module, cls = _split(like)
        candidates = self.locate(module, cls)[0] if module else ()
        operands = [self.pairs(attributes), cls or name.title(), [list(pair) for pair in candidates]]
        return self.ask("namespace", operands, name, "")

    def tensor(self, array: np.ndarray) -> Remote:
        """A PyTorch tensor in the worker with this array's values and dtype."""
        return self.ask("tensor", [self.send(array)], self.write(array), "")

    def sent(self, array: np.ndarray) -> Remote:
        """The worker's copy of an array that was passed to the student's code."""
        return Remote(self, self._put(array), self.write(array))

    def read(self, *remotes: Remote) -> list[Value]:
        """The values of these remotes now, in one round trip: plain data and arrays."""
        values: list[Value] = []
        for remote in remotes:
            self.judge(remote, values.append)
        self.settle()
        return values

    def look(self, remote: Remote, look: Look) -> None:
        """Have this looked for in the value, as it is at this point of the queue, once it has come."""
        self.judge(remote, lambda got: look.at(got, self.remarks), look)

    def judge(self, remote: Remote, verdict: Verdict, look: Look | None = None) -> None:
        """Have `verdict` look at this value, as it is at this point of the queue, once it has come."""
        self.queue(["read", Reference(remote._slot)], remote._path, remote._path)
        self._verdicts.append(Judged(verdict, len(self.steps), len(self.operations), look))
        if self._take is not None:
            try:
                self.settle()
            except Exception as error:
                self._take(error)

    @contextmanager
    def settling_at_once(self, take: Callable[[Exception], None]) -> Iterator[None]:
        """Settle each verdict by itself, and have `take` keep what is raised, or raise it."""
        self._take = take
        try:
            yield
        finally:
            self._take = None

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Pass over what the student's code raises meanwhile: another check is there to tell of it."""
        self.queue(["quietly", True])
        yield
        self.queue(["quietly", False])

    def settle(self) -> None:
        """Send what is queued, wait, and let every verdict look at its value; the first that raises ends the example.

        Where the student's code raised, what it gave before that is judged first.
        """
        verdicts, self._verdicts = self._verdicts, []
        fault: StudentError | None = None
        sent, self._settled = self._settled, len(self.operations)
        try:
            values = self.session.flush()
        except StudentError as error:
            values, fault = error.values, error
        for (verdict, steps, operations, _), value in zip(verdicts, values, strict=False):
            try:
                verdict(value)
            except Exception:
                del self.steps[steps:]
                del self.operations[operations:]
                raise
        if fault is not None:
            if fault.index is not None:
                del self.operations[sent + fault.index + 1 :]
            raise fault

    def once(self, what: str, ask: Callable[[], Value]) -> Value:
        """What `ask` gives, plain data: asked only once of a submission, by whichever check is the first to need it.

        `what` names all that it depends on. No other check finds in its child what that leaves behind.
        """
        self.settle()
        printed = len(self.session.output)
        asked: list[Outcome] = []

        def outcome() -> Outcome:
            try:
                asked.append(Outcome(ask(), self.session.output[printed:]))
            except (StudentTimeout, StudentCrash) as fault:
                asked.append(Outcome.lost(fault, self.session.output[printed:], self.session.slow_in))
            return asked[0]

        found = self.recall(what, outcome)
        if not asked:
            self._told.append(found.printed)
            self._waited_for_another |= bool(found.fault)
            self.session.slow_in |= found.slow_in
            self.operations.append(Operation("once", [what]))
        return found.answer()

    def concluded(self, conclusion: Conclusion) -> None:
        """A check has come to this from what it read, and goes on."""

    @property
    def gave_single_precision(self) -> bool:
        """Whether all arrays of floats that were passed in, in this example, are float32; and there are some."""
        kinds = {array.dtype for array, _ in self._sent.values() if array.dtype.kind == "f"}
        return kinds == {np.dtype(np.float32)}

    def ask(self, operation: str, operands: Sequence[object], path: str, owner: str, *, becomes: str = "") -> Remote:
        """Queue an operation that gives a remote, which is called `becomes` from then on, else `path`."""
        self._slots += 1
        self.queue([operation, self._slots, *operands], path, owner)
        return Remote(self, self._slots, becomes or path)

    def get(self, operation: str, operands: Sequence[object], path: str, owner: str) -> Value:
        """The answer to an operation that gives plain data, now."""
        found: list[Value] = []
        self.queue([operation, *operands], path, owner)
        self._verdicts.append(Judged(found.append, len(self.steps), len(self.operations)))
        self.settle()
        return found[0]

    def queue(self, operation: list[object], path: str = "", owner: str = "", name: str = "") -> None:
        """Have the worker do this with the next batch, and remember it; `name` is what its array is called."""
        kind, *operands = operation
        self.operations.append(Operation(str(kind), operands, name))
        self.session.queue(operation, path, owner)

    def note(self, step: str | Callable[[], str]) -> None:
        """Add a line to what a report says was called; a function writes it, if there is still room for it."""
        if len(self.steps) < MAX_STEPS:
            self.steps.append(step if isinstance(step, str) else step())

    def send(self, value: object) -> object:
        """The value as it goes over the wire: remotes and arrays as references, also in lists, tuples and dicts."""
        if isinstance(value, Remote):
            return Reference(value._slot)
        if isinstance(value, np.ndarray):
            return Reference(self._put(value))
        if isinstance(value, list):
            return [self.send(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self.send(item) for item in value)
        if isinstance(value, dict):
            return {key: self.send(item) for key, item in value.items()}
        return value

    def pairs(self, named: Mapping[str, object]) -> list[list[object]]:
        """Names with their values, as they go over the wire."""
        return [[name, self.send(value)] for name, value in named.items()]

    def write(self, value: object) -> str:
        """The value as a line of the student's code would show it."""
        if isinstance(value, np.ndarray):
            return self._names().get(id(value)) or f"array{value.shape}"
        return written(value, self.write)

    def _put(self, array: np.ndarray) -> int:
        found = self._sent.get(id(array))
        if found is not None:
            return found[1]
        self._slots += 1
        self._sent[id(array)] = (array, self._slots)
        self.queue(["put", self._slots, array], name=self._names().get(id(array), ""))
        return self._slots
