"""The standard checks of a component: what every layer, loss or activation of its kind is held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from pathlib import Path

import numpy as np

from graders.checking.components.cases import sizes
from graders.checking.components.cases.case import PLAIN, ZEROS, ComponentCase
from graders.checking.components.cases.example import Example
from graders.checking.components.cases.variation import Check
from graders.checking.components.chance.checks import OF_CHANCE
from graders.checking.components.description import unknown
from graders.checking.components.families import operations
from graders.checking.components.standard.checks import Checks
from graders.checking.components.standard.titles import GRADIENT, titles
from graders.checking.decorators import budget, few_cases, only_by_rules
from graders.checking.student import Student
from graders.coursework.check_sources import CHECK_ID
from graders.judging.diagnosis import Catalogue

Test = Callable[..., None]
_PLAIN = ("architecture", "init", "finite_differences", "large_inputs", "no_loop_over_examples")
_ONCE = ("architecture", "no_loop_over_examples")
"""The checks that one case is enough for."""
_REGIMES: Mapping[str, Sequence[str]] = {"at_zero": (ZEROS,), **dict.fromkeys(_PLAIN, (PLAIN,))}
"""What the cases of some checks are, whatever those of others."""


class Standard(Checks):
    """The standard checks of a component; `section` is what its oracle is called, too: `linear`, `losses.mse`."""

    @property
    def _part(self) -> str:
        """Which of its section's components it is, where there are several."""
        return self.section.partition(".")[2]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Each check's title by its name, in the order in which they are reported; further ones last."""
        one = self.component
        found = {self._called(name): title for name, title in self.standard_titles()} | dict(one.titles)
        for name, check in one.checks.items():
            found[name] = check.title or found.get(name) or found[(check.like or name).split()[0]]
        kept = one.only | one.checks.keys() if one.only else found.keys()
        return {name: title for name, title in found.items() if name in kept and name not in one.without}

    def standard_titles(self) -> Iterator[tuple[str, str]]:
        """Those that its kind has, by their own names."""
        yield from titles(self.component)

    def faults(self) -> Iterator[str]:
        """What the component's author has to mend, a line each; none of its functions is called."""
        yield from self.component.faults()
        one = self.component
        names = [self._called(name) for name, _ in self.standard_titles()]
        yield from unknown("without", one.without, names)
        yield from unknown("only", one.only, names)
        yield from unknown("titles", one.titles, names)
        yield from unknown("advisory", one.advisory, [*names, *one.checks])
        for name, check in one.checks.items():
            if check.rule is None:
                yield from unknown("checks", check.like.split() or [name], names)
            elif not check.title:
                yield f"checks has {name!r}, a rule without a title"

    def failure(self) -> str:
        """Why its PyTorch function can't be used: it is asked about one case. Empty where it can."""
        one = self.component
        try:
            example = Example(self.oracle, self._first_case)
            if one.chance is not None:
                example.observe(np.ones(next(iter(self.oracle.shapes(example.case, example.values).values()))))
            for output in one.all_outputs:
                getattr(example.wanted, output)
            if one.updated is not None:
                getattr(example.trained, next(iter(one.state)))
            if one.evaluation is not None:
                getattr(example.evaluated, one.output)
        except Exception as error:  # whatever its author has written there
            return f"{type(error).__name__}: {error}"
        return ""

    @property
    def _first_case(self) -> ComponentCase:
        """One with the first value of each size and option."""
        one = self.component
        found = tuple((name, values[0]) for name, values in one.pools.items())
        return ComponentCase(0, found, tuple((name, values[0]) for name, values in one.options.items()))

    @property
    def asks_for(self) -> tuple[str, list[str]]:
        """The module of the submission, and the names in it, that the checks ask for."""
        return self.component.asks_for

    @property
    def advisory(self) -> frozenset[str]:
        """Those that warn and cost nothing."""
        large = {self._called("large_inputs")} if self.component.finite_at else set()
        return frozenset(self.component.advisory) | large

    def misconceptions(self) -> Catalogue:
        """The mistakes of its family, and those that go for any layer with some operation in it."""
        family = self.component.family
        known = [] if family is None else family.catalogue(self.oracle).entries
        return Catalogue(known, {self.section: cache(partial(operations.entries, self.oracle))})

    def stand_ins(self) -> dict[str, Callable[..., object]]:
        """Right parts, by their names, for what is built on it."""
        return self.component.stand_ins(self)

    def tests(self) -> dict[str, Test]:
        """Each check's test function by its name, as pytest collects it; PyTorch is imported for all that run them."""
        import torch  # noqa: F401 - before there are several processes, for each would import it

        return {name: self._test(name) for name in self.titles}

    # --- as tests

    @cached_property
    def _names(self) -> dict[str, str]:
        """The standard checks by what the pack calls them."""
        return {self._called(name): name for name, _ in self.standard_titles()}

    def _called(self, name: str) -> str:
        """What the pack calls a standard check."""
        one = self.component
        array = name.removeprefix(GRADIENT)
        if name.startswith(GRADIENT) and array in one.words:
            return "_".join(filter(None, (GRADIENT.rstrip("_"), one.words[array])))
        return one.words.get(name, name)

    def _test(self, name: str) -> Test:
        one, own = self.component, self.component.checks.get(name, Check())
        if own.rule is not None:
            return self._named(_ruled(own.rule), name)
        like = own.like.split() or [name]
        first = self._names[like[0]]
        checks = [self._check(self._names[other]) for other in like]

        def run(student: Student, case: ComponentCase, **fixtures: Path) -> None:
            if one.optional and not self._is_there(student):
                return
            for array in own.zero:
                case.keep(array, np.zeros(sizes.shape(one.arrays[array], dict(case.sizes)), case.dtype))
            if own.before is not None:
                own.before(student, case)
            for check in checks:
                check(student, case, **fixtures)

        def test(student: Student, case: ComponentCase) -> None:
            run(student, case)

        if first in _ONCE:
            return self._named(_once(run, self._first_case, of_source=first == "no_loop_over_examples"), name)
        self._named(test, name)
        fixed = {one.batch: 1} if first == "batch_of_one" else {}
        regimes = own.regimes or _REGIMES.get(first, ())
        options = {**{option: (value,) for option, value in own.options.items()}, **own.among}
        from hypothesis import given  # here and not above: a component is described without

        made: Test = given(case=one.cases(regimes, options, **{**fixed, **own.sizes}))(test)
        if one.cpu_seconds:
            made = budget(cpu_seconds=one.cpu_seconds)(made)
        few = not (first == "forward" or first.startswith("backward")) if own.few is None else own.few
        return self._named(few_cases(made) if few else made, name)

    def _named(self, test: Test, name: str) -> Test:
        """A test function that pytest collects as this check."""
        test.__name__, test.__doc__ = f"test_{name}", self.titles[name]
        setattr(test, CHECK_ID, f"{self.section}{'_' if self._part else '.'}{name}")
        return test

    def _is_there(self, student: Student) -> bool:
        """Whether the submission defines anything of it; a StudentError where the file that should do so is broken."""
        module, names = self.asks_for
        return any(student(module).has(name) for name in names)

    def _check(self, name: str) -> Callable[..., None]:
        if name.startswith(GRADIENT):
            return lambda student, case: self.check_gradient(student, case, name.removeprefix(GRADIENT))
        if name in OF_CHANCE:
            return lambda student, case: OF_CHANCE[name](student, self.component, self.oracle, case)
        found: Callable[..., None] = getattr(self, f"check_{name}")
        return found


def _once(run: Callable[..., None], case: ComponentCase, *, of_source: bool) -> Test:
    """A check that one case is enough for."""

    def test(student: Student) -> None:
        run(student, case)

    def test_of_source(student: Student, submission: Path) -> None:
        run(student, case, submission=submission)

    return only_by_rules(test_of_source) if of_source else test


def _ruled(rule: Callable[[Path], None]) -> Test:
    def test(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
        rule(submission)

    return test
