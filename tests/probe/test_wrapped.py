"""Functions in a wrapper: compiled ones, partial ones, those of np.vectorize."""

from __future__ import annotations

import pytest

from graders.probe import Request
from tests.probe.support import check_here

SOURCE = """
import functools
import numpy as np

class Compiled:
    def __init__(self, function):
        self.py_func = function
        self.times = {}
    def __call__(self, *arguments):
        return self.py_func(*arguments)

@Compiled
def cube(x):
    return x ** 3

@Compiled
def cube_backward(d, x):
    return 3 * d * x ** 2

def power(p, x):
    return x ** p
square = functools.partial(power, 2)
def square_prime(x):
    return 2 * x

one = np.vectorize(lambda x: np.sin(x))
one_prime = np.vectorize(lambda x: np.cos(x))

def passed_on(function):
    @functools.wraps(function)
    def run(*arguments, **keywords):
        return function(*arguments, **keywords)
    return run

@passed_on
def tanh_forward(x):
    return np.tanh(x)

@passed_on
def tanh_backward(dout, x):
    return dout * (1 - np.tanh(x) ** 2)
"""


@pytest.mark.parametrize("name", ["cube", "square", "one", "tanh"])
def test_it_is_a_function_like_any(name: str) -> None:
    assert check_here(SOURCE, name, Request(inputs=((4, 3),))).verdict == "pass"


def test_a_wrong_one_is_wrong() -> None:
    wrong = SOURCE.replace("3 * d * x ** 2", "2 * d * x ** 2")
    assert check_here(wrong, "cube", Request(inputs=((4, 3),))).verdict == "wrong gradient"
