"""The standard checks of an optimiser: one step and many, a new learning rate, what is kept and what left alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking.components.description import unknown
from graders.checking.components.optimizers.calling import ROOTS, FunctionInTurn, Update
from graders.checking.components.optimizers.case import OptimizerCase
from graders.checking.components.optimizers.description import STEP, Optimising
from graders.checking.components.places import place
from graders.checking.decorators import few_cases
from graders.checking.expect import expect
from graders.checking.student import Student
from graders.coursework.check_sources import CHECK_ID
from graders.judging.diagnosis import Catalogue
from graders.judging.expectation import Shape

if TYPE_CHECKING:
    from graders.checking.components.optimizers.calling import Descent
    from graders.checking.components.optimizers.oracle import Numbers, OptimizerOracle

Test = Callable[..., None]
_MANY = ("step", "steps", "changing_rate", "state")
"""The checks that are tried with many cases."""
_BEFORE = 4
"""How many steps there have been, where a function goes on with what others have kept."""


class OptimizerStandard:
    """The standard checks of an optimiser, whose section, and oracle, is called `section`."""

    def __init__(self, component: Optimising, section: str) -> None:
        self.component = component
        self.section = section

    @cached_property
    def oracle(self) -> OptimizerOracle:
        """What the optimiser must compute; PyTorch is imported for it."""
        from graders.checking.components.optimizers.oracle import OptimizerOracle

        return OptimizerOracle(self.component, self.section)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Each check's title by its name, in the order in which they are reported."""
        one = self.component
        found = {one.words.get(name, name): title for name, title in self._titles()}
        return {name: one.titles.get(name, title) for name, title in found.items() if name not in one.without}

    def faults(self) -> Iterator[str]:
        """What the component's author has to mend, a line each; none of its functions is called."""
        yield from self.component.faults()
        for text in self.component.kept.values():
            place(text.format(name="", layer=0, key=""), ROOTS)
        yield from unknown("words", self.component.words, [name for name, _ in self._titles()])
        for field_name in ("without", "advisory", "titles"):
            yield from unknown(field_name, getattr(self.component, field_name), self._standard)

    def failure(self) -> str:
        """Why its rule can't be used: it is asked about one case. Empty where it can."""
        one = self.component
        sizes = tuple((name, values[0]) for name, values in one.pools.items())
        options = {name: values[0] for name, values in one.options.items()}
        case = OptimizerCase(0, (sizes,), 2)
        try:
            found = self.oracle.answer(case, next(iter(one.parameters)), 0, options)
            for word in ("w", *one.kept):
                getattr(found, word)
        except Exception as error:  # whatever its author has written there
            return f"{type(error).__name__}: {error}"
        return ""

    @property
    def asks_for(self) -> tuple[str, list[str]]:
        """The module of the submission, and the names in it, that the checks ask for."""
        return self.component.asks_for

    @property
    def advisory(self) -> frozenset[str]:
        """Those that warn and cost nothing."""
        return frozenset(self.component.advisory)

    def stand_ins(self) -> dict[str, Callable[..., object]]:
        """None: nothing is built on it."""
        return {}

    def misconceptions(self) -> Catalogue:
        """The mistakes of its family."""
        family = self.component.family
        return Catalogue() if family is None else family.catalogue(self.oracle)

    def tests(self) -> dict[str, Test]:
        """Each check's test function by its name, as pytest collects it."""
        return {name: self._test(name) for name in self.titles}

    @property
    def _standard(self) -> dict[str, str]:
        """The standard checks by what the pack calls them."""
        return {self.component.words.get(name, name): name for name, _ in self._titles()}

    # --- what there is

    def _titles(self) -> Iterator[tuple[str, str]]:
        one = self.component
        names, kept = " and ".join(one.parameters), " and ".join(one.kept)
        if kept and one.kept_from_the_start:
            yield "init", f"A new object starts with {kept} at zero."
        yield "step", f"{one.says} moves {names} by one step."
        yield "steps", "Several steps, each with gradients of its own, go on from what the step before has left."
        if one.rate:
            yield "changing_rate", f"A new {one.rate_called} applies from the next step on, to all of it."
        if kept:
            yield "state", f"After each step {kept} are what the rule keeps."
        if kept and isinstance(one, Update):
            yield "continues", f"{one.says} goes on from {kept} of earlier steps."
        if one.defaults:
            values = ", ".join(f"{name} is {value:g}" for name, value in one.defaults.items())
            yield "defaults", f"Where nothing is said, {values}."
        yield "independent", f"What {one.says} keeps for one run is not used for another."
        yield "shapes", f"After each step {names} have the shapes that they had, and are floats."
        yield "gradients_unchanged", f"{one.says} leaves the gradients as they were."

    # --- as tests

    def _test(self, called: str) -> Test:
        one, name = self.component, self._standard[called]
        check: Callable[[Student, OptimizerCase], None] = getattr(self, f"check_{name}")

        def test(student: Student, case: OptimizerCase) -> None:
            check(student, case)

        test.__name__ = f"test_{called}"
        test.__doc__ = self.titles[called]
        chosen = {**one.kept_where} if name in ("state", "init", "continues") else {}
        chosen |= {key: (value,) for key, value in one.defaults.items()} if name == "defaults" else {}
        chosen = {key: values for key, values in chosen.items() if key in one.options}
        from hypothesis import given  # here and not above: an optimiser is described without

        made = given(case=one.cases(one_step=name == "step", **chosen))(test)
        setattr(made, CHECK_ID, f"{self.section}{'_' if '.' in self.section else '.'}{called}")
        return made if name in _MANY else few_cases(made)

    # --- what they do

    def check_init(self, student: Student, case: OptimizerCase) -> None:
        """What is kept before the first step."""
        descent = self.component.at(student, case, dict(case.options))
        for word, name, layer in self._each(case, kept=True):
            like = () if word == STEP else self.component.shape(case, name, layer)
            expect(descent.kept(word, name, layer)).to_equal(np.zeros(like), _shape_rule(word))

    def check_step(self, student: Student, case: OptimizerCase) -> None:
        """Parameters after one step."""
        self._follow(student, case, dict(case.options))

    def check_steps(self, student: Student, case: OptimizerCase) -> None:
        """Parameters after each step."""
        self._follow(student, case, dict(case.options))

    def check_changing_rate(self, student: Student, case: OptimizerCase) -> None:
        """The learning rate is halved after every step."""
        name = self.component.rate_called
        rates = [dict(case.options)[name] / 2**step for step in range(case.steps)]
        self._follow(student, case, dict(case.options), rates={name: rates})

    def check_state(self, student: Student, case: OptimizerCase) -> None:
        """What is kept after each step."""
        options = dict(case.options)
        self._expect_kept(self.component.at(student, case, options), case, options)

    def check_continues(self, student: Student, case: OptimizerCase) -> None:
        """A function that is given what was kept of other steps."""
        one = self.component
        assert isinstance(one, Update)
        (name,) = one.parameters
        options, shape = dict(case.options), one.shape(case, name, 0)
        start: dict[str, Any] = {  # positive: some of it may be squares
            word: _BEFORE if word == STEP else case.keep(word, np.abs(case.parameter(f"{word}_kept", 0, shape)))
            for word in one.kept
        }
        descent = FunctionInTurn(one, student, case, options, start)
        self._expect_parameters(descent, case, options, {}, start)

    def check_defaults(self, student: Student, case: OptimizerCase) -> None:
        """Options that have a default aren't given."""
        known, said = self._known_and_said(case)
        self._follow(student, case, said, known=known)

    def check_independent(self, student: Student, case: OptimizerCase) -> None:
        """The same again with other numbers, of another object, or with another dict."""
        known, said = self._known_and_said(case)
        other = dataclasses.replace(case, seed=case.seed ^ (1 << 20))
        first = self.component.at(student, other, said)
        for step in range(other.steps):
            first.step(step, None)
        self._follow(student, case, said, known=known)

    def check_shapes(self, student: Student, case: OptimizerCase) -> None:
        """Shapes and dtypes of parameters."""
        descent = self.component.at(student, case, dict(case.options))
        for step in range(case.steps):
            descent.step(step, None)
            for _, name, layer in self._each(case):
                expect(descent.parameter(name, layer)).to_be_floating(self.component.shape(case, name, layer), of=name)

    def check_gradients_unchanged(self, student: Student, case: OptimizerCase) -> None:
        """Gradients belong to the layers, those of earlier steps too."""
        descent = self.component.at(student, case, dict(case.options))
        for step in range(case.steps):
            descent.step(step, None)
        for step in range(case.steps):
            for _, name, layer in self._each(case):
                gradient = case.gradient(name, layer, step, self.component.shape(case, name, layer))
                expect(student.sent(gradient)).to_be_unchanged(gradient)

    # --- in common

    def _known_and_said(self, case: OptimizerCase) -> tuple[dict[str, float], dict[str, float]]:
        """All options, those with a default at it; and those that have to be said, which have none."""
        known = {**dict(case.options), **self.component.defaults}
        return known, {name: value for name, value in known.items() if name not in self.component.defaults}

    def _follow(
        self,
        student: Student,
        case: OptimizerCase,
        given_: Mapping[str, float],
        *,
        known: Mapping[str, float] | None = None,
        rates: Mapping[str, list[float]] | None = None,
    ) -> None:
        """Every parameter after every step, of an optimiser that is given these options."""
        descent = self.component.at(student, case, given_)
        self._expect_parameters(descent, case, known or given_, rates or {}, {})

    def _expect_parameters(
        self,
        descent: Descent,
        case: OptimizerCase,
        options: Mapping[str, Numbers],
        rates: Mapping[str, list[float]],
        start: Mapping[str, Any],
    ) -> None:
        answers = {(n, i): self.oracle.answer(case, n, i, {**options, **rates}, start) for _, n, i in self._each(case)}
        for step in range(case.steps):
            descent.step(step, next((each[step] for each in rates.values()), None))
            for (name, layer), answer in answers.items():
                expect(descent.parameter(name, layer)).to_equal(answer.w[step])

    def _expect_kept(self, descent: Descent, case: OptimizerCase, options: Mapping[str, float]) -> None:
        answers = {(n, i): self.oracle.answer(case, n, i, options) for _, n, i in self._each(case)}
        for step in range(case.steps):
            descent.step(step, None)
            for word, name, layer in self._each(case, kept=True):
                wanted = getattr(answers[name, layer], word)[step]
                expect(descent.kept(word, name, layer)).to_equal(wanted, _shape_rule(word))

    def _each(self, case: OptimizerCase, *, kept: bool = False) -> Iterator[tuple[str, str, int]]:
        """Each parameter of each layer, with each word for what is kept of it."""
        for layer in range(len(case.layers)):
            for name in self.component.parameters:
                yield from ((word, name, layer) for word in (self.component.kept if kept else ("",)))


def _shape_rule(word: str) -> Shape:
    return Shape.SCALAR if word == STEP else Shape.EXACT
