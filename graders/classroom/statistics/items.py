"""A class's checks as items of a test: how many fail by themselves, and whether a check tells apart who knows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from graders.classroom.store import Store
from graders.coursework.record import Status

_SECTIONS = "SELECT name, section, score FROM sections"
_CHECKS = "SELECT id, section, status, name FROM checks"
_ELSEWHERE = (
    "SELECT json_extract(one.value, '$.id'), submissions.name"
    " FROM submissions, json_each(record, '$.sections') AS part, json_each(part.value, '$.checks') AS one"
    " WHERE instr(record, '\"same_as\"') > 0 AND json_extract(one.value, '$.same_as') IS NOT NULL"
)
"""Failed checks whose cause another check tells of: what doesn't say the word isn't looked into."""
LEAST = 10
"""Submissions below which a number of this kind is chance."""


def told_elsewhere(store: Store, names: Collection[str]) -> Mapping[str, int]:
    """Of each check how many of these submissions fail it for what another check tells of."""
    found: dict[str, int] = defaultdict(int)
    for check, name in store.select(_ELSEWHERE):
        if name in names:
            found[check] += 1
    return found


def discriminations(store: Store, names: Collection[str]) -> Mapping[str, float | None]:
    """Of each check the correlation of passing it with the points in all other sections than its own."""
    points: dict[str, dict[str, float]] = defaultdict(dict)
    for name, section, score in store.select(_SECTIONS):
        if name in names:
            points[name][section] = score
    totals = {name: math.fsum(mine.values()) for name, mine in points.items()}
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for check, section, status, name in store.select(_CHECKS):
        if name in totals and status != Status.SKIPPED:
            rest = totals[name] - points[name].get(section, 0.0)
            pairs[check].append((float(status == Status.PASSED), rest))
    return {check: correlation(found) for check, found in pairs.items()}


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's; None where there are few pairs, or all are alike in one of the two."""
    if len(pairs) < LEAST:
        return None
    means = [math.fsum(column) / len(pairs) for column in zip(*pairs, strict=True)]
    moved = [(x - means[0], y - means[1]) for x, y in pairs]
    across = math.fsum(x * x for x, _ in moved) * math.fsum(y * y for _, y in moved)
    if across <= 1e-18:
        return None
    return math.fsum(x * y for x, y in moved) / math.sqrt(across)
