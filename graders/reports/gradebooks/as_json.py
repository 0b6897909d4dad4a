"""The class's grade book as JSON: field names are the contract."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from graders.reports.gradebooks.row import BookRow, is_open

SCHEMA_VERSION = 1


def as_json(rows: Sequence[BookRow]) -> bytes:
    """`{"schema_version": 1, "students": [...]}`; a score, a date or a lateness that nobody knows is null."""
    made = {"schema_version": SCHEMA_VERSION, "students": [_row(row) for row in rows]}
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def _row(row: BookRow) -> dict[str, object]:
    person, late = row.person, row.late
    return {
        "id": person.id,
        "name": person.name,
        "address": person.address,
        "section": person.section,
        "group": person.team,
        "homework": row.homework,
        "submission": row.submission,
        "state": row.state,
        "score": row.score,
        "max_score": row.most,
        "by_hand": row.by_hand,
        "penalty": row.penalty,
        "handed_in": row.handed_in or None,
        "due": row.due or None,
        "late": None if late is None else {"days": late.days, "hours": late.hours, "paid": late.paid},
        "sections": [
            {"id": one.id, "score": None if is_open(one) else one.score, "max_score": one.max_score, "extra": one.extra}
            for one in row.sections
        ],
    }
