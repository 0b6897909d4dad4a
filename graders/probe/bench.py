"""Trusted side: numbered slots in the worker, and operations on them that are queued and sent together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from graders.probe.anatomy import Path, Step
from graders.sandbox.inside.wire import Mapped, Reference

Operation = list[object]
"""Its name, and what it is done with."""


class Conversation(Protocol):
    """What carries operations to student code: a worker's session, or one in this process."""

    def queue(self, operation: Operation, path: str = "", owner: str = "") -> None:
        """Add an operation to the next batch."""

    def flush(self) -> list[object]:
        """Send the batch and return what it reads."""


class Bench:
    """Operations by the name of what they give; slots are used again, so that a long check doesn't fill the worker."""

    def __init__(self, session: Conversation) -> None:
        self._session = session
        self._numbers = itertools.count(1)
        self._slots: dict[str, Reference] = {}

    def slot(self, label: str) -> Reference:
        """The slot that is called so."""
        if label not in self._slots:
            self._slots[label] = Reference(next(self._numbers))
        return self._slots[label]

    def send(self) -> list[object]:
        """Have everything done that is queued; the values that were read, in their order."""
        return self._session.flush()

    def read(self, source: Reference, path: str) -> None:
        """Read a slot as it is at this point of the queue."""
        self._queue(["read", source], path)

    def put(self, label: str, value: object) -> Reference:
        """Put plain data or an array into a slot."""
        return self._into(label, "put", [sendable(value)], label)

    def context(self, label: str) -> Reference:
        """An empty object for what forward keeps for backward."""
        return self._into(label, "context", [], label)

    def descent(self, label: str, rate: float) -> Reference:
        """An optimiser that moves what it is given by this rate times its gradient."""
        return self._into(label, "descent", [rate], label)

    def wrapper(self, label: str, function: Reference, place: int) -> Reference:
        """A class whose objects a function's module hands round in place of arrays; None beyond the last."""
        return self._into(label, "wrapper", [function, place], label)

    def wrapped(self, label: str, wrapper: Reference) -> Reference:
        """An object of that class."""
        return self._into(label, "wrapped", [wrapper], label)

    def unwrapped(self, label: str, function: Reference, wrapper: Reference | None, wraps: str) -> Reference:
        """A forward pass over such objects as one over arrays."""
        return self._into(label, "unwrapped", [function, wrapper, wraps], label)

    def unwrapped_backward(
        self, label: str, forward: Reference, function: Reference | None, method: str, style: str
    ) -> Reference:
        """A backward pass over such objects as one over arrays."""
        return self._into(label, "unwrapped_backward", [forward, function, method, style], label)

    def find(self, label: str, module: str, name: str, file: str) -> Reference:
        """A name of a module."""
        return self._into(label, "find", [[[module, name]]], name, file)

    def defines(self, module: str, name: str) -> None:
        """Read whether a module has a name."""
        self._queue(["defines", [[module, name]]], name)

    def keep_state(self, targets: Sequence[Reference], number: int = 0) -> None:
        """Remember what can be reached from these now, and the random generators."""
        self._queue(["keep_state", number, list(targets)], "the state")

    def put_back_state(self, number: int = 0) -> None:
        """Have all of that be again as it was."""
        self._queue(["put_back_state", number], "the state")

    def put_back_generators(self, number: int = 0) -> None:
        """Have the random generators alone be so."""
        self._queue(["put_back_generators", number], "the state")

    def get(self, label: str, owner: Reference, name: str, path: str = "", of: str = "") -> Reference:
        """An attribute."""
        return self._into(label, "get", [owner, name], path or label, of)

    def item(self, label: str, owner: Reference, key: int | str, path: str = "", of: str = "") -> Reference:
        """An item of a list or dict."""
        return self._into(label, "item", [owner, key], path or label, of)

    def inspect(self, target: Reference, path: str) -> object:
        """What a slot's value offers, now."""
        into = self._into("anatomy", "inspect", [target], path)
        self.read(into, path)
        return self.send()[-1]

    def call(
        self,
        label: str,
        target: Reference,
        positional: Sequence[object] = (),
        keywords: Mapping[str, object] | None = None,
        path: str = "",
    ) -> Reference:
        """What calling a slot's value gives."""
        named = [[name, sendable(value)] for name, value in (keywords or {}).items()]
        return self._into(label, "call", [target, [sendable(value) for value in positional], named], path or label)

    def follow(self, label: str, root: Reference, path: Path, shown: str) -> Reference:
        """What is at the end of a path."""
        for step in path:
            root = self._step(label, root, step, shown)
        return root

    def assign(self, root: Reference, path: Path, value: Reference, shown: str) -> None:
        """Put a value at the end of a path, in place of what is there."""
        holder = self.follow("holder", root, path[:-1], shown)
        kind, key = path[-1]
        if kind == "get":
            self._queue(["set", holder, key, value], f"setting {shown}", shown)
        else:
            setter = self.get("setter", holder, "__setitem__", shown)
            self.call("nothing", setter, [key, value], path=f"setting {shown}")

    def fill(self, root: Reference, path: Path, value: Reference, shown: str) -> None:
        """Have the array at the end of a path hold these numbers."""
        self._queue(["fill", self.follow("holder", root, path, shown), value], f"setting {shown}", shown)

    def has(self, owner: Reference, name: str, shown: str) -> None:
        """Read whether an object has an attribute."""
        self._queue(["has", owner, name], shown, shown)

    def _step(self, label: str, owner: Reference, step: Step, shown: str) -> Reference:
        kind, key = step
        if kind == "get":
            return self.get(label, owner, str(key), shown, shown)
        return self.item(label, owner, key, shown, shown)

    def _into(self, label: str, operation: str, operands: list[object], path: str, owner: str = "") -> Reference:
        reference = self.slot(label)
        self._queue([operation, reference.slot, *operands], path, owner)
        return reference

    def _queue(self, operation: Operation, path: str, owner: str = "") -> None:
        self._session.queue(operation, path, owner)


def sendable(value: object) -> object:
    """A literal as it goes over the wire."""
    if isinstance(value, dict):
        return Mapped({key: sendable(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return [sendable(item) for item in value]
    return np.array(value) if isinstance(value, np.ndarray) else value
