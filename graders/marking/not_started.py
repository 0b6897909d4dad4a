"""What isn't started is told in one line, and what waits for it is not run where that can't change a mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from graders.coursework.begun import Definition, Outline, outline
from graders.coursework.packs.components import check as check_id
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, NotStarted, Status, loses
from graders.coursework.rubric import FollowThrough, Policy, RubricFile, Section
from graders.coursework.stubs import Stub, stubs
from graders.sandbox.apart import ReaderFault, Unreadable, read_apart

NOT_IMPLEMENTED = "NotImplementedError"
_OF_A_SCRIPT = re.compile(r"ended with NotImplementedError: .{0,200}\(([^,()\s]{1,100}), line (\d{1,7})[:)]")
_PROBES = "forward"
"""How the name of a check ends that asks for what its part is there for."""


def read(copy: Path, rubric: RubricFile) -> list[Stub]:
    """What of the submission isn't started; nothing where that can't be read, which the checks will say."""

    def find() -> list[Stub]:
        known: dict[str, Outline | None] = {}

        def outlines(file: str) -> Mapping[str, Definition] | None:
            if file not in known:
                known[file] = outline(copy / file)
            return known[file]

        return stubs(outlines, rubric)

    try:
        return read_apart(find, list[Stub])
    except (Unreadable, ReaderFault):  # no mark hangs on it
        return []


@dataclass(frozen=True)
class Waiting:
    """Which checks of a homework wait for what isn't started."""

    homework: Homework
    stubs: Sequence[Stub]

    @cached_property
    def _whole(self) -> dict[str, NotStarted]:
        """Classes and functions of which nothing is started, by their full names."""
        found: dict[str, NotStarted] = {}
        for stub in self.stubs:
            if stub.idle and (stub.whole or not stub.method):
                found.setdefault(f"{stub.module}.{stub.name}", stub.part)
        return found

    @cached_property
    def asked(self) -> dict[str, set[str]]:
        """Of each section, the classes or functions that its components are."""
        found: dict[str, set[str]] = {}
        for key, standard in self.homework.components.by_key.items():
            found.setdefault(key.partition(".")[0], set()).update(standard.asks_for[1])
        return found

    @cached_property
    def own(self) -> dict[str, list[NotStarted]]:
        """Of checks whose own part isn't started, that part."""
        found: dict[str, list[NotStarted]] = {}
        for key, standard in self.homework.components.by_key.items():
            module, names = standard.asks_for
            parts = [self._whole[name] for one in names if (name := f"{module}.{one}") in self._whole]
            if len(parts) == len(names):
                found.update({check_id(key, name): parts for name in standard.titles})
        return found

    def waits_for(self, check: str) -> list[NotStarted]:
        """What a check can't pass without: its own part, or else those that its section is built on."""
        section = self.homework.section_of(check)
        built_on = [self._whole[name] for name in section.built_on if name in self._whole]
        return self.own.get(check) or built_on

    def may_be_left_out(self, checks: Iterable[str]) -> dict[str, list[str]]:
        """Checks that needn't be run once another one has failed, which is given with them.

        They are of sections in which one failure is the loss of all; of each section's waiting checks one is run.
        """
        found: dict[str, list[str]] = {}
        running = list(checks)
        for section in self.homework.sections:
            waiting = [check for check in section.all_checks if check in running and self.waits_for(check)]
            probe = next((check for check in self._probes(section, waiting)), None)
            if probe is not None and _loses_all(section):
                found[probe] = [check for check in waiting if check != probe]
        return found

    def _probes(self, section: Section, waiting: Sequence[str]) -> list[str]:
        counting = [check for check in waiting if check not in section.advisory]
        return sorted(counting, key=lambda check: not check.endswith(_PROBES))

    def told(self, result: CheckResult) -> CheckResult:
        """A failed check's result as what it waits for, if it fails for that; else as it is."""
        if result.status not in (Status.ERROR, Status.FAILED) or not (loses(result) or result.advisory):
            return result
        parts = self._reason(result)
        return self.result(result.id, parts, result) if parts else result

    def _reason(self, result: CheckResult) -> list[NotStarted]:
        """What isn't started of which a result tells: its own part, what its section is built on, what it came to."""
        if parts := self.waits_for(result.id):
            return parts
        place = _not_implemented(result)
        if place is None:
            return []
        file, line = place
        names = [stub.part.part for stub in self.stubs if stub.has(file, line)]
        return [NotStarted(part=names[0] if names else file, file=file, line=line)]

    def result(self, check: str, parts: Sequence[NotStarted], was: CheckResult | None = None) -> CheckResult:
        """The result of a check that waits for these parts."""
        names = " and ".join(map(str, parts))
        asked = self.asked.get(self.homework.section_of(check).id, set())
        own = all(part.part.partition(".")[0] in asked for part in parts)
        verb = "is" if len(parts) == 1 else "are"
        message = f"{names} {verb} not started" if own else f"waits for {names}"
        return CheckResult(
            id=check,
            title=self.homework.title_of(check),
            status=was.status if was else Status.ERROR,
            seconds=was.seconds if was else 0.0,
            advisory=self.homework.is_advisory(check),
            message=message,
            share=was.share if was else 0.0,
            output=was.output if was else "",
            raised=was.raised if was else msgspec.UNSET,
            waits_for=list(parts),
        )


def _not_implemented(result: CheckResult) -> tuple[str, int] | None:
    """Where the student's code says that it isn't written yet, if that is what a check has failed for."""
    if result.raised:
        return (result.raised.file, result.raised.line) if result.raised.type == NOT_IMPLEMENTED else None
    found = _OF_A_SCRIPT.search(result.message)
    return (found[1], int(found[2])) if found else None


def _loses_all(section: Section) -> bool:
    """Whether one failed check is the loss of all points, whatever it would do on right parts."""
    is_whole = section.policy is Policy.ALL_OR_NOTHING and section.follow_through is not FollowThrough.AWARD
    return is_whole and not section.is_practice


def told_of(homework: Homework, copy: Path, results: Mapping[str, CheckResult]) -> dict[str, CheckResult]:
    """The results, with what waits told so; nothing is read where all have passed."""
    if not any(result.status in (Status.ERROR, Status.FAILED) for result in results.values()):
        return dict(results)
    waiting = Waiting(homework, read(copy, homework.rubric))
    return {check: result if result.waits_for else waiting.told(result) for check, result in results.items()}
