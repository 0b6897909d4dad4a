"""A page for a student without marks: why there are none, and what to do."""

from __future__ import annotations

from graders.coursework.clean import clean, one_line, shortened
from graders.reports.html.page import page

MAX_REASON = 2000
ADVICE = {
    "nothing": "If you did hand something in, tell your instructor when and how: it didn't arrive under your name.",
    "unusable": "Fix that and hand it in again: gradmark pack makes the archive that the handout asks for.",
    "fault": "This is not your fault. Your submission is marked again, and this page then shows its marks.",
}
"""By the state of the row."""


def unusable(name: str, state: str, reason: str) -> bytes:
    """The page."""
    return page(
        "unusable.html",
        name=clean(one_line(shortened(name, 200))),
        state=state,
        reason=clean(shortened(reason, MAX_REASON)),
        advice=ADVICE.get(state, ADVICE["unusable"]),
    )
