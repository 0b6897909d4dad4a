"""The cases of a component in which a look is taken, with the right quantities of each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from graders.coursework.packs.pack import Homework
from graders.marking.collecting import id_of
from graders.marking.recordings.shelf import Shelf
from graders.marking.suspect import form
from graders.marking.suspect.asked import Asked, asked
from graders.marking.suspect.labels import labels, moments
from graders.marking.suspect.worker import Look, look
from graders.sandbox.process import Worker

MOST_ENTRIES = 4096
"""Of an answer that is a quantity."""
Rows = list[object]
"""Quantities as plain data: of each its values by case and operation."""


@dataclass(frozen=True)
class Battery:
    """What is asked of one component, and what is right then."""

    checks: frozenset[str]
    cases: Sequence[Asked]
    expressions: Rows
    """What a right submission has in its own expressions."""

    bank: Rows
    """All right quantities: these, and what is read of it."""

    @classmethod
    def of(cls, checks: frozenset[str], cases: Sequence[Asked], expressions: Rows) -> Battery:
        """With everything at hand, for forks that follow."""
        return cls(checks, cases, expressions, [*expressions, *_of_answers(cases)])


def components(homework: Homework, checks: Sequence[str], names: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """Checks of a section that ask for the same names are of one component."""
    found: list[tuple[str, frozenset[str], frozenset[str]]] = []
    for check in checks:
        section, mine, together = homework.section_of(check).id, names.get(check, frozenset()), frozenset([check])
        for other in [one for one in found if one[0] == section and one[1] & mine]:
            found.remove(other)
            mine, together = mine | other[1], together | other[2]
        found.append((section, mine, together))
    return [together for _, mine, together in found if mine]


class Batteries:
    """Those of a collection's checks, each made when it is asked for, with a worker that has a right submission.

    `open_worker` opens that, or gives the one that is open already. What was asked once is kept on the shelf, if there
    is one.
    """

    def __init__(
        self,
        homework: Homework,
        items: Sequence[pytest.Function],
        open_worker: Callable[[], Worker],
        shelf: Shelf | None = None,
    ) -> None:
        self._homework = homework
        self._items = items
        self.open_worker = open_worker
        self._shelf = shelf
        self._asked: dict[str, list[Asked]] = {}
        self._made: dict[frozenset[str], Battery] = {}

    def of(self, failed: Sequence[str]) -> Iterator[Battery]:
        """The batteries of the components that these checks belong to."""
        sections = dict.fromkeys(self._homework.section_of(check).id for check in failed)
        for section in sections:
            yield from (one for one in self._of_section(section) if not one.checks.isdisjoint(failed))

    def make_next(self) -> bool:
        """Have those of one more section at hand; False if that is all."""
        item = next((item for item in self._items if id_of(item) not in self._asked), None)
        if item is not None:
            list(self.of([id_of(item)]))
        return item is not None

    def _of_section(self, section: str) -> Iterator[Battery]:
        items = [item for item in self._items if self._homework.section_of(id_of(item)).id == section]
        missing = [item for item in items if id_of(item) not in self._asked]
        if missing and not self._recalled(section, items):
            self._ask(missing)
            self._keep(section, items)
        yield from (self._made[checks] for checks in self._components(items))

    def _components(self, items: Sequence[pytest.Function]) -> list[frozenset[str]]:
        """Those of a section's checks, of which each has its battery from now on."""
        names = {check: frozenset(name for one in cases for name in one.names) for check, cases in self._asked.items()}
        found = components(self._homework, [id_of(item) for item in items], names)
        for checks in found:
            if checks not in self._made:
                self._made[checks] = self._battery(checks)
        return found

    def _recalled(self, section: str, items: Sequence[pytest.Function]) -> bool:
        """Whether a section's batteries are on the shelf; they are taken from there."""
        content = self._shelf.look(section, [id_of(item) for item in items]) if self._shelf is not None else b""
        if not content:
            return False
        try:
            asked_before, banks = form.read(content)
        except ValueError:  # it is made again
            return False
        self._asked.update({check: list(cases) for check, cases in asked_before.items()})
        self._made |= {checks: Battery.of(checks, self._cases(checks), bank) for checks, bank in banks.items()}
        return True

    def _keep(self, section: str, items: Sequence[pytest.Function]) -> None:
        """Put a section's batteries on the shelf, where they can be had back as they are."""
        if self._shelf is None or self._shelf.own is None:
            return
        checks = [id_of(item) for item in items]
        mine = {check: self._asked[check] for check in checks}
        banks = {one: self._made[one].expressions for one in self._components(items)}
        with contextlib.suppress(TypeError):
            self._shelf.keep_look(section, checks, form.written((mine, banks)))

    def _cases(self, checks: frozenset[str]) -> list[Asked]:
        return [one for check in self._asked if check in checks for one in self._asked[check]]

    def _ask(self, items: Sequence[pytest.Function]) -> None:
        with look(self.open_worker()) as asking:
            for item in items:
                self._asked.setdefault(id_of(item), []).extend(asked(item, asking.session, self._homework.locate))

    def _battery(self, checks: frozenset[str]) -> Battery:
        cases = self._cases(checks)
        with look(self.open_worker()) as asking:
            return Battery.of(checks, cases, _expressions(asking, cases))


def _expressions(asking: Look, cases: Sequence[Asked]) -> Rows:
    asking.ask("begin", [one.operations for one in cases])
    found = asking.ask("bank")
    return found if isinstance(found, list) else []


def _of_answers(cases: Sequence[Asked]) -> Rows:
    """What is read is a quantity as well: by what it is of, in the case and under the call in which it comes."""
    rows: dict[str, dict[int, dict[int, list[np.ndarray]]]] = {}
    for place, one in enumerate(cases):
        told = zip(labels(one.operations), moments(one.operations), one.readings, strict=True)
        for label, clock, reading in told:
            for name, value in _named(label, reading.came):
                rows.setdefault(name, {}).setdefault(place, {}).setdefault(clock, [value])
    return [
        [[place, [[clock, times] for clock, times in series.items()]] for place, series in row.items()]
        for row in rows.values()
    ]


def _named(label: str, value: object) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays and numbers of an answer, those of a dict or a tuple each by itself."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _named(f"{label}[{key}]", item)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _named(f"{label}[{index}]", item)
    elif isinstance(value, np.ndarray | float):
        found = np.asarray(value)
        if found.dtype.kind == "f" and found.size <= MOST_ENTRIES:
            yield label, found
