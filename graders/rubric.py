"""A homework's rubric: sections, points and checks, read from its rubric.toml and held against its checks."""

from __future__ import annotations

import math
import re
from collections import Counter
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import msgspec

from graders.checks import CheckSource, read_checks
from graders.errors import UsageError
from graders.isolation.limits import MEMORY_MIB

RUBRIC_FILE = "rubric.toml"
CHECKS_FOLDER = "checks"
ARCHIVES = (".tar", ".tar.gz", ".zip")
"""The kinds of archive that a homework can ask for."""


class Policy(StrEnum):
    """How a section's points follow from its checks."""

    ALL_OR_NOTHING = "all-or-nothing"
    PER_CHECK = "per-check"
    MANUAL = "manual"


class FollowThrough(StrEnum):
    """What a section's check earns that fails on the student's own parts and passes on right ones."""

    EXPLAIN = "explain"
    """Nothing; the report says where the mistake is."""
    AWARD = "award"
    """Its points."""


class Reveal(StrEnum):
    """What a report may say about what was expected."""

    ALL = "all"
    DIFFERENCE = "difference"
    """What is wrong with the answer: shape, dtype, where, how far off; never what it should be."""
    NOTHING = "nothing"
    """That it is wrong."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the rubric. `weights` are the points of single checks where the policy is per-check.

    `extra` points come on top of the total. `key` names the instructor's file without which the section is manual.
    `built_on` names the parts that the component is made of, `mytorch.nn.Linear` say: where a check fails, it is run
    again on right ones.
    """

    id: str
    title: str
    points: float
    policy: Policy
    checks: list[str] = []
    advisory: list[str] = []
    weights: dict[str, float] = {}
    extra: bool = False
    key: str = ""
    note: str = ""
    built_on: list[str] = []
    follow_through: FollowThrough = FollowThrough.EXPLAIN

    @property
    def all_checks(self) -> list[str]:
        """Those that count and those that advise, in the rubric's order."""
        return [*self.checks, *self.advisory]

    def points_of(self, check: str) -> float:
        """What one check is worth under the per-check policy: its weight, or an equal share."""
        return self.weights[check] if self.weights else self.points / len(self.checks)


class HandIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `gradmark pack` makes. Paths are a submission's; in patterns, `*` stands for slashes too.

    `archive` is a file name that says its kind, `{name}_hw1.tar.gz` say; without it a folder of single files is made.
    `folder` is the archive's top folder. A `required` path may give alternatives: `a.py | b/a.py`. What `optional`
    names comes along, what `forbidden` names may not be there, and anything else is left out.
    """

    archive: str = ""
    folder: str = ""
    required: list[str] = []
    optional: list[str] = []
    forbidden: list[str] = []
    note: str = ""


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a hand-in loses for coming late: `per_day` is a share of what it earned.

    The first `free_days` cost nothing; after `most_days` nothing is left.
    """

    per_day: float
    free_days: int = 0
    most_days: int | None = None

    def penalty(self, score: float, days: int) -> float:
        """The points that go, never more than there are."""
        if days <= self.free_days or score <= 0:
            return 0.0
        if self.most_days is not None and days > self.most_days:
            return score
        return round(min(score, score * self.per_day * (days - self.free_days)), 6)


class StarterCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `gradmark handout` makes: patterns of the worked submission's files that aren't handed out."""

    without: list[str] = []


class RubricFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What rubric.toml may say."""

    id: str
    title: str
    total: float
    sections: list[Section]
    modules: dict[str, dict[str, list[str]]]
    search: list[str] = msgspec.field(default_factory=lambda: ["."])
    packages: list[str] = msgspec.field(default_factory=lambda: ["numpy"])
    substitutes: list[str] = []
    memory_mib: int = MEMORY_MIB
    reveal: Reveal = Reveal.ALL
    choices: list[str] = []
    flags: dict[str, str] = {}
    handin: HandIn | None = None
    handout: StarterCode = StarterCode()
    late: Late | None = None

    @property
    def files(self) -> list[str]:
        """Every file that may define something, in the rubric's order, without repetition."""
        found = [path for names in self.modules.values() for paths in names.values() for path in paths]
        return list(dict.fromkeys(found))


class Homework:
    """A rubric with the folder that it lies in and the titles of its checks."""

    def __init__(self, folder: Path, rubric: RubricFile, sources: dict[str, CheckSource]) -> None:
        self.folder = folder
        self.rubric = rubric
        self.sources = sources

    @property
    def id(self) -> str:
        """Its short name, `ai702` say."""
        return self.rubric.id

    @property
    def bundled(self) -> bool:
        """Whether it came with gradmark."""
        return self.folder.parent == Path(str(files("graders.homeworks")))

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
        return Homework(self.folder, msgspec.structs.replace(self.rubric, sections=sections), self.sources)

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


def module_of(path: str) -> str:
    """`mytorch.nn.linear` for `mytorch/nn/linear.py`; a notebook is imported as the module made of it."""
    return path.removesuffix(".py").removesuffix(".ipynb").replace("/", ".")


def homework_ids() -> list[str]:
    """The homeworks that come with gradmark."""
    root = Path(str(files("graders.homeworks")))
    return sorted(folder.name for folder in root.iterdir() if (folder / RUBRIC_FILE).is_file())


def load_homework(name: str) -> Homework:
    """A homework by its id, or by the path of a folder with a rubric.toml; UsageError where it can't be used."""
    folder = _folder_of(name)
    path = folder / RUBRIC_FILE
    rubric = _read(path)
    checks = read_checks(folder / CHECKS_FOLDER)
    sources = {check.id: check for check in checks}
    problems = [f"check {name!r} is written twice" for name in _doubled([check.id for check in checks])]
    for problem in [*problems, *_problems(rubric, sources)]:
        raise UsageError(f"{path}: {problem}")
    return Homework(folder, rubric, sources)


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
        return Path(str(files("graders.homeworks"))) / name
    if (Path(name) / RUBRIC_FILE).is_file():
        return Path(name).resolve()
    known = ", ".join(homework_ids())
    raise UsageError(f"there is no homework {name!r}: give one of {known}, or a folder with a {RUBRIC_FILE}")


def _problems(rubric: RubricFile, sources: dict[str, CheckSource]) -> list[str]:
    problems = []
    if rubric.memory_mib < 1:
        problems.append(f"memory_mib is {rubric.memory_mib}, but should be 1 or more")
    for section in rubric.sections:
        row = f"section {section.id!r}"
        problems += [f"{row}: {problem}" for problem in _section_problems(section, sources)]
    problems += _handin_problems(rubric.handin) if rubric.handin else []
    problems += _late_problems(rubric.late) if rubric.late else []
    listed = [check for section in rubric.sections for check in section.all_checks]
    problems += [f"section {name!r} is listed twice" for name in _doubled([section.id for section in rubric.sections])]
    problems += [f"check {name!r} is listed twice" for name in _doubled(listed)]
    strays = [source for name, source in sources.items() if name not in listed]
    problems += [f"check {source.id!r} in {source.file.name} is in no section" for source in strays]
    counting = [section for section in rubric.sections if not section.extra]
    total = math.fsum(section.points for section in counting)
    if not math.isclose(total, rubric.total):
        rows = " + ".join(f"{section.id} {section.points:g}" for section in counting)
        problems.append(f"total is {rubric.total:g}, but the sections add up to {total:g} ({rows})")
    selectors = [section.id for section in rubric.sections]
    for flag, selector in rubric.flags.items():
        if selector not in selectors and not any(selects(selector, check) for check in listed):
            problems.append(f"flag {flag!r} names {selector!r}, which is neither a section nor a check")
    return problems


def _handin_problems(handin: HandIn) -> list[str]:
    problems = []
    if handin.archive and not handin.archive.endswith(ARCHIVES):
        problems.append(f"handin: archive is {handin.archive!r}, but should end in one of {', '.join(ARCHIVES)}")
    problems += [
        f"handin: {text!r} should be a plain name, where {{name}} may stand for the student's"
        for text in (handin.archive, handin.folder)
        if "/" in text or set(re.findall(r"[{}][^{}]*[{}]?", text)) - {"{name}"}
    ]
    if not handin.required:
        problems.append("handin: required names no file")
    return problems


def _late_problems(late: Late) -> list[str]:
    problems = []
    if not 0 <= late.per_day <= 1:
        problems.append(f"late: per_day is {late.per_day:g}, but should be a share from 0 to 1")
    if late.free_days < 0 or (late.most_days is not None and late.most_days < late.free_days):
        problems.append("late: free_days should be 0 or more, and most_days no less than these")
    return problems


def _doubled(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _section_problems(section: Section, sources: dict[str, CheckSource]) -> list[str]:
    problems = []
    if section.points < 0 or not math.isfinite(section.points):
        problems.append(f"points are {section.points:g}, but should be 0 or more")
    if section.policy is Policy.MANUAL and section.checks:
        problems.append("a manual section has no checks")
    if section.policy is not Policy.MANUAL and not section.checks:
        problems.append('has no checks, so nobody could earn its points (policy = "manual" is for marks by hand)')
    for check in section.all_checks:
        if check not in sources:
            problems.append(f"check {check!r} has no function in {CHECKS_FOLDER}/")
        elif not sources[check].title:
            problems.append(f"check {check!r} has no docstring: its first line is the title that students read")
        if not check.startswith(section.id + "."):
            problems.append(f"check {check!r} should be called {section.id}.something")
    if section.weights and section.policy is not Policy.PER_CHECK:
        problems.append(f"has weights, which only the policy {Policy.PER_CHECK} uses")
    elif section.weights:
        if set(section.weights) != set(section.checks):
            problems.append("weights must name exactly its checks")
        elif min(section.weights.values()) < 0:
            problems.append("weights must be 0 or more")
        elif not math.isclose(math.fsum(section.weights.values()), section.points):
            weights = math.fsum(section.weights.values())
            problems.append(f"weights add up to {weights:g}, but should add up to its points, {section.points:g}")
    return problems


def selects(selector: str, check: str) -> bool:
    """Whether `linear`, `linear.backward` or `linear.backward_bias` takes in the check `linear.backward_bias`."""
    return check == selector or check.startswith((selector + ".", selector + "_"))
