"""How a check ended, as the record that reports show."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from graders.error_map import error_maps
from graders.expect import CheckFailed
from graders.explain import counterexample
from graders.marking.attempt import Attempt
from graders.pack import Homework
from graders.record import CheckResult, Status
from graders.repro.reveal import revealed
from graders.rubric import Reveal
from graders.second_opinion import disagreement
from graders.worker.faults import StudentCrash, StudentError, StudentFault, StudentTimeout

_OURS = "This is not the submission's fault: tell whoever runs gradmark."
_STATUS_OF_FAULT = {StudentError: Status.ERROR, StudentTimeout: Status.TIMEOUT, StudentCrash: Status.CRASHED}


def outcome(
    homework: Homework,
    check: str,
    attempt: Attempt | None,
    call: pytest.CallInfo[None],
    diagnosis: Sequence[str] = (),
) -> CheckResult:
    """The check's result from what its call raised, if anything."""
    error = None if call.excinfo is None else call.excinfo.value
    reveal = homework.rubric.reveal
    status, message, hint = _verdict(error)
    if isinstance(error, CheckFailed):
        message = revealed(message, reveal)
    doubt = _doubt(homework, error)
    if doubt:
        status, message, hint = Status.GRADER_FAULT, f"gradmark itself is in doubt about this case: {doubt}", _OURS
    failed = status not in (Status.PASSED, Status.SKIPPED, Status.GRADER_FAULT)
    return CheckResult(
        id=check,
        title=homework.title_of(check),
        status=status,
        seconds=round(call.duration, 4),
        advisory=homework.is_advisory(check),
        message=message,
        hint=hint,
        diagnosis=[] if reveal is Reveal.NOTHING else list(diagnosis),
        counterexample=counterexample(attempt, error, reveal) if failed and attempt is not None else {},
        warnings=list(attempt.student.warnings) if attempt is not None else [],
        output=attempt.student.session.output if attempt is not None else "",
        errors=error_maps(error, reveal) if failed else msgspec.UNSET,
        share=error.share if isinstance(error, CheckFailed) else 0.0,
    )


def _doubt(homework: Homework, error: BaseException | None) -> str:
    """Why the oracle isn't to be trusted in the case that failed; mostly nothing."""
    difference = error.difference if isinstance(error, CheckFailed) else None
    if difference is None or difference.origin is None:
        return ""
    return disagreement(difference.origin, difference.expected, homework.closed_forms)


def _verdict(error: BaseException | None) -> tuple[Status, str, str]:
    match error:
        case None:
            return Status.PASSED, "", ""
        case CheckFailed():
            return Status.FAILED, error.message, error.hint
        case StudentFault():
            return _STATUS_OF_FAULT[type(error)], error.message, error.hint
        case pytest.skip.Exception():
            return Status.SKIPPED, str(error), ""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({Path(place[0].filename).name}, line {place[0].lineno})" if place else ""
    message = f"gradmark itself failed here: {type(error).__name__}{where}: {error}"
    return Status.GRADER_FAULT, message[:1000], _OURS
