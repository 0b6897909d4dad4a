"""How wrong an entry is, in eight levels: for those who measure it, and for reports, which start without torch."""

from __future__ import annotations

import math


def level(error: float) -> int | None:
    """0 where right, then 1 for an error of one part in 1e8 or less to 8 for all of it; None where not looked at."""
    if not math.isfinite(error):
        return None
    if error <= 0:
        return 0
    return min(8, max(1, 9 + math.floor(math.log10(error) + 0.5)))
