"""What the command line says, read without running anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders import UsageError
from graders.probe.request import parse_constants, parse_name, parse_named_shapes, parse_shape


def test_a_name_may_carry_literal_arguments() -> None:
    target = parse_name("", Path(), "Conv(3, (2, 2), bias=True, init={'scale': -0.5})")
    assert (target.name, target.positional) == ("Conv", (3, [2, 2]))
    assert target.keywords == {"bias": True, "init": {"scale": -0.5}}


@pytest.mark.parametrize(
    "name", ["f(x)", "f(*[1])", "f(**{})", "a.f(1)", "1", "f(", "f(b'x')", "f(__import__('os'))", "f({1})"]
)
def test_nothing_else_is_a_name(name: str) -> None:
    with pytest.raises(UsageError, match="is not a name, nor a name with literal arguments"):
        parse_name("", Path(), name)


def test_shapes_are_whole_numbers() -> None:
    assert parse_shape("2,3,8,8") == (2, 3, 8, 8)
    assert parse_shape("(5,)") == (5,)
    assert parse_shape("()") == ()
    for text in ("", "3x4", "-1,2", "1.5", "0", "9999999"):
        with pytest.raises(UsageError):
            parse_shape(text)


def test_named_values_are_shapes_and_literals() -> None:
    assert parse_named_shapes(["W=4,3", "b=4"]) == {"W": (4, 3), "b": (4,)}
    assert parse_constants(["stride=2", "mode='train'", "pad=(1, 1)"]) == {"stride": 2, "mode": "train", "pad": [1, 1]}
