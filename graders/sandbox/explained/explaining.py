"""What an exception means, by its kind: the first explanation that fits."""

from __future__ import annotations

from collections.abc import Callable

from graders.sandbox.explained import calls, names, others, shapes
from graders.sandbox.explained.raised import Raised

_OF_KIND: dict[str, tuple[Callable[[Raised], str], ...]] = {
    "TypeError": (calls.explained,),
    "ValueError": (shapes.explained,),
    "AxisError": (shapes.explained,),
    "IndexError": (shapes.explained,),
    "NameError": (names.explained,),
    "UnboundLocalError": (names.explained,),
    "AttributeError": (names.explained,),
    "KeyError": (names.explained,),
}


def explanation(raised: Raised) -> str:
    """A sentence or two; empty where there is nothing to say."""
    found = (explain(raised) for explain in (*_OF_KIND.get(raised.kind, ()), others.explained))
    return next((text for text in found if text), "")
