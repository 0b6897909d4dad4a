"""Lines that are pointed at by edits, and by what nothing assigns: which are said, and how certain that is."""

from __future__ import annotations

import pytest

from graders.judging.suspect import (
    Event,
    Repair,
    Spot,
    Statement,
    Trace,
    calls_with_several,
    of_spots,
    targets,
    unassigned,
    verdict,
)
from tests.judging.test_suspect import FILE, statement


def spot(line: int, kind: str = "operator") -> Spot:
    found = Spot.of([FILE, 1, line, line, kind])
    assert found is not None
    return found


def test_one_line_that_an_edit_repairs_is_certain():
    found = of_spots([spot(3)], whole=True)
    assert (found.places, found.sure) == (((FILE, 3),), True)


@pytest.mark.parametrize("kind", ["flow", "removed", "unset"])
def test_what_fits_much_is_never_certain(kind: str):
    assert not of_spots([spot(3, kind)], whole=True).sure


def test_nothing_is_certain_where_the_time_was_over_or_two_lines_are_left():
    assert not of_spots([spot(3)], whole=False).sure
    assert not of_spots([spot(3), spot(4)], whole=True).sure
    assert of_spots([spot(line) for line in range(2, 6)], whole=True).places == ()


@pytest.mark.parametrize(
    "told",
    [None, [], [FILE, 1, 3, 2, "sign"], [FILE, 4, 3, 3, "sign"], [FILE, 1, 3, 3, "guilty"], [3, 1, 3, 3, "sign"]],
)
def test_what_is_no_line_is_none(told: object):
    assert Spot.of(told) is None


RIGHT, WRONG, LATER, INERT = (statement(line, "Z", f"x{line}") for line in range(2, 6))


def test_edits_are_tried_where_it_first_went_wrong_first():
    events = [Event(0, 0, True), Event(2, 0, False), Event(1, 0, False), Event(3, 0, False)]
    trace = Trace({0: RIGHT, 1: LATER, 2: WRONG, 3: INERT}, {0: events})
    assert targets(trace, {3}) == [WRONG.place, LATER.place, RIGHT.place]


def test_an_attribute_that_nothing_assigns_is_told_with_the_function_that_was_called():
    trace = Trace({0: RIGHT}, {0: [Event(0, 4, True)]})
    found = unassigned(trace, 0, "dLdb", 4)
    assert found is not None
    assert found.place == (FILE, 1)
    assert unassigned(trace, 0, "dLdb", 5) is None


@pytest.mark.parametrize("sets", ["self.dLdb", "*.dLdb"])
def test_one_that_something_assigns_is_not(sets: str):
    trace = Trace({0: statement(2, "Z", sets)}, {0: [Event(0, 4, True)]})
    assert unassigned(trace, 0, "dLdb", 4) is None


def test_what_is_wrong_from_the_start_is_assigned_where_the_object_is_made():
    made = Statement.of([FILE, 2, 2, "value", 1, "__init__", 0, [], ["self.b"], [], [FILE, 1], False, False, False])
    assert made is not None
    assert unassigned(Trace({0: made}, {0: [Event(0, 1, True)]}), 0, "b", 1) is None
    later = Trace({0: made, 1: statement(9, "Z", "x", function=8)}, {0: [Event(0, 1, True), Event(1, 2, True)]})
    found = unassigned(later, 0, "b", 2)
    assert found is not None
    assert found.line == 8


def test_what_blends_in_something_new_reads_the_old():
    forward, backward = statement(4, "self.running_V", "NZ", function=3), statement(9, "dZ", "dLdb", function=8)
    found = unassigned(Trace({0: forward, 1: backward}, {0: [Event(0, 1, True), Event(1, 2, True)]}), 0, "running_V", 2)
    assert found is not None
    assert found.line == 3


def test_where_it_ended_with_an_exception_nobody_knows_what_would_have_been_assigned():
    trace = Trace({0: RIGHT}, {0: [Event(0, 4, False)]}, frozenset({0}))
    assert unassigned(trace, 0, "dLdb", 4) is None


@pytest.mark.parametrize(("reads", "sure"), [("Z", True), ("self.A", False)])
def test_what_raised_is_certain_only_if_it_was_given_nothing_that_may_be_wrong(reads: str, sure: bool):
    """An attribute that is as it was made, because forward forgets to keep its input."""
    trace = Trace({0: statement(2, reads, "dLdW")}, {0: [Event(0, 1, False)]}, frozenset({0}))
    found = verdict(trace, [Repair(0, {0: [False]})])
    assert (found.places, found.sure) == (((FILE, 2),), sure)


def test_two_values_that_a_call_passes_may_be_in_each_others_places():
    passed = [
        Statement.of(
            [FILE, 22, 22, "passed", 20, "forward", 0, ["Y", "out"], [name], [], [FILE, 1], False, False, False]
        )
        for name in ("Y", "Y_hat")
    ]
    statements = {number: one for number, one in enumerate(passed) if one is not None} | {2: RIGHT}
    assert calls_with_several(Trace(statements, {}), RIGHT.place) == [(FILE, 22)]
    assert calls_with_several(Trace({0: statements[0], 2: RIGHT}, {}), RIGHT.place) == []
