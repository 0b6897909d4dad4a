"""Names that NumPy has removed: what each was, in which version it went, and what replaces it.

Sources: the release notes of NumPy 1.18 to 2.4. The worker puts them back; the trusted side warns of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Gone:
    """The version in which a name went, what to write for it, and what it stood for."""

    version: str
    instead: str
    value: object


def _asfarray(a: object, dtype: object = np.float64) -> np.ndarray:
    given = np.dtype(dtype)  # type: ignore[call-overload]
    return np.asarray(a, dtype=given if np.issubdtype(given, np.inexact) else np.float64)


def _msort(a: object) -> np.ndarray:
    return np.sort(np.asarray(a), axis=0)


def _in1d(
    ar1: object, ar2: object, assume_unique: bool = False, invert: bool = False, *, kind: object = None
) -> np.ndarray:
    one, other = np.asarray(ar1).ravel(), np.asarray(ar2).ravel()
    return np.isin(one, other, assume_unique=assume_unique, invert=invert, kind=kind)  # type: ignore[arg-type]


_SMALLEST = {"b": False, "u": 0, "i": 0, "f": 0.0, "c": 0j}
"""Of each kind a number that makes no type wider."""


def _find_common_type(array_types: list[object], scalar_types: list[object]) -> np.dtype:
    arrays = [np.dtype(one) for one in array_types]  # type: ignore[call-overload]
    kinds = [np.dtype(one).kind for one in scalar_types]  # type: ignore[call-overload]
    scalars = [_SMALLEST[kind] for kind in kinds if kind in _SMALLEST]
    return np.result_type(*arrays, *scalars)


def _asscalar(a: np.ndarray) -> object:
    return a.item()


def _alen(a: object) -> int:
    return len(np.array(a, ndmin=1))


def _rank(a: object) -> int:
    return np.ndim(a)  # type: ignore[arg-type]


def _fast_copy_and_transpose(a: np.ndarray) -> np.ndarray:
    return a.T.copy()


class _Cast(dict[object, Callable[[object], np.ndarray]]):
    """`np.cast["f"](x)`."""

    def __missing__(self, key: object) -> Callable[[object], np.ndarray]:
        return lambda values: np.asarray(values, dtype=key)  # type: ignore[call-overload]


def _since(version: str, names: Mapping[str, tuple[str, object]]) -> dict[str, Gone]:
    return {name: Gone(version, instead, value) for name, (instead, value) in names.items()}


_OF_PYTHON = {
    "bool": ("bool", bool),
    "int": ("int", int),
    "float": ("float", float),
    "complex": ("complex", complex),
    "object": ("object", object),
    "str": ("str", str),
    "long": ("int", int),
    "unicode": ("str", str),
}
_SCALARS = {
    "float_": ("np.float64", np.float64),
    "complex_": ("np.complex128", np.complex128),
    "cfloat": ("np.complex128", np.complex128),
    "singlecomplex": ("np.complex64", np.complex64),
    "longfloat": ("np.longdouble", np.longdouble),
    "longcomplex": ("np.clongdouble", np.clongdouble),
    "clongfloat": ("np.clongdouble", np.clongdouble),
    "string_": ("np.bytes_", np.bytes_),
    "unicode_": ("np.str_", np.str_),
    "bool8": ("np.bool_", np.bool_),
    "int0": ("np.intp", np.intp),
    "uint0": ("np.uintp", np.uintp),
    "object0": ("np.object_", np.object_),
    "str0": ("np.str_", np.str_),
    "bytes0": ("np.bytes_", np.bytes_),
    "void0": ("np.void", np.void),
}
_NUMBERS = {
    "Inf": ("np.inf", np.inf),
    "Infinity": ("np.inf", np.inf),
    "infty": ("np.inf", np.inf),
    "PINF": ("np.inf", np.inf),
    "NINF": ("-np.inf", -np.inf),
    "NaN": ("np.nan", np.nan),
    "PZERO": ("0.0", 0.0),
    "NZERO": ("-0.0", -0.0),
}
_FUNCTIONS = {
    "product": ("np.prod", np.prod),
    "cumproduct": ("np.cumprod", np.cumprod),
    "sometrue": ("np.any", np.any),
    "alltrue": ("np.all", np.all),
    "round_": ("np.round", np.round),
    "mat": ("np.asmatrix", np.asmatrix),
    "row_stack": ("np.vstack", np.vstack),
    "asfarray": ("np.asarray(a, dtype=float)", _asfarray),
    "msort": ("np.sort(a, axis=0)", _msort),
    "find_common_type": ("np.result_type", _find_common_type),
    "cast": ("np.asarray(a, dtype=...)", _Cast()),
    "fastCopyAndTranspose": ("a.T.copy()", _fast_copy_and_transpose),
    "issubsctype": ("np.issubdtype", np.issubdtype),
    "issubclass_": ("issubclass", issubclass),
    "math": ("math, with import math", math),
}
OLD_NAMES: Mapping[str, Gone] = {
    **_since("1.18", {"rank": ("np.ndim", _rank)}),
    **_since("1.23", {"asscalar": ("a.item()", _asscalar), "alen": ("len", _alen)}),
    **_since("1.24", _OF_PYTHON),
    **_since("2.0", {**_SCALARS, **_NUMBERS, **_FUNCTIONS}),
    **_since("2.4", {"in1d": ("np.isin", _in1d), "trapz": ("np.trapezoid", np.trapezoid)}),
}
"""By their names in `numpy`. Whichever of them the installed NumPy still has, it has as it is."""


def missing_names() -> dict[str, Gone]:
    """Those that the installed NumPy has no more: what it still has, or has again, stands in its namespace."""
    return {name: gone for name, gone in OLD_NAMES.items() if name not in vars(np)}


def put_back() -> None:
    """Have NumPy know its old names in this process."""
    for name, gone in missing_names().items():
        setattr(np, name, gone.value)
