"""Right functions of fast_layers.py, whose compiled part isn't handed in: ThreeLayerConvNet is marked on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from graders.checking import Refused, numbers
from reference.autodiff import vjp

Cache = Sequence[object]
"""What forward was given."""


def _convolved(conv_param: Mapping[str, int]) -> Callable[..., Tensor]:
    return lambda x, w, b: functional.conv2d(x, w, b, stride=conv_param["stride"], padding=conv_param["pad"])


def _pooled(pool_param: Mapping[str, int]) -> Callable[..., Tensor]:
    window = (pool_param["pool_height"], pool_param["pool_width"])
    return lambda x: functional.max_pool2d(x, window, pool_param["stride"])


def _tensors(*arrays: object) -> list[Tensor]:
    return [torch.tensor(numbers("an argument", array)) for array in arrays]


def _kept(cache: Cache, count: int) -> Cache:
    if len(cache) != count:
        raise Refused("cache should be what forward returned")
    return cache


def conv_forward_fast(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: Mapping[str, int]) -> list[object]:
    """(out, cache)."""
    return [_convolved(conv_param)(*_tensors(x, w, b)).numpy(), [x, w, b, conv_param]]


def conv_backward_fast(dout: np.ndarray, cache: Cache) -> list[np.ndarray]:
    """(dx, dw, db)."""
    *arrays, conv_param = _kept(cache, 4)
    _, gradients = vjp(_convolved(conv_param), _tensors(*arrays), *_tensors(dout))  # type: ignore[arg-type]
    return [gradient.numpy() for gradient in gradients]


def max_pool_forward_fast(x: np.ndarray, pool_param: Mapping[str, int]) -> list[object]:
    """(out, cache)."""
    return [_pooled(pool_param)(*_tensors(x)).numpy(), [x, pool_param]]


def max_pool_backward_fast(dout: np.ndarray, cache: Cache) -> np.ndarray:
    """dx."""
    x, pool_param = _kept(cache, 2)
    _, (gradient,) = vjp(_pooled(pool_param), _tensors(x), *_tensors(dout))  # type: ignore[arg-type]
    return np.asarray(gradient.numpy())


FAST: dict[str, Callable[..., object]] = {
    f"cs231n.fast_layers.{function.__name__}": function
    for function in (conv_forward_fast, conv_backward_fast, max_pool_forward_fast, max_pool_backward_fast)
}
