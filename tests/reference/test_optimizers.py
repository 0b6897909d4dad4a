"""`reference.optimizers` and the running averages against PyTorch, over several steps."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from reference.normalization import batch_statistics, running_average
from reference.optimizers import sgd
from tests.reference.drawn import drawn, equal

RATES = st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=6)
SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, RATES, st.sampled_from([0.0, 0.5, 0.9]))
def test_sgd_is_what_torch_computes_even_if_the_rate_changes(seed: int, rates: list[float], momentum: float) -> None:
    start, *gradients = drawn(seed, *[(3, 2)] * (len(rates) + 1))
    parameter = nn.Parameter(start.clone())
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum)

    steps = sgd(start, gradients, rates, momentum)

    assert len(steps) == len(rates)
    for step, rate, slope in zip(steps, rates, gradients, strict=True):
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = slope.clone()
        optimizer.step()
        equal(step.parameter, parameter.detach())
        if momentum:
            equal(step.velocity, optimizer.state[parameter]["momentum_buffer"])


def test_a_rate_folded_into_the_velocity_would_give_other_parameters() -> None:
    start, *gradients = drawn(0, (2,), (2,), (2,))
    rates = [0.1, 0.5]
    velocity, folded = torch.zeros(2, dtype=torch.float64), start
    for slope, rate in zip(gradients, rates, strict=True):
        velocity = 0.9 * velocity + rate * slope
        folded = folded - velocity
    assert not torch.allclose(sgd(start, gradients, rates, 0.9)[-1].parameter, folded)


def test_sgd_leaves_parameter_and_gradients_alone() -> None:
    start, slope = drawn(0, (2, 3), (2, 3))
    before = start.clone(), slope.clone()
    sgd(start, [slope, slope], [0.1, 0.1], 0.9)
    assert torch.equal(start, before[0])
    assert torch.equal(slope, before[1])


@given(SEEDS, st.integers(1, 5), st.integers(2, 7), st.sampled_from([0.0, 0.5, 0.9, 1.0]))
def test_running_averages_are_torchs_but_for_its_unbiased_variance(seed: int, steps: int, N: int, share: float) -> None:
    batches = drawn(seed, *[(N, 3)] * steps)
    layer = nn.BatchNorm1d(3, momentum=1 - share, dtype=torch.float64)
    mean, variance = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    for batch in batches:
        layer(batch)
        found = batch_statistics(batch)
        mean = running_average(mean, found.mean, share)
        variance = running_average(variance, found.variance * N / (N - 1), share)
    equal(mean, layer.running_mean)
    equal(variance, layer.running_var)
