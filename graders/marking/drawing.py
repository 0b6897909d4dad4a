"""How Hypothesis draws cases: the same ones for all submissions, from a seed, whatever is imported or installed.

A pack's functions are never changed: each run makes its own of them, with its own seed and number of cases.
"""

from __future__ import annotations

from collections.abc import Callable

import hypothesis
from hypothesis import Phase

from graders.checking.decorators import FEW_CASES
from graders.marking import fresh_cases, private_parts

Test = Callable[..., object]
FEWER = 4
"""Of this many cases, a check that is marked with `few_cases` draws one."""
_PHASES = (Phase.explicit, Phase.generate, Phase.shrink)


def made_for(test: Test, watch: Callable[[Test], Test], seed: int, cases: int) -> Test:
    """A check's function for one run, in which each example goes through what `watch` makes of the function itself.

    It has the check's strategies, its explicit examples and its marks, and draws `cases` from the seed, or as many as
    the check's author has it draw.
    """
    if not hypothesis.is_hypothesis_test(test):
        return watch(test)
    watched = private_parts.without_internals(watch(private_parts.inner_test(test)))
    made: Test = hypothesis.given(**private_parts.strategies_of(test))(watched)  # type: ignore[arg-type]
    private_parts.copy_marks(test, made)
    fresh_cases.keep_drawn(made)
    return settings_of(test, cases)(hypothesis.seed(seed)(made))


def settings_of(test: Test, cases: int) -> hypothesis.settings:
    """How a check's cases are drawn: with no database, no deadline, and no limits that depend on time.

    Where the author of a check has decorated it with `settings`, its number of cases and its phases count, if they are
    others than Hypothesis' own.
    """
    default = hypothesis.settings.get_profile("default")
    theirs = private_parts.authors_settings(test) or default
    ours = max(2, cases // FEWER) if getattr(test, FEW_CASES, False) else cases
    return hypothesis.settings(
        default,
        max_examples=ours if theirs.max_examples == default.max_examples else theirs.max_examples,
        phases=[phase for phase in _PHASES if phase in theirs.phases],
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
