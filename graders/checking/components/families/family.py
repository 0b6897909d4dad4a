"""A kind of component, with the mistakes that are made in it, whatever its arrays are called and however they lie.

A mistake is written in terms of what is right: the component's oracle asked again with other arrays (`right(b=0 * b)`),
or with another function in its place (`right.of(function)`), so one formula serves all layouts and conventions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.judging.diagnosis import Catalogue
from graders.judging.diagnosis.catalogue import Misconception

if TYPE_CHECKING:
    from graders.checking.components.description import Component
    from graders.checking.components.oracle import ComponentOracle, Function

OUTPUT = "out"


class Right:
    """What is right in a case, by the family's words: `out`, and the gradients as `dx` where an input is called `x`.

    The upstream gradient is `dout`; where there are several outputs, the second is `out2`, and its gradient `dout2`.
    """

    def __init__(self, oracle: ComponentOracle, names: Mapping[str, str], arguments: Mapping[str, Any]) -> None:
        self._oracle = oracle
        self._names = names
        self._arguments = arguments

    def __call__(self, **changes: np.ndarray) -> Mapping[str, np.ndarray]:
        """The same with other arrays in the places of these."""
        return self._computed(self._oracle.function, changes)

    def of(self, function: Function) -> Mapping[str, np.ndarray]:
        """What a function of the same arguments gives, in the component's conventions."""
        return self._computed(function, {})

    def everything(self, function: Function, changes: Mapping[str, np.ndarray] | None = None) -> Mapping[str, Any]:
        """All quantities that a function in the component's place gives, by their own names, as tensors."""
        known = dict(self._arguments) | {self._names[name]: value for name, value in (changes or {}).items()}
        one = self._oracle.component
        tensors = {name: _tensor(value, one.dtype_of(name)) for name, value in known.items()}
        return self._oracle.compute(function, tensors)

    def _computed(self, function: Function, changes: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
        found, one = self.everything(function, changes), self._oracle.component
        known = quantities(one) | {
            f"d{role}": one.gradient_called(name) for role, name in self._names.items() if name in one.gradients
        }
        return {role: found[name].detach().numpy() for role, name in known.items()}


Formula = Callable[..., np.ndarray | None]
"""From `right`, and arrays by the family's words, what a student with this mistake gets; None where it doesn't show."""


Everything = Callable[..., "Mapping[str, np.ndarray] | None"]
"""The same of all quantities, by the family's words."""


def _picked(everything: Everything, word: str) -> Formula:
    def formula(**known: Any) -> np.ndarray | None:
        found = everything(**known)
        return None if found is None else found.get(word)

    formula.__name__ = f"{everything.__name__}_{word}"
    formula.__signature__ = inspect.signature(everything)  # type: ignore[attr-defined]
    return formula


@dataclass(frozen=True)
class Mistake:
    """One of them, in a quantity of the family's: `out`, or `dx`."""

    quantity: str
    says: str
    look: str
    formula: Formula


@dataclass(frozen=True)
class Family:
    """The mistakes by the family's words for inputs, parameters and options, and what a component calls them."""

    name: str
    words: tuple[str, ...]
    moderate: bool = False
    """Whether it has exponentials, which overflow for large inputs."""
    mistakes: list[Mistake] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, **names: str) -> Family:
        """The family for a component that has other names: `LINEAR(x="A", W="w")`."""
        return replace(self, names={**self.names, **names})

    def extended(self, *words: str, without: Collection[str] = ()) -> Family:
        """Another family that begins with these mistakes, but for some by name, for a component that has further ones.

        `words` are further inputs or options that mistakes may ask for.
        """
        kept = [mistake for mistake in self.mistakes if mistake.formula.__name__ not in without]
        return replace(self, words=(*self.words, *words), mistakes=kept)

    def wrong(self, quantity: str, says: str, look: str) -> Callable[[Formula], Formula]:
        """Add a formula."""

        def add(formula: Formula) -> Formula:
            self.mistakes.append(Mistake(quantity, says, look, formula))
            return formula

        return add

    def throughout(self, words: str, says: str, look: str) -> Callable[[Everything], Everything]:
        """Add what gives all quantities at once, by the family's words; `words` are those in which it shows."""

        def add(everything: Everything) -> Everything:
            for word in words.split():
                self.mistakes.append(Mistake(word, says, look, _picked(everything, word)))
            return everything

        return add

    def add(self, quantity: str, says: str, look: str, formula: Formula) -> None:
        """Add a formula that is as short as a line."""
        self.mistakes.append(Mistake(quantity, says, look, formula))

    def catalogue(self, oracle: ComponentOracle) -> Catalogue:
        """The mistakes as the misconceptions of a component, which is called what its oracle is."""
        return Catalogue(list(self._entries(oracle)))

    def _entries(self, oracle: ComponentOracle) -> Iterator[Misconception]:
        one = oracle.component
        roles = {word: self.names.get(word, word) for word in self.words}
        names = {role: name for role, name in roles.items() if name in one.arrays or name in one.options}
        names |= {f"d{role}": one.upstreams[name] for role, name in quantities(one).items() if name in one.upstreams}
        if one.labels is not None:
            names["y"] = one.labels.name
        if one.chance is not None:
            names["mask"] = one.chance.name
        called = {f"d{role}": one.gradient_called(name) for role, name in names.items() if name in one.gradients}
        called |= quantities(one)
        for mistake in self.mistakes:
            if mistake.quantity in called and _asked(mistake.formula) <= {"right", *names}:
                yield _misconception(mistake, oracle, names, called[mistake.quantity])


def quantities(one: Component) -> dict[str, str]:
    """What the outputs are called, by the family's words: `out`, and `out2` of a second one."""
    return {f"{OUTPUT}{index or ''}": name for index, name in zip((0, 2, 3, 4), one.all_outputs, strict=False)}


def _asked(formula: Formula) -> set[str]:
    return set(inspect.signature(formula).parameters)


def _misconception(mistake: Mistake, oracle: ComponentOracle, names: Mapping[str, str], quantity: str) -> Misconception:
    def formula(**known: Any) -> np.ndarray | None:
        given = {role: known[name] for role, name in names.items()}
        asked = {word: value for word, value in given.items() if word in _asked(mistake.formula)}
        if "right" in _asked(mistake.formula):
            asked["right"] = Right(oracle, names, known)
        try:
            return mistake.formula(**asked)
        except (
            RuntimeError,
            ValueError,
            IndexError,
            TypeError,
        ):  # the shapes of this component, or case, don't allow the mistake
            return None

    name = mistake.formula.__name__
    return made(mistake.says if name == "<lambda>" else name, oracle, quantity, mistake.says, mistake.look, formula)


def made(name: str, oracle: ComponentOracle, quantity: str, says: str, look: str, formula: Formula) -> Misconception:
    """A misconception whose formula is given all that the oracle is asked."""
    one = oracle.component
    labels = [one.labels.name] if one.labels else []
    arguments = [*one.arrays, *labels, *one.upstreams.values(), *one.options]
    arguments += [one.chance.name] if one.chance is not None else []
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in arguments]
    formula.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    where = f" See {one.see[quantity]}." if quantity in one.see else ""
    return Misconception(name, oracle.name, quantity, says, look + where, formula)


def _tensor(value: Any, dtype: str) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    import torch  # here and not above: a pack is read without it

    return torch.tensor(value.astype(dtype))
