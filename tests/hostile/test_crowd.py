"""Who is marked beside hostile submissions gets the marks that they get alone.

`python -m tests.hostile.crowd` does so for a class of 100.
"""

from __future__ import annotations

from pathlib import Path

from tests.hostile.corpus import ATTACKS
from tests.hostile.crowd import CROWD, LATER, crowd


def test_hostile_submissions_change_nobody_elses_marks(machine: Path) -> None:
    outcome = crowd(machine, honest=3, hostile=3)
    assert outcome.differing == []
    assert outcome.faults == []


def test_the_crowd_is_of_the_corpus() -> None:
    assert {*CROWD, *LATER} <= {attack.name for attack in ATTACKS}
    assert (len(set(CROWD)), len(set(LATER))) == (20, 10)
