"""Places say where something lies; words that are none are told so."""

from __future__ import annotations

import pytest

from graders import AuthorError
from graders.checking.components.places import place


@pytest.mark.parametrize(
    ("text", "name", "keys"),
    [
        ("backward", "", []),
        ("forward[0]", "", [0]),
        ("layer.dLdW", "dLdW", ["dLdW"]),
        ("layer.grads['W']", "W", ["grads", "W"]),
        ("backward[1].dx[0]", "dx", [1, "dx", 0]),
    ],
)
def test_a_place_is_read(text: str, name: str, keys: list[object]) -> None:
    found = place(text)
    assert (found.name, [step.key for step in found.steps]) == (name, keys)


@pytest.mark.parametrize(
    "text", ["", "elsewhere", "layer.", "layer[", "layer.a b", "forward[0", "forward[x]", "layer.[0]"]
)
def test_what_is_no_place_is_told(text: str) -> None:
    with pytest.raises(AuthorError, match="is no place: say"):
        place(text)
