"""Decorators of a check's function: the section it belongs to, and how long it may take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from graders.coursework.check_sources import CHECK_ID, check_id

Function = TypeVar("Function", bound=Callable[..., Any])

BUDGET = "gradmark_cpu_seconds"
FEW_CASES = "gradmark_few_cases"
ONLY_BY_RULES = "gradmark_only_by_rules"


def section(name: str) -> Callable[[Function], Function]:
    """Make a test function a check of this section: `test_forward` in section `linear` is `linear.forward`."""

    def mark(function: Function) -> Function:
        setattr(function, CHECK_ID, check_id(name, function.__name__))
        return function

    return mark


def few_cases(test: Function) -> Function:
    """For a check whose mistakes show in any case, or whose cases are dear: a quarter of the profile's cases."""
    setattr(test, FEW_CASES, True)
    return test


def budget(cpu_seconds: int) -> Callable[[Function], Function]:
    """For a check that trains: the processor time it may take in the worker; it may keep us waiting four times that."""

    def mark(function: Function) -> Function:
        setattr(function, BUDGET, cpu_seconds)
        return function

    return mark


def budget_of(test: Callable[..., object]) -> int:
    """The processor time that a check was given by `budget`; 0 for any other."""
    return int(getattr(test, BUDGET, 0))


def only_by_rules(test: Function) -> Function:
    """For a check that looks at files of the submission by `reads_files` readers alone: these can be repeated."""
    setattr(test, ONLY_BY_RULES, True)
    return test
