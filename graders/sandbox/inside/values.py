"""Snapshots of what student code returns: a later call may change an array in place."""

from __future__ import annotations

import sys

import numpy as np

from .placeholders import Placeholder, refuse
from .wire import MAX_FRAME, Mapped, Named, Opaque, ProtocolError


def frozen(value: object) -> object:
    """A copy that goes over the wire: tensors as arrays, tuples and matrices as `Named`, dicts as `Mapped`."""
    array = _as_array(value)
    if array is not None:
        if array.nbytes > MAX_FRAME:
            raise ProtocolError(f"an array of {array.nbytes} bytes is over the limit of {MAX_FRAME}")
        plain = np.array(array, copy=True, subok=False)
        return Named("matrix", plain) if isinstance(value, np.matrix) else plain
    if isinstance(value, list | tuple):
        items = [frozen(item) for item in value]
        return Named("tuple", items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return Mapped({frozen(key): frozen(item) for key, item in value.items()})
    if isinstance(value, int | float | str) and type(value) not in _PLAIN:
        return np.asarray(value) if isinstance(value, np.generic) else Opaque(type(value).__name__)
    return value


_PLAIN = (bool, int, float, str, np.float64)


def _as_array(value: object) -> np.ndarray | None:
    """An array, or a tensor's values, in which types that NumPy lacks become float32."""
    if isinstance(value, np.ndarray):
        return value
    if type(value) is Placeholder:
        refuse(value)
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor):
        return None
    plain = torch.Tensor.detach(value).cpu().resolve_conj().resolve_neg()
    values: np.ndarray = (plain.float() if plain.dtype == torch.bfloat16 else plain).numpy()
    return values
