"""Looks for the lines at fault in one component of one submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graders.judging.suspect import Place, Spot, Statement, Suspicion
from graders.marking.suspect.aims import judged
from graders.marking.suspect.battery import Battery
from graders.marking.suspect.conversation import Conversation
from graders.marking.suspect.explaining import NONE, Explanation, Known, Wrong, explained, pointed_out
from graders.marking.suspect.worker import Look


@dataclass(frozen=True)
class Found:
    """What explains failed checks: the lines, one statement at each, and the checks that would pass."""

    suspicion: Suspicion
    checks: tuple[str, ...]
    statements: Mapping[Place, Statement | Spot]


def search(battery: Battery, failed: Sequence[str], asking: Look, known: Known = NONE) -> list[Found]:
    """What explains these checks of a component, which have failed, as far as that shows.

    `known` are lines that are, or may be, at fault in other components: if one explains this one's failures, it is it.
    """
    worker = Conversation(battery, asking)
    came = worker.values()
    if came is None:
        return []
    judgement = [judged(one, values) for one, values in zip(battery.cases, came, strict=True)]
    wrong = Wrong(battery.cases, judgement, frozenset(failed))
    explanations = _explained(wrong, worker, known)
    found = [Found(one.suspicion, wrong.checks(one.right), one.statements) for one in explanations]
    return [one for one in found if one.checks]


def _explained(wrong: Wrong, worker: Conversation, known: Known) -> list[Explanation]:
    if wrong.missing(worker.told):
        return pointed_out(wrong, worker, worker.told)
    return explained(wrong, worker, known)
