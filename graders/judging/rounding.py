"""Single precision as seen from double precision: PyTorch operations whose results are moved by about a rounding error.

This is Monte Carlo arithmetic (D. S. Parker, "Monte Carlo Arithmetic: exploiting randomness in floating-point
arithmetic", UCLA CSD-970002, 1997; before it CESTAC, J. Vignes, "A stochastic arithmetic for reliable scientific
computation", Mathematics and Computers in Simulation 35, 1993), with one change: a result is moved by its distance to
the nearest float32, up or down at random. As often as not that is what float32 itself gives, and else as far the other
way; a result that float32 can hold stays as it is. Unlike rounding, this depends continuously on the operands: float64
kernels that differ in their last bit, as those of two processors do, change what is measured in its ninth digit or so.
docs/tolerance.md has the argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import torch
from torch._ops import OpOverload

# Private in PyTorch, which is pinned to one version; its documentation tells library authors to use this module.
from torch.utils._python_dispatch import TorchDispatchMode

LARGEST = float(np.finfo(np.float32).max) * (1 + 2.0**-25)
"""What is larger becomes infinite in single precision."""

LEAST = 2.0**-150
"""What is smaller becomes zero: half the least number that single precision can hold."""

EXACT: Mapping[str, str] = {
    "moves numbers about, or copies them": (
        "alias clone copy contiguous detach lift lift_fresh lift_fresh_copy _to_copy to resolve_conj resolve_neg "
        "cat stack hstack vstack repeat tile expand_copy view_copy pad constant_pad_nd reflection_pad1d "
        "reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d replication_pad3d roll flip rot90 "
        "triu tril diag_embed diagonal_scatter select_scatter slice_scatter as_strided_scatter block_diag "
        "im2col pixel_shuffle pixel_unshuffle channel_shuffle set resize"
    ),
    "picks or places numbers": (
        "index index_select gather take take_along_dim masked_select masked_fill masked_scatter where scatter "
        "index_copy index_fill fill zero slice_backward select_backward diagonal_backward "
        "value_selecting_reduction_backward nonzero embedding unique _unique2"
    ),
    "chooses one of its operands": (
        "maximum minimum max min amax amin fmax fmin aminmax clamp clamp_min clamp_max hardtanh relu relu6 threshold "
        "threshold_backward max_pool1d max_pool2d max_pool3d max_pool2d_with_indices max_pool3d_with_indices "
        "adaptive_max_pool2d sort argsort topk kthvalue median nanmedian mode cummax cummin nan_to_num searchsorted"
    ),
    "changes the sign at most, or gives integers": (
        "neg abs sign sgn copysign positive floor ceil round trunc argmax argmin one_hot count_nonzero heaviside eq ne "
        "lt le gt ge isnan isinf isfinite logical_and logical_or logical_not logical_xor signbit bincount"
    ),
    "makes numbers of none": (
        "empty empty_like empty_strided new_empty new_empty_strided zeros zeros_like new_zeros ones ones_like new_ones "
        "eye full full_like new_full scalar_tensor arange tril_indices triu_indices bernoulli "
        "_local_scalar_dense _assert_async rand randn rand_like randn_like"
    ),
}
"""Operations that single precision does without a rounding, by the reason. Any other is moved, known or not.

`index_put`, `index_add`, `scatter_add` and the backward passes of pooling add numbers up: they are moved.
"""

_EXACT = frozenset(name for names in EXACT.values() for name in names.split())
_SIMULATED: ContextVar[bool] = ContextVar("single precision is simulated", default=False)


def is_simulated() -> bool:
    """Whether roundings of single precision are put in now: an oracle can then go the right way that loses most."""
    return _SIMULATED.get()


@contextmanager
def single_precision(random: np.random.Generator) -> Iterator[None]:
    """In this context each PyTorch operation on float64 loses about as much as in float32, autograd's included."""
    token = _SIMULATED.set(True)
    try:
        with _Rounding(random):
            yield
    finally:
        _SIMULATED.reset(token)


def moved(values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Float64 values as single precision might have them: moved by their distance from the nearest float32."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        single = values.astype(np.float32).astype(np.float64)
        distance = np.abs(values - single)
        shaken = values + np.where(random.random(values.shape) < 0.5, -distance, distance)
    size = np.abs(values)
    small, large = size < LEAST, size > LARGEST
    shaken = np.where(small, np.copysign(0.0, values), shaken) if small.any() else shaken
    return np.where(large, np.copysign(np.inf, values), shaken) if large.any() else shaken


def direction(shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """Numbers between -1 and 1, the same bits on every machine: each step is exact in float64."""
    return 2.0 * random.random(shape) - 1.0


def is_exact(operation: OpOverload) -> bool:
    """Whether single precision has nothing to round in this operation."""
    if operation.is_view:
        return True
    name = operation._schema.name.rpartition("::")[2]
    return name in _EXACT or name.rstrip("_") in _EXACT


class _Rounding(TorchDispatchMode):  # type: ignore[no-untyped-call] # PyTorch's has no types
    """Stands below autograd, so that it sees what a backward pass does, too."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here: else PyTorch would import its compiler, which takes more than a second."""
        return False

    def __init__(self, random: np.random.Generator) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # likewise
        self._random = random

    def __torch_dispatch__(
        self,
        func: OpOverload,
        types: Sequence[type],
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        """The operation's result, moved unless it is exact."""
        given = dict(kwargs or {})
        call: Callable[..., object] = func
        result = call(*args, **given)
        if is_exact(func):
            return result
        written = _written(func, args, given)
        for tensor in written:
            tensor.copy_(self._moved(tensor))
        return self._fresh(result, {id(tensor) for tensor in written})

    def _fresh(self, result: object, written: set[int]) -> object:
        """The result with new tensors in place of those that hold new numbers."""
        if isinstance(result, torch.Tensor):
            return result if id(result) in written else self._moved(result)
        if isinstance(result, tuple | list):
            return type(result)([self._fresh(item, written) for item in result])
        return result

    def _moved(self, tensor: torch.Tensor) -> torch.Tensor:
        if tensor.is_complex():
            return torch.view_as_complex(self._moved(torch.view_as_real(tensor.resolve_conj())).contiguous())
        if tensor.dtype != torch.float64:
            return tensor
        found = moved(tensor.detach().resolve_neg().numpy(), self._random)
        return torch.from_numpy(np.asarray(found))


def _written(operation: OpOverload, args: Sequence[object], given: Mapping[str, object]) -> list[torch.Tensor]:
    """The tensors that an operation writes into, `x` of `x.add_(y)` and of `torch.add(a, b, out=x)`."""
    if not operation._schema.is_mutable:
        return []
    found: list[object] = []
    for place, argument in enumerate(operation._schema.arguments):
        value = args[place] if place < len(args) else given.get(argument.name)
        if argument.alias_info is not None and argument.alias_info.is_write:
            found += value if isinstance(value, list | tuple) else [value]
    return [item for item in found if isinstance(item, torch.Tensor)]
