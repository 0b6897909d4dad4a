"""How a check ended, as the record that reports show."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from graders.checking.failures import CheckFailed
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, Raised, Status
from graders.coursework.rubric import Reveal
from graders.judging.axes import said_of_axes
from graders.judging.difference import Fault
from graders.judging.second_opinion import disagreement
from graders.marking.error_map import error_maps
from graders.marking.examples import Examples
from graders.marking.explain import counterexample
from graders.marking.remarks import remarks
from graders.marking.reveal import reasons, told, why_skipped
from graders.sandbox.faults import StudentCrash, StudentError, StudentFault, StudentTimeout
from graders.sandbox.wording import text_of

_OURS = "This is not the submission's fault: tell whoever runs gradmark."
_MOST_WORDS = 1000
_DEFINED = re.compile(r"(.{1,200}), line (\d{1,8})")
MAX_LINE = 10**9
"""Of a line's number: a record may be forged."""
_STATUS_OF_FAULT = {StudentError: Status.ERROR, StudentTimeout: Status.TIMEOUT, StudentCrash: Status.CRASHED}

Verdict = tuple[Status, str, str]
"""How it ended, what there is to say, and what to try."""


def outcome(
    homework: Homework,
    check: str,
    examples: Examples | None,
    call: pytest.CallInfo[None],
    diagnosis: Sequence[str] = (),
) -> CheckResult:
    """The check's result from what its call raised, if anything."""
    error = None if call.excinfo is None else call.excinfo.value
    reveal = homework.rubric.reveal
    status, message, hint = _in_doubt(homework, error) or _verdict(error, reveal)
    result = CheckResult(
        id=check,
        title=homework.title_of(check),
        status=status,
        seconds=round(call.duration, 4),
        advisory=homework.is_advisory(check),
        message=message,
        hint=hint,
        diagnosis=reasons(diagnosis, error, reveal),
        share=error.share if isinstance(error, CheckFailed) else 0.0,
    )
    if examples is not None:
        shown = remarks(examples.student.warnings, reveal)
        result = msgspec.structs.replace(result, warnings=shown, output=examples.printed)
    return _explained(result, examples, error, reveal)


def _explained(
    result: CheckResult, examples: Examples | None, error: BaseException | None, reveal: Reveal
) -> CheckResult:
    """The result with the case that failed, if one did."""
    if result.status in (Status.PASSED, Status.SKIPPED, Status.GRADER_FAULT):
        return result
    example = counterexample(examples, error, reveal) if examples is not None else {}
    maps, hint = error_maps(error, reveal), result.hint
    if examples is not None and examples.failing is not None and reveal is Reveal.ALL:
        hint = _of_axes(error, examples.failing.fields()) or hint
    return msgspec.structs.replace(result, counterexample=example, errors=maps, raised=_raised(error), hint=hint)


def _of_axes(error: BaseException | None, sizes: Mapping[str, object]) -> str:
    """Which axis it is, where one answer has another shape than it should."""
    found = error.difference if isinstance(error, CheckFailed) and len(error.parts) < 2 else None
    if found is None or found.fault is not Fault.SHAPE or not isinstance(found.got, np.ndarray):
        return ""
    return said_of_axes(found.got.shape, found.expected.shape, sizes)


def _raised(error: BaseException | None) -> Raised | msgspec.UnsetType:
    """The submission's line that it came from, if a worker could tell."""
    if not isinstance(error, StudentError):
        return msgspec.UNSET
    line, file = error.record.get("line"), text_of(error.record, "file")
    defined = _DEFINED.fullmatch(text_of(error.record, "defined"))
    if not file and defined:  # a function that can't be called as the handout says
        file, line = defined[1], int(defined[2])
    if not file or not isinstance(line, int) or not 0 < line < MAX_LINE:
        return msgspec.UNSET
    return Raised(type=text_of(error.record, "type"), file=file, line=int(line))


def _in_doubt(homework: Homework, error: BaseException | None) -> Verdict | None:
    """The verdict where the oracle isn't to be trusted in the case that failed; mostly none."""
    difference = error.difference if isinstance(error, CheckFailed) else None
    if difference is None or difference.origin is None:
        return None
    doubt = disagreement(difference.origin, difference.expected, homework.closed_forms)
    return (Status.GRADER_FAULT, f"gradmark itself is in doubt about this case: {doubt}", _OURS) if doubt else None


def _verdict(error: BaseException | None, reveal: Reveal) -> Verdict:
    match error:
        case None:
            return Status.PASSED, "", ""
        case CheckFailed():
            return Status.FAILED, *told(error, reveal)
        case StudentFault():
            return _STATUS_OF_FAULT[type(error)], error.message, error.hint
        case pytest.skip.Exception():
            return Status.SKIPPED, why_skipped(str(error), reveal), ""
    return Status.GRADER_FAULT, f"gradmark itself failed here: {_told_of(error, reveal)}"[:_MOST_WORDS], _OURS


def _told_of(error: BaseException, reveal: Reveal) -> str:
    """An exception that is no verdict, and where in our code or a check's it was raised."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({Path(place[0].filename).name}, line {place[0].lineno})" if place else ""
    text = f": {error}" if reveal is Reveal.ALL else ""
    return f"{type(error).__name__}{where}{text}"
