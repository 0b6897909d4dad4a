"""No answer of a submission's makes a check of the bundled homeworks fail as ours: see odd_values, which plays all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graders.coursework.record import Status
from tests.homeworks.odd_values import HOMEWORKS, ODD, parts_of, plays, with_part

SHARE = {"ai702": 0.01, "a4": 0.03, "cmu11785": 0.01, "cs189": 0.02, "dpl2023": 0.01, "dpl2025": 0.01}
TRAINS = (
    "example",
    "curves_",
    "trained_",
    "training",
    "validation",
    "performance",
    "pooling.trains",
    "autograd.curves",
)
"""What the checks are called that run scripts: they are played where all is."""


@pytest.mark.sampled(one_in=6)
@pytest.mark.parametrize("homework", HOMEWORKS)
def test_an_odd_answer_is_a_verdict_and_no_fault_of_ours(homework: str, request: pytest.FixtureRequest):
    everything = bool(request.config.getoption("--all-verdicts"))
    found = plays(homework, 1.0 if everything else SHARE[homework], without=() if everything else TRAINS)
    assert not [str(play) for play in found if play.is_our_fault]
    ends = {play.result.status for play in found if play.result is not None}
    assert Status.FAILED in ends  # they do look at it


@pytest.mark.parametrize(
    "check",
    [
        "pooling.encoder",  # outputs of another shape for moved inputs, 0-d outputs
        "pooling.query",
        "mlp.he_initialisation",
    ],
)
def test_what_once_was_our_fault_is_none(check: str):
    assert not [str(play) for play in plays("dpl2025", 0.3, checks=[check]) if play.is_our_fault]


def test_a_part_of_an_answer_is_replaced_in_a_copy():
    right: Any = {"figures": [{"y": [1.0, 2.0]}], "exit": 0}
    assert ("figures", 0, "y", 1) in parts_of(right)
    odd = with_part(right, ("figures", 0, "y", 1), ODD["NaN"])
    assert np.isnan(odd["figures"][0]["y"][1])
    assert right["figures"][0]["y"] == [1.0, 2.0]
