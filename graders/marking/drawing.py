"""How Hypothesis draws cases here: the same ones for everybody, from a seed, whatever else is imported or installed."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

from graders.checks import FEW_CASES

ALL, FEW = "gradmark", "gradmark-few"
FEWER = 4
"""Of so many cases, a check that is marked with `few_cases` draws one."""


def settle(cases: int) -> None:
    """Draw so many cases for each check from now on, with no database, no deadline, and no time-dependent limits."""
    # Hypothesis likes to draw constants that stand in the sources of "local" modules: those outside site-packages, so
    # that a checkout would get other cases than an installed wheel, and one submission two marks. It has no setting.
    HypothesisProvider._local_constants = Constants()  # type: ignore[assignment]
    for name, most in ((ALL, cases), (FEW, max(2, cases // FEWER))):
        _register(name, most)


def use(test: Callable[..., object]) -> None:
    """Have this check draw as many cases as it wants of those that are drawn now.

    Hypothesis keeps with a test the settings that were in force when its module was imported: maybe in an earlier run.
    """
    profile = FEW if getattr(test, FEW_CASES, False) else ALL
    vars(test)["_hypothesis_internal_use_settings"] = hypothesis.settings.get_profile(profile)


def _register(name: str, cases: int) -> None:
    hypothesis.settings.register_profile(
        name,
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink],
    )
