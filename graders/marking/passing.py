"""The result of a check that passed."""

from __future__ import annotations

from collections.abc import Mapping

from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, Status
from graders.coursework.rubric import Reveal
from graders.marking.remarks import remarks


def passed(
    homework: Homework, check: str, seconds: float, warnings: Mapping[str, str] | None = None, output: str = ""
) -> CheckResult:
    """The check's result, with what there is to remark, as far as the homework shows that."""
    reveal: Reveal = homework.rubric.reveal
    return CheckResult(
        id=check,
        title=homework.title_of(check),
        status=Status.PASSED,
        seconds=round(seconds, 4),
        advisory=homework.is_advisory(check),
        warnings=remarks(warnings or {}, reveal),
        output=output,
    )
