"""How Hypothesis draws cases here: the same ones for everybody, from a seed, whatever else is imported or installed."""

from __future__ import annotations

import hypothesis
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

PROFILE = "gradmark"


def settle(cases: int) -> None:
    """Draw so many cases for each check from now on, with no database, no deadline, and no time-dependent limits."""
    # Hypothesis likes to draw constants that stand in the sources of "local" modules: those outside site-packages, so
    # that a checkout would get other cases than an installed wheel, and one submission two marks. It has no setting.
    HypothesisProvider._local_constants = Constants()  # type: ignore[assignment]
    hypothesis.settings.register_profile(
        PROFILE,
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink],
    )
    hypothesis.settings.load_profile(PROFILE)
