"""Mistakes in the loss of a network that has a penalty on the squares of its weights: in it, and in its gradients."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from graders.checking.components.families.family import Family

_PENALTY = "Look at what the regularisation adds."
_AVERAGE = "Look at what is divided by the number of examples."


_BIASES = "Look at which parameters are regularised."


def penalised(weights: Sequence[str], others: Sequence[str] = ()) -> Family:
    """The family of a network whose loss has `reg` times the squares of these weights; `others` are its parameters
    without a penalty.
    """
    family = Family("penalised", ("x", "y", "reg", *weights, *others))
    family.wrongs("out", {
        "penalty_missing": ("lacks the regularisation", _PENALTY, _share("out", 0)),
        "penalty_whole": ("has the regularisation without its factor ½", _PENALTY, _share("out", 2)),
        "penalty_subtracted": ("has the regularisation subtracted", _PENALTY, _share("out", -1)),
        "penalised_summed": ("is a sum over the examples, not a mean", _AVERAGE, _summed("out")),
    })  # fmt: skip
    for name in weights:
        without = f"lacks the regularisation of {name}"
        family.wrongs("out", {f"penalty_without_{name}": (without, _PENALTY, _without(name, weights))})
        says = "has twice the gradient of the regularisation: half of the square's derivative is the weight itself"
        family.wrongs(f"d{name}", {
            f"{name}_penalty_missing": ("lacks the gradient of the regularisation", _PENALTY, _share(f"d{name}", 0)),
            f"{name}_penalty_twice": (says, _PENALTY, _share(f"d{name}", 2)),
            f"{name}_penalty_subtracted": ("has the gradient of the regularisation subtracted", _PENALTY,
                                           _share(f"d{name}", -1)),
        })  # fmt: skip
    _penalise(family, weights, [name for name in others if name.startswith("b")])
    for name in (*weights, *others):
        says = "is a sum over the examples, not a mean"
        family.wrongs(f"d{name}", {f"{name}_summed": (says, _AVERAGE, _summed(f"d{name}"))})
    return family


def _penalise(family: Family, weights: Sequence[str], biases: Sequence[str]) -> None:
    """Add what comes of a penalty on biases, too: on one of them, or on all."""
    for name in biases:
        says = f"has a regularisation of {name}, too"
        family.wrongs("out", {f"penalty_with_{name}": (says, _BIASES, _with([name], weights))})
        family.wrongs(
            f"d{name}", {f"{name}_penalised": ("has the gradient of a regularisation", _BIASES, _decayed(name))}
        )
    if len(biases) > 1:
        says = "has a regularisation of the biases, too"
        family.wrongs("out", {"penalty_with_biases": (says, _BIASES, _with(biases, weights))})


def _with(biases: Sequence[str], weights: Sequence[str]) -> Callable[..., Any]:
    """The loss with as much of a penalty on these as on the weights."""

    def formula(right: Any, reg: float, **known: Any) -> Any:
        squares, more = (sum((known[name] ** 2).sum() for name in names) for names in (weights, biases))
        plain, whole = right(reg=0.0)["out"], right()["out"]
        return whole + (whole - plain) * more / squares if reg else None

    return _asking(formula, *weights, *biases)


def _decayed(name: str) -> Callable[..., Any]:
    """A bias's gradient with that of a penalty of ½ reg times its squares."""

    def formula(right: Any, reg: float, **known: Any) -> Any:
        return right()[f"d{name}"] + reg * known[name] if reg else None

    return _asking(formula, name)


def _asking(formula: Callable[..., Any], *names: str) -> Callable[..., Any]:
    """The formula, which says that it asks for these parameters."""
    asked = [inspect.Parameter(word, inspect.Parameter.KEYWORD_ONLY) for word in ("right", "reg", *names)]
    formula.__signature__ = inspect.Signature(asked)  # type: ignore[attr-defined]
    return formula


def _share(quantity: str, share: float) -> Callable[..., Any]:
    """With so much of what the penalty adds to a quantity."""

    def formula(right: Any, reg: float) -> Any:
        plain = right(reg=0.0)[quantity]
        return plain + share * (right()[quantity] - plain) if reg else None

    return formula


def _without(name: str, weights: Sequence[str]) -> Callable[..., Any]:
    """The loss without the part of the penalty that is of one of the weights."""

    def formula(right: Any, reg: float, **known: Any) -> Any:
        squares = {weight: (known[weight] ** 2).sum() for weight in weights}
        plain, whole = right(reg=0.0)["out"], right()["out"]
        return whole - (whole - plain) * squares[name] / sum(squares.values()) if reg else None

    return _asking(formula, *weights)


def _summed(quantity: str) -> Callable[..., Any]:
    """With the sum over the examples, and the penalty as it is."""

    def formula(right: Any, x: Any) -> Any:
        return right()[quantity] + (len(x) - 1) * right(reg=0.0)[quantity]

    return formula
