"""Rules that a check held a submission's files against, held against those of another."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from graders.checking.apart import Rule
from graders.checking.failures import CheckFailed
from graders.sandbox.apart import ReaderFault, Unreadable, read_apart

OURS = "graders.checking."
"""Where the rules are that can be repeated: they depend on nothing but the files and what they are told."""


def repeatable(rule: Rule, submission: Path) -> Rule | None:
    """The rule without the submission that it was held against, so that it can be kept; None where it can't be."""
    first, *others = rule.arguments or (None,)
    if not rule.reader.startswith(OURS) or first != submission or not _plain([*others, *rule.named.values()]):
        return None
    return Rule(rule.reader, tuple(others), dict(rule.named))


def holds(rule: Rule, submission: Path) -> bool:
    """Whether this submission keeps it."""
    module, _, name = rule.reader.partition(":")
    if not module.startswith(OURS):
        return False
    try:
        getattr(importlib.import_module(module), name)(submission, *rule.arguments, **rule.named)
    except (CheckFailed, ReaderFault):  # the run that follows raises it again
        return False
    return True


def kept(rules: Sequence[Rule], submission: Path) -> list[Rule]:
    """Those that this submission keeps: read in one fork, and one by one where that doesn't go well."""
    keeps = partial(holds, submission=submission)
    try:
        found = read_apart(lambda: list(map(keeps, rules)), list[bool]) if rules else []
    except (Unreadable, ReaderFault):
        found = list(map(keeps, rules))
    return [rule for rule, is_kept in zip(rules, found, strict=True) if is_kept]


def _plain(values: list[object]) -> bool:
    return all(
        _plain(list(value)) if isinstance(value, list | tuple) else isinstance(value, str | int | float | None)
        for value in values
    )
