"""Decides which failed checks are run again with right parts, and puts what that shows into their results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec
import pytest

from graders.checking.stand_ins import StandIns
from graders.checking.student import Student
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, Manner, Raised, Sign, Status, loses
from graders.coursework.rubric import FollowThrough, Reveal
from graders.marking.examples import Examples
from graders.marking.profiles import Effort
from graders.marking.right_parts import try_right_parts
from graders.sandbox.process import Worker

_SAY_NOTHING = (Status.TIMEOUT, Status.GRADER_FAULT)
"""How a check ends that shows nothing on right parts: it would take too long once more, or it is ours to mend."""


class ReferenceSubstitution:
    """The failed checks of one submission; `fixtures` is what checks may ask for besides the student."""

    def __init__(self, homework: Homework, effort: Effort, worker: Worker, fixtures: Mapping[str, object]) -> None:
        self._homework = homework
        self._effort = effort
        self._worker = worker
        self._fixtures = fixtures

    def awarded(self, item: pytest.Function, result: CheckResult) -> CheckResult:
        """The result of a check that has just been run; tried on right parts at once, where the rubric gives points."""
        award = self._homework.section_of(result.id).follow_through is FollowThrough.AWARD
        return self._on_right_parts(item, result) if award else result

    def first_of_sections(
        self, items: Mapping[str, pytest.Function], results: Mapping[str, CheckResult]
    ) -> Iterator[CheckResult]:
        """Of each section that is built on others, the first check that failed, with what it shows on right parts."""
        failed = [results[check] for check in items if check in results and loses(results[check])]
        first = {self._homework.section_of(one.id).id: one for one in reversed(failed) if not one.parts}
        for result in first.values():
            yield self._on_right_parts(items[result.id], result)

    def _on_right_parts(self, item: pytest.Function, result: CheckResult) -> CheckResult:
        """The result with what it shows on right parts; passed, where it passes on these and the rubric says so."""
        section, available = self._homework.section_of(result.id), self._homework.stand_ins
        parts = {name: available[name] for name in section.built_on if name in available}
        if not parts or not loses(result) or result.status in _SAY_NOTHING:
            return result
        raised_in = result.raised.file if isinstance(result.raised, Raised) else ""
        found = try_right_parts(item, self._fixtures, parts, self._begin, raised_in)
        text = "" if self._homework.rubric.reveal is Reveal.NOTHING else found.text
        if found.passes and section.follow_through is FollowThrough.AWARD:
            warnings = [*result.warnings, f"on your own parts: {'; '.join(filter(None, [result.headline, text]))}"]
            return CheckResult(
                id=result.id,
                title=result.title,
                status=Status.PASSED,
                seconds=result.seconds,
                warnings=warnings,
                output=result.output,
            )
        sign = Sign(manner=Manner.NONE, of="") if found.passes else result.sign
        return msgspec.structs.replace(result, parts=text, sign=sign)

    @contextmanager
    def _begin(self, stand_ins: StandIns) -> Iterator[Examples]:
        """A child of the worker in which these stand in for parts of the submission."""
        session = self._worker.open_session(self._effort.seconds, self._effort.cpu_seconds)
        proxy = Student(session, self._homework.locate)
        try:
            proxy.replace_parts(stand_ins)
            proxy.settle()
            yield Examples(proxy, shrinks=0)
        finally:
            session.close()
