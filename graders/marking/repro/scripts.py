"""Trusted side: writes the scripts of failed checks into a folder."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from graders.checking.failures import CheckFailed
from graders.checking.recording import Recording
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult
from graders.judging.difference import Difference, Fault
from graders.marking.examples import Examples
from graders.marking.repro.place import defining, in_a_notebook
from graders.marking.repro.script import Setting, write_script
from graders.sandbox.faults import StudentCrash, StudentError, StudentTimeout


class Scripts:
    """A folder of scripts, `linear.forward.py` say, for a submission that is in `submission`."""

    def __init__(self, folder: Path, submission: Path, *, lines: bool = False) -> None:
        self.folder = folder
        self.submission = submission
        self._lines = lines

    def write(self, homework: Homework, result: CheckResult, examples: Examples, error: BaseException | None) -> str:
        """The path of the script that repeats a failed check; empty where plain code can't."""
        recording = recorded(examples, error)
        if recording is None or self._uses_a_notebook(homework, recording):
            return ""
        script = write_script(recording, self._setting(homework, result))
        if script is None:
            return ""
        path = self.folder / f"{result.id}.py"
        path.write_text(script.text, encoding="utf-8")
        if self._lines:
            path.with_suffix(".json").write_text(json.dumps(script.line), encoding="utf-8")
        return str(path)

    def _uses_a_notebook(self, homework: Homework, recording: Recording) -> bool:
        found = [operation.candidates for operation in recording.operations if operation.kind == "find"]
        return any(in_a_notebook(self.submission, homework.rubric.search, candidates) for candidates in found)

    def _setting(self, homework: Homework, result: CheckResult) -> Setting:
        rubric = homework.rubric
        return Setting(
            check=result.id,
            title=result.title,
            message=result.message,
            submission=str(self.submission),
            search=rubric.search,
            packages=rubric.packages,
            reveal=rubric.reveal,
            resolve=partial(defining, self.submission, rubric.search),
        )


def recorded(examples: Examples, error: BaseException | None) -> Recording | None:
    """What a check's failing example asked for; None where that is not what went wrong."""
    operations = tuple(examples.operations)
    if isinstance(error, StudentError) and error.record.get("type") == "Forbidden":
        return None
    if isinstance(error, StudentError | StudentTimeout | StudentCrash):
        return Recording(operations, raised=True) if operations else None
    if isinstance(error, CheckFailed) and error.slopes is not None:
        return None  # a search with hundreds of calls, of which no single one is wrong
    if isinstance(error, CheckFailed):
        return Recording(operations, raised=False, expectation=error.expectation, came=_came(error.difference))
    return None


def _came(difference: Difference | None) -> object:
    return difference.got if difference is not None and difference.fault is not Fault.CHANGED else None
