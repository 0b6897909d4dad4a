"""An answer that is right for other arguments says which: of the previous call, or two mixed up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from graders.judging.diagnosis import Evidence, diagnose
from graders.judging.diagnosis.origin import Origin


def oracle(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    A, W, dLdZ = arguments["A"], arguments["W"], arguments["dLdZ"]
    return {"dLdA": dLdZ @ W, "dLdW": dLdZ.T @ A / len(A), "loss": np.square(A - np.abs(arguments["Y"])).mean()}


def cases(quantity: str, **wrong: str) -> Iterator[Evidence]:
    """Five cases in which the arguments were taken from these arrays instead."""
    random = np.random.default_rng(0)
    for N, fan_in, fan_out in [(5, 3, 4), (2, 6, 7), (11, 9, 4), (16, 3, 10), (5, 6, 4)]:
        shapes = {"A": (N, fan_in), "Y": (N, fan_in), "W": (fan_out, fan_in), "dLdZ": (N, fan_out)}
        inputs = {name: random.standard_normal(shape) for name, shape in shapes.items()}
        inputs |= {f"{name}_before": random.standard_normal(shape) for name, shape in shapes.items()}
        arguments = {name: inputs[name] for name in shapes}
        taken = arguments | {name: inputs[other] for name, other in wrong.items()}
        yield Evidence(
            np.asarray(oracle(taken)[quantity]),
            np.asarray(oracle(arguments)[quantity]),
            {"N": float(N), "fan_in": float(fan_in)},
            inputs,
            origin=Origin("layer", quantity, None, arguments, oracle),
        )


@pytest.mark.parametrize(
    ("quantity", "wrong", "said"),
    [
        ("dLdA", {"W": "W_before"}, "is computed with W of the previous call"),
        ("dLdW", {"A": "A_before"}, "is computed with A of the previous call"),
        ("loss", {"A": "Y", "Y": "A"}, "has A and Y the wrong way round"),
        ("dLdW", {"A": "Y"}, "uses Y where it should use A"),
    ],
)
def test_other_arguments_are_named(quantity, wrong, said):
    assert diagnose(list(cases(quantity, **wrong))) == f"{said} (in all of 5 different cases)"


def test_nothing_is_said_where_arguments_come_from_somewhere_else():
    found = [
        Evidence(e.got + e.inputs["Y"][0, 0], e.expected, e.numbers, e.inputs, origin=e.origin)
        for e in cases("dLdA", W="W_before")
    ]
    assert diagnose(found) == ""


def test_an_oracle_that_cannot_be_asked_about_the_other_arguments_says_nothing():
    def strict(arguments):
        raise ValueError("labels don't sum to 1")

    found = []
    for e in cases("loss", A="Y", Y="A"):
        assert e.origin is not None
        found.append(
            Evidence(
                e.got, e.expected, e.numbers, e.inputs, origin=Origin("layer", "loss", None, e.origin.arguments, strict)
            )
        )
    assert diagnose(found) == ""
