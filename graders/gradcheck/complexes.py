"""Complex arrays as pairs of reals, along a last axis of length 2.

The gradient of a real loss L with respect to z = x + iy is taken to be dL/dx + i dL/dy, twice the Wirtinger derivative
with respect to the conjugate of z, and so is the upstream gradient: what PyTorch returns, and the conjugate of what JAX
does. For w = a z it is conj(a) times the upstream gradient.
"""

from __future__ import annotations

import numpy as np

from graders.gradcheck.result import Array


def as_pairs(z: Array) -> Array:
    """The real and the imaginary part of each number, ``(*shape, 2)``; what isn't complex stays."""
    return np.stack([z.real, z.imag], axis=-1) if z.dtype.kind == "c" else z


def as_complex(pairs: Array) -> Array:
    """The numbers that these pairs stand for."""
    return np.asarray(pairs[..., 0] + pairs.dtype.type(1) * np.array(1j, _complex_of(pairs)) * pairs[..., 1])


def _complex_of(pairs: Array) -> np.dtype:
    return np.result_type(pairs.dtype, np.complex64)
