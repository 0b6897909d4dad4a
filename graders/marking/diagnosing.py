"""Passes a failed check's wrong answers to the diagnosis: those seen already, and those to a few more cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from graders.checking.cases import Case
from graders.checking.failures import CheckFailed
from graders.coursework.packs.pack import Homework
from graders.coursework.record import Reasoning
from graders.judging.diagnosis import Evidence, findings
from graders.judging.diagnosis.arguments import before as earlier_argument
from graders.judging.diagnosis.factors import BATCH, of_the_batch
from graders.judging.diagnosis.origin import Origin
from graders.judging.diagnosis.verdict import SURE
from graders.judging.difference import Difference, Fault
from graders.marking import fresh_cases
from graders.marking.agreement import as_data
from graders.marking.examples import Examples

FURTHER_CASES = 8
"""Drawn after a failure, for an explanation that fits one case may be chance."""

MOST_CASES = 32
"""Drawn where hardly any of them fails: a mistake that shows with even kernels only, say."""


class Why(NamedTuple):
    """What a failure shows about the mistake: in a line, if anything is certain; and how that was arrived at."""

    lines: Sequence[str] = ()
    reasoning: Reasoning | None = None


def diagnosis(homework: Homework, test: fresh_cases.Test, examples: Examples, error: BaseException) -> Why:
    """What the failure of a check shows about the mistake."""
    if not isinstance(error, CheckFailed):
        return Why()
    if error.because:
        return Why([error.because])
    if not examples.thorough or not error.about or not _shows_values(error.difference):
        return Why()
    if not examples.student.session.lost:
        _look_further(test, examples, error)
    try:
        found = [_evidence(*one) for one in _different(examples, error)]
        explained = findings(found, homework.misconceptions)
        text = explained.text()
    except Exception:  # what came is hostile until proven otherwise, and a reason must never cost the verdict
        return Why()
    origin = found[0].origin if found else None
    return Why([f"{error.about} {text}"] if text else [], as_data(error.about, origin, explained) if origin else None)


def divided_otherwise(examples: Examples, error: CheckFailed) -> bool:
    """Whether what failed is right but for a factor that is the batch size, or one over it, in all cases at hand."""
    if not examples.thorough or not _shows_values(error.difference):
        return False
    try:
        return of_the_batch([_evidence(*one) for one in _different(examples, error)])
    except Exception:  # as above
        return False


def _shows_values(difference: Difference | None) -> bool:
    return difference is not None and difference.fault in (Fault.SHAPE, Fault.NOT_FINITE, Fault.VALUE)


def _look_further(test: fresh_cases.Test, examples: Examples, error: CheckFailed) -> None:
    """Run the check on cases that Hypothesis draws at random, until different ones have failed in the same way."""
    if not fresh_cases.is_drawn(test):
        return
    inner: fresh_cases.Test = test.hypothesis.inner_test  # type: ignore[attr-defined]

    def run(drawn: fresh_cases.Drawn) -> None:
        inner(student=examples.student, **drawn)

    with examples.looking_further(FURTHER_CASES):
        fresh_cases.run_silently(test, FURTHER_CASES, run)
    with examples.looking_further(MOST_CASES):
        fresh_cases.run_silently(test, MOST_CASES, run, until=lambda: len(_different(examples, error)) >= SURE)


def _different(examples: Examples, error: CheckFailed) -> list[tuple[Difference, Case | None]]:
    """One wrong answer for each combination of the cases' numbers."""
    different: dict[object, tuple[Difference, Case | None]] = {}
    for difference, case in examples.failures_like(error):
        if isinstance(difference.got, np.ndarray):
            numbers = tuple(_numbers(case).items())
            different.setdefault((numbers, difference.expected.shape), (difference, case))
    return list(different.values())


def _numbers(case: Case | None) -> dict[str, float]:
    """The sizes and rates of a case, by name, and what they were in the call before."""
    fields = case.fields() if case is not None else {}
    numbers = {name: float(value) for name, value in fields.items() if name != "seed" and type(value) in (int, float)}
    return numbers | _of_the_call_before(numbers, case.arrays if case is not None else {})


def _evidence(difference: Difference, case: Case | None) -> Evidence:
    inputs = dict(case.arrays) if case is not None else {}
    origin = difference.origin
    earlier = _earlier(origin, inputs) if origin is not None else None
    numbers = _numbers(case)
    got = np.asarray(difference.got)
    return Evidence(got, difference.expected, numbers, inputs, difference.related, origin, earlier)


def _of_the_call_before(numbers: Mapping[str, float], inputs: Mapping[str, np.ndarray]) -> dict[str, float]:
    """`N_before`: the batch size of the previous call, from the arrays that a case names `A` and `A_before`."""
    found: dict[str, float] = {}
    for name in BATCH & numbers.keys():
        for array, before in ((array, inputs.get(f"{given}_before")) for given, array in inputs.items()):
            if before is not None and 0 < before.ndim == array.ndim and len(array) == numbers[name] != len(before):
                found[f"{name}_before"] = float(len(before))
    return found


def _earlier(origin: Origin, inputs: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """What should have come in the call before, whose arrays a case names `A_before`, `W0_before`."""
    before = {name: earlier_argument(name, value, inputs) for name, value in origin.arguments.items()}
    if origin.compute is None or all(before[name] is value for name, value in origin.arguments.items()):
        return None
    try:
        return origin.pick(origin.compute(before))
    except Exception:  # the call before had other arrays than these
        return None
