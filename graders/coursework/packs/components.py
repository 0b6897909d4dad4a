"""The components of a pack, and the standard checks that follow from them: `COMPONENTS` in components.py.

They are held by the ids of the sections that they are marked in; where a section has several, by that and a word:
`losses.mse`, whose checks are `losses.mse_forward` and so on. A section that lists no checks has all of theirs, and so
has one that lists `losses.*` beside its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec

from graders import UsageError
from graders.coursework.check_sources import CheckSource
from graders.coursework.packs.checks import Checks
from graders.coursework.packs.kept import Listing
from graders.coursework.packs.modules import PackModules
from graders.coursework.rubric import Policy, RubricFile, Section

if TYPE_CHECKING:
    from graders.judging.diagnosis import Catalogue

MODULE, NAME = "components", "COMPONENTS"


Modules = dict[str, dict[str, list[str]]]
"""As a rubric has them: by module and name, the files that may define it."""


class Standard(Protocol):
    """What follows from a component."""

    @property
    def titles(self) -> Mapping[str, str]:
        """Each check's title by its name, in their order."""

    @property
    def advisory(self) -> frozenset[str]:
        """Those checks that warn."""

    def faults(self) -> Iterator[str]:
        """What the component's author has to mend, a line each."""

    def failure(self) -> str:
        """Why it can't compute what is right; empty where it can."""

    @property
    def asks_for(self) -> tuple[str, Sequence[str]]:
        """A module of the submission, and the names in it that the checks ask for."""

    def tests(self) -> Mapping[str, Callable[..., object]]:
        """Each check's test function by its name."""

    def misconceptions(self) -> Catalogue:
        """The mistakes that are made in it."""

    def stand_ins(self) -> Mapping[str, Callable[..., object]]:
        """Right parts, by their names, for what is built on it."""


@runtime_checkable
class Component(Protocol):
    """A component, whatever kind it is of."""

    def standard(self, section: str) -> Standard:
        """What follows from it in this section."""


@dataclass(frozen=True)
class Components:
    """The standard checks of a pack: what its components list by their keys, and the file that these are written in.

    The components themselves are read where more than that is asked for.
    """

    listings: Mapping[str, Listing]
    file: Path | None = None
    read: Callable[[], Mapping[str, Standard]] = dict

    @cached_property
    def by_key(self) -> Mapping[str, Standard]:
        """What follows from each component; UsageError where they can't be used."""
        return self.read()

    @property
    def sources(self) -> dict[str, CheckSource]:
        """Where each of their checks comes from."""
        if self.file is None:
            return {}
        return {
            check(key, name): CheckSource(check(key, name), title, self.file, function(key, name), 1)
            for key, listing in self.listings.items()
            for name, title in listing.titles.items()
        }

    def failures(self) -> Iterator[str]:
        """A line for each that can't compute what is right."""
        for key, standard in self.by_key.items():
            failure = standard.failure()
            if failure:
                yield f"{self.file}: {NAME}[{key!r}]: what is right can't be computed: {failure}"

    @cached_property
    def module(self) -> ModuleType:
        """All their test functions, made once, as a module that pytest can collect."""
        module = ModuleType("standard_checks", "The standard checks of this pack's components.")
        for key, standard in self.by_key.items():
            for name, test in standard.tests().items():
                setattr(module, function(key, name), test)
        return module

    @property
    def stand_ins(self) -> dict[str, Callable[..., object]]:
        """Right parts by the names that the handout gives them."""
        return {name: part for standard in self.by_key.values() for name, part in standard.stand_ins().items()}

    def added(self, rubric: RubricFile, checks: Checks) -> RubricFile:
        """The rubric with checks for sections that list none; the pack's own checks take the place of standard ones."""
        for name, source in self.sources.items():
            checks.sources.setdefault(name, source)
        sections = [self._filled(section).settled for section in rubric.sections]
        return msgspec.structs.replace(rubric, sections=sections, modules=self._modules(rubric.modules))

    def _modules(self, said: Modules) -> Modules:
        """Where everything is defined: what the rubric doesn't say is in the file of its module."""
        found = {module: dict(names) for module, names in said.items()}
        for listing in self.listings.values():
            module = listing.module
            for name in listing.names:
                found.setdefault(module, {}).setdefault(name, [f"{module.replace('.', '/')}.py"])
        return found

    def _filled(self, section: Section) -> Section:
        found = {key: one for key, one in self.listings.items() if key.partition(".")[0] == section.id}
        every = f"{section.id}.*"
        if not found or section.policy is Policy.MANUAL or (section.checks and every not in section.checks):
            return section
        own = section.checks or [every]
        place = own.index(every)
        checks = [*own[:place], *_checks(found, advisory=False), *own[place + 1 :]]
        advisory = [*section.advisory, *_checks(found, advisory=True)]
        return msgspec.structs.replace(section, checks=checks, advisory=advisory)


def _checks(listings: Mapping[str, Listing], *, advisory: bool) -> Iterator[str]:
    """The ids of the checks that warn, or of those that count."""
    for key, listing in listings.items():
        yield from (check(key, name) for name in listing.titles if (name in listing.advisory) is advisory)


def check(key: str, name: str) -> str:
    """A standard check's id: `linear.forward`, and `losses.mse_forward` of a component `losses.mse`."""
    return f"{key}{'_' if '.' in key else '.'}{name}"


def function(key: str, name: str) -> str:
    """What the test function of a standard check is called among all of the pack's."""
    return f"test_{key.replace('.', '__')}__{name}"


def components_of(modules: PackModules) -> Components:
    """Those of a pack, read now; none where it has no components.py. UsageError where they can't be used."""
    standards = read_standards(modules)
    listings = {key: _listing(standard) for key, standard in standards.items()}
    return Components(listings, modules.file(MODULE), lambda: standards)


def components_as_listed(modules: PackModules, listings: Mapping[str, Listing]) -> Components:
    """Those of a pack that were listed before, to be read when they are needed."""
    return Components(listings, modules.file(MODULE), lambda: read_standards(modules))


def read_standards(modules: PackModules) -> Mapping[str, Standard]:
    """What follows from each of a pack's components; UsageError where they can't be used."""
    found, file = modules.module(MODULE), modules.file(MODULE)
    if found is None or file is None:
        return {}
    table = getattr(found, NAME, None)
    if not isinstance(table, dict):
        raise UsageError(f"{file}: {NAME} should be a dict of components by the ids of their sections")
    for section, value in table.items():
        if not isinstance(section, str) or not isinstance(value, Component):
            kind = type(value).__name__
            raise UsageError(
                f"{file}: {NAME}[{section!r}] is of type {kind}, but should be a component: Functions or Layer"
            )
    return {section: _standard(section, value, file) for section, value in table.items()}


def _listing(standard: Standard) -> Listing:
    module, names = standard.asks_for
    advisory = [name for name in standard.titles if name in standard.advisory]
    return Listing(dict(standard.titles), advisory, module, list(names))


def _standard(section: str, component: Component, file: Path) -> Standard:
    where = f"{file}: {NAME}[{section!r}]"
    try:
        found = component.standard(section)
        faults = list(found.faults())
    except Exception as error:  # whatever its author has written there
        raise UsageError(f"{where}: {error}") from error
    if faults:
        raise UsageError(f"{where}: {faults[0]}")
    return found


def merged(own: Catalogue, components: Components) -> Catalogue:
    """The pack's own misconceptions, then those of its components."""
    found = [standard.misconceptions() for standard in components.by_key.values()]
    entries = [*own.entries, *(entry for each in found for entry in each.entries)]
    general = {name: of for each in found for name, of in each.general.items()}
    return replace(own, entries=entries, general={**general, **own.general})
