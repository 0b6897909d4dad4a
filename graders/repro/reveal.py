"""What is left of a failed check's message where its homework hides what was expected."""

from __future__ import annotations

from graders.rubric import Reveal

_WANTED = ", but should "
SLOPES = "finite differences disagree"
"""How the message of a gradient that isn't the slope begins."""


def revealed(message: str, reveal: Reveal) -> str:
    """The message without the values that were expected, or, where nothing may be said, without any value."""
    if reveal is Reveal.ALL:
        return message
    if message.startswith(SLOPES):
        return SLOPES
    found, wanted, _ = message.partition(_WANTED)
    if not wanted:
        return message if reveal is Reveal.DIFFERENCE else "the answer is wrong"
    return f"{found}, which is not what was expected" if reveal is Reveal.DIFFERENCE else "the answer is wrong"
