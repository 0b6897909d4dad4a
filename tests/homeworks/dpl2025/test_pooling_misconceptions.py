"""Every misconception of attention pooling is named, and no other of the homework's claims its answers."""

from __future__ import annotations

import pytest

from graders.homeworks.dpl2025.misconceptions import CATALOGUE
from graders.homeworks.dpl2025.pooling import PoolCase, pooled
from graders.homeworks.dpl2025.pooling_misconceptions import CATALOGUE as POOLING
from graders.judging.diagnosis import Evidence, Misconception, diagnose
from graders.judging.diagnosis.origin import Origin
from tests.homeworks.recognising import answered

CASES = [PoolCase(1, 3, 3), PoolCase(2, 4, 5), PoolCase(3, 7, 5, 2), PoolCase(4, 4, 3, 2), PoolCase(5, 3, 5)]


def evidence(entry: Misconception, case: PoolCase) -> Evidence:
    asked = {"q": case.q, "h": case.h, "reps": case.reps}
    expected = getattr(pooled(**asked), entry.quantity)
    exact = {"q": case.q.astype(float), "h": case.h.astype(float), "reps": [rho.astype(float) for rho in case.reps]}
    numbers = {"side": float(case.side), "B": float(case.B), "order": float(case.order)}
    return Evidence(
        answered(entry, exact),
        expected.value,
        numbers,
        {},
        expected.related,
        Origin("pooled", entry.quantity, None, asked),
    )


@pytest.mark.sampled(whole_if_named=True)
@pytest.mark.parametrize("entry", POOLING.entries, ids=lambda entry: entry.name)
def test_a_misconception_is_named_when_an_answer_matches_it(entry: Misconception):
    found = diagnose([evidence(entry, case) for case in CASES], CATALOGUE)
    assert found.startswith(entry.says)
    assert entry.look in found


def test_there_are_at_least_eight():
    assert len(POOLING.entries) >= 8
    assert len({entry.says for entry in POOLING.entries}) == len(POOLING.entries)
