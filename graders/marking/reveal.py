"""What a report says about a failed check, as far as its homework reveals what was expected: made of fields, never cut.

Where a rubric hides, an author's own words (a message, a hint, a reason, a warning, an exception's text) are left out,
whatever they say, for they may hold the answer. What gradmark says itself is said without values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graders.checking.failures import CheckFailed
from graders.checking.gradients import DISAGREE, THEIRS
from graders.coursework.rubric import Reveal
from graders.sandbox.faults import StudentError

WRONG = "the answer is wrong"
SKIPPED = "the check says why, which this homework doesn't show"
NAMELESS = "the answer"


class Told(NamedTuple):
    """A message, and what to try."""

    message: str
    hint: str = ""


def told(error: CheckFailed, reveal: Reveal) -> Told:
    """What may be said about a failed check."""
    if reveal is Reveal.ALL:
        return Told(error.message, error.hint)
    if reveal is Reveal.NOTHING:
        return Told(WRONG)
    if error.holds_no_values:
        return Told(error.message, error.hint)
    if error.parts:
        return _together(error.parts, reveal)
    if error.slopes is not None:
        return Told(DISAGREE, THEIRS)
    if error.difference is not None:
        name = error.about or NAMELESS
        return Told(error.difference.said_of(name, discreet=True), error.difference.hint_for(name))
    return Told(WRONG)


def _together(parts: Sequence[CheckFailed | StudentError], reveal: Reveal) -> Told:
    """What may be said about several failures at once."""
    found = [told(part, reveal) if isinstance(part, CheckFailed) else Told(part.message, part.hint) for part in parts]
    hints = dict.fromkeys(one.hint for one in found if one.hint)
    return Told("; ".join(one.message.partition("\n")[0] for one in found), " ".join(hints))


def reasons(found: Sequence[str], error: BaseException | None, reveal: Reveal) -> list[str]:
    """What may be said about the mistake: a reason of the author's own only where all is shown."""
    by_the_author = isinstance(error, CheckFailed) and bool(error.because)
    shown = reveal is Reveal.ALL or (reveal is Reveal.DIFFERENCE and not by_the_author)
    return list(found) if shown else []


def why_skipped(reason: str, reveal: Reveal) -> str:
    """The reason why a check was skipped, which is its author's to give."""
    return reason if reveal is Reveal.ALL else SKIPPED


def fault_text(text: str, reveal: Reveal) -> str:
    """What pytest says about an error that left checks without a result, which may be an author's exception."""
    return text if reveal is Reveal.ALL else "an error, which this homework doesn't show"
