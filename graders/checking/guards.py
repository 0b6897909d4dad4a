"""The guards against a logarithm of 0 and a division by 0 that a submission has, as far as a check has seen them.

A small one is right, too, with advice. It has to be one and the same in all entries of an answer and in all examples of
a check: what is accepted is held against each guard that is supposed, and against every answer before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from graders.judging.compare import Judgement
from graders.judging.difference import Fault
from graders.judging.expectation import Expectation, Expected
from graders.judging.guards import Guarded, Span, span

ACCEPTED = "a small guard is accepted"


@dataclass(frozen=True)
class _Answer:
    """What came in place of an oracle's value, and the guards that may be in it, by name."""

    wanted: Expected
    got: np.ndarray
    guards: Mapping[str, Guarded]

    @classmethod
    def of(cls, wanted: Expected, got: np.ndarray) -> _Answer:
        """With those guards that change what was wanted."""
        found = wanted.origin.guards if wanted.origin is not None else ()
        return cls(wanted, got, {one.name: one for one in found if one.moves(wanted.value)})

    @property
    def role(self) -> tuple[str, str]:
        """The oracle, and what of it is guarded if anything is: a loss and its gradient may be guarded otherwise."""
        assert self.wanted.origin is not None, "only an oracle's answer has guards"
        return self.wanted.origin.oracle, next(iter(self.guards.values())).group

    def span(self, name: str) -> Span | None:
        """The sizes that would do, of the guard of this name."""
        guarded = self.guards.get(name)
        return None if guarded is None else span(self.got, guarded, self.wanted.value, self.wanted.noise)

    def has(self, name: str, size: float) -> bool:
        """Whether the guard of this name and size gives it."""
        return name in self.guards and self.guards[name].gives(self.got, size, self.wanted.noise)


@dataclass
class _Supposed:
    """The one guard that explains every answer of a role so far which is none of the plain formula's."""

    answers: list[_Answer] = field(default_factory=list)
    guard: Guarded | None = None
    size: float = 0.0

    def explains(self, answer: _Answer) -> bool:
        """Whether there is one guard for this answer, too; it is the one supposed from now on."""
        if self.guard is None or not answer.has(self.guard.name, self.size):
            found = next(self._common([answer, *self.answers]), None)
            if found is None:
                return False
            self.guard, self.size = found
        self.answers.append(answer)
        return True

    @staticmethod
    def _common(answers: Sequence[_Answer]) -> Iterator[tuple[Guarded, float]]:
        """The guards, each with a size, that give all of these."""
        for name, guarded in answers[0].guards.items():
            size = _common_size(name, answers)
            if size is not None:
                yield guarded, size


def _common_size(name: str, answers: Sequence[_Answer]) -> float | None:
    """The size with which the guard of this name gives all of these."""
    common: Span | None = None
    for answer in answers:
        found = answer.span(name)
        common = found if common is None or found is None else common.meets(found)
        if common is None:
            return None
    assert common is not None, "there is an answer"
    sizes = dict.fromkeys((common.size, common.best))
    return next((size for size in sizes if all(answer.has(name, size) for answer in answers)), None)


class Guards:
    """Those of one submission in one check; the advice on each goes to `warnings`, and changes as its size is known."""

    def __init__(self, warnings: MutableMapping[str, str]) -> None:
        self._warnings = warnings
        self._supposed: dict[tuple[str, str], _Supposed] = {}
        self._said: dict[tuple[str, str], str] = {}
        self._refuted = False
        """Whether something was wrong that is no guard: the check has failed, and nothing more is to be found out."""

    def clear(self) -> None:
        """Begin with another submission."""
        self._supposed.clear()
        self._said.clear()
        self._refuted = False

    def excuse(self, found: Judgement, expectation: Expectation) -> Judgement:
        """What is found of a value, without the difference if that is what a small guard makes of the value."""
        difference = found.difference
        if difference is None or difference.fault is not Fault.VALUE or self._refuted:
            return found
        answer = _Answer.of(expectation.wanted, np.asarray(difference.got))
        if answer.guards and self._explains(answer):
            return replace(found, difference=None)
        self._refuted = True
        self._take_back()
        return found

    def _explains(self, answer: _Answer) -> bool:
        supposed = self._supposed.get(answer.role) or _Supposed()
        if not supposed.explains(answer):
            return False
        self._supposed[answer.role] = supposed
        self._say(answer.role, supposed)
        return True

    def _take_back(self) -> None:
        """Leave the reason to what is wrong."""
        for text in self._said.values():
            self._warnings.pop(text, None)
        self._said.clear()

    def _say(self, role: tuple[str, str], supposed: _Supposed) -> None:
        """The advice; where the rubric hides values the size is left out, from which they could be had."""
        assert supposed.guard is not None, "a guard was found"
        text = f"{ACCEPTED}: {supposed.guard.said(supposed.size)}. {supposed.guard.so}"
        self._warnings.pop(self._said.get(role, ""), None)
        self._said[role] = text
        self._warnings[text] = f"{ACCEPTED}: {supposed.guard.nameless}. {supposed.guard.so}"
