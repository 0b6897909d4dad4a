"""Times as people write them, and days of the clock across its changes."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from graders import UsageError
from graders.coursework.lateness import lateness, paid
from graders.coursework.packs.pack import load_homework
from graders.coursework.rubric import Late, Lateness
from graders.coursework.term.moments import clock_days, hours_between, moment, shown
from tests.classroom.course.support import rubric

AUTUMN = "2026-10-24 20:00 Europe/Berlin"
"""A Saturday: in the night after it clocks go back."""
SPRING = "28.03.2026 20:00 Europe/Berlin"


@pytest.mark.parametrize(
    ("due", "at", "days", "hours"),
    [
        (AUTUMN, "2026-10-24 20:00 Europe/Berlin", 0, 0),
        (AUTUMN, "2026-10-24 20:00:01 Europe/Berlin", 1, 1),
        (AUTUMN, "2026-10-25 19:59 Europe/Berlin", 1, 25),
        (AUTUMN, "2026-10-25T20:00+01:00", 1, 25),
        (AUTUMN, "2026-10-25 19:00:01 Z", 2, 26),
        (SPRING, "2026-03-29 20:00 Europe/Berlin", 1, 23),
        (SPRING, "2026-03-29 20:01 Europe/Berlin", 2, 24),
        ("2026-10-24T20:00+02:00", "2026-10-25 19:59 Europe/Berlin", 2, 25),  # an offset is a clock never changed
    ],
)
def test_a_day_ends_when_the_clock_shows_the_same_and_an_hour_after_sixty_minutes(
    due: str, at: str, days: int, hours: int
) -> None:
    assert (clock_days(moment(due), moment(at)), hours_between(moment(due), moment(at))) == (days, hours)


def test_a_time_that_is_there_twice_is_the_later_one_and_one_that_is_left_out_the_time_after() -> None:
    assert moment("2026-10-25 02:30 Europe/Berlin").astimezone(UTC).hour == 1
    assert moment("2026-03-29 02:30 Europe/Berlin").astimezone(UTC).hour == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-10-24 20:00", "has no zone: write it as 2026-10-24 20:00 Europe/Berlin"),
        ("2026-10-24 Europe/Berlin", "has no time of day"),
        ("10/24/2026 8:00 PM", "is no date with a time"),
        ("2026-02-30 20:00 Z", "is no date with a time: day"),
        ("0026-02-20 20:00 Z", "in the year 26"),
        ("2026-10-24 20:00 Mars/Base", "is no zone that this machine knows"),
        ("2026-10-24 20:00 ../../etc/passwd", "is no zone that this machine knows"),
        ("2026-10-24T20:00-07:00[Europe/Berlin]", "says two things"),
        ("2026-10-24 20:00 +99:00", "is no date with a time"),
        ("x" * 1000, "is no date with a time"),
    ],
)
def test_what_is_no_moment_is_one_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        moment(text)
    assert said in str(error.value)
    assert len(str(error.value)) < 200


def test_gradescopes_times_are_read() -> None:
    read = moment("2021-01-22 04:53:51.567892000 Z")
    assert (read.microsecond, read.utcoffset()) == (567892, timedelta(0))
    assert shown(moment("2026-02-01 10:00:00.000000000 -05:00")) == "2026-02-01 10:00-0500"
    assert shown(moment("2026-10-24T20:00+02:00[Europe/Berlin]")) == "2026-10-24 20:00 Europe/Berlin"


@pytest.mark.parametrize(
    ("late", "at", "penalty"),
    [
        (Late(per_day=0.1), "2026-10-26 19:00", 4.0),
        (Late(per_day=0.1, free_days=1), "2026-10-26 19:00", 2.0),
        (Late(points_per_day=3), "2026-10-26 19:00", 6.0),
        (Late(per_hour=0.01), "2026-10-24 22:30", 0.6),
        (Late(points_per_hour=0.5), "2026-10-25 19:00", 12.0),  # the night has an hour more
        (Late(points_per_hour=5), "2026-10-25 19:00", 20.0),  # and no more than there is
        (Late(per_day=0.1, grace_minutes=15), "2026-10-24 20:15", 0.0),
        (Late(per_day=0.1, grace_minutes=15), "2026-10-25 20:15", 2.0),
        (Late(per_day=0.1, grace_minutes=15), "2026-10-25 20:16", 4.0),
        (Late(per_day=0.1, most_days=1), "2026-10-25 20:01", 20.0),
    ],
)
def test_a_rubrics_steps_are_days_or_hours_and_cost_shares_or_points(late: Late, at: str, penalty: float) -> None:
    since = lateness(late, moment(AUTUMN), moment(f"{at} Europe/Berlin"))
    assert late.penalty(20.0, since) == pytest.approx(penalty)


def test_a_budget_pays_the_days_that_would_cost_and_in_hours_a_day_is_24() -> None:
    assert paid(Late(per_day=0.1, free_days=1), Lateness(3), 5).paid == 2
    assert paid(Late(per_day=0.1), Lateness(3), 1).paid == 1
    assert paid(Late(per_day=0.1), Lateness(3), -2).paid == 0
    assert Late(per_hour=0.01).penalty(100.0, Lateness(2, 30, paid=1)) == pytest.approx(6.0)


def test_a_rubrics_zone_says_what_a_day_is_where_dates_have_an_offset_only() -> None:
    due, at = moment("2026-10-24T20:00+02:00"), moment("2026-10-25T19:59+01:00")
    assert lateness(Late(per_day=0.1), due, at).days == 2
    assert lateness(Late(per_day=0.1, zone="Europe/Berlin"), due, at).days == 1


@pytest.mark.parametrize(
    ("late", "said"),
    [
        ("per_day = 0.1\nper_hour = 0.1", "per_day and per_hour are given"),
        ("points_per_day = -1", "points_per_day is -1, but should be 0 or more points"),
        ("per_hour = 2", "per_hour is 2, but should be a share"),
        ("per_day = 0.1\ngrace_minutes = -1", "grace_minutes and budget_days should be 0 or more"),
        ('per_day = 0.1\ndue = "2026-10-24 20:00"', "has no zone"),
        ('per_day = 0.1\nzone = "Berlin"', "is no zone"),
    ],
)
def test_what_a_rubric_can_not_mean_is_said(tmp_path_factory: pytest.TempPathFactory, late: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        load_homework(str(rubric(tmp_path_factory.mktemp("pack"), f"\n[late]\n{late}\n")))
