"""A standard check once more with other cases: where a variance is tiny, or at a kink; or one with its own cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from graders.checking.components.cases.case import ComponentCase
    from graders.checking.student import Student


@dataclass(frozen=True, kw_only=True)
class Check:
    """A further check of a component, or other cases for a standard one of the same name."""

    like: str = ""
    """The standard checks that it repeats, as the pack calls them: `"forward"`; else the one of its own name."""
    title: str = ""
    """The line that a student reads; else that of what it repeats."""
    regimes: Sequence[str] = ()
    """What numbers its inputs are drawn from."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Options that are no other in its cases."""
    among: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Options that have one of these values in its cases."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Sizes that are no other in its cases."""
    zero: Sequence[str] = ()
    """Inputs and parameters that are zero everywhere."""
    before: Callable[[Student, ComponentCase], None] | None = None
    """What is done first: parts are replaced by right ones, say."""
    rule: Callable[[Path], None] | None = None
    """In place of cases, a rule that the submission's files are held to; it has a title."""
    few: bool | None = None
    """Whether a quarter of the cases is enough; else as in what it repeats."""
