"""Looks for the lines at fault in a submission whose marks are final, and adds to its results what that shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from graders.coursework.packs.pack import Homework
from graders.coursework.record import Cause, CheckResult, Code, Look, Status, loses
from graders.coursework.rubric import Reveal
from graders.judging.suspect import Spot, Statement
from graders.marking.suspect.battery import Batteries, Battery
from graders.marking.suspect.code import function_at
from graders.marking.suspect.explaining import Known
from graders.marking.suspect.search import Found, search
from graders.marking.suspect.worker import look
from graders.sandbox.faults import StudentFault
from graders.sandbox.process import Worker

Results = Mapping[str, CheckResult]
WITH_AN_ANSWER = (Status.FAILED, Status.ERROR)


class Looking:
    """A look at one submission: `copy` is its private copy, `worker` one that has it."""

    def __init__(self, homework: Homework, copy: Path, worker: Worker, batteries: Batteries) -> None:
        self._homework = homework
        self._copy = copy
        self._worker = worker
        self._batteries = batteries

    def causes(self, results: Results) -> list[Cause]:
        """What explains its failed checks, as far as that shows."""
        failed = [check for check, result in results.items() if loses(result)]
        if not failed or self._homework.rubric.reveal is not Reveal.ALL:
            return []
        found: list[Cause] = []
        try:
            for battery in self._batteries.of(failed):
                found += self._of(battery, failed, results, known_of(found))
        except Exception:  # whatever a submission did to it: a line that isn't found must never cost a mark
            return found
        return found

    def _of(self, battery: Battery, failed: Sequence[str], results: Results, known: Known) -> Iterator[Cause]:
        mine = [check for check in self._homework.checks if check in battery.checks and check in failed]
        if not all(results[check].status in WITH_AN_ANSWER for check in mine):
            return
        try:
            with look(self._worker) as asking:
                found = search(battery, mine, asking, known)
        except StudentFault:  # whatever it did, its marks are what they are
            return
        for one in found:
            yield from self._told(one, mine)

    def _told(self, found: Found, failed: Sequence[str]) -> Iterator[Cause]:
        code = {place: self._code(one) for place, one in found.statements.items()}
        if not all(code.values()):
            return
        looks = [Look(file=file, line=line, sure=found.suspicion.sure) for file, line in code]
        checks = [check for check in failed if check in found.checks]
        shown = {(one.file, one.first): one for one in code.values() if one is not None}
        yield Cause(checks=checks, of=len(failed), look_at=looks, code=list(shown.values()))

    def _code(self, statement: Statement | Spot) -> Code | None:
        return function_at(self._copy, statement.file, statement.function, statement.line)


def known_of(causes: Sequence[Cause]) -> Known:
    """The lines that are at fault, or may be."""
    looks = [look for cause in causes for look in cause.look_at]
    return {(look.file, look.line): look.sure for look in sorted(looks, key=lambda look: look.sure)}


def joined(causes: Sequence[Cause]) -> list[Cause]:
    """Those of the same lines as one, in the order of the first."""
    found: dict[object, Cause] = {}
    for cause in causes:
        key = tuple((one.file, one.line, one.sure) for one in cause.look_at)
        before = found.get(key)
        if before is not None:
            cause = msgspec.structs.replace(before, checks=[*before.checks, *cause.checks], of=before.of + cause.of)
        found[key] = cause
    return list(found.values())


def told(results: Results, causes: Sequence[Cause]) -> dict[str, CheckResult]:
    """The results with the lines to look at, and which of them one cause explains together."""
    found = dict(results)
    for cause in causes:
        first, *others = cause.checks
        for check in cause.checks:
            found[check] = msgspec.structs.replace(found[check], look_at=cause.look_at)
        if cause.is_sure:
            found |= {check: msgspec.structs.replace(found[check], same_as=first) for check in others}
    return found
