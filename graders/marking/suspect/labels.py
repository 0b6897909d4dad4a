"""What a reading of a case is of: the same word for the same quantity in all cases, `backward().dLdW` say."""

from __future__ import annotations

from collections.abc import Sequence

from graders.sandbox.inside.wire import Reference
from graders.sandbox.session import READING, Operation

_MAKES = frozenset(
    {"find", "call", "get", "item", "put", "namespace", "tensor", "context", "inspect", "wrapper", "wrapped"}
)


def labels(operations: Sequence[Operation]) -> list[str]:
    """Of each reading, in their order."""
    known: dict[int, str] = {}
    found: list[str] = []
    for operation in operations:
        kind, *operands = operation
        if kind in READING:
            found.append(f"{kind} {_of(operands[0], known)}" if kind != "read" else _of(operands[0], known))
        elif kind in _MAKES:
            known[int(operands[0])] = _made(str(kind), operands[1:], known)
    return found


def moments(operations: Sequence[Operation]) -> list[int]:
    """Of each reading, in their order: the last call before it, under which it was computed."""
    found: list[int] = []
    called = 0
    for clock, (kind, *_) in enumerate(operations):
        if kind == "call":
            called = clock
        elif kind in READING:
            found.append(called)
    return found


def attributes(operations: Sequence[Operation]) -> list[tuple[str, int] | None]:
    """Of each reading of an attribute or an item: its name, and the last call before; None of any other."""
    names: dict[int, tuple[str, int]] = {}
    found: list[tuple[str, int] | None] = []
    called = 0
    for clock, (kind, *operands) in enumerate(operations):
        if kind == "call":
            called = clock
        elif kind in ("get", "item") and isinstance(operands[2], str):
            names[int(operands[0])] = operands[2], called
        elif kind in READING:
            target = operands[0]
            found.append(names.get(target.slot) if kind == "read" and isinstance(target, Reference) else None)
    return found


def _of(target: object, known: dict[int, str]) -> str:
    return known.get(target.slot, "?") if isinstance(target, Reference) else "?"


def _made(kind: str, operands: Sequence[object], known: dict[int, str]) -> str:
    match kind, operands:
        case "call", [Reference() as target, _, list(named)]:
            words = ", ".join(str(pair[0]) for pair in named)
            return f"{_of(target, known)}({words})"
        case "get", [Reference() as target, str(name)]:
            return f"{_of(target, known).partition('(')[0]}.{name}"
        case "item", [Reference() as target, key]:
            return f"{_of(target, known)}[{key}]"
        case "find", [list(candidates), *_]:
            return str(candidates[0][1])
    return kind
