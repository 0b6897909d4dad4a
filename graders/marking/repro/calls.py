"""Operations of the worker as the lines that a student would have written."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from graders.checking.recording import Candidates, Operation
from graders.marking.repro import literals
from graders.sandbox.inside.wire import Reference

Pairs = Sequence[tuple[str, object]]
"""Names with their values: attributes, or what a call takes by keyword."""

Resolve = Callable[[Candidates], tuple[str, str]]
"""From the places where a name may be defined, as (module, name), to the one that is imported."""

MAX_LINES = 300
KNOWN = frozenset(
    ("forget", "put", "find", "call", "get", "set", "item", "set_item", "read", "length", "has", "defines", "inspect")
) | {"quietly"}
TORCH = frozenset({"tensor"})
_LOOKING = frozenset({"put", "find", "get", "item", "read", "length", "has", "defines", "inspect", "tensor"})
_RESERVED = frozenset({"np", "sys", "Path", "torch", "load", "SimpleNamespace", "SUBMISSION"})
_OWN = frozenset({"got", "expected", "tolerance", "error"})


class Calls:
    """The imports, the inputs and the calls of a recording; `last` is what was read or asked for in the end."""

    def __init__(self, operations: Sequence[Operation], resolve: Resolve, *, raised: bool) -> None:
        self.imports: dict[str, None] = {}
        self.inputs: list[str] = []
        self.lines: list[str] = []
        self.last = ""
        self.entered = 0
        """The line, counted in `lines`, that last called the student's code."""
        self._operations = operations
        self._resolve = resolve
        self._raised = raised
        self._written: dict[int, str] = {}
        self._taken = {*_RESERVED, *_OWN}
        self._quiet_from = 0
        for index, operation in enumerate(operations):
            getattr(self, f"_{operation.kind}", self._nothing)(index, *operation.operands)

    def _nothing(self, index: int, *operands: object) -> None:
        """What only told the trusted side something."""

    def _find(self, index: int, slot: int, candidates: Candidates) -> None:  # noqa: ARG002
        module, name = self._resolve(candidates)
        self.imports[f"from {module} import {name}"] = None
        self._taken.add(name)
        self._written[slot] = self.last = name

    def _put(self, index: int, slot: int, value: np.ndarray) -> None:
        name = self._name(self._operations[index].name or "array")
        self.inputs.append(f"{name} = {literals.array(value)}")
        self._written[slot] = name

    def _tensor(self, index: int, slot: int, array: object) -> None:
        self._take(index, slot, f"torch.tensor({self._write(array)})", "tensor")

    def _namespace(self, index: int, slot: int, attributes: Pairs, *_: object) -> None:
        self._make(index, slot, f"SimpleNamespace({', '.join(self._pairs(attributes))})", "parts")

    def _get(self, index: int, slot: int, target: object, name: str) -> None:
        self._take(index, slot, f"{self._write(target)}.{name}", name)

    def _item(self, index: int, slot: int, target: object, key: object) -> None:
        self._take(index, slot, f"{self._write(target)}[{self._write(key)}]", "item")

    def _set_item(self, index: int, target: object, key: object, value: object) -> None:  # noqa: ARG002
        self.lines.append(f"{self._write(target)}[{self._write(key)}] = {self._write(value)}")

    def _inspect(self, index: int, slot: int, target: object) -> None:  # noqa: ARG002
        self._written[slot] = self._write(target)

    def _set(self, index: int, target: object, name: str, value: object) -> None:  # noqa: ARG002
        self.lines.append(f"{self._write(target)}.{name} = {self._write(value)}")

    def _call(self, index: int, slot: int, target: object, positional: Sequence[object], keywords: Pairs) -> None:
        called = self._write(target)
        arguments = [*map(self._write, positional), *self._pairs(keywords)]
        short = called.rpartition(".")[2]
        self._make(index, slot, f"{called}({', '.join(arguments)})", short if short[:1].isupper() else "result")
        self.entered = len(self.lines)

    def _quietly(self, index: int, on: bool) -> None:  # noqa: ARG002
        """What is called between these two may raise."""
        if on:
            self._quiet_from = len(self.lines)
            return
        tried = self.lines[self._quiet_from :]
        if tried:
            inside = (f"    {line}" for line in tried)
            self.lines[self._quiet_from :] = ["try:", *inside, "except Exception:", "    pass"]
            self.entered += self.entered > self._quiet_from

    def _read(self, index: int, target: object) -> None:
        if index == len(self._operations) - 1:
            self.last = self._write(target)

    def _take(self, index: int, slot: int, expression: str, name: str) -> None:
        """Look something up where it is used, if nothing is called in between; else here."""
        self._written[slot] = self.last = expression
        uses = list(self._uses(index, slot))
        between = self._operations[index + 1 : uses[-1]] if uses else ()
        if any(operation.kind not in _LOOKING for operation in between) or (name == "tensor" and len(uses) > 1):
            self._make(index, slot, expression, name)
        elif self._fails(index):
            self.lines.append(expression)

    def _make(self, index: int, slot: int, expression: str, name: str) -> None:
        """A line that does something, with a variable where its result is wanted."""
        if not any(self._matters(use) for use in self._uses(index, slot)):
            self.lines.append(expression)
            self._written[slot] = expression
            return
        self._written[slot] = self._name(name.lower() if name[:1].isupper() else name)
        self.lines.append(f"{self._written[slot]} = {expression}")

    def _fails(self, index: int) -> bool:
        return self._raised and index == len(self._operations) - 1

    def _matters(self, use: int) -> bool:
        return self._operations[use].kind != "read" or use == len(self._operations) - 1

    def _uses(self, index: int, slot: int) -> Iterator[int]:
        for later in range(index + 1, len(self._operations)):
            if slot in _slots(self._operations[later].operands):
                yield later

    def _write(self, value: object) -> str:
        if isinstance(value, Reference):
            return self._written[value.slot]
        return literals.plain(value, self._write)

    def _pairs(self, named: Pairs) -> list[str]:
        return [f"{name}={self._write(value)}" for name, value in named]

    def _name(self, wanted: str) -> str:
        plain = re.sub(r"\W+", "_", wanted).strip("_") or "array"
        plain = f"{plain}_" if keyword.iskeyword(plain) or plain[0].isdigit() else plain
        name, number = plain, 2
        while name in self._taken:
            name, number = f"{plain}_{number}", number + 1
        self._taken.add(name)
        return name


def can_be_written(operations: Sequence[Operation], *, torch: bool) -> bool:
    """Whether these operations, not too many of them, are all of a kind that plain code can repeat."""
    known = KNOWN | {"namespace"} | (TORCH if torch else frozenset())
    doing = sum(operation.kind in ("call", "set", "set_item") for operation in operations)
    return doing <= MAX_LINES and all(operation.kind in known for operation in operations)


def _slots(value: object) -> Iterator[int]:
    if isinstance(value, Reference):
        yield value.slot
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _slots(item)
