"""Reports what isn't started in one line, and doesn't run what waits for it where that can't change a mark.

What a student could mend at once is told all the same: a file that doesn't parse, a name that nothing has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from graders.coursework.begun import Outline, Outlines, idle_script, outline
from graders.coursework.packs.components import check as check_id
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, NotStarted, Status, loses
from graders.coursework.rubric import FollowThrough, Policy, RubricFile, Section
from graders.coursework.stubs import Stub, around, script, stubs
from graders.sandbox.apart import ReaderFault, Unreadable, read_apart

NOT_IMPLEMENTED = "NotImplementedError"
_OF_A_SCRIPT = re.compile(r"ended with NotImplementedError: .{0,200}\(([^,()\s]{1,100}), line (\d{1,7})[:)]")
_ENDED = re.compile(r"ended with \w{1,100}: .{0,200}\(([^,()\s]{1,100}), line \d{1,7}: (.{1,200})\)")
_MADE = re.compile(r"\b(\w{1,100}) = (?:\w{1,100}\.)?(\w{1,100})\(")
_METHOD = re.compile(r"\b(\w{1,100})\.(\w{1,100})\(")
_CALLED = re.compile(r"\b(\w{1,100})\(")
_FUNCTION = re.compile(r"(?<![\w.])(\w{1,100})\(")
_OWN_MISTAKES = ("SyntaxError", "IndentationError", "TabError", "NameError", "ImportError", "ModuleNotFoundError")
"""Exceptions that come of no value of what isn't started."""
_PROBES = "forward"
"""How the name of a check ends that asks for what its part is there for."""


def read(copy: Path, rubric: RubricFile) -> list[Stub]:
    """What of the submission isn't started; nothing where that can't be read, which the checks will say."""

    def find() -> list[Stub]:
        idle = [script(file, last) for file in _scripts(rubric) if (last := idle_script(copy / file)) is not None]
        return [*stubs(_outlines(copy), rubric), *idle]

    return _apart(find)


def _scripts(rubric: RubricFile) -> Iterator[str]:
    """The sources that have to be there and of which nothing is asked for by name."""
    asked = rubric.files
    required = (file for either in (rubric.handin.alternatives if rubric.handin else ()) for file in either)
    return (file for file in required if file.endswith(".py") and file not in asked)


def _at(copy: Path, file: str, line: int) -> list[Stub]:
    """The function in which a line of the submission is, if it is in one."""
    return _apart(lambda: [found for found in [around(_outlines(copy), file, line)] if found is not None])


def _apart(find: Callable[[], list[Stub]]) -> list[Stub]:
    try:
        return read_apart(find, list[Stub])
    except (Unreadable, ReaderFault):  # no mark hangs on it
        return []


def _outlines(copy: Path) -> Outlines:
    known: dict[str, Outline | None] = {}

    def read_once(file: str) -> Outline | None:
        if file not in known:
            known[file] = outline(copy / file)
        return known[file]

    return read_once


@dataclass(frozen=True)
class Called:
    """What a check has called, as reports write it: functions, and methods by the class of their object."""

    functions: frozenset[str]
    methods: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Called:
        """Read from `layer = Linear(3, 4); layer.forward(A)`, or from a message that begins so."""
        classes: dict[str, str] = {}
        functions, methods = set[str](), set[tuple[str, str]]()
        for text in texts:
            classes |= dict(_MADE.findall(text))
            functions.update(_FUNCTION.findall(text))
            methods |= {(classes.get(owner, owner).lower(), method) for owner, method in _METHOD.findall(text)}
        return cls(frozenset(functions), frozenset(methods))

    def has(self, name: str, method: str) -> bool:
        """Whether it is one of them."""
        return (name.lower(), method) in self.methods if method else name in self.functions


@dataclass(frozen=True)
class Waiting:
    """Which checks of a homework wait for what isn't started."""

    homework: Homework
    stubs: Sequence[Stub]
    copy: Path | None = None
    """Where functions can be looked up that a homework doesn't name."""

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
        if self.is_own_mistake(result):
            return result
        parts = self._reason(result)
        return self.result(result.id, parts, result) if parts else result

    def passing_idly(self, results: Mapping[str, CheckResult]) -> Iterator[tuple[str, list[NotStarted]]]:
        """Checks that pass since nothing is there to be wrong: what does nothing has changed no input, say.

        So it is where the check that asks for what a component is there for fails, as nothing of it is started.
        """
        idle = {tuple(parts) for check, parts in self.own.items() if check.endswith(_PROBES) and _waits(results, check)}
        for check, parts in self.own.items():
            passed = check in results and results[check].status is Status.PASSED and not results[check].advisory
            if passed and tuple(parts) in idle:
                yield check, parts

    def is_own_mistake(self, result: CheckResult) -> bool:
        """Whether a check fails for what can be mended before anything else is started."""
        raised = result.raised
        if not raised or raised.type not in _OWN_MISTAKES:
            return False
        return not any(stub.idle and stub.has(raised.file, raised.line) for stub in self.stubs)

    def _reason(self, result: CheckResult) -> list[NotStarted]:
        """What isn't started of which a result tells: its own part, what its section is built on, what it came to."""
        if parts := self.waits_for(result.id) or self._scripts(result) or self._called(result):
            return parts
        place = _not_implemented(result)
        return [self._part_at(*place)] if place is not None else []

    def _scripts(self, result: CheckResult) -> list[NotStarted]:
        """The scripts that a check tells of and that do nothing yet."""
        told = " ".join([result.title, result.message, *result.counterexample.get("calls", ())])
        return [stub.part for stub in self.stubs if not stub.module and stub.file in told]

    def _called(self, result: CheckResult) -> list[NotStarted]:
        """The functions that do nothing yet among those that a check has called, or tells of."""
        calls = result.counterexample.get("calls", ())
        called = Called.of([*calls, *([] if result.raised else [result.message])])
        idle = [stub for stub in self.stubs if stub.module and stub.idle]
        found = [stub for stub in idle if called.has(stub.name, stub.method)] or _on_the_line(idle, result)
        return list(dict.fromkeys(stub.part for stub in found))

    def _part_at(self, file: str, line: int) -> NotStarted:
        """What a line is in: what a homework names, or else whatever function it is, or the file."""
        named = [stub for stub in self.stubs if stub.module and stub.has(file, line)]
        found = named or (_at(self.copy, file, line) if self.copy is not None else [])
        part = found[0].part if found else NotStarted(part=file, file=file, line=line)
        return msgspec.structs.replace(part, line=line)

    def result(self, check: str, parts: Sequence[NotStarted], was: CheckResult | None = None) -> CheckResult:
        """The result of a check that waits for these parts."""
        names = " and ".join(map(str, parts))
        own = all(self._is_own(self.homework.section_of(check), part) for part in parts)
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

    def _is_own(self, section: Section, part: NotStarted) -> bool:
        """Whether a part is what a section asks for: its own components, or what no section has as one."""
        name = part.part.partition(".")[0]
        if any(built_on.rpartition(".")[2] == name for built_on in section.built_on):
            return False
        return name in self.asked.get(section.id, ()) or not any(name in names for names in self.asked.values())


def _waits(results: Mapping[str, CheckResult], check: str) -> bool:
    return check in results and bool(results[check].waits_for)


def _on_the_line(idle: Sequence[Stub], result: CheckResult) -> list[Stub]:
    """Those that the line calls in which an exception tells of None."""
    told, _, code = result.message.partition("\n")
    file = result.raised.file if result.raised else ""
    if found := None if result.raised else _ENDED.search(told):
        file, code = found.groups()
    if not file or "None" not in told:
        return []
    called = set(_CALLED.findall(code))
    near = (stub for stub in idle if not stub.method or stub.file == file)
    return [stub for stub in near if (stub.method or stub.name) in called]


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
    waiting = Waiting(homework, read(copy, homework.rubric), copy)
    told = {check: result if result.waits_for else waiting.told(result) for check, result in results.items()}
    return told | {check: waiting.result(check, parts) for check, parts in waiting.passing_idly(told)}
