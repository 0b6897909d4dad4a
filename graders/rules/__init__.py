"""What a homework bans: found in the source, and refused at run time."""

from __future__ import annotations

from graders.rules.runtime import forbidden
from graders.rules.source import Use, banned, uses

__all__ = ["Use", "banned", "forbidden", "uses"]
