"""docs/record.md and its schema are what the classes say, and real records fit the schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status
from tests.update_record import INTERNAL, PAGE, SCHEMA, schema, updated, written

TEXT = PAGE.read_text("utf-8")


def test_page_and_schema_are_what_the_code_gives() -> None:
    assert updated(TEXT) == TEXT, "run python -m tests.update_record"
    assert SCHEMA.read_text("utf-8") == written(), "run python -m tests.update_record"


@pytest.mark.parametrize("status", Status)
def test_every_way_to_end_is_explained_and_fits(status: Status) -> None:
    assert f"| `{status}` |" in TEXT
    jsonschema.validate(record(status), json.loads(written()))


def test_the_schema_refuses_what_is_no_record() -> None:
    for wrong in ({"score": "all"}, {"homework": None}, {"sections": [{}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(record(Status.PASSED) | wrong, schema())


def test_what_is_in_no_report_is_in_no_schema() -> None:
    assert [name for name in INTERNAL if f'"{name}"' in written() or f"| `{name}` |" in TEXT] == []


def record(status: Status) -> dict[str, Any]:
    """A record with one check, as --json writes it."""
    check = CheckResult(id="sgd.step", title="A step.", status=status, message="m", diagnosis=["d"], counterexample={})
    section = SectionResult(id="sgd", title="SGD", score=0, max_score=1, status=SectionStatus.FAILED, checks=[check])
    report = Report(homework="h", submission="s", score=0, max_score=1, sections=[section], environment={"n": 1})
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(report))
    return made
