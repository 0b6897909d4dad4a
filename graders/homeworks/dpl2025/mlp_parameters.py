"""Where a submission's NumpyDenseResMLP keeps its parameters: found by shape and by what they start with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graders.checking import CheckFailed, Remote
from graders.probe.anatomy import Held, Path, written

from .mlp_interface import plain

NAMES = "The starter code has W1, W2, W3, W4, gamma1, beta1, gamma2, beta2, gamma3, beta3."
_NOT_PARAMETERS = re.compile(r"^(d[A-Zwgb]|d_|grad|v_|m_|vel|mom|cache)|_?grads?$", re.ASCII)


@dataclass(frozen=True)
class Parameters:
    """The paths of each parameter: one array may be held at several places. `row` if γ and β are (1, h)."""

    W: tuple[tuple[Path, ...], ...]
    gamma: tuple[tuple[Path, ...], ...] = ()
    beta: tuple[tuple[Path, ...], ...] = ()
    row: bool = False


def weight_shapes(d: int, h: int, C: int) -> list[tuple[int, int]]:
    """The handout's, bias rows included."""
    return [(d + 1, h), (d + h + 1, h), (d + 2 * h + 1, h), (h + 1, C)]


def find_parameters(arrays: Sequence[Held], d: int, h: int, C: int, *, norms: bool) -> Parameters:
    """The parameters of a new model; CheckFailed names those that aren't there."""
    groups = _grouped(arrays)
    W = []
    for k, shape in enumerate(weight_shapes(d, h, C), 1):
        found = [paths for held, paths in groups if held.shape == shape]
        W.append(_one(found, f"W{k}", shape, arrays))
    if not norms:
        return Parameters(tuple(W))
    for row in (False, True):
        like = (1, h) if row else (h,)
        gamma, beta = (_three(groups, like, value, start) for value, start in ((1.0, "g"), (0.0, "b")))
        if gamma or beta:
            return Parameters(tuple(W), _in_order(gamma, "gamma", like), _in_order(beta, "beta", like), row)
    raise CheckFailed(f"there are no LayerNorm parameters: no γ of ones and β of zeros, ({h},)", NAMES)


def _grouped(arrays: Sequence[Held]) -> list[tuple[Held, tuple[Path, ...]]]:
    """Each array once, with all its places; those that are gradients by name left out."""
    groups: dict[int, list[Held]] = {}
    for held in arrays:
        if held.path and held.is_float and not held.is_number and not any(_is_gradient(key) for _, key in held.path):
            groups.setdefault(held.identity, []).append(held)
    return [(found[0], tuple(held.path for held in found)) for found in groups.values()]


def _is_gradient(key: int | str) -> bool:
    return isinstance(key, str) and bool(_NOT_PARAMETERS.search(key))


def _one(
    found: Sequence[tuple[Path, ...]], name: str, shape: tuple[int, int], arrays: Sequence[Held]
) -> tuple[Path, ...]:
    named = [paths for paths in found if any(plain(_last(path)).endswith(name[1:]) for path in paths)]
    chosen = found if len(found) == 1 else named
    if len(chosen) == 1:
        return chosen[0]
    if found:
        raise CheckFailed(f"several arrays have {name}'s shape {shape}: {', '.join(map(_text, found))}", NAMES)
    turned = next((_text((held.path,)) for held in arrays if held.shape == shape[::-1]), "")
    same = next((held for held in arrays if plain(_last(held.path)) == plain(name)), None)
    if same is not None:
        raise CheckFailed(f"{_text((same.path,))} has shape {same.shape}, but should be {shape}", _rows(turned))
    raise CheckFailed(f"no array has {name}'s shape {shape}", NAMES)


def _rows(turned: str) -> str:
    return "Examples are rows: Z = X W." if turned else "The bias is the weights' last row."


def _three(
    groups: Sequence[tuple[Held, tuple[Path, ...]]], shape: tuple[int, ...], value: float, initial: str
) -> list[tuple[Path, ...]]:
    """Of the arrays of this shape those that hold this value; where there are more than three, those so named."""
    digests = {_digest(np.full(shape, value, dtype)) for dtype in (np.float64, np.float32)}
    found = [paths for held, paths in groups if held.shape == shape and held.digest in digests]
    named = [p for p in found if any(isinstance(k, str) and k.lower().startswith(initial) for _, k in p[0])]
    return found if len(found) <= 3 else named


def _in_order(found: Sequence[tuple[Path, ...]], name: str, shape: tuple[int, ...]) -> tuple[tuple[Path, ...], ...]:
    start = "1" if name == "gamma" else "0"
    if len(found) != 3:
        raise CheckFailed(
            f"{len(found)} arrays {shape} start as all {start}, but should be three: {name}1, {name}2, {name}3", NAMES
        )
    return tuple(sorted(found, key=lambda paths: [_number(key) for _, key in paths[0]]))


def _number(key: int | str) -> tuple[int, str]:
    """Sorts names by the number in them."""
    digits = re.findall(r"\d+", str(key))
    return (int(digits[-1][-9:]) if digits else 0, re.sub(r"\d+", "", str(key)))


def _digest(array: np.ndarray) -> str:
    return hashlib.blake2b(np.ascontiguousarray(array).tobytes(), digest_size=8).hexdigest()


def _last(path: Path) -> str:
    """The way to an array, in words; lists count from 0, the handout from 1."""
    return "".join(str(key + 1) if isinstance(key, int) else key for _, key in path)


def _text(paths: Sequence[Path]) -> str:
    return written(paths[0])


def follow(model: Remote, path: Path) -> Remote:
    """What is at the end of a path."""
    for kind, key in path:
        model = getattr(model, str(key)) if kind == "get" else model[key]
    return model


def assign(model: Remote, path: Path, value: np.ndarray) -> None:
    """Put a value at the end of a path."""
    holder, (kind, key) = follow(model, path[:-1]), path[-1]
    if kind == "get":
        setattr(holder, str(key), value)
    else:
        holder[key] = value
