"""A class that passes for the student's own: their checks of it, copies, properties and signatures all work."""

from __future__ import annotations

import copy
import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from graders.checking.stand_ins import StandIns
from graders.coursework.packs.pack import load_homework
from graders.sandbox.inside.faces import is_face
from graders.sandbox.inside.hints import assignment
from graders.sandbox.inside.packing import packed
from graders.sandbox.inside.stand_in import Ask, fitted, plain, stand_in
from graders.sandbox.inside.wire import Message, decode, encode

SERVICE = StandIns(load_homework("ai702").stand_ins)


def ask(message: Message) -> Message:
    """What the trusted side answers, over the wire and back."""
    answer = SERVICE(decode(encode(message)[4:]))  # type: ignore[arg-type]
    assert answer is not None
    return decode(encode(answer)[4:])  # type: ignore[return-value]


def linear_like(base: type, asked: Ask = ask) -> Any:
    """A right Linear that passes for this class."""
    methods = SERVICE.methods("mytorch.nn.Linear")
    assert packed({name: [list(one) for one in found] for name, found in methods.items()})
    return stand_in("mytorch.nn.Linear", base, methods, asked)


class Plain:
    """Theirs."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, name: str = "layer") -> None:
        self.in_features, self.name, self.bias = in_features, name, bias
        self.weights_seen = [out_features]

    def shape(self) -> tuple[int, ...]:
        """Of what it has by a name of the handout."""
        return tuple(self.W.shape)  # type: ignore[attr-defined]


class WithProperties:
    """W is computed, b is stored elsewhere."""

    @property
    def W(self) -> Any:
        raise RuntimeError("theirs")

    @property
    def b(self) -> Any:
        return self._b

    @b.setter
    def b(self, value: Any) -> None:
        self._b = value


class Slotted:
    """No attributes but these."""

    __slots__ = ("W", "b")


@dataclass(frozen=True)
class Frozen:
    """Nothing can be set."""

    W: int = 0


class Abstract(ABC):
    """Not yet written."""

    @abstractmethod
    def forward(self, A: Any) -> Any:
        """Theirs."""

    @abstractmethod
    def helper(self) -> Any:
        """Theirs."""


class Refusing:
    """Can't be derived from."""

    def __init_subclass__(cls) -> None:
        raise TypeError("final")


class Guarded:
    """Refuses all attributes."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)

    def __getattr__(self, name: str) -> Any:
        raise KeyError(name)


@pytest.mark.parametrize("base", [Plain, WithProperties, Slotted, Frozen, Abstract, Refusing, Guarded, dict, object])
def test_whatever_it_passes_for_a_part_keeps_its_attributes_and_computes(base: type):
    layer = linear_like(base)(3, 2)
    layer.W, layer.b = np.arange(6.0).reshape(2, 3), np.ones((2, 1))
    np.testing.assert_allclose(layer.forward(np.eye(3)), layer.W.T + 1)
    assert layer.N == 3
    layer.W -= 1
    np.testing.assert_allclose(layer.backward(np.ones((3, 2))), np.ones((3, 2)) @ layer.W)
    assert type(layer).__name__ == "Linear"
    assert isinstance(layer, base) or base in (Refusing, dict)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy], ids=["copy", "deepcopy"])
def test_a_copy_is_as_good(copied: Callable[[Any], Any]):
    layer = linear_like(Plain)(3, 2, name="first")
    layer.W = np.ones((2, 3))
    other = copied(layer)
    np.testing.assert_allclose(other.forward(np.eye(3)), np.ones((3, 2)))
    assert (other.name, other.shape(), vars(other).keys() >= {"W", "b", "A"}) == ("first", (2, 3), True)
    assert not hasattr(layer, "A")


def test_it_can_be_pickled_where_its_class_can_be_found(monkeypatch: pytest.MonkeyPatch):
    kind = linear_like(Plain)
    monkeypatch.setattr(f"{__name__}.Linear", kind, raising=False)
    assert kind.__module__ == __name__
    layer = pickle.loads(pickle.dumps(kind(3, 2)))
    assert layer.W.shape == (2, 3)


def test_what_the_part_has_not_comes_from_their_constructor_and_is_made_once():
    layer = linear_like(Plain)(3, 2, False, name="hidden")
    assert (layer.name, layer.bias, layer.in_features) == ("hidden", False, 3)
    assert layer.weights_seen is layer.weights_seen
    assert sorted(vars(layer)) == ["W", "b", "debug"]
    assert not hasattr(layer, "nothing")


def test_an_attribute_that_is_nowhere_is_missed_in_their_words_and_no_line_of_theirs_is_blamed():
    layer = linear_like(Plain)(3, 2)
    with pytest.raises(AttributeError, match=r"^'Linear' object has no attribute 'nothing'$"):
        _ = layer.nothing
    assert is_face(type(layer))
    assert assignment(layer, "in_features", "/") == {}
    assert not is_face(Plain)


def test_attributes_that_a_call_leaves_alone_stay_the_same_objects():
    layer = linear_like(Plain)(3, 2)
    layer.W, layer.sizes = np.ones((2, 3)), (3, 2)
    held = layer.W
    layer.forward(np.eye(3))
    assert layer.W is held
    assert layer.sizes == (3, 2)


@pytest.mark.parametrize(
    ("positional", "keywords", "fit"),
    [
        ((3, 2), {}, {"in_features": 3, "out_features": 2}),
        ((3,), {"out_features": 2, "name": "x"}, {"in_features": 3, "out_features": 2}),
        ((3, 2, False), {}, {"in_features": 3, "out_features": 2}),
    ],
)
def test_arguments_are_named_by_their_method(positional: Any, keywords: Any, fit: Any):
    parameters = [("in_features", True), ("out_features", True), ("debug", False)]
    assert fitted(Plain.__init__, parameters, positional, keywords) == ((), fit)


def test_parameters_of_other_names_are_taken_in_their_order_and_others_left_as_they_are():
    parameters = [("in_features", True), ("out_features", True), ("debug", False)]

    def theirs(self: object, fan_in: int, fan_out: int, *, flag: bool = False) -> None: ...

    assert fitted(theirs, parameters, (3, 2), {"flag": True}) == ((), {"in_features": 3, "out_features": 2})
    assert fitted(theirs, parameters, (3,), {}) == ((3,), {})
    assert fitted(None, parameters, (3,), {}) == ((3,), {})
    assert fitted(5, parameters, (3,), {}) == ((3,), {})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda layer: layer.forward(np.ones((2, 4))), r"^Linear\.forward: A has shape \(2, 4\), but should be"),
        (lambda layer: layer.forward(None), r"^Linear\.forward: A is None$"),
        (lambda layer: layer.forward("text"), r"^Linear\.forward: A is a str, but should be a NumPy array$"),
        (lambda layer: layer.forward(np.ones((2, 3)) * 1j), r"^Linear\.forward: A has complex numbers"),
        (lambda layer: layer.forward(), r"^Linear\.forward: missing a required argument: 'A'$"),
        (lambda layer: layer.backward(np.ones((2, 2))), r"'Linear' object has no attribute 'A'$"),
        (lambda layer: layer.forward([[1, 2], [3]]), r"^Linear\.forward: A is a list, but should be a NumPy array$"),
    ],
)  # fmt: skip
def test_what_a_part_refuses_is_said_by_the_handouts_names(call: Callable[[Any], Any], words: str):
    layer = linear_like(Plain)(3, 2)
    with pytest.raises((ValueError, TypeError, AttributeError), match=words) as raised:
        call(layer)
    assert "torch" not in str(raised.value).replace("mytorch", "")


def test_lists_and_integers_are_numbers_and_a_number_gives_a_number():
    relu = stand_in("mytorch.nn.ReLU", object, SERVICE.methods("mytorch.nn.ReLU"), ask)()
    assert relu.forward(-2.5) == 0.0
    assert type(relu.forward(3)) is float
    np.testing.assert_allclose(relu.forward([[1, -1]]), [[1.0, 0.0]])
    np.testing.assert_allclose(np.vectorize(relu.forward)(np.array([[1.0, -1.0]])), [[1.0, 0.0]])


def test_frames_of_a_stand_in_name_no_file_of_ours():
    layer = linear_like(Plain)(3, 2)
    with pytest.raises(ValueError, match="A has shape") as raised:
        layer.forward(np.ones((2, 4)))
    assert raised.traceback[-1].frame.code.raw.co_filename == "<Linear>"


def test_a_plain_object_passes_for_a_class_that_is_not_there():
    made = plain("Linear", [["no.module", "Linear"]], {"W": 1})
    assert (type(made).__name__, vars(made)) == ("Linear", {"W": 1})
    with pytest.raises(AttributeError, match="'Linear' object has no attribute 'N'"):
        _ = made.N  # type: ignore[attr-defined]
