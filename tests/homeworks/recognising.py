"""What the tests of the homeworks' catalogues share: a misconception as wrong answers, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graders.judging.diagnosis import Catalogue, Evidence, Misconception, diagnose
from graders.judging.diagnosis.origin import Origin

Asked = dict[str, Any]


def answered(entry: Misconception, asked: Asked) -> Any:
    """What somebody gives who makes the mistake, from what the formula takes of what the oracle is asked."""
    return entry.formula(**{name: value for name, value in asked.items() if name in entry.takes})


def evidence(oracle: Any, entry: Misconception, asked: Asked, numbers: Mapping[str, float], place: int) -> Evidence:
    """The answer of someone who makes the mistake; in a list, the entry at this place counted from its end."""
    answer = getattr(oracle, entry.oracle)(**asked)
    expected, wrong = getattr(answer, entry.quantity), answered(entry, asked)
    index = None
    if isinstance(expected, list):
        index = len(expected) - 1 - place
        expected, wrong = expected[index], wrong[index]
    return Evidence(
        np.asarray(wrong, dtype=np.float64),
        expected.value,
        numbers,
        {name: array for name, array in asked.items() if isinstance(array, np.ndarray)},
        expected.related,
        Origin(entry.oracle, entry.quantity, index, asked),
    )


def said_of(
    catalogue: Catalogue, oracle: Any, entry: Misconception, cases: list[tuple[Asked, dict[str, float]]]
) -> str:
    """What is said about the mistake where it shows: in the last entry of a list, or in one before it."""
    for place in range(3):
        shown = []
        for asked, numbers in cases:
            if answered(entry, asked) is None:
                continue
            try:
                found = evidence(oracle, entry, asked, numbers, place)
            except IndexError:
                continue
            if not (found.comparable and found.error < 1e-6):
                shown.append(found)
        if len(shown) >= 2:
            return diagnose(shown, catalogue)
    return ""


def right_answers(oracle: Any, catalogue: Catalogue, ask: Callable[[str, int], Asked]) -> list[str]:
    """What is said about right answers: nothing."""
    said = []
    for place in {(entry.oracle, entry.quantity) for entry in catalogue.entries}:
        cases = []
        for number in range(4):
            asked = ask(place[0], number)
            expected = getattr(getattr(oracle, place[0])(**asked), place[1])
            index = 0 if isinstance(expected, list) else None
            expected = expected[0] if isinstance(expected, list) else expected
            origin = Origin(*place, index, asked)
            cases.append(Evidence(expected.value, expected.value, {"n": number}, {}, expected.related, origin))
        said.append(diagnose(cases, catalogue))
    return said
