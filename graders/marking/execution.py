"""One check's run for one submission, and the pytest plugin that tells it how that ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import pytest

from graders.checking.decorators import budget_of
from graders.checking.once import Recall, each_asks
from graders.checking.student import Student
from graders.coursework.packs.modules import Folders
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, Status, loses
from graders.marking.diagnosing import Why, diagnosis
from graders.marking.examples import INCONSTANT, Examples, FirstFailure
from graders.marking.outcome import outcome
from graders.marking.patience import Patience
from graders.marking.profiles import Effort
from graders.marking.recordings.writing_down import RecordingStudent, writing_down
from graders.marking.reference_substitution import ReferenceSubstitution
from graders.marking.signs import sign_of
from graders.sandbox.apart import bounded
from graders.sandbox.process import Worker
from graders.sandbox.session import Session

if TYPE_CHECKING:
    from graders.coursework.data import ImageData
    from graders.marking.repro.scripts import Scripts

Record = Callable[[pytest.Function, RecordingStudent, CheckResult], None]
"""Keeps the conversation of a check that has ended, if it is one to be repeated."""


@dataclass(frozen=True)
class Course:
    """What all checks of one submission have in common.

    `copy` is its private copy: checks may read its source. `record` is there where the submission is a right one whose
    conversations are to be repeated with others.
    """

    homework: Homework
    effort: Effort
    copy: Path
    keys: Path | None
    images: ImageData | None
    repro: Scripts | None
    patience: Patience
    record: Record | None = None
    recall: Recall = each_asks

    @property
    def pack(self) -> Folders:
        """The pack's folders."""
        return self.homework.modules_of_pack.folders

    @property
    def fixtures(self) -> Mapping[str, object]:
        """What checks may ask for besides the student."""
        return {"submission": self.copy, "keys": self.keys, "data": self.images, "pack": self.pack}

    def on_right_parts(self, worker: Worker) -> ReferenceSubstitution:
        """What runs failed checks again on right parts."""
        return ReferenceSubstitution(self.homework, self.effort, worker, self.fixtures)


@dataclass
class Execution:
    """A check under way, in a child of the worker that is opened when it begins."""

    course: Course
    check: str
    worker: Worker
    examples: Examples | None = field(default=None, init=False)
    result: CheckResult | None = field(default=None, init=False)
    """The outcome, once that is known."""

    @property
    def attempt_under_way(self) -> Examples:
        """The examples of a check that has its student."""
        assert self.examples is not None
        return self.examples

    def run(self, item: pytest.Function) -> CheckResult | None:
        """The check's result; None where pytest has none to tell of."""
        item.stash[EXECUTION] = self
        try:
            with bounded(self.worker.bounds(self.course.patience.cpu_seconds(budget_of(item.obj)))):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        finally:
            del item.stash[EXECUTION]
        return self.result

    @contextmanager
    def attempted(self, item: pytest.Function) -> Iterator[Student]:
        """The submission, for as long as the check runs."""
        session = self.course.patience.open(self.worker, self.check, budget_of(item.obj))
        try:
            with self._student(session) as proxy:
                proxy.recall = self.course.recall
                self.examples = Examples(proxy, self.course.effort.shrinks)
                yield proxy
        finally:
            session.close()

    @contextmanager
    def _student(self, session: Session) -> Iterator[Student]:
        locate = self.course.homework.locate
        if self.course.record is None:
            yield Student(session, locate)
            return
        with writing_down(RecordingStudent(session, locate, self.course.copy)) as proxy:
            yield proxy

    def settled(self, error: BaseException) -> BaseException:
        """With what the check ended whose call raised this."""
        if isinstance(error, FirstFailure):
            return error.error
        return error if self.examples is None else self.examples.settled(error)

    def ended(self, item: pytest.Function, call: pytest.CallInfo[None]) -> None:
        """Take note of how a stage of it went; a fault in its setup or teardown outweighs a pass."""
        if self.result is None or self.result.status is Status.PASSED:
            self.result = self._result(item, call)

    def _result(self, item: pytest.Function, call: pytest.CallInfo[None]) -> CheckResult:
        examples, error = self.examples, call.excinfo and call.excinfo.value
        if examples is None:
            return self._awarded(item, outcome(self.course.homework, self.check, None, call))
        why = diagnosis(self.course.homework, item.obj, examples, error) if error is not None else Why()
        result = outcome(self.course.homework, self.check, examples, call, why.lines)
        self.course.patience.saw(result, examples)
        if error is not None:
            result = msgspec.structs.replace(result, sign=sign_of(examples, error) or msgspec.UNSET)
            result = msgspec.structs.replace(result, reasoning=why.reasoning or msgspec.UNSET)
            if not budget_of(item.obj):  # to train once more would take too long
                result = _told_if_inconstant(result, examples, error)
            result = self._with_script(result, examples, error)
        result = self._awarded(item, result)
        if self.course.record is not None and isinstance(examples.student, RecordingStudent):
            self.course.record(item, examples.student, result)
        return result

    def _awarded(self, item: pytest.Function, result: CheckResult) -> CheckResult:
        return self.course.on_right_parts(self.worker).awarded(item, result)

    def _with_script(self, result: CheckResult, examples: Examples, error: BaseException) -> CheckResult:
        """The result with the path of the script that repeats it, where one was asked for and can be written."""
        if self.course.repro is None or not loses(result):
            return result
        written = self.course.repro.write(self.course.homework, result, examples, error)
        return msgspec.structs.replace(result, repro=written) if written else result


EXECUTION = pytest.StashKey[Execution]()
"""Where an item has the run of its check that is under way."""


def _told_if_inconstant(result: CheckResult, examples: Examples, error: BaseException) -> CheckResult:
    """The result of a check that failed; its hint says so where the submission doesn't answer alike each time."""
    if result.status not in (Status.FAILED, Status.ERROR) or not examples.thorough:
        return result
    if not examples.answers_rightly_now(error):
        return result
    return msgspec.structs.replace(result, hint=" ".join(filter(None, [result.hint, INCONSTANT])))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A check ends with what went wrong in one of its examples, whatever Hypothesis makes of that."""
    try:
        yield
    except BaseException as error:
        settled = item.stash[EXECUTION].settled(error)
        if settled is error:
            raise
        raise settled from None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
    """Tell the check how a stage of it went, and pytest no more than it needs.

    Its own report would read and parse source for a long traceback, a quarter of a second each, that nobody sees.
    """
    assert isinstance(item, pytest.Function)
    assert call.when != "collect"
    if call.when == "call" or call.excinfo is not None:
        item.stash[EXECUTION].ended(item, call)
    return pytest.TestReport(item.nodeid, item.location, {}, _ending(call), None, call.when)


def _ending(call: pytest.CallInfo[None]) -> Literal["passed", "skipped", "failed"]:
    if call.excinfo is None:
        return "passed"
    return "skipped" if isinstance(call.excinfo.value, pytest.skip.Exception) else "failed"
