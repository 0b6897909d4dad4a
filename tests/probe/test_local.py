"""`probe_object`: the same check in a notebook's own process."""

from __future__ import annotations

import numpy as np
import pytest

from graders import UsageError
from graders.probe import probe_object


class Scale:
    def __init__(self) -> None:
        self.gamma = np.ones(3)

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return x * self.gamma

    def backward(self, dout: np.ndarray) -> np.ndarray:
        self.dgamma = (dout * self.x).sum(axis=0)
        return dout * self.gamma


def test_a_layer_is_checked_where_it_is() -> None:
    report = probe_object(Scale(), (5, 3))
    assert report.verdict == "pass", report
    assert str(report).splitlines()[0] == "Scale: pass"


def test_a_function_is_checked_with_its_backward_pass() -> None:
    def cube(x: np.ndarray) -> np.ndarray:
        return x**3

    def cube_backward(dout: np.ndarray, x: np.ndarray) -> np.ndarray:
        return 3 * x * dout

    assert probe_object(cube, (4, 2), backward=cube_backward).verdict == "wrong gradient"


def test_a_loss_that_once_comes_without_its_gradient_has_none() -> None:
    calls = []

    def loss(x: np.ndarray) -> object:
        calls.append(x)
        value = (x**2).sum()
        return (value, 2 * x) if len(calls) < 3 else value

    report = probe_object(loss, (4, 2))
    assert (report.verdict, report.message) == ("missing gradient", "loss returned no gradient of x.")


def test_a_class_instead_of_an_object_is_refused() -> None:
    with pytest.raises(UsageError, match=r"Scale is a class: give an object, Scale\(\.\.\.\)"):
        probe_object(Scale, (5, 3))


def test_what_it_raises_is_a_finding() -> None:
    class Broken(Scale):
        def backward(self, dout: np.ndarray) -> np.ndarray:
            raise KeyError("W")

    report = probe_object(Broken(), (5, 3))
    assert report.verdict == "error"
    assert "broken.backward(dout) raised KeyError" in report.message


def test_an_interrupt_is_not_a_finding() -> None:
    class Interrupted(Scale):
        def backward(self, dout: np.ndarray) -> np.ndarray:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        probe_object(Interrupted(), (5, 3))
