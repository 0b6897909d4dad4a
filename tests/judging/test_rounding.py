"""Single precision put into float64 operations: which ones lose something, how much, and what a last bit changes."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from graders.judging import rounding
from graders.judging.rounding import LARGEST, LEAST, is_simulated, moved, single_precision

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def stream(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def data(*shape: int, seed: int = 1) -> Tensor:
    return torch.from_numpy(stream(seed).random(shape) + 0.1)


def simulated(function: Callable[[], Tensor], seed: int = 0) -> Tensor:
    with single_precision(stream(seed)):
        return function()


@given(FLOATS, st.integers(0, 99))
def test_a_number_moves_to_the_nearest_float32_or_as_far_the_other_way(value: float, seed: int):
    (found,) = moved(np.array([value]), stream(seed))
    if abs(value) > LARGEST:
        assert found == np.copysign(np.inf, value)
    elif abs(value) < LEAST:
        assert found == 0
    else:
        with np.errstate(over="ignore"):
            nearest = float(np.float32(value))
        assert found in (value + (value - nearest), nearest, value - abs(value - nearest), value + abs(value - nearest))


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_what_float32_can_hold_stays_as_it_is(value: float):
    assert moved(np.array([value]), stream()).tolist() == [value]


def test_what_is_no_number_stays_as_it_is():
    assert np.array_equal(
        moved(np.array([np.nan, np.inf, -np.inf]), stream()), [np.nan, np.inf, -np.inf], equal_nan=True
    )


@given(st.floats(1e-30, 1e30), st.booleans(), st.integers(0, 99))
def test_a_last_bit_of_float64_changes_two_of_the_result_at_most(value: float, up: bool, seed: int):
    beside = np.nextafter(value, np.inf if up else 0.0)
    found = moved(np.array([value]), stream(seed)) - moved(np.array([beside]), stream(seed))
    assert abs(found[0]) <= 4 * np.spacing(value)


A, B = data(4, 3), data(3, 4, seed=2)
IMAGES = data(1, 2, 6, 6, seed=3)
EXACT: dict[str, Callable[[], Tensor]] = {
    "view": lambda: A.view(3, 4).T.contiguous(),
    "index": lambda: A[[0, 2]],
    "gather": lambda: A.gather(1, torch.tensor([[0], [1], [2], [0]])),
    "where": lambda: torch.where(A > 0.5, A, -A),
    "relu": lambda: torch.relu(A),
    "max": lambda: A.max(dim=0).values,
    "maximum": lambda: torch.maximum(A, B.T),
    "max_pool": lambda: torch.nn.functional.max_pool2d(IMAGES, 2),
    "neg": lambda: -A,
    "abs": lambda: A.abs(),
    "clamp": lambda: A.clamp(0.3, 0.8),
    "cat": lambda: torch.cat([A, A]),
    "stack": lambda: torch.stack([A, A]),
    "sort": lambda: A.sort(dim=0).values,
    "one_hot": lambda: torch.nn.functional.one_hot(A.argmax(dim=1), 3).double(),
    "copy into a view": lambda: A.clone().T.copy_(B),
    "pad": lambda: torch.nn.functional.pad(IMAGES, (1, 1)),
    "masked_fill": lambda: A.masked_fill(A > 0.5, 0.1),
}
LOSING: dict[str, Callable[[], Tensor]] = {
    "add": lambda: A + B.T,
    "add in place": lambda: A.clone().add_(B.T),
    "add into": lambda: torch.add(A, B.T, out=torch.empty(4, 3, dtype=torch.float64)),
    "exp": lambda: A.exp(),
    "matmul": lambda: A @ B,
    "sum": lambda: A.sum(dim=0),
    "mean and variance": lambda: torch.stack(torch.var_mean(A, dim=0)),
    "softmax": lambda: torch.softmax(A, dim=1),
    "convolution": lambda: torch.nn.functional.conv2d(IMAGES, data(2, 2, 3, 3)),
    "average pooling": lambda: torch.nn.functional.avg_pool2d(IMAGES, 2),
    "scatter_add": lambda: torch.zeros(2, 3, dtype=torch.float64).index_add(0, torch.tensor([0, 0, 1, 1]), A),
    "one that nobody listed": lambda: torch.special.erfcx(A),
    "a list in place": lambda: torch._foreach_add([A], 0.1)[0],
    "complex numbers": lambda: torch.fft.fft(A).abs(),
}


@pytest.mark.parametrize("name", EXACT)
def test_what_single_precision_does_exactly_is_left_alone(name: str):
    assert torch.equal(simulated(EXACT[name]), EXACT[name]())


@pytest.mark.parametrize("name", LOSING)
def test_arithmetic_loses_about_a_rounding(name: str):
    exact, found = LOSING[name](), simulated(LOSING[name])
    error = ((found - exact).abs() / exact.abs()).max()
    assert 2e-9 < error < 3e-6
    assert any(not torch.equal(found, simulated(LOSING[name], seed)) for seed in range(1, 9))
    assert torch.equal(found, simulated(LOSING[name]))


def test_integers_and_bools_are_left_alone():
    whole = torch.tensor([1, 2, 3])
    assert torch.equal(simulated(lambda: whole * 7 + 1), whole * 7 + 1)
    assert simulated(lambda: whole > 1).dtype == torch.bool


def test_what_is_written_into_a_view_is_moved_in_the_whole():
    def written() -> Tensor:
        whole = torch.zeros(4, 3, dtype=torch.float64)
        whole[1:3].add_(0.1)
        return whole

    found = simulated(written)
    assert found[0].tolist() == [0.0] * 3
    assert (found[1] != 0.1).all()
    assert found[1].tolist() == pytest.approx([0.1] * 3)


def test_the_backward_pass_is_moved_too_and_runs_in_this_thread(monkeypatch: pytest.MonkeyPatch):
    threads = []
    original = rounding._Rounding._moved

    def noted(mode: rounding._Rounding, tensor: Tensor) -> Tensor:
        threads.append(threading.get_ident())
        return original(mode, tensor)

    monkeypatch.setattr(rounding._Rounding, "_moved", noted)
    leaf = A.clone().requires_grad_()
    output = leaf.exp().sum()
    (exact,) = torch.autograd.grad(output, [leaf], retain_graph=True)
    with single_precision(stream()):
        (found,) = torch.autograd.grad(output, [leaf])
    assert threads
    assert set(threads) == {threading.get_ident()}
    assert (found != exact).any()
    assert torch.allclose(found, exact, rtol=1e-6)


def test_what_is_too_large_overflows_and_what_is_too_small_vanishes():
    found = simulated(lambda: torch.tensor([100.0, -200.0, -100.0, 1.0], dtype=torch.float64).exp())
    assert found[0] == torch.inf
    assert found[1] == 0
    assert 0 < abs(found[2] - np.exp(-100.0)) < 1e-44
    assert found[3] != np.e


def test_an_oracle_can_tell_that_single_precision_is_simulated():
    assert not is_simulated()
    with single_precision(stream()):
        assert is_simulated()
    assert not is_simulated()


def test_the_simulation_ends_where_an_oracle_raises():
    with pytest.raises(ZeroDivisionError), single_precision(stream()):
        raise ZeroDivisionError
    assert not is_simulated()
    assert torch.equal(A + B.T, A + B.T)
