"""What stands above a check's function: which section it belongs to, and what it may take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from graders.coursework.check_sources import CHECK_ID, check_id

Function = TypeVar("Function", bound=Callable[..., Any])

BUDGET = "gradmark_cpu_seconds"
FEW_CASES = "gradmark_few_cases"


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
