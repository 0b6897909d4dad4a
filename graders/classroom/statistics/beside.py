"""Groups of a class beside each other, an earlier class's beside them, and submissions that are the same."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from graders import UsageError
from graders.classroom.store import Store
from graders.coursework.digest import digest
from graders.coursework.packs.pack import load_homework
from graders.reports.html.overview import Group, HomeworkSummary, Row

WORKED = "the worked submission"


def groups(rows: Sequence[Row], homework: HomeworkSummary, earlier: tuple[str, Sequence[Row]] | None) -> list[Group]:
    """The roster's sections, where there are several, then all, then the other class."""
    mine = _marked(rows, homework)
    found = _by_section(mine)
    if earlier is not None:
        found = [*found, ("this class", mine), (earlier[0], _marked(earlier[1], homework))]
    return [_group(label, some, homework) for label, some in found if some]


def _marked(rows: Sequence[Row], homework: HomeworkSummary) -> list[Row]:
    return [row for row in rows if row.score is not None and row.homework == homework.id]


def _by_section(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Those of each section of the roster; nothing where there is only one."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.section].append(row)
    return [(label or "no section", some) for label, some in sorted(found.items())] if len(found) > 1 else []


def _group(label: str, rows: Sequence[Row], homework: HomeworkSummary) -> Group:
    shares = {
        section.id: _mean(row.sections[section.id] for row in rows if section.id in row.sections) / section.most
        for section in homework.sections
        if section.most > 0
    }
    total = _mean((row.score or 0.0) / row.most for row in rows if row.most > 0)
    return Group(label, len(rows), total, shares)


def _mean(numbers: Iterable[float]) -> float:
    found = list(numbers)
    return math.fsum(found) / len(found) if found else 0.0


def identical(store: Store, names: Collection[str], homeworks: Collection[str]) -> Iterator[list[str]]:
    """Groups of these submissions that have the same files, packed or not; the worked one among them."""
    worked = {content for homework in homeworks if (content := _worked(homework))}
    for content, handed_in in store.contents().items():
        same = [name for name in handed_in if name in names]
        if len(same) > 1 or (same and content in worked):
            yield [*same, *([WORKED] if content in worked else [])]


def _worked(homework: str) -> str:
    """What the worked submission's content is; empty where there is none here."""
    try:
        folder = load_homework(homework).worked
        return digest(folder) if folder is not None else ""
    except UsageError:
        return ""
