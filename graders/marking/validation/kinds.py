"""How mistakes show first, as an exception or in wrong numbers, and how well each kind is explained.

Real students' mistakes raise more often than those that are easily made up: one number for all mutants hides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from graders.coursework.record import CheckResult, Status

VALUES = "wrong numbers"
_RAISED = re.compile(r"\braised (\w+)")
_ENDINGS = {Status.TIMEOUT: "no end", Status.CRASHED: "a crash"}


class Told(Protocol):
    """The outcome of a mutant, as far as it is counted."""

    @property
    def shows(self) -> str: ...  # noqa: D102
    @property
    def said(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def told(self) -> bool: ...  # noqa: D102


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """The mutants that show in one way: `named` are given a reason, `told` where or what by the message itself."""

    shows: str
    mutants: int
    named: int
    told: int

    @property
    def silent(self) -> int:
        """Of how many nothing is said but how numbers differ."""
        return self.mutants - self.named - self.told

    def __str__(self) -> str:
        parts = {"named": self.named, "told": self.told, "silent": self.silent}
        counts = ", ".join(f"{count} {word}" for word, count in parts.items() if count)
        return f"{self.shows} {self.mutants} ({counts})"


def shows(first: CheckResult | None) -> str:
    """How a mistake shows in the first check that it costs: an exception by its name, or in words."""
    if first is None:
        return "nothing"
    if first.status is Status.ERROR:
        raised = _RAISED.search(first.message)
        return raised[1] if raised else "something missing"
    if first.status is Status.FAILED and "index" not in first.counterexample:
        return "wrong shape or kind"
    return _ENDINGS.get(first.status, VALUES)


def kinds(outcomes: Iterable[Told]) -> list[Kind]:
    """Each kind of these mutants, the most frequent first."""
    found: dict[str, list[Told]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.shows, []).append(outcome)
    return sorted((_kind(name, each) for name, each in found.items()), key=lambda kind: -kind.mutants)


def _kind(name: str, outcomes: Sequence[Told]) -> Kind:
    named = sum(bool(outcome.said) for outcome in outcomes)
    told = sum(outcome.told and not outcome.said for outcome in outcomes)
    return Kind(shows=name, mutants=len(outcomes), named=named, told=told)
