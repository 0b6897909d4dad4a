"""Which attribute a reading is of, and after which call: what looks for what nothing assigns asks that."""

from __future__ import annotations

from graders.marking.suspect.labels import attributes, moments
from graders.sandbox.inside.wire import Reference


def test_attributes_and_items_by_name_are_told_with_the_call_before():
    operations: list[list[object]] = [
        ["find", 0, [["m", "Layer"]]],
        ["call", 1, Reference(0), [], []],
        ["get", 2, Reference(1), "forward"],
        ["call", 3, Reference(2), [], []],
        ["read", Reference(3)],
        ["get", 4, Reference(1), "dLdb"],
        ["read", Reference(4)],
        ["item", 5, Reference(3), "b"],
        ["read", Reference(5)],
        ["item", 6, Reference(3), 0],
        ["read", Reference(6)],
    ]
    assert moments(operations) == [3, 3, 3, 3]
    assert attributes(operations) == [None, ("dLdb", 3), ("b", 3), None]
