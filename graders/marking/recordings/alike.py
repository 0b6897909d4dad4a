"""Whether two values that came from student code are the same to the last bit."""

from __future__ import annotations

import numpy as np

from graders.sandbox.inside.wire import Opaque


def alike(value: object, other: object) -> bool:
    """Equal to the last bit, in kind, type and shape."""
    if type(value) is not type(other):
        return False
    match value, other:
        case np.ndarray(), np.ndarray():
            return value.dtype == other.dtype and value.shape == other.shape and value.tobytes() == other.tobytes()
        case list(), list():
            return len(value) == len(other) and all(map(alike, value, other))
        case dict(), dict():
            return list(value) == list(other) and all(map(alike, value.values(), other.values()))
        case Opaque(), Opaque():
            return value.type_name == str(other.type_name)
    return repr(value) == repr(other)
