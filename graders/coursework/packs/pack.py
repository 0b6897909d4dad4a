"""A pack: a homework as one folder, loaded into one object that has all that marking needs of it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from graders import UsageError
from graders.coursework.bundled import worked_submission
from graders.coursework.check_sources import CheckSource
from graders.coursework.packs.checks import Checks, gathered
from graders.coursework.packs.components import Components, components_as_listed, components_of, merged
from graders.coursework.packs.finding import BUNDLED, bundled_ids, find, installed_ids
from graders.coursework.packs.kept import Kept, keep, kept, state
from graders.coursework.packs.layers import Heading, Layer, merged_rubric, read_layer, read_layers
from graders.coursework.packs.modules import Folders, PackModules
from graders.coursework.rubric import Policy, RubricFile, Section, module_of
from graders.coursework.rubric_problems import clashing, problems

if TYPE_CHECKING:
    from graders.judging.diagnosis import Catalogue
    from graders.judging.diagnosis.origin import ClosedForm

WORKED = "worked"
"""The folder of a pack that has its worked submission."""

Content = TypeVar("Content")


class Homework:
    """A pack: its rubric, the checks that it lists, and what its modules hold, each loaded when it is asked for."""

    def __init__(
        self,
        layers: Sequence[Layer],
        rubric: RubricFile,
        checks: Checks,
        modules: PackModules,
        components: Components,
    ) -> None:
        self.layers = layers
        self.components = components
        self.folder = layers[0].folder
        self.rubric = rubric
        self.modules_of_pack = modules
        self._checks = checks

    @property
    def id(self) -> str:
        """Its short name, `ai702` say."""
        return self.rubric.id

    @property
    def bundled(self) -> bool:
        """Whether it came with gradmark."""
        return self.folder.parent == BUNDLED

    @property
    def to_be_named(self) -> str:
        """What --homework has to say for its submissions; empty where these are recognised."""
        if not self.bundled:
            return str(self.folder)
        return self.id if is_year_of_another(self.layers[0].heading) else ""

    @property
    def sources(self) -> Mapping[str, CheckSource]:
        """Where each check is written that can be listed."""
        return self._checks.sources

    @property
    def worked(self) -> Path | None:
        """A right submission: in the pack's folder `worked`, or that of what it extends, else of one of gradmark's."""
        return next((folder for layer in self.layers for folder in works(layer)), None)

    @property
    def sections(self) -> list[Section]:
        """The rubric's rows."""
        return self.rubric.sections

    @property
    def checks(self) -> list[str]:
        """Every check's id, in the rubric's order."""
        return [check for section in self.sections for check in section.all_checks]

    def with_keys(self, folder: Path | None) -> Homework:
        """The homework as it can be marked with these keys: a section whose key is missing is manual."""
        sections = [
            section
            if not section.key or (folder is not None and (folder / section.key).is_file())
            else _by_hand(section)
            for section in self.sections
        ]
        rubric = msgspec.structs.replace(self.rubric, sections=sections)
        return Homework(self.layers, rubric, self._checks, self.modules_of_pack, self.components)

    def title_of(self, check: str) -> str:
        """The line that a student reads."""
        return self.rubric.titles.get(check) or self.sources[check].title

    def is_advisory(self, check: str) -> bool:
        """Whether a check only warns."""
        return check in self.section_of(check).advisory

    def section_of(self, check: str) -> Section:
        """The section that a check belongs to."""
        return next(section for section in self.sections if check in section.all_checks)

    def locate(self, module: str, name: str) -> tuple[list[tuple[str, str]], str]:
        """Where the submission may define a name: (module, name) pairs, and the files in words."""
        paths = self.rubric.modules.get(module, {}).get(name)
        if paths is None:
            return [(module, name)], module
        return [*((module_of(path), name) for path in paths), (module, name)], " or ".join(paths)

    @cached_property
    def closed_forms(self) -> Mapping[str, ClosedForm]:
        """The handout's equations in NumPy by the oracle's name: `CLOSED_FORMS` in closed_forms.py."""
        found: Mapping[str, ClosedForm] = self._table("closed_forms", "CLOSED_FORMS", "a function", callable)
        return found

    @cached_property
    def stand_ins(self) -> Mapping[str, Callable[..., object]]:
        """Right parts by the names that the handout gives them: its components', and `STAND_INS` in stand_ins.py."""
        own = self._table("stand_ins", "STAND_INS", "a class or a function", callable)
        return {**self.components.stand_ins, **own}

    @cached_property
    def misconceptions(self) -> Catalogue:
        """Wrong formulas by oracle and quantity: `CATALOGUE` in misconceptions.py, or in a package of that name.

        Those of the pack's components come after its own.
        """
        from graders.judging.diagnosis import Catalogue

        return merged(self._content("misconceptions", "CATALOGUE", Catalogue) or Catalogue(), self.components)

    def module_of(self, file: Path) -> ModuleType:
        """The module with the checks of a file of the pack, or of its components."""
        return self.components.module if file == self.components.file else self.modules_of_pack.module_at(file)

    def _content(self, module: str, name: str, kind: type[Content]) -> Content | None:
        """What a module of the pack has under this name; None where there is no such module."""
        found = self.modules_of_pack.module(module)
        if found is None:
            return None
        value = getattr(found, name, None)
        if not isinstance(value, kind):
            has = f"is {type(value).__name__}" if hasattr(found, name) else "isn't there"
            raise UsageError(f"{self.modules_of_pack.file(module)}: {name} {has}, but should be a {kind.__name__}")
        return value

    def _table(self, module: str, name: str, kind: str, fits: Callable[[object], bool]) -> dict[str, Any]:
        """A dict of a module by strings, each of whose values is of that kind; empty where there is no such module."""
        found = self._content(module, name, dict) or {}
        for key, value in found.items():
            if not (isinstance(key, str) and fits(value)):
                text = f"{self.modules_of_pack.file(module)}: {name}[{key!r}] is of type {type(value).__name__}"
                raise UsageError(f"{text}, but should be {kind}, under a name")
        return found

    @property
    def files(self) -> list[str]:
        """Every file that may define something, in the rubric's order, without repetition."""
        return self.rubric.files

    @property
    def modules(self) -> list[str]:
        """The modules to import: the files', then the packages that the handout names."""
        return list(dict.fromkeys([*map(module_of, self.files), *self.rubric.modules]))


def works(layer: Layer) -> list[Path]:
    """A layer's own worked submissions: that in its folder, and the one of ours of its id."""
    places = [layer.folder / WORKED, *([worked_submission(layer.heading.id)] if layer.heading.id else [])]
    return [folder for folder in places if folder.is_dir()]


def _by_hand(section: Section) -> Section:
    note = f"{section.note}; " if section.note else ""
    return msgspec.structs.replace(
        section,
        policy=Policy.MANUAL,
        checks=[],
        advisory=[],
        weights={},
        note=f"{note}marked by the program where --keys FOLDER has {section.key}",
    )


def homework_ids() -> list[str]:
    """The homeworks that come with gradmark, and those of installed distributions that can be read."""
    return [*bundled_ids(), *filter(_can_be_read, installed_ids())]


def recognisable_ids() -> list[str]:
    """Those that a submission can be recognised as: a year of another one of ours has to be said."""
    ours = bundled_ids()
    return [name for name in homework_ids() if name not in ours or not is_year_of_another(_heading(find(name)))]


def is_year_of_another(heading: Heading) -> bool:
    """Whether one of our packs extends another one of ours, and has no modules that tell them apart."""
    return heading.extends in bundled_ids() and not heading.modules


def _heading(folder: Path) -> Heading:
    known = kept(folder)
    return known.heading if known is not None else read_layer(folder).heading


def _can_be_read(name: str) -> bool:
    try:
        read_rubric(name)
    except UsageError:
        return False
    return True


def load_homework(name: str) -> Homework:
    """A homework by its id, or by the path of a folder with a rubric.toml; UsageError where it can't be used."""
    homework = read_homework(name)
    must_be_none(static_problems(homework), name)
    return homework


def read_homework(name: str) -> Homework:
    """A homework whose rubric and checks may be at odds; UsageError where it can't be read at all."""
    folder = find(name)
    known = kept(folder)
    layers = read_layers(folder)
    included = dict.fromkeys(one.folder for layer in layers for one in layer.included)
    folders = Folders(tuple(layer.folder for layer in layers), tuple(included))
    now = state(folders.all)
    modules, checks = PackModules(folders), gathered(layers)
    components = components_of(modules) if known is None else components_as_listed(modules, known.components)
    rubric = _with_fitting_titles(components.added(merged_rubric(layers), checks), layers[0])
    if known is None:
        keep(Kept(list(map(str, folders.all)), now, layers[0].heading, rubric, dict(components.listings)))
    return Homework(layers, rubric, checks, modules, components)


def _with_fitting_titles(rubric: RubricFile, own: Layer) -> RubricFile:
    """Without inherited titles of checks that the pack leaves out; all of its own stay, to be looked at."""
    kept = {check for section in rubric.sections for check in section.all_checks}.union(own.heading.titles)
    titles = {check: title for check, title in rubric.titles.items() if check in kept}
    return msgspec.structs.replace(rubric, titles=titles)


def static_problems(homework: Homework) -> list[str]:
    """What is wrong with a pack as it is written, a line each; none of its code is run."""
    found, rubric, path = homework._checks, homework.rubric, homework.layers[0].rubric_path
    of_rubric = [f"{path}: {problem}" for problem in problems(rubric, found)]
    return [*found.problems, *clashing(rubric, found), *of_rubric]


def must_be_none(problems: Sequence[str], name: str) -> None:
    """UsageError with the first problem, and how many more there are in the pack of this name."""
    if problems:
        others = f" (and {len(problems) - 1} more, which gradmark sections {shlex.quote(name)} lists)"
        raise UsageError(problems[0] + (others if problems[1:] else ""))


def read_rubric(name: str) -> RubricFile:
    """What a homework's rubric says, not held against its checks; UsageError where it can't be read."""
    known = kept(find(name))
    return known.rubric if known is not None else read_homework(name).rubric
