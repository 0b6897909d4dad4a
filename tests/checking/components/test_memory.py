"""What a network keeps between its parts is what its parts compute, and a slip in saying so is one line."""

from __future__ import annotations

import numpy as np
import pytest

from graders.checking.components import Layer, Network, part
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.checking.components.networks.memory import between, faults

LINEAR = Layer(
    name="net.Linear",
    new="n_in n_out",
    inputs={"x": "N n_in"},
    parameters={"W": "n_out n_in", "b": "n_out"},
    torch=lambda x, W, b: x @ W.T + b,
)
RELU = Layer(name="net.ReLU", inputs={"x": "N n"}, torch=lambda x: x.relu())


def network(**kept: str) -> Network:
    parts = [part(LINEAR, n_in=2, n_out=3), RELU, part(LINEAR, n_in=3, n_out=2)]
    return Network(name="net.MLP", inputs={"x": "N 2"}, parts=parts, kept=kept, kept_if={"debug": True})


def test_outputs_and_gradients_of_all_parts() -> None:
    one = network(outputs="x0 x1 x2 x3", dA="dx2", slopes="dx0 dx1 dx2 dx3")
    example = Example(one.standard("mlp").oracle, ComponentCase(3, (("N", 5),)))
    x, W0, b0, W1, b1 = (example.arrays[name] for name in ("x", "W0", "b0", "W1", "b1"))
    (dout,) = example.upstream.values()
    found = between(one, example)
    z = x @ W0.T + b0
    hidden = np.maximum(z, 0)
    wanted = [x, z, hidden, hidden @ W1.T + b1]
    slopes = [(dout @ W1 * (z > 0)) @ W0, dout @ W1 * (z > 0), dout @ W1, dout]
    kept = [getattr(found, f"mlp.{name}") for name in ("outputs", "slopes", "dA", "dx")]
    for got, right in zip([*kept[0], *kept[1], *kept[2:]], [*wanted, *slopes, slopes[2], slopes[0]], strict=True):
        np.testing.assert_allclose(got.value, right, atol=1e-12)


def test_there_are_checks_where_something_is_kept_or_may_be_returned() -> None:
    assert not {"kept", "returned"} & network().standard("mlp").titles.keys()
    titles = network(Z="x1").standard("mlp").titles
    assert titles["kept"] == "What MLP(debug=True) keeps of its last call is right."


@pytest.mark.parametrize("word", ["x4", "dx9", "y1", "x"])
def test_what_there_isnt_between_parts_is_told(word: str) -> None:
    (line,) = faults(network(Z=f"x0 {word}"))
    assert line == f"kept has {word!r}, but there are only x0 to x3, and dx0 to dx3"
