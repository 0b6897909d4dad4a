"""A pack: a homework as one folder, loaded into one object that has all that marking needs of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from graders.checks import CheckSource, read_checks
from graders.errors import UsageError
from graders.pack_modules import CHECKS, Folders, PackModules
from graders.rubric import RUBRIC_FILE, Policy, RubricFile, Section, module_of
from graders.rubric_problems import doubled_names, problems

if TYPE_CHECKING:
    from graders.diagnosis import Catalogue
    from graders.diagnosis.origin import ClosedForm

BUNDLED = Path(__file__).parent / "homeworks"
"""Where the packs lie that come with gradmark."""

Content = TypeVar("Content")


class Homework:
    """A pack: its rubric, the checks that it lists, and what its modules hold, each loaded when it is asked for."""

    def __init__(self, folder: Path, rubric: RubricFile, sources: dict[str, CheckSource], modules: PackModules) -> None:
        self.folder = folder
        self.rubric = rubric
        self.sources = sources
        self.modules_of_pack = modules

    @property
    def id(self) -> str:
        """Its short name, `ai702` say."""
        return self.rubric.id

    @property
    def bundled(self) -> bool:
        """Whether it came with gradmark."""
        return self.folder.parent == BUNDLED

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
        return Homework(self.folder, rubric, self.sources, self.modules_of_pack)

    def title_of(self, check: str) -> str:
        """The line that a student reads."""
        return self.sources[check].title

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
        found: Mapping[str, ClosedForm] = self._content("closed_forms", "CLOSED_FORMS", dict) or {}
        return found

    @cached_property
    def stand_ins(self) -> Mapping[str, type]:
        """Right parts by the names that the handout gives them: `STAND_INS` in stand_ins.py."""
        found: Mapping[str, type] = self._content("stand_ins", "STAND_INS", dict) or {}
        return found

    @cached_property
    def misconceptions(self) -> Catalogue:
        """Wrong formulas by oracle and quantity: `CATALOGUE` in misconceptions.py, or in a package of that name."""
        from graders.diagnosis import Catalogue

        return self._content("misconceptions", "CATALOGUE", Catalogue) or Catalogue()

    def load(self) -> None:
        """Import everything that marking may ask for; UsageError, with file and line, for what can't be."""
        for source in self.sources.values():
            self.modules_of_pack.module_at(source.file)
        for loaded in (self.closed_forms, self.stand_ins, self.misconceptions):
            assert loaded is not None

    def _content(self, module: str, name: str, kind: type[Content]) -> Content | None:
        """What a module of the pack has under this name; None where there is no such module."""
        found = self.modules_of_pack.module(module)
        if found is None:
            return None
        value = getattr(found, name, None)
        if not isinstance(value, kind):
            raise UsageError(f"{self.modules_of_pack.file(module)}: {name} should be a {kind.__name__}")
        return value

    @property
    def files(self) -> list[str]:
        """Every file that may define something, in the rubric's order, without repetition."""
        return self.rubric.files

    @property
    def modules(self) -> list[str]:
        """The modules to import: the files', then the packages that the handout names."""
        return list(dict.fromkeys([*map(module_of, self.files), *self.rubric.modules]))


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
    """The homeworks that come with gradmark."""
    return sorted(folder.name for folder in BUNDLED.iterdir() if (folder / RUBRIC_FILE).is_file())


def load_homework(name: str) -> Homework:
    """A homework by its id, or by the path of a folder with a rubric.toml; UsageError where it can't be used."""
    folder = _folder_of(name)
    path = folder / RUBRIC_FILE
    rubric = _read(path)
    checks = read_checks(folder / CHECKS)
    sources = {check.id: check for check in checks}
    doubled = [f"check {name!r} is written twice" for name in doubled_names([check.id for check in checks])]
    for problem in [*doubled, *problems(rubric, sources)]:
        raise UsageError(f"{path}: {problem}")
    return Homework(folder, rubric, sources, PackModules(Folders((folder,), _included(folder, rubric))))


def _included(folder: Path, rubric: RubricFile) -> tuple[Path, ...]:
    """The folders that a pack includes, by their paths from its own."""
    found = {name: (folder / name).resolve() for name in rubric.include}
    for name, place in found.items():
        if not place.is_dir():
            raise UsageError(f"{folder / RUBRIC_FILE}: include names {name!r}, but there is no folder {place}")
    return tuple(found.values())


def read_rubric(name: str) -> RubricFile:
    """What a homework's rubric.toml says, not held against its checks; UsageError where it can't be read."""
    return _read(_folder_of(name) / RUBRIC_FILE)


def _read(path: Path) -> RubricFile:
    """The file's content; an entry of a wrong kind is reported with the id of its section."""
    try:
        content = path.read_bytes()
        return _rubric(content)
    except msgspec.ValidationError as error:
        plain = msgspec.toml.decode(content)
        row = re.search(r"\$\.sections\[(\d+)\]", str(error))
        section = plain["sections"][int(row[1])] if row else None
        name = f"section {section.get('id', '?')!r}: " if isinstance(section, dict) else ""
        raise UsageError(f"{path}: {name}{error}") from None
    except (msgspec.DecodeError, ValueError, RecursionError, OSError) as error:
        raise UsageError(f"{path}: {error}") from None


@lru_cache(maxsize=64)
def _rubric(content: bytes) -> RubricFile:
    """A class asks for the same rubrics with every submission."""
    return msgspec.convert(msgspec.toml.decode(content), type=RubricFile)


def _folder_of(name: str) -> Path:
    if name in homework_ids():
        return BUNDLED / name
    if (Path(name) / RUBRIC_FILE).is_file():
        return Path(name).resolve()
    known = ", ".join(homework_ids())
    raise UsageError(f"there is no homework {name!r}: give one of {known}, or a folder with a {RUBRIC_FILE}")
