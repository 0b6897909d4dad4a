"""From repaired statements to lines: what first went wrong is named, alone only where nothing speaks for another."""

from __future__ import annotations

import pytest

from graders.judging.suspect import Event, Repair, Statement, Suspicion, Trace, verdict

FILE = "layer.py"


def statement(
    line: int,
    reads: str = "",
    sets: str = "",
    kind: str = "value",
    function: int = 1,
    loop: int = 0,
    plain: bool = False,
    blank: bool = False,
    whole: bool = False,
) -> Statement:
    """A statement of a function that begins in line 1."""
    names: list[object] = [reads.split(), sets.split(), [], [FILE, function]]
    found = Statement.of([FILE, line, line, kind, function, "forward", loop, *names, plain, blank, whole])
    assert found is not None
    return found


def repair(number: int, *needed: bool) -> Repair:
    """A repair of a statement whose values in sequence 0 were, or weren't, what is needed."""
    return Repair(number, {0: list(needed)})


# mean -> deviation -> returned
MEAN = statement(2, "Z", "mean")
DEVIATION = statement(3, "Z mean", "deviation")
RETURNED = statement(4, "deviation", "", "returned")


def trace(*right: bool | None, statements: tuple[Statement, ...] = (MEAN, DEVIATION, RETURNED)) -> Trace:
    """Each statement ran once, in this order, with a right quantity or a wrong one."""
    events = [Event(number, 0, one) for number, one in enumerate(right)]
    return Trace(dict(enumerate(statements)), {0: events})


def test_the_first_wrong_value_that_can_be_repaired_is_the_line():
    found = verdict(trace(False, False, False), [repair(0, False), repair(1, False), repair(2, False)])
    assert (found.places, found.sure) == (((FILE, 2),), True)


def test_a_wrong_value_before_it_that_nothing_repairs_makes_it_one_of_two():
    found = verdict(trace(False, False, False), [repair(1, False), repair(2, False)])
    assert (found.places, found.sure) == (((FILE, 2), (FILE, 3)), False)


def test_a_right_quantity_in_the_wrong_place_speaks_against_what_comes_after_it():
    found = verdict(trace(True, False, False), [repair(0, False), repair(1, False)])
    assert (found.places, found.sure) == (((FILE, 2), (FILE, 3)), False)


def test_a_value_that_no_wrong_one_reaches_is_certain():
    unread = statement(3, "Z", "unread")
    read_elsewhere = statement(5, "unread", "other")
    statements = (MEAN, unread, RETURNED, read_elsewhere)
    found = verdict(trace(True, False, False, True, statements=statements), [repair(2, False)])
    assert (found.places, found.sure) == (((FILE, 4),), True)


def test_what_is_written_into_is_never_exonerated():
    filled = statement(3, "mean", "deviation", "in place")
    found = verdict(trace(True, False, False, statements=(MEAN, filled, RETURNED)), [repair(2, False)])
    assert (found.places, found.sure) == (((FILE, 3), (FILE, 4)), False)


def test_an_array_that_a_loop_fills_may_be_wrong_though_each_value_is_right():
    filled = statement(3, "mean", "deviation", "in place", loop=2)
    found = verdict(trace(True, True, False, statements=(MEAN, filled, RETURNED)), [repair(2, False)])
    assert (set(found.places), found.sure) == ({(FILE, 3), (FILE, 4)}, False)


def test_where_a_loop_writes_may_be_wrong_though_other_values_change_nothing():
    """A list that is appended to, where it should be put first: no value of an entry changes the first one."""
    appended = statement(3, "mean", "deviation", "argument", loop=2)
    found = verdict(trace(True, True, False, statements=(MEAN, appended, RETURNED)), [repair(2, False)], inert={1})
    assert (set(found.places), found.sure) == ({(FILE, 3), (FILE, 4)}, False)


def test_that_goes_for_a_loop_in_a_loop_too():
    """A Jacobian that is filled entry by entry, and used, in a loop over the examples."""
    filled = statement(3, "a", "deviation", "in place", loop=2)
    used = statement(4, "deviation", "dZ", "in place", loop=1)
    found = verdict(trace(True, True, False, statements=(MEAN, filled, used)), [repair(2, False)])
    assert (set(found.places), found.sure) == ({(FILE, 3), (FILE, 4)}, False)


def test_a_value_of_which_all_that_is_made_is_right_is_not_at_fault():
    """Two wrong signs that cancel: putting one right would make the other wrong."""
    found = verdict(trace(False, True, False), [repair(0, False), repair(2, False)])
    assert (found.places, found.sure) == (((FILE, 4),), True)


def test_what_was_right_under_an_earlier_call_is_only_tentative():
    statements = {0: MEAN}
    events = [Event(0, 1, True), Event(0, 2, False)]
    found = verdict(Trace(statements, {0: events}), [repair(0, True, False)])
    assert (found.places, found.sure) == (((FILE, 2),), False)


def test_a_missing_return_is_only_tentative():
    nothing = statement(4, kind="missing")
    found = verdict(trace(True, True, None, statements=(MEAN, DEVIATION, nothing)), [repair(2, False)])
    assert (found.places, found.sure) == (((FILE, 4),), False)


def test_more_than_three_lines_are_none():
    many = tuple(statement(line, "Z", f"x{line}") for line in range(2, 7))
    found = verdict(trace(True, True, True, True, True, statements=many), [repair(n, False) for n in range(5)])
    assert found.places == ()


def test_nothing_that_can_be_repaired_says_nothing():
    assert verdict(trace(False, False, False), []).places == ()


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        [FILE, 3, 2, "value", 1, "f", 0, [], [], [], [FILE, 1], False],
        [FILE, 3, 3, "guilty", 1, "f", 0, [], [], [], [FILE, 1], False],
        [FILE, 1 << 30, 1 << 30, "value", 1, "f", 0, [], [], [], [FILE, 1], False],
        ["x" * 1000, 3, 3, "value", 1, "f", 0, [], [], [], [FILE, 1], False],
        [FILE, 3, 3, "value", 1, "f", 0, [], [], [], [FILE], False],
        [FILE, "3", 3, "value", 1, "f", 0, [], [], [], [FILE, 1], False],
    ],
)
def test_what_is_no_statement_is_none(told: object):
    assert Statement.of(told) is None


def test_names_that_are_none_are_left_out():
    found = Statement.of([FILE, 3, 3, "value", 1, "f", 0, ["a", 1, None], [], [], [FILE, 1], False, False, False])
    assert found is not None
    assert found.reads == {"a"}


def test_what_has_no_influence_is_no_cause():
    found = verdict(trace(False, False, False), [repair(1, False), repair(2, False)], inert={0})
    assert (found.places, found.sure) == (((FILE, 3),), True)


def test_two_values_that_only_get_another_name_may_both_lack_something():
    """Adam without its corrections: no single value repairs it but the parameter's own."""
    moments = statement(2, "dw", "m"), statement(3, "dw", "v")
    hats = statement(4, "m", "m_hat", plain=True), statement(5, "v", "v_hat", plain=True)
    updated = statement(6, "w m_hat v_hat", "w")
    found = verdict(trace(True, True, True, True, False, statements=(*moments, *hats, updated)), [repair(4, False)])
    assert (found.places, found.sure) == (((FILE, 4), (FILE, 5), (FILE, 6)), False)


def test_what_returns_nothing_may_have_been_given_nothing():
    nothing = statement(4, "x", "", "returned")
    found = verdict(trace(True, True, None, statements=(MEAN, DEVIATION, nothing)), [repair(2, False)])
    assert (found.places, found.sure) == (((FILE, 4),), False)


def test_a_number_that_is_written_into_what_is_read_may_spoil_it():
    zeroed = statement(3, "", "x", "in place")
    padded = statement(4, "x", "padded")
    found = verdict(trace(True, None, False, statements=(MEAN, zeroed, padded)), [repair(2, False)])
    assert (set(found.places), found.sure) == ({(FILE, 3), (FILE, 4)}, False)


def test_what_another_function_writes_into_may_be_read_here():
    """`dLdZ /= N` in a layer's backward, and the network that keeps dLdZ afterwards."""
    passed = Statement.of(
        [FILE, 12, 12, "passed", 11, "backward", 0, ["dZ"], ["dLdZ"], [], [FILE, 1], False, False, False]
    )
    assert passed is not None
    divided = statement(2, "dLdZ N", "dLdZ", "in place")
    kept = statement(13, "dZ", "self.dZ", function=11, plain=True)
    found = verdict(trace(True, True, False, statements=(passed, divided, kept)), [repair(2, False)])
    assert (found.places, found.sure) == (((FILE, 13),), False)


def test_the_files_that_are_called_are_those_whose_functions_end_last():
    part = Statement.of(["part.py", 3, 3, "returned", 1, "forward", 0, [], [], [], ["part.py", 1], False, False, False])
    assert part is not None
    events = [Event(0, 1, True), Event(1, 1, True), Event(0, 2, True), Event(1, 2, True)]
    assert Trace({0: part, 1: RETURNED}, {0: events}).called_files == {FILE}
    assert Trace({0: part}, {0: events[:1]}).called_files == {"part.py"}


def test_a_starters_zero_that_nothing_else_sets_may_be_right_and_a_line_missing():
    """`loss = 0.0` where the line that computes it is gone: another value there would do, and isn't what is asked."""
    zero, back = statement(2, "", "loss", blank=True), statement(5, "loss", kind="returned")
    events = [Event(0, 1, False), Event(1, 1, False)]
    found = verdict(Trace({0: zero, 1: back}, {0: events}), [repair(0, False), repair(1, False)])
    assert found == Suspicion(((FILE, 1), (FILE, 2)), sure=False)


def test_a_zero_to_which_something_is_added_can_be_at_fault():
    zero, added = statement(2, "", "loss", blank=True), statement(4, "loss x", "loss", "in place", whole=True)
    events = [Event(0, 1, False), Event(1, 1, False)]
    found = verdict(Trace({0: zero, 1: added}, {0: events}), [repair(0, False)])
    assert found == Suspicion(((FILE, 2),), sure=True)


def test_what_is_divided_in_place_and_right_in_all_is_not_suspected():
    """`p /= p.sum()`, and what is wrong is `-np.log(p).mean() * 2`: found in a softmax of another style."""
    divided, loss = statement(2, "p", "p", "in place", whole=True), statement(3, "p", "loss")
    trace = Trace({0: divided, 1: loss}, {0: [Event(0, 1, True), Event(1, 1, False)]})
    assert verdict(trace, [repair(1, False)]) == Suspicion(((FILE, 3),), sure=True)
    part = statement(2, "p", "p", "in place")
    trace = Trace({0: part, 1: loss}, {0: [Event(0, 1, True), Event(1, 1, False)]})
    assert verdict(trace, [repair(1, False)]).places == ((FILE, 2), (FILE, 3))


def test_a_name_that_is_only_returned_adds_no_line():
    """`loss = ...` without reg is a right quantity, only not that: `return loss` says nothing more."""
    loss, back = statement(2, "p", "loss"), statement(5, "loss", kind="returned", plain=True)
    events = [Event(0, 1, True), Event(1, 1, True)]
    trace = Trace({0: loss, 1: back}, {0: events})
    assert verdict(trace, [repair(0, False), repair(1, False)]) == Suspicion(((FILE, 2),), sure=False)


def test_a_name_that_something_else_reads_may_be_the_wrong_one():
    """`return x` where `return out` is meant, and x is right."""
    x, out = statement(2, "z", "x"), statement(3, "x", "out")
    back = statement(5, "x", kind="returned", plain=True)
    events = [Event(0, 1, True), Event(1, 1, True), Event(2, 1, True)]
    trace = Trace({0: x, 1: out, 2: back}, {0: events})
    assert verdict(trace, [repair(0, False), repair(2, False)]).places == ((FILE, 2), (FILE, 5))


def test_what_is_kept_as_it_is_may_lack_something():
    """`self.dLdW = dLdW` where `dLdW / N` is meant."""
    made, kept = statement(2, "dLdZ", "dLdW"), statement(3, "dLdW", "self.dLdW", plain=True)
    trace = Trace({0: made, 1: kept}, {0: [Event(0, 1, True), Event(1, 1, True)]})
    assert verdict(trace, [repair(0, False), repair(1, False)]).places == ((FILE, 2), (FILE, 3))
