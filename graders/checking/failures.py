"""How a check fails: in words, with the difference that was found, and what was demanded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from graders.judging.difference import Difference, Fault
from graders.judging.expectation import Expectation
from graders.sandbox.faults import StudentError


class CheckFailed(AssertionError):
    """The student's answer is wrong: what it is called, what is wrong with it, what to try, and the difference.

    `about` is the name of what differs, `expectation` what was demanded of it. `share` is what it earns of the check's
    points all the same, from 0 to 1. `because` names the mistake, if the check knows it. `slopes`, where gradients
    were held against finite differences, are the wrong ones' relative errors by input; NaN where an entry was not
    looked at. `parts` are the failures that this one tells of together. With `holds_no_values` the message and the
    hint may be shown where a rubric hides what was expected.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        difference: Difference | None = None,
        *,
        about: str = "",
        share: float = 0.0,
        expectation: Expectation | None = None,
        slopes: Mapping[str, np.ndarray | None] | None = None,
        because: str = "",
        holds_no_values: bool = False,
        parts: Sequence[CheckFailed | StudentError] = (),
    ) -> None:
        super().__init__(message)
        self.because = because
        self.parts = tuple(parts)
        self.message = message
        self.about = about
        self.hint = hint
        self.difference = difference
        self.share = share
        self.expectation = expectation
        self.slopes = slopes
        self.holds_no_values = holds_no_values

    @classmethod
    def of(cls, name: str, difference: Difference, expectation: Expectation | None = None) -> CheckFailed:
        """The failure of the answer called `name`, in words made of the difference."""
        why = expectation.because if expectation is not None and difference.fault is Fault.VALUE else ""
        message, hint = words(name, difference)
        return cls(message, hint, difference, about=name, expectation=expectation, because=why)

    @classmethod
    def together(cls, parts: Sequence[CheckFailed | StudentError]) -> CheckFailed:
        """One failure that tells of several; where something is to be shown of one, of the first with a difference."""
        failures = [part for part in parts if isinstance(part, CheckFailed)]
        shown = next((one for one in failures if one.difference is not None), None)
        return cls(
            _messages(parts),
            _joined((part.hint for part in parts), " "),
            shown.difference if shown else None,
            about=shown.about if shown else "",
            expectation=shown.expectation if shown else None,
            because=_joined(one.because for one in failures),
            parts=parts,
        )


class RuleBroken(CheckFailed):
    """The code breaks a rule of gradmark's own: its words tell of the code, and of no value that was expected."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, holds_no_values=True)


def words(name: str, difference: Difference) -> tuple[str, str]:
    """The message and the hint for a value called `name`."""
    return difference.said_of(name), difference.hint_for(name)


def _messages(parts: Sequence[CheckFailed | StudentError]) -> str:
    """What they say: of several each only its first line, below which code may stand."""
    return parts[0].message if len(parts) == 1 else _joined(part.message.partition("\n")[0] for part in parts)


def _joined(texts: Iterable[str], between: str = "; ") -> str:
    return between.join(dict.fromkeys(text for text in texts if text))
