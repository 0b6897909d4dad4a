"""Which known function a piece computes, in which conventions: outputs and gradients have to agree at a drawn point."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from graders.probe.arguments import INPUT, LABELS, PARAMETER, WHOLE
from graders.probe.drafting import settings
from graders.probe.drafting.known import DATA, Known, functions
from graders.probe.drafting.looking import Sight
from graders.probe.drafting.losses import losses
from graders.probe.drafting.proposals import BATCH
from graders.probe.drawing import Array
from reference import guards
from reference.autodiff import vjp

EXACT, GUARDED = 1e-10, 1e-5
"""How far an answer may be off: a formula as it is, and one that keeps away from 0 by a small number."""
ROUGHLY = 0.1
"""How far it may be off where an eps is another."""
PADDED = settings.PADDING
MAX_ORDERS = 120
ONE, DIVIDED, MULTIPLIED = "", "divided", "multiplied"
Names = Mapping[str, object]
NAMES: Names = {"torch": torch, "F": F, "guards": guards}
"""What the formulas call things."""
Function = Callable[..., Tensor]


@dataclass(frozen=True)
class Match:
    """What agrees: the formula with the piece's own names, the role of each array, and what each gradient is times.

    `numbers` are the constants that were put into it, an eps say, each of which agrees; `says` is what it is.
    """

    sight: Sight
    says: str
    text: str
    roles: Mapping[str, str]
    """The arrays by their roles."""
    scales: Mapping[str, str]
    family: str = ""
    numbers: Mapping[str, object] = ()  # type: ignore[assignment]
    exact: bool = True
    options: tuple[str, ...] = ()
    """Those of the piece's options that it uses."""


def match(sight: Sight, candidates: Sequence[Known], names: Names = NAMES) -> Match | None:
    """The first function that agrees, exactly or else but for a guard; `names` are those in the formulas.

    One that leaves an option of the piece unused gives way to one that uses all.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's, of what is tried in vain
        return _match(sight, candidates, names)


def _match(sight: Sight, candidates: Sequence[Known], names: Names) -> Match | None:
    needed = _needed(sight)
    for tolerance in (EXACT, GUARDED):
        found = None
        for one in (
            one for known in candidates for one in itertools.islice(_matches(known, sight, tolerance, names), 1)
        ):
            if needed <= set(one.options):
                return one
            found = found or one
        if found is not None:
            return found
    return None


def _needed(sight: Sight) -> set[str]:
    """The options that its output should depend on: those that aren't lengths of an array's axis."""
    shapes = {length for array in sight.arrays.values() for length in array.shape}
    values = sight.proposal.values
    kernels = {name for name, said in sight.proposal.meanings.items() if said == settings.KERNEL}
    return {name for name in values if name not in kernels or values[name] not in shapes}


def usual(sight: Sight) -> list[Known]:
    """All known functions that could be it: losses first where the output is one number."""
    return [*(_known_losses() if _is_loss(sight) else ()), *_known_functions()]


@cache
def _known_functions() -> tuple[Known, ...]:
    return tuple(functions())


@cache
def _known_losses() -> tuple[Known, ...]:
    return tuple(losses())


def _is_loss(sight: Sight) -> bool:
    return sight.output.size == 1


def _matches(known: Known, sight: Sight, tolerance: float, names: Names) -> Iterator[Match]:
    if known.scalar != _is_loss(sight) or not _fits(known, sight):
        return
    for order in itertools.islice(itertools.permutations(sight.arrays), MAX_ORDERS):
        roles = dict(zip(known.roles, order, strict=True))
        if not _is_plausible(roles, sight):
            continue
        for text, numbers, options in _texts(known, sight, roles):
            function = _function(text, sight, names)
            output = None if function is None else _output(function, sight)
            if function is None or output is None or ("eps" in numbers and not is_close(sight.output, output, ROUGHLY)):
                break  # other numbers make no difference to that
            scales = _agreement(function, output, sight, tolerance)
            if scales is not None:
                exact = tolerance == EXACT
                yield Match(sight, known.says, text, roles, scales, known.family, numbers, exact, options)


def _is_plausible(roles: Mapping[str, str], sight: Sight) -> bool:
    """Whether no parameter is taken for data, nor data for a parameter where there are enough of these."""
    held = {one.name for one in sight.api.parameters} | sight.proposal.parameters
    data = [name for role, name in roles.items() if role in DATA]
    others = [name for role, name in roles.items() if role not in DATA]
    return not held & set(data) and (len(held) < len(others) or set(others) <= held)


def _fits(known: Known, sight: Sight) -> bool:
    """Whether there are as many arrays, and labels of the kind, as it takes."""
    kinds = [form.kind for form in sight.forms.values()]
    return len(known.roles) == len(sight.arrays) and kinds == ([known.labels] if known.labels else [])


def _texts(
    known: Known, sight: Sight, roles: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, object], tuple[str, ...]]]:
    """The formula with the piece's names: its settings are options of the piece, or numbers."""
    named = {role: _own(role, sight) for role in known.options}
    left = {role: _numbers(role, numbers, sight) for role, numbers in known.options.items() if not named[role]}
    arrays = {role: identifier(name) for role, name in roles.items()}
    labels = {"y": identifier(next(iter(sight.labels)))} if known.labels else {}
    for values in itertools.product(*left.values()):
        numbers = dict(zip(left, values, strict=True))
        own = {role: name for role, name in named.items() if name}
        yield known.text.format(**{**arrays, **labels, **own, **numbers}), numbers, tuple(own.values())


def _own(role: str, sight: Sight) -> str:
    """The piece's option that means this, if there is one."""
    proposal = sight.proposal
    return next((name for name in proposal.options if settings.is_same(proposal.meanings.get(name, ""), role)), "")


def _numbers(role: str, usual: Sequence[object], sight: Sight) -> Sequence[object]:
    """What a setting may be that is no option: the constants in the source first."""
    small = (settings.EPS, settings.SLOPE, "delta")
    own = sight.piece.numbers if role in small else ()
    return tuple(dict.fromkeys([*own, *usual]))


def identifier(name: str) -> str:
    """The name as an argument may be called."""
    plain = "".join(letter if letter.isalnum() else "_" for letter in name.removeprefix("self.")).strip("_")
    return plain if plain.isidentifier() and plain not in NAMES else f"{plain}_"


def arguments(sight: Sight) -> list[str]:
    """What the formula takes: inputs, what the object holds, labels, then each option by its name."""
    given = [a.name for a in sight.api.arguments if a.kind in (INPUT, PARAMETER, WHOLE)]
    held = [name for name in sight.arrays if name not in given]
    labels = [a.name for a in sight.api.arguments if a.kind == LABELS]
    return [identifier(name) for name in (*given, *held, *labels, *sight.proposal.options)]


def _function(text: str, sight: Sight, names: Names) -> Function | None:
    source = f"lambda {', '.join(arguments(sight))}: {text}"
    try:
        made: Function = eval(source, dict(names))
    except SyntaxError:
        return None
    return made


def _given(sight: Sight) -> tuple[list[Tensor], dict[str, Any]]:
    """What the formula is given: arrays in their order; labels and options by name."""
    arrays = [torch.tensor(array, dtype=torch.float64) for array in sight.arrays.values()]
    labels = {identifier(name): torch.tensor(array) for name, array in sight.labels.items()}
    whole = {name: one if one.dtype == torch.int64 else one.to(torch.float64) for name, one in labels.items()}
    return arrays, whole | {identifier(name): value for name, value in sight.proposal.values.items()}


def _of(function: Function, sight: Sight, arrays: Sequence[Tensor], named: Mapping[str, Any]) -> Tensor:
    return function(**dict(zip(map(identifier, sight.arrays), arrays, strict=True)), **named)


_REFUSED = (RuntimeError, ValueError, IndexError, TypeError, NotImplementedError)
"""What PyTorch raises for shapes, or settings, that a function doesn't take."""


def _output(function: Function, sight: Sight) -> Array | None:
    arrays, named = _given(sight)
    try:
        output = _of(function, sight, arrays, named)
    except _REFUSED:
        return None
    return output.numpy() if isinstance(output, Tensor) else None


def _agreement(function: Function, output: Array, sight: Sight, tolerance: float) -> dict[str, str] | None:
    """What each gradient is times, where output and gradients agree; None where they don't."""
    if not is_close(sight.output, output, tolerance):
        return None
    if PADDED in sight.proposal.meanings.values() and any(np.array_equal(x, output) for x in sight.arrays.values()):
        return None  # padded by nothing, it is no padding
    given, named = _given(sight)
    upstream = torch.tensor(_upstream(sight), dtype=torch.float64)
    try:
        _, gradients = vjp(lambda *arrays: _of(function, sight, arrays, named), given, upstream)
    except _REFUSED:
        return None
    right = dict(zip(sight.arrays, (one.numpy() for one in gradients), strict=True))
    scales = {name: _scale(found, right[name], _count(sight), tolerance) for name, found in sight.gradients.items()}
    return None if None in scales.values() else {name: scale for name, scale in scales.items() if scale is not None}


def _upstream(sight: Sight) -> Array:
    if sight.api.local:
        return np.ones(sight.output.shape)
    return sight.upstream


def _count(sight: Sight) -> int:
    return sight.proposal.lengths.get(BATCH, 1)


def _scale(found: Array | None, right: Array, count: int, tolerance: float) -> str | None:
    if found is None:
        return None
    for said, factor in ((ONE, 1.0), (DIVIDED, 1 / count), (MULTIPLIED, float(count))):
        if is_close(np.asarray(found), right * factor, tolerance):
            return said
    return None


def is_close(found: Array, right: Array, tolerance: float) -> bool:
    """Whether two arrays are the same but for rounding; one number may have any shape of one entry."""
    if found.size == right.size == 1:
        found, right = found.reshape(()), right.reshape(())
    if found.shape != right.shape or found.dtype.kind not in "fiu":
        return False
    largest = float(np.max(np.abs(right), initial=0.0))
    return bool(np.isfinite(found).all()) and bool(np.allclose(found, right, rtol=tolerance, atol=tolerance * largest))
