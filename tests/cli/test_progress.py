"""How far long work is."""

from __future__ import annotations

import pytest

from graders.cli.progress import EVERY, lines, progress


def clock(*times: float):
    return iter(times).__next__


def test_a_pipe_gets_a_line_a_minute_with_the_time_left(capsys: pytest.CaptureFixture[str]):
    done = lines("marking", 4, clock(0, EVERY / 2, EVERY, 3 * EVERY, 4 * EVERY))
    for name in "abcd":
        done(name)
    assert capsys.readouterr().err.splitlines() == [
        "gradmark: marking: 2 of 4, about 1 minute left",
        "gradmark: marking: 3 of 4, about 1 minute left",
    ]


def test_short_work_prints_nothing_in_a_pipe(capsys: pytest.CaptureFixture[str]):
    with progress("marking", 3) as done:
        for name in "abc":
            done(name)
    assert capsys.readouterr() == ("", "")


def test_a_few_seconds_are_not_said_to_be_minutes(capsys: pytest.CaptureFixture[str]):
    done = lines("validating", 100, clock(*[0.0] * 99, EVERY))
    for number in range(99):
        done(str(number))
    assert capsys.readouterr().err == "gradmark: validating: 99 of 100, under a minute left\n"
