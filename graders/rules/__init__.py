"""What a homework bans: found in the source, and refused at run time."""

from __future__ import annotations

from graders.rules.loops import check_lines_do_not_grow, lines_executed
from graders.rules.runtime import forbidden
from graders.rules.source import Use, banned, uses

__all__ = ["Use", "banned", "check_lines_do_not_grow", "forbidden", "lines_executed", "uses"]
