"""What a look takes for right is what the check takes for right, whichever submissions it has seen before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from graders.checking import measured
from graders.checking.looks import IsAsExpected
from graders.judging.expectation import Demand, Expectation
from graders.marking.suspect.aims import judged
from graders.marking.suspect.asked import Asked, Reading
from reference import guards
from reference.autodiff import vjp

CASES = [np.array([[3e-6, 0.3, 0.7 - 3e-6], [2e-5, 0.5, 0.5 - 2e-5]]), np.array([[1e-6, 0.2, 0.8 - 1e-6]])]


@measured
def entropy(P: Tensor) -> dict[str, Tensor]:
    """The mean of -log of the first probability of each row."""
    loss, (slope,) = vjp(lambda p: -guards.log(p)[:, 0].mean(), [P], P.new_ones(()))
    return {"loss": loss, "slope": slope}


def written(*guards: float) -> Sequence[object]:
    """A submission's answers in the two cases, each with a guard of this size."""
    return [float(-np.log(case[:, 0] + eps).mean()) for case, eps in zip(CASES, guards, strict=True)]


def asked() -> Asked:
    looks = [IsAsExpected(Expectation("loss", Demand.EQUAL, entropy(P=case).loss, ((),))) for case in CASES]
    readings = [Reading(came, look) for came, look in zip(written(0.0, 0.0), looks, strict=True)]
    return Asked("losses.entropy", [], readings)


def test_a_guarded_logarithm_is_right_whatever_the_submission_before_it_gave():
    one = asked()
    assert judged(one, [1.0, 2.0]).wrong == {0, 1}
    assert judged(one, written(1e-8, 1e-8)).wrong == set()
    assert judged(one, written(1e-7, 1e-7)).wrong == set()


def test_two_guards_of_one_submission_are_wrong():
    assert judged(asked(), written(1e-8, 1e-7)).wrong == {1}
