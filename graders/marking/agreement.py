"""Checks of one component agree on the reason: what one of them refutes, none of them says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import msgspec

from graders.coursework.packs.pack import Homework
from graders.coursework.record import Because, CheckResult, Manner, Reasoning
from graders.judging.diagnosis import Explanation, Findings
from graders.judging.diagnosis.catalogue import MISCONCEPTION
from graders.judging.diagnosis.explanation import Rank
from graders.judging.diagnosis.origin import Origin


def as_data(about: str, origin: Origin, found: Findings) -> Reasoning:
    """What explains the wrong answers of one check, as a record that a result takes along."""
    return Reasoning(
        about=about,
        oracle=origin.oracle,
        quantity=origin.quantity,
        different=found.different,
        fitting=[Because(key=one.key, rank=one.rank, text=one.text, look=one.look) for one in found.fitting],
        refuted=sorted(found.refuted),
        lasting=sorted(found.lasting),
        holding=None if found.holding is None else sorted(found.holding),
    )


def agreed(results: Mapping[str, CheckResult], of_parts: Set[str] = frozenset()) -> dict[str, CheckResult]:
    """The results, each with a reason that no other check of the same component refutes, or with none.

    In checks that are `of_parts` the mistake is in what the component is built on: none of its own explains them.
    """
    known = [result.reasoning for result in results.values() if result.reasoning is not msgspec.UNSET]
    return {check: _in_agreement(result, known, check in of_parts) for check, result in results.items()}


def of_parts(homework: Homework, results: Mapping[str, CheckResult]) -> set[str]:
    """The checks of sections of which one has passed on right parts of what it is built on."""
    signs = {check: result.sign for check, result in results.items() if result.sign is not msgspec.UNSET}
    sections = {homework.section_of(check).id for check, sign in signs.items() if sign.manner is Manner.NONE}
    return {check for check in results if homework.section_of(check).id in sections}


def _in_agreement(result: CheckResult, known: Sequence[Reasoning], of_parts: bool) -> CheckResult:
    """The result with the best explanation that is left; as it is where its reason is another."""
    reasoning = result.reasoning
    if reasoning is msgspec.UNSET:
        return result
    others = [other for other in known if other.oracle == reasoning.oracle]

    def is_refuted(key: str) -> bool:
        return (of_parts and key.startswith(MISCONCEPTION)) or any(_refutes(one, key, reasoning) for one in others)

    fitting = [Explanation(one.key, one.text, Rank(one.rank), look=one.look) for one in reasoning.fitting]
    text = Findings(fitting, reasoning.different).text(is_refuted)
    return msgspec.structs.replace(result, diagnosis=[f"{reasoning.about} {text}"] if text else [])


def _refutes(other: Reasoning, key: str, reasoning: Reasoning) -> bool:
    """Whether another check of the component shows that this can't be what is wrong in one."""
    if key in other.refuted:
        return True
    lasts = key in reasoning.lasting and other.quantity == reasoning.quantity
    return lasts and other.holding is not None and key not in other.holding
