"""A kind of component, with the mistakes that are made in it, whatever the names and layouts of its arrays.

A mistake is written in terms of what is right: the component's oracle asked again with other arrays (`right(b=0 * b)`),
or with another function in its place (`right.of(function)`), so one formula serves all layouts and conventions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.judging.diagnosis import Catalogue
from graders.judging.diagnosis.catalogue import Misconception

if TYPE_CHECKING:
    from graders.checking.components.description import Component
    from graders.checking.components.oracle import ComponentOracle, Function

OUTPUT = "out"
UPSTREAM = f"d{OUTPUT}"
STATE, EVALUATION = "state", "evaluation"
"""Where else than in a step of training a mistake shows: in what is kept of several, and in evaluation."""


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

    def out(self, **changes: object) -> np.ndarray:
        """The output alone, whatever its shape, with other arrays or options in the places of these."""
        one = self._oracle.component
        known = self._tensors({**self._arguments, **{self._names[name]: value for name, value in changes.items()}})
        labels = [known[one.labels.name]] if one.labels else []
        options = {name: known[name] for name in one.options}
        return np.asarray(self._oracle.function(*(known[name] for name in one.arrays), *labels, **options))

    def summed(self, gradient: str) -> np.ndarray:
        """A gradient without the factor that the component's convention has: that of the sum over the batch."""
        one = self._oracle.component
        name = self._names[gradient.removeprefix("d")]
        return np.asarray(self()[gradient] / one.scale(name, len(self._arguments[next(iter(one.inputs))])))

    def is_summed(self, gradient: str) -> bool:
        """Whether the component's convention is the sum over the batch, with no factor."""
        return np.array_equal(self.summed(gradient), self()[gradient])

    def evaluated(self, state: Mapping[str, np.ndarray], **changes: np.ndarray) -> np.ndarray:
        """The output in evaluation with this state, by the family's words, and other arrays in the places of these."""
        known = {**self._arguments, **{self._names[name]: value for name, value in changes.items()}}
        tensors = self._tensors(known)
        found = self._tensors({self._names[name]: value for name, value in state.items()})
        return np.asarray(self._oracle.evaluation(tensors, found))

    def updated(self, seen: Sequence[np.ndarray], x: str = "x") -> Mapping[str, np.ndarray]:
        """The state after training on these inputs, by the family's words."""
        batches = [self._tensors({self._names[x]: one})[self._names[x]] for one in seen]
        after = self._oracle.states(self._tensors(self._arguments), {self._names[x]: batches})
        return {role: np.asarray(after[name][-1]) for role, name in self._names.items() if name in after}

    def of(self, function: Function) -> Mapping[str, np.ndarray]:
        """What a function of the same arguments gives, in the component's conventions."""
        return self._computed(function, {})

    def everything(self, function: Function, changes: Mapping[str, np.ndarray] | None = None) -> Mapping[str, Any]:
        """All quantities that a function in the component's place gives, by their own names, as tensors."""
        known = dict(self._arguments) | {self._names[name]: value for name, value in (changes or {}).items()}
        return self._oracle.compute(function, self._tensors(known))

    def _tensors(self, known: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _tensor(value, self._oracle.component.dtype_of(name)) for name, value in known.items()}

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
    where: str = ""
    """Whether it shows in `state`, or in `evaluation`."""
    of_upstream: bool = False
    """Whether it tells of an upstream gradient: a backward that is given none can't have it."""
    may_be_right: bool = False
    """Whether it is right in some component's convention, or case: then it is no mistake there."""


@dataclass(frozen=True)
class Family:
    """The mistakes by the family's words for inputs, parameters and options, and what a component calls them."""

    name: str
    words: tuple[str, ...]
    moderate: bool = False
    """Whether it has exponentials, which overflow for large inputs."""
    mistakes: list[Mistake] = field(default_factory=list)
    names: Mapping[str, str | float] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    """What a step of it is called in words where a handout has no name for it: `normal`, the normalised input."""

    def __call__(self, **names: str | float) -> Family:
        """The family for a component that has other names: `LINEAR(x="A", W="w")`."""
        return replace(self, names={**self.names, **names})

    def extended(self, *words: str, without: Collection[str] = ()) -> Family:
        """Another family that begins with these mistakes, but for some by name, for a component that has further ones.

        `words` are further inputs or options that mistakes may ask for.
        """
        kept = [mistake for mistake in self.mistakes if mistake.formula.__name__ not in without]
        return replace(self, words=(*self.words, *words), mistakes=kept)

    def wrong(
        self,
        quantity: str,
        says: str,
        look: str,
        *,
        where: str = "",
        of_upstream: bool = False,
        may_be_right: bool = False,
    ) -> Callable[[Formula], Formula]:
        """Add a formula. In what it says, `{x}` is what the component calls its x."""

        def add(formula: Formula) -> Formula:
            self.mistakes.append(Mistake(quantity, says, look, formula, where, of_upstream, may_be_right))
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

    def wrongs(self, quantity: str, mistakes: Mapping[str, tuple[str, str, Formula]], *, where: str = "") -> None:
        """Add formulas by their names, each with what it says and where to look; some may be right somewhere."""
        for name, (says, look, formula) in mistakes.items():
            formula.__name__ = name
            self.wrong(quantity, says, look, where=where, may_be_right=not where)(formula)

    def catalogue(self, oracle: ComponentOracle) -> Catalogue:
        """The mistakes as the misconceptions of a component, which is called what its oracle is."""
        return Catalogue(list(self._entries(oracle)))

    @property
    def _words(self) -> Mapping[str, str]:
        """What steps are called, which are no arguments."""
        return {word: str(self.names.get(word, said)) for word, said in self.called.items()}

    def _entries(self, oracle: ComponentOracle) -> Iterator[Misconception]:
        one = oracle.component
        roles = {word: str(self.names.get(word, word)) for word in self.words}
        there = {*one.arrays, *one.state, *one.options}
        names = {role: name for role, name in roles.items() if name in there}
        names |= {f"d{role}": one.upstreams[name] for role, name in quantities(one).items() if name in one.upstreams}
        if one.labels is not None:
            names["y"] = one.labels.name
        if one.chance is not None:
            names["mask"] = one.chance.name
        called = {f"d{role}": one.gradient_called(name) for role, name in names.items() if name in one.gradients}
        called |= {role: name for role, name in names.items() if name in one.state} | quantities(one)
        numbers = {word: self.names[word] for word in NUMBERS if word in self.names}
        given = {"right", "count_before", *names, *numbers}
        given |= ({UPSTREAM} if one.local else set()) | ({"seen"} if one.state else set())
        for mistake in self.mistakes:
            fits = mistake.quantity in called and not (one.local and mistake.of_upstream)
            if fits and _asked(mistake.formula) <= given:
                yield _misconception(mistake, oracle, names, numbers, called[mistake.quantity], self._words)


NUMBERS = ("keep",)
"""Words for options, or for numbers that a component tells: `keep`, which share of a running average stays."""


def quantities(one: Component) -> dict[str, str]:
    """What the outputs are called, by the family's words: `out`, and `out2` of a second one."""
    return {f"{OUTPUT}{index or ''}": name for index, name in zip((0, 2, 3, 4), one.all_outputs, strict=False)}


@cache
def _asked(formula: Formula) -> frozenset[str]:
    return frozenset(inspect.signature(formula).parameters)


def _misconception(
    mistake: Mistake,
    oracle: ComponentOracle,
    names: Mapping[str, str],
    numbers: Mapping[str, str | float],
    quantity: str,
    words: Mapping[str, str],
) -> Misconception:
    one = oracle.component
    x = names.get("x", "")

    def formula(**known: Any) -> np.ndarray | None:
        given = {role: known[name] for role, name in names.items() if name in known}
        given |= {word: known[name] if isinstance(name, str) else name for word, name in numbers.items()}
        if one.local:
            given[UPSTREAM] = np.ones_like(known[x])
        given["count_before"] = known.get(f"{one.batch}_before")
        if mistake.where:
            given["seen"] = known[x if mistake.where == STATE else f"{x}_seen"]
        asked = {word: value for word, value in given.items() if word in _asked(mistake.formula)}
        if "right" in _asked(mistake.formula):
            asked["right"] = Right(oracle, names, known)
        try:
            found = mistake.formula(**asked)
            return None if mistake.may_be_right and _is_right(found, Right(oracle, names, known), mistake) else found
        except (
            RuntimeError,
            ValueError,
            IndexError,
            TypeError,
        ):  # the shapes of this component, or case, don't allow the mistake
            return None

    spoken = _Called({**words, **names})
    said, name = mistake.says.format_map(spoken), mistake.formula.__name__
    called = mistake.says if name == "<lambda>" else name
    look = mistake.look.format_map(spoken)
    return made(called, oracle, quantity, said, look, formula, where=mistake.where)


def _is_right(found: np.ndarray | None, right: Right, mistake: Mistake) -> bool:
    wanted = right()[mistake.quantity]
    return found is not None and np.shape(found) == wanted.shape and np.allclose(found, wanted, rtol=1e-9, atol=0)


class _Called(dict[str, str]):
    """What the component calls a word of the family's; the word itself where there is none."""

    def __missing__(self, word: str) -> str:
        return word


def made(
    name: str, oracle: ComponentOracle, quantity: str, says: str, look: str, formula: Formula, *, where: str = ""
) -> Misconception:
    """A misconception whose formula is given all that the oracle is asked."""
    one = oracle.component
    labels = [one.labels.name] if one.labels else []
    upstream = [*one.upstreams.values()]
    arguments = [*one.arrays, *labels, *([] if where else upstream), *one.options, *(one.state if where else [])]
    arguments += [f"{name}_seen" for name in one.inputs] if where == EVALUATION else []
    arguments += [one.chance.name] if one.chance is not None and not where else []
    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in arguments]
    parameters.append(inspect.Parameter(f"{one.batch}_before", inspect.Parameter.KEYWORD_ONLY, default=None))
    formula.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    see = f" See {one.see[quantity]}." if quantity in one.see and not where else ""
    asked = f"{oracle.name}_{where}" if where else oracle.name
    return Misconception(name, asked, quantity, says, look + see, formula)


def _tensor(value: Any, dtype: str) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    import torch  # here and not above: a pack is read without it

    return torch.tensor(value.astype(dtype))
