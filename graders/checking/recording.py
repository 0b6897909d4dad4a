"""What a check asked of the student's code in its failing example, and what it wanted to see, as plain records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graders.judging.expectation import Expectation

Candidates = Sequence[Sequence[str]]
"""Places where a name may be defined, as (module, name)."""


class Operation(NamedTuple):
    """One operation as it went to the worker: its kind, its operands, and what an array among them is called."""

    kind: str
    operands: list[object]
    name: str = ""

    @property
    def candidates(self) -> Candidates:
        """Where a `find` looks, as (module, name); nothing for any other operation."""
        listed = self.operands[1] if self.kind == "find" else []
        assert isinstance(listed, list)
        return [(module, name) for module, name in listed]


@dataclass(frozen=True)
class Recording:
    """The failing example's operations up to the one that failed; `raised` where the student's code did not answer."""

    operations: tuple[Operation, ...]
    raised: bool
    expectation: Expectation | None = None
    came: object = None
