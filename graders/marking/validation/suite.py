"""What a homework's marking is validated with: its mutants, its variants, and which sections see a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from graders.marking.validation.changes import Changes, Edit

Replacement = tuple[str, str]
"""What is in the worked submission, and what is there instead."""

Replacements = Mapping[str, Replacement | list[Replacement]]


@dataclass(frozen=True)
class Mutant:
    """A mistake by name, the changes that make it, and the sections that fail for it.

    `marked` is what is marked to see that these fail and nothing else; where it is empty, the suite decides: what
    loses, if it says nothing else.
    """

    name: str
    changes: Changes
    loses: frozenset[str]
    marked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variant:
    """Another right way to write it, by name; `marked` as for a mutant."""

    name: str
    changes: Changes
    marked: tuple[str, ...] = ()

    @property
    def loses(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()


class Case(Protocol):
    """A mutant or a variant."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def changes(self) -> Changes: ...  # noqa: D102
    @property
    def loses(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def marked(self) -> tuple[str, ...]: ...  # noqa: D102


Seeing = Callable[[Case], Sequence[str]]
"""From a case: the sections or checks that run what is changed."""


@dataclass(frozen=True)
class Suite:
    """A homework's mutants and variants; `profile` is the one that they are marked with.

    Whether what is wrong with a mutant is looked for, too, is `explains`: it takes most of the time.
    """

    mutants: Sequence[Mutant]
    variants: Sequence[Variant]
    seeing: Seeing = lambda case: sorted(case.loses)
    profile: str = "quick"
    explains: bool = True

    def marked(self, case: Case) -> list[str]:
        """The sections or checks to mark for a case; empty for all."""
        return list(case.marked) or list(self.seeing(case))

    def fails(self, case: Case) -> set[str]:
        """The sections that have to fail, of those that are marked."""
        marked = {check.partition(".")[0] for check in self.marked(case)}
        return {section for section in case.loses if not marked or section in marked}


def mutants(file: str, loses: str, mistakes: Replacements, marked: str = "") -> Iterator[Mutant]:
    """Mistakes in one file that cost the same sections; each is one replacement, or a list of them."""
    for name, found in mistakes.items():
        sections = dict.fromkeys([*marked.split(), *loses.split()]) if marked else ()
        yield Mutant(name, _changes(file, found), frozenset(loses.split()), tuple(sections))


def variants(file: str, marked: str, ways: Replacements) -> Iterator[Variant]:
    """Other right ways to write one file, seen by the same sections; each is one replacement, or a list of them."""
    for name, found in ways.items():
        yield Variant(name, _changes(file, found), tuple(marked.split()))


def _changes(file: str, found: Replacement | list[Replacement]) -> Changes:
    replacements = found if isinstance(found, list) else [found]
    return Changes(tuple(Edit(file, old, new) for old, new in replacements))
