"""The front: what is called, and what may be called with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from graders.gradcheck.conventions import Convention
from graders.gradcheck.domains import Domain
from graders.gradcheck.enlarging import LOOKED_AT, in_entries
from graders.gradcheck.infinite import Filled
from graders.gradcheck.large import LARGE, Shrunk
from graders.gradcheck.problem import Backward, BackwardMany, Continuing, Forward, Point, Problem, one_by_one
from graders.gradcheck.report import found
from graders.gradcheck.result import Array, GuardError, Result
from graders.gradcheck.run import Run
from graders.gradcheck.tolerances import MAX_EVALUATIONS

BLOCK_DIRECTIONS = 2
"""Directions in which large inputs are moved."""


def gradcheck(
    forward: Forward,
    backward: Backward | None,
    inputs: Point,
    *,
    seed: int = 0,
    directions: int = 3,
    wrt: Sequence[str] | None = None,
    convention: Convention | None = None,
    output_shape: tuple[int, ...] | None = None,
    max_evaluations: int = MAX_EVALUATIONS,
    localise: bool = True,
    planted: bool = True,
    backward_many: BackwardMany | None = None,
    domains: Mapping[str, Domain] | None = None,
    outside: tuple[type[Exception], ...] = (),
    continuing: Continuing | None = None,
) -> Result:
    """Check a hand-written backward pass against its forward pass, both as black boxes.

    ``forward(points)`` evaluates at several points at once, each a mapping from names to arrays, and returns
    one output each. ``backward(point, cotangent)`` runs a fresh forward pass at ``point``, then the backward
    pass, and returns one gradient per name in ``wrt`` (default: all floating inputs); ``backward_many`` does
    the same for several pairs at once. ``planted`` adds a second point with near-ties and near-kinks. ``domains``
    says for some inputs where they have to stay: they are moved along a few directions within, entries aren't named.
    ``outside`` are the exceptions with which ``forward`` refuses a point beside the inputs: it is taken to be undefined
    there, and steps are made smaller, or to the other side alone. Where state is put back before every forward pass,
    ``continuing`` runs forward and backward for some pairs one after the other without that, and gives each pair's
    output and gradients: so gradients that add up and caches that aren't refreshed are still found. Infinite entries of
    an input, as in a mask, stay what they are, and aren't checked.

    Inputs and outputs may have any shape; a cotangent has the output's shape, a gradient that of its input.
    Derivatives are central differences with Ridders' extrapolation (1982): docs/gradcheck.md has the mathematics.

    Other exceptions of the code under test pass through; ValueError and TypeError also mean unusable arguments.
    """
    names = _names(inputs, wrt)
    if backward is None and backward_many is None:
        raise TypeError("backward=None and backward_many=None, but one of them should be a callable")
    if directions < 1:
        raise ValueError(f"directions={directions}, but should be at least 1")
    in_blocks = _in_blocks(inputs, names, convention, domains)
    many = backward_many or one_by_one(backward, copied=not in_blocks)  # type: ignore[arg-type]
    filled = Filled(inputs, names)
    if filled.finite:
        _refuse_infinities(filled, convention, domains)
        again = partial(gradcheck, filled.forward(forward), None, filled.inputs, backward_many=filled.backward(many))
        others = continuing and filled.continuing(continuing)
        result = again(
            seed=seed,
            directions=directions,
            wrt=names,
            convention=convention,
            output_shape=output_shape,
            max_evaluations=max_evaluations,
            localise=localise,
            planted=planted,
            outside=outside,
            continuing=others,
        )
        return filled.in_place(result)
    if in_blocks:  # which are summed up at once
        options = _Options(seed, directions, max_evaluations, localise, outside, convention or Convention())
        return _check_in_blocks(forward, many, inputs, names, options)
    problem = Problem(
        forward, many, inputs, names, convention or Convention(), output_shape, _inside(domains, inputs), outside
    )
    run = Run(problem, np.random.default_rng(seed), max_evaluations, localise, continuing)
    try:
        return run.check(directions, planted)
    except GuardError as finding:
        return found(problem, finding)


@dataclass(frozen=True)
class _Options:
    """What is asked of a check in blocks too."""

    seed: int
    directions: int
    max_evaluations: int
    localise: bool
    outside: tuple[type[Exception], ...]
    convention: Convention


def _in_blocks(
    inputs: Point, names: Sequence[str], convention: Convention | None, domains: Mapping[str, Domain] | None
) -> bool:
    """Whether a large input is to be checked in blocks, which know neither domains nor factors for each entry."""
    large = any(inputs[name].size > LARGE for name in names)
    return large and not domains and (convention is None or convention.is_the_same_for_all_entries)


def _check_in_blocks(
    forward: Forward, many: BackwardMany, inputs: Point, names: tuple[str, ...], options: _Options
) -> Result:
    """Check blocks of entries; after an alarm, the entries of the worst block."""
    rng = np.random.default_rng(options.seed)
    shrunk = Shrunk(forward, many, inputs, names, rng)
    problem = Problem(
        shrunk.forward, shrunk.backward_many, shrunk.inputs, names, options.convention, None, {}, options.outside
    )
    run = Run(problem, rng, options.max_evaluations, options.localise, left=LOOKED_AT, sparing=True)
    try:
        result = run.check(min(options.directions, BLOCK_DIRECTIONS), planted=False)
    except GuardError as finding:
        return found(problem, finding)
    return in_entries(result, shrunk, options.convention, options.localise)


def _names(inputs: Point, wrt: Sequence[str] | None) -> tuple[str, ...]:
    """The inputs to differentiate with respect to."""
    for name, x in inputs.items():
        if not isinstance(x, np.ndarray):
            raise TypeError(f"inputs[{name!r}] is {type(x).__name__}, but should be a NumPy array")
    if isinstance(wrt, str):
        raise TypeError(f"wrt={wrt!r}, but should be a sequence of names")
    names = tuple(name for name, x in inputs.items() if x.dtype.kind == "f") if wrt is None else tuple(wrt)
    if not names:
        raise ValueError("no input has a floating dtype, so there is nothing to differentiate")
    for name in names:
        if name not in inputs:
            raise ValueError(f"wrt names {name!r}, but should name one of {sorted(inputs)}")
        _refuse_unusable(name, inputs[name])
    return names


def _inside(domains: Mapping[str, Domain] | None, inputs: Point) -> Mapping[str, Domain]:
    """The domains; ValueError where an input isn't in its own."""
    for name, domain in (domains or {}).items():
        if name not in inputs:
            raise ValueError(f"domains names {name!r}, but should name one of {sorted(inputs)}")
        if not domain.contains(inputs[name]):
            raise ValueError(f"{name} should be in its domain, {domain}")
    return domains or {}


def _refuse_infinities(filled: Filled, convention: Convention | None, domains: Mapping[str, Domain] | None) -> None:
    """ValueError where infinite entries can't be left out: an input has to keep its shape for something else."""
    name = next(iter(filled.finite))
    if domains or not (convention is None or convention.is_the_same_for_all_entries):
        raise ValueError(f"{name} holds infinity, but should be finite where domains, shapes or factors are given")


def _refuse_unusable(name: str, x: Array) -> None:
    """ValueError for an input that can't be differentiated with respect to."""
    if x.dtype == np.float16:
        raise ValueError(
            f"{name} has dtype float16, but should be float32 or float64 to be differentiated: differences of three "
            f"digits say nothing. Check it at {name}.astype(numpy.float32)"
        )
    if x.dtype.kind == "c":
        raise ValueError(
            f"{name} has dtype {x.dtype}, but should be float32 or float64 to be differentiated: check_function takes "
            "complex arrays, as pairs of reals"
        )
    if x.dtype.kind != "f":
        raise ValueError(f"{name} has dtype {x.dtype}, but should be float32 or float64 to be differentiated")
    if x.size == 0:
        raise ValueError(f"{name} has shape {x.shape}, but should have entries")
    if np.isnan(x).any() or not np.isfinite(x).any():
        raise ValueError(f"{name} holds NaN or infinity, but should be finite")
