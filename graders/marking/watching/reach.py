"""Which checks a saved file touches: those that use what may depend on it, and those that can't be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graders.coursework.packs.pack import Homework
from graders.marking.recordings.recording import Recording
from graders.marking.watching.imports import Imports
from graders.marking.watching.messages import Names
from graders.sandbox.inside.packing import Packed, unpack

_LENGTH_BYTES = 4
"""Before a frame's payload."""
_WITH_NAMES = {"find": 2, "defines": 1, "namespace": 4, "stand_in": 2}
"""The operations that look names up in the submission, and where they have them."""
_ANYWHERE = frozenset({"script", "folder"})
"""Those that run what may import anything."""


def asked_for(recording: Recording) -> Names | None:
    """The names, with their modules, that a check asks for; None where it looks at files, or runs a script."""
    if recording.rules:
        return None
    operations = [operation for asked in recording.asked for operation in unpack(asked.frame[_LENGTH_BYTES:])]
    if any(operation[0] in _ANYWHERE for operation in operations):
        return None
    named = {candidates for operation in operations if (candidates := _candidates(operation))}
    return [list(candidates) for candidates in sorted(named)]


def _candidates(operation: list[Packed]) -> tuple[tuple[str, str], ...]:
    """The places where an operation looks a name up, each a module and the name there; none for most."""
    place = _WITH_NAMES.get(str(operation[0]))
    candidates = operation[place] if place is not None else []
    assert isinstance(candidates, list)
    return tuple((str(module), str(name)) for module, name in candidates)


class Reaches:
    """What the checks of a homework ask for, as far as that is known. A section's checks are taken together: one that
    fails may go another way than a right submission was seen to go.
    """

    def __init__(self, homework: Homework, by_check: Mapping[str, Names | None]) -> None:
        self._sections = [section.all_checks for section in homework.sections]
        self._by_check = by_check

    def touched(self, files: Iterable[str], imports: Imports) -> set[str]:
        """The checks that these files may have to do with, and those that may look at anything."""
        affected = imports.affected(files)
        anything = {check for checks in self._sections for check in checks if self._by_check.get(check) is None}
        return anything | self._with(affected, imports)

    def hanging_on(self, files: Iterable[str], imports: Imports) -> set[str]:
        """The checks of sections that these files have to do with, as far as is known; if not at all, any may."""
        return self._with(imports.affected(files), imports)

    def _with(self, affected: set[str] | None, imports: Imports) -> set[str]:
        found: set[str] = set()
        for checks in self._sections:
            reached = self._reached(checks, imports)
            if affected is None or not reached or not reached.isdisjoint(affected):
                found.update(checks)
        return found

    def _reached(self, checks: Iterable[str], imports: Imports) -> set[str]:
        """The files that decide what a section's checks ask for."""
        named = (names for check in checks for names in self._by_check.get(check) or ())
        return set[str]().union(*map(imports.defining, named))
