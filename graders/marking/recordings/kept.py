"""Where recordings come from that were made before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from graders.marking.recordings.recording import Recording


class Kept(Protocol):
    """Recordings of a pack's checks at one seed and profile."""

    def of(self, checks: Sequence[str]) -> Mapping[str, Recording]:
        """Those of these checks that there are."""
