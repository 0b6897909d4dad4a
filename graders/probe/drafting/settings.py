"""What a constructor's or function's argument means by its name: a size, or an option with its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from graders.probe.drafting.inventory import Argument
from graders.probe.words import bare

KERNEL, STRIDE, PADDING, SLOPE, GROUPS = "kernel", "stride", "padding", "slope", "groups"
EPS, MOMENTUM, RATE, HEIGHT, WIDTH = "eps", "momentum", "rate", "height", "width"
VALUES: dict[str, tuple[object, ...]] = {
    KERNEL: (2, 3),
    HEIGHT: (2, 3),
    WIDTH: (3, 2),
    STRIDE: (2, 1),
    PADDING: (1, 0),
    SLOPE: (0.1, 0.3),
    GROUPS: (2,),
    EPS: (1e-5,),
    MOMENTUM: (0.9,),
    RATE: (0.5,),
}
"""What an option is given: the first value while the layer is looked at, all of them in a pack."""
_NAMES: tuple[tuple[str, str], ...] = (
    (KERNEL, r"k|ks|ksize|kernel(size|width|len)?|filter(size|width)|pool(size|ing)?|window(size)?|hf|f|scale(factor)?"
             r"|(up|down)sampling(factor)?|factor|poolingsize|fsize"),
    (HEIGHT, r"pool(height|h)|(kernel|filter|window)(height|h)|hh|ph|kh|fh|hp"),
    (WIDTH, r"pool(width|w)|window(width|w)|ww|pw|kw|fw|wp"),
    (STRIDE, r"strides?|s|step|stridelength"),
    (PADDING, r"pad(ding|s)?|p|padsize"),
    (SLOPE, r"alpha|slope|(negative|neg)slope|leak|beta|lambda|lambd|delta|a"),
    (GROUPS, r"(num|n)?groups?|g"),
    (EPS, r"eps|epsilon"),
    (MOMENTUM, r"momentum|mom|decay|rho"),
    (RATE, r"rate|dropout|droprate|keepprob|prob|pdrop|dropoutrate"),
)  # fmt: skip
_ARRAYS = ("a", "p", "f", "g", "beta")
_SYNONYMS = {HEIGHT: KERNEL, WIDTH: KERNEL}
_TRIED = (KERNEL, HEIGHT, WIDTH, STRIDE, PADDING, SLOPE)
"""Options that are given values of ours though they have defaults: the output depends on them."""


def meaning(name: str, *, of_function: bool = False) -> str:
    """Which option it is by its name; empty where it says nothing, as a size does.

    A function's `a` or `p` is rather an array.
    """
    plain = bare(name)
    if of_function and plain in _ARRAYS:
        return ""
    return next((option for option, pattern in _NAMES if re.fullmatch(pattern, plain)), "")


def meanings(arguments: Sequence[Argument], *, windowed: bool = False, of_function: bool = False) -> dict[str, str]:
    """What each argument means that is an option; of a layer with windows, other required ones are their size."""
    found = {one.name: meaning(one.name, of_function=of_function) for one in arguments}
    if windowed and settings_of(found, KERNEL) == []:
        found |= {one.name: KERNEL for one in arguments if one.required and not found[one.name]}
    return {name: said for name, said in found.items() if said}


def settings_of(found: Mapping[str, str], option: str) -> list[str]:
    """The names that mean this option."""
    return [name for name, said in found.items() if said == option]


def is_same(said: str, role: str) -> bool:
    """Whether an option that means this may be what a known function calls so."""
    return said == role or _SYNONYMS.get(said) == role


def options(arguments: Sequence[Argument], found: Mapping[str, str]) -> dict[str, tuple[object, ...]]:
    """The options among the arguments that are to be given, with their values."""
    given = [one for one in arguments if one.name in found and (one.required or _is_tried(one, found[one.name]))]
    return {one.name: VALUES[found[one.name]] for one in given}


def _is_tried(one: Argument, option: str) -> bool:
    number = isinstance(one.default, int | float) and not isinstance(one.default, bool)
    return option in _TRIED and (one.default is None or number)
