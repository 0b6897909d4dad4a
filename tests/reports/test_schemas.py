"""What formats hold to besides their schemas: sizes, counts, ranges, and no control character in any of them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import jsonschema
import msgspec
import pytest

from graders import UsageError
from graders.coursework.clean import encoded, harmless
from graders.coursework.record import Report
from graders.reports.autolab import autolab
from graders.reports.classroom50 import classroom50, identity
from graders.reports.formats import BookFormat, books
from graders.reports.github import github
from graders.reports.gradebook import canvas, gradebook
from graders.reports.gradescope import gradescope
from graders.reports.junit import junit
from graders.reports.prairielearn import MAX_BYTES, prairielearn
from graders.reports.summary import markdown
from graders.reports.text import text
from tests.reports.formats import READERS, RUNNER, TOKEN
from tests.reports.records import ORDINARY, RECORDS, validate
from tests.reports.runner import commands

every_record = pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())


@every_record
def test_json_is_utf8_and_says_what_the_record_says(record: Report) -> None:
    read = json.loads(encoded(record).decode())
    assert read["score"] == record.score
    assert [section["id"] for section in read["sections"]] == [section.id for section in record.sections]


def test_json_escapes_what_would_recolour_a_terminal_or_turn_its_text_around() -> None:
    record = msgspec.structs.replace(ORDINARY, submission="a\x9b31m\u202eb\x85c")
    written = encoded(record).decode()
    assert not set(written) & set("\x9b\u202e\x85")
    assert json.loads(written)["submission"] == record.submission


@every_record
def test_prairielearns_report_is_as_small_as_it_has_to_be(record: Report) -> None:
    assert len(prairielearn(record)) <= MAX_BYTES


@every_record
def test_classroom50_gets_scores_in_their_ranges(record: Report) -> None:
    made = json.loads(classroom50(record, identity(RUNNER), datetime(2026, 10, 24, 18, tzinfo=UTC)))
    assert 0 <= made["score"] <= made["max-score"]
    assert all(one["score"] <= one["max-score"] for one in made["tests"])


def test_classroom50_needs_its_runner() -> None:
    with pytest.raises(UsageError, match="which sets CLASSROOM"):
        identity({**RUNNER, "CLASSROOM": ""})


@every_record
def test_github_gets_no_more_annotations_than_it_shows(record: Report) -> None:
    kinds = [command["command"] for command in commands(github(record, TOKEN))]
    assert max(kinds.count("error"), kinds.count("warning")) <= 10


@every_record
def test_the_summary_fits_and_is_utf8(record: Report) -> None:
    assert len(markdown(record).encode()) < 1024 * 1024


@every_record
@pytest.mark.parametrize("book", books().values(), ids=books())
def test_a_record_is_added_to_a_grade_book(book: BookFormat, record: Report) -> None:
    READERS[book.id](book.add(book.add("", ORDINARY), record).encode())


CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
COLOURS = re.compile(r"\x1b\[(0|2|3[123])m")


@every_record
def test_nothing_written_holds_a_control_character_but_our_own_colours(record: Report) -> None:
    outputs = [test["output"] for test in json.loads(gradescope(record))["tests"]]
    assert CONTROLS.findall(COLOURS.sub("", "".join(outputs))) == []
    printed = [
        autolab(record),
        github(record, TOKEN),
        markdown(record),
        junit(record),
        text(harmless(record)),
    ]
    books = [gradebook("", record), canvas("", record)]
    assert CONTROLS.findall("".join([*printed, *books, prairielearn(record).decode()])) == []


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ("gradescope", {"score": "5"}),
        ("gradescope", {"score": 5, "execution_time": "1"}),
        ("gradescope", {"score": 5, "tests": [{"visibility": "secret"}]}),
        ("gradescope", {"tests": [{"name": "a\x00"}]}),
        ("autolab-scores", {"scores": {"linear": "15"}}),
        ("autolab-presentation", {"_presentation": "semantic", "stages": ["Test"], "Test": {"a": {"passed": 1}}}),
        ("prairielearn", {"gradable": True, "score": 1.5}),
        ("github", [{"command": "set-env", "properties": {"title": "a"}, "message": ""}]),
        ("gradebook", [{"submission": "=1", "homework": "a", "score": "1", "max_score": "1", "by_hand": "0"}]),
        ("canvas", [{"Student": "a"}]),
        ("junit", {"tag": "testsuite", "attributes": {}, "text": "", "children": []}),
    ],
)
def test_the_schemas_refuse_what_is_wrong(schema: str, wrong: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(wrong, schema)
