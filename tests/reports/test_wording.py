"""Words that several reports have in common."""

from __future__ import annotations

from graders.reports.wording import how_much


def test_what_is_no_number_is_off_by_no_number() -> None:
    counted = {"wrong_entries": 8, "entries": 9}
    assert how_much(counted | {"largest_error": 0.0}) == "8 of 9 entries are nan or infinite"
    assert how_much(counted | {"largest_error": 0.25}) == "8 of 9 entries differ, by up to 0.25"
