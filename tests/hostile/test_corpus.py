"""Every hostile submission in both isolations: no point unearned, no other check harmed, nothing left behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from graders import UsageError
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Report, Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.sandbox.inside import landlock
from graders.sandbox.isolation import bubblewrap
from graders.sandbox.isolation.choice import Isolation
from tests.hostile.conftest import children, in_shared_places, outlived
from tests.hostile.corpus import ATTACKED, ATTACKS, HOMEWORK, Attack
from tests.support import tree_hash

ROOT_USER = os.geteuid() == 0
PATIENCE = 60
"""Seconds for what is done in one, where a source is built to keep whoever reads it for minutes."""
TCP = 4
"""The version of Landlock from which it holds connections, too."""


def marked(folder: Path, isolation: Isolation) -> Report:
    homework = load_homework(str(HOMEWORK))
    return mark(Request(folder, homework, select(homework, [], {}), Profile.QUICK, isolation=isolation))


@pytest.mark.sampled(one_in=12, whole_if_named=True)
@pytest.mark.parametrize("isolation", Isolation)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gains_nothing_harms_nothing_and_leaves_nothing(
    attack: Attack,
    isolation: Isolation,
    places: dict[str, str],
    in_memory: Path,
    temporary: Path,
    left_behind: set[int],
) -> None:
    if isolation is Isolation.BUBBLEWRAP and bubblewrap.failure():
        pytest.skip(bubblewrap.failure())
    if isolation in attack.root_only and not ROOT_USER:
        pytest.skip("without root its processes can't be told from its user's")
    if attack.devices and not ROOT_USER:
        pytest.skip("only root makes devices")
    original = attack.submission(in_memory / "submission" if attack.many else Path(places["original"]), places)
    if attack.refused:
        with pytest.raises(UsageError, match=attack.refused) as caught:
            marked(original, isolation)
        assert "\n" not in str(caught.value)
        assert list(temporary.iterdir()) == []
        return
    before, running, shared = tree_hash(original), children(), in_shared_places()

    began = time.monotonic()
    report = marked(original, isolation)
    if attack.repeated:
        assert time.monotonic() - began < PATIENCE

    left_behind |= outlived(running)
    checks = {check.id: check for section in report.sections for check in section.checks}
    points = {section.id: section.score for section in report.sections}
    attacked = checks.pop(ATTACKED)
    assert attacked.status in attack.status, attacked
    assert points["linear"] == (15.0 if attacked.status is Status.PASSED else 0.0)
    assert {check.status for check in checks.values()} == {Status.PASSED}, checks
    assert points["sigmoid"] == 10.0
    assert Status.GRADER_FAULT not in {attacked.status, *(check.status for check in checks.values())}
    assert ("LEAK" in attacked.output) == attack.leaks_in(
        isolation, root=ROOT_USER, landlock=landlock.version() >= TCP
    ), attacked.output
    assert len(attacked.output) < 10_000
    assert not left_behind
    assert tree_hash(original) == before
    assert list(temporary.iterdir()) == []
    assert in_shared_places() <= shared
    assert list(Path(places["outside"]).iterdir()) == []
