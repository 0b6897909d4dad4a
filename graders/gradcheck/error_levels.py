"""How wrong an entry is, in eight levels, and their colours: for whoever measures it, and for every picture of it."""

from __future__ import annotations

import math

COLOURS = ("#14532d", "#4d7c0f", "#a3a30f", "#ca8a04", "#ea580c", "#ef4444", "#dc2626", "#f43f5e", "#ff5fd7")
"""Of right, and of the eight levels."""
UNKNOWN = "#3f3f46"
"""Of what was not looked at."""


def level(error: float) -> int | None:
    """0 where right, then 1 for an error of one part in 1e8 or less to 8 for all of it; None where not looked at."""
    if not math.isfinite(error):
        return None
    if error <= 0:
        return 0
    return min(8, max(1, 9 + math.floor(math.log10(error) + 0.5)))


def colour(error: float) -> str:
    """The colour of an entry's error."""
    found = level(error)
    return UNKNOWN if found is None else COLOURS[found]
