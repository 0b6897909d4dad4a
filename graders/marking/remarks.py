"""What a report says about warnings, as far as its homework shows them."""

from __future__ import annotations

from collections.abc import Mapping

from graders.coursework.rubric import Reveal

REMARK = "the check has a remark on this, which this homework doesn't show"


def remarks(warnings: Mapping[str, str], reveal: Reveal) -> list[str]:
    """The warnings, each in the words that may be shown; `warnings` maps each to what it says without values."""
    if reveal is Reveal.ALL:
        return list(warnings)
    discreet = warnings.values() if reveal is Reveal.DIFFERENCE else [""] * len(warnings)
    return list(dict.fromkeys(text or REMARK for text in discreet))
