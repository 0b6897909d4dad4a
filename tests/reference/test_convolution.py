"""The oracles of convolution and pooling against loops over every entry, written out from equation 1."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reference.convolution import conv2d
from reference.pooling import average_pool2d, max_pool2d


@pytest.mark.parametrize(("stride", "padding"), [(1, (0, 0)), (2, (1, 2)), (3, (0, 1))])
def test_conv2d_is_the_sum_of_equation_1(stride: int, padding: tuple[int, int]):
    random = np.random.default_rng(0)
    X, W, b = (random.standard_normal(shape) for shape in ((2, 6, 9, 2), (3, 2, 2, 4), (4,)))
    found = conv2d(torch.tensor(X), torch.tensor(W), torch.tensor(b), stride, padding).numpy()
    padded = np.pad(X, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    for n, row, column, unit in np.ndindex(*found.shape):
        window = padded[n, row * stride : row * stride + 3, column * stride : column * stride + 2]
        assert found[n, row, column, unit] == pytest.approx(np.sum(window * W[..., unit]) + b[unit])
    assert found.shape[1:3] == ((6 + 2 * padding[0] - 3) // stride + 1, (9 + 2 * padding[1] - 2) // stride + 1)


@pytest.mark.parametrize("stride", [1, 2, 4])
def test_pooling_takes_each_window_of_each_channel(stride: int):
    X = np.random.default_rng(0).standard_normal((2, 6, 9, 3))
    for oracle, plain in ((max_pool2d, np.max), (average_pool2d, np.mean)):
        found = oracle(torch.tensor(X), (3, 2), stride).numpy()
        for n, row, column, channel in np.ndindex(*found.shape):
            window = X[n, row * stride : row * stride + 3, column * stride : column * stride + 2, channel]
            assert found[n, row, column, channel] == pytest.approx(plain(window))
