"""Random networks: the right one passes; with one factor, sign, axis or mask changed, it fails."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graders.gradcheck import Verdict
from tests.benchmarks.gradcheck import compositions
from tests.gradcheck.helpers import check

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=seeds)
def test_right_networks_are_never_accused(seed):
    result = check(compositions.network(np.random.default_rng(seed)), seed=seed, localise=False)
    assert result.verdict in (Verdict.PASS, Verdict.INCONCLUSIVE), str(result)


@pytest.mark.parametrize("change", compositions.CHANGES)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=seeds)
def test_networks_with_one_change_never_pass(change, seed):
    rng = np.random.default_rng(seed)
    right, wrong = compositions.changed_network(rng, change)
    assume(compositions.differs(right, wrong, rng))
    assert check(wrong, seed=seed, localise=False).verdict is Verdict.WRONG_GRADIENT
