"""Checks of one component agree on the reason: what is refuted of a quantity in one of them is said of it in none."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from graders.coursework.record import Because, CheckResult, Reasoning
from graders.judging.diagnosis import Explanation, Findings
from graders.judging.diagnosis.explanation import Rank
from graders.judging.diagnosis.origin import Origin


def as_data(about: str, origin: Origin, found: Findings) -> Reasoning:
    """What explains the wrong answers of one check, as a record that a result takes along."""
    return Reasoning(
        about=about,
        oracle=origin.oracle,
        different=found.different,
        fitting=[Because(key=one.key, rank=one.rank, text=one.text, look=one.look) for one in found.fitting],
        refuted=sorted(found.refuted),
    )


def agreed(results: Mapping[str, CheckResult]) -> dict[str, CheckResult]:
    """The results, each with a reason that no other check of the same component refutes, or with none."""
    refuted: dict[str, set[str]] = {}
    for reasoning in (result.reasoning for result in results.values()):
        if reasoning is not msgspec.UNSET:
            refuted.setdefault(reasoning.oracle, set()).update(reasoning.refuted)
    return {check: _in_agreement(result, refuted) for check, result in results.items()}


def _in_agreement(result: CheckResult, refuted: Mapping[str, set[str]]) -> CheckResult:
    """The result with the best explanation that is left; as it is where its reason is another."""
    reasoning = result.reasoning
    if reasoning is msgspec.UNSET:
        return result
    fitting = [Explanation(one.key, one.text, Rank(one.rank), look=one.look) for one in reasoning.fitting]
    text = Findings(fitting, reasoning.different).text(refuted[reasoning.oracle])
    return msgspec.structs.replace(result, diagnosis=[f"{reasoning.about} {text}"] if text else [])
