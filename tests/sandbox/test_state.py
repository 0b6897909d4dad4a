"""State and chance are put back as they were, in place, wherever a layer keeps them."""

from __future__ import annotations

import functools
import random
from collections import deque
from pathlib import Path

import numpy as np
import pytest

from graders.sandbox.inside.state import State

SHARED = np.random.default_rng(5)
COUNT = 0


class Chance:
    """Draws from every generator that a layer may have."""

    of_the_class = np.random.default_rng(1)

    def __init__(self):
        self.own = np.random.default_rng(2)
        self.old = np.random.RandomState(3)
        self.plain = random.Random(4)

    def draw(self):
        mine = [self.own.random(), self.old.rand(), self.plain.random(), self.of_the_class.random(), SHARED.random()]
        return [*mine, np.random.rand(), random.random()]


class Slots:
    __slots__ = ("first", "second")


def counted():
    global COUNT
    COUNT += 1
    return COUNT


def closure():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step


@pytest.mark.parametrize("through", [lambda c: c, lambda c: c.draw, lambda c: lambda: c.draw()])
def test_every_generator_draws_again_what_it_drew(through):
    chance = Chance()
    state = State(through(chance))
    first = chance.draw()
    assert chance.draw() != first
    state.put_back()
    assert chance.draw() == first
    state.put_back_generators()
    assert chance.draw() == first


@pytest.mark.parametrize("step", [counted, closure(), functools.partial(lambda box: box.append(0) or len(box), [])])
def test_what_functions_hold_is_put_back(step):
    state = State(step)
    first = step()
    assert step() == first + 1
    state.put_back()
    assert step() == first


def test_attributes_items_and_arrays_are_put_back_in_place():
    class Layer:
        pass

    layer = Layer()
    layer.running, layer.params, layer.queue = np.zeros(3), {"W": np.ones(2), "all": [1, {2, 3}]}, deque([1])
    running, params = layer.running, layer.params
    state = State(layer)
    for _ in range(2):
        layer.running += 1
        layer.cache = "anything"
        layer.params["W"] = None
        layer.params["all"][1].add(4)
        layer.queue.append(2)
        del layer.queue
        state.put_back()
        assert vars(layer).keys() == {"running", "params", "queue"}
        assert layer.running is running
        assert not running.any()
        assert layer.params is params
        assert np.array_equal(params["W"], [1, 1])
        assert params["all"] == [1, {2, 3}]
        assert layer.queue == deque([1])


def test_a_state_replaced_by_another_object_is_the_old_one_again():
    class Recurrent:
        def __init__(self):
            self.h = np.zeros(2)

        def forward(self, x):
            self.h = np.tanh(x + self.h)
            return self.h

    layer, x = Recurrent(), np.ones(2)
    state = State(layer.forward)
    first = layer.forward(x)
    assert not np.array_equal(layer.forward(x), first)
    state.put_back()
    assert np.array_equal(layer.forward(x), first)


def test_slots_and_cells_that_held_nothing_hold_nothing():
    slots = Slots()
    slots.first = [1]
    state = State(slots)
    slots.first.append(2)
    slots.second = 3
    state.put_back()
    assert slots.first == [1]
    assert not hasattr(slots, "second")


def test_cycles_and_what_nothing_is_known_of_do_no_harm():
    class Odd:
        def __init__(self):
            self.me, self.file, self.steps = self, Path(__file__).open(), (k for k in range(3))  # noqa: SIM115

    odd = Odd()
    state = State(odd, None, np.tanh, 3)
    odd.more = 1
    state.put_back()
    assert not hasattr(odd, "more")
    odd.file.close()


def test_arrays_that_cannot_be_written_are_left_alone():
    fixed = np.broadcast_to(np.zeros(1), (10**9,))
    State([fixed]).put_back()
    assert not fixed[0]
