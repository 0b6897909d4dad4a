"""What a homework's rubric.toml may say: sections, points, checks, and what a submission has to be like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from graders.coursework.record import Manner
from graders.sandbox.isolation.limits import MEMORY_MIB

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
    """One row of the rubric."""

    id: str
    """What it is called in commands and reports, and what the ids of its checks begin with."""
    title: str
    """Its name in reports."""
    points: float
    """What it is worth; 0 where it is practice."""
    policy: Policy = Policy.PER_CHECK
    """`all-or-nothing`, `per-check` (each check has its own points), or `manual` (marks by hand, no checks)."""
    checks: list[str] = []
    """The checks that count, `linear.forward` say, in the order in which they are reported; where there are none, all
    standard checks of the component with the section's id, for which `linear.*` stands beside others."""
    advisory: list[str] = []
    """Checks that warn and cost nothing."""
    also: list[str] = []
    """Further checks that count, beside those of an extended pack: own ones say, or what was advice there."""
    weights: dict[str, float] = {}
    """The points of single checks where the policy is `per-check`; equal shares if there are none."""
    extra: bool = False
    """Whether its points come on top of the total."""
    key: str = ""
    """A file of the instructor's, `predictions.csv` say: where `--keys FOLDER` lacks it, the section is manual."""
    note: str = ""
    """A line that stands with the section in every report."""
    practice: list[str] = []
    """What the handout mentions and doesn't ask for, by the names of its classes, functions or methods,
    `neural_networks.layers.Conv2D.forward` say: it is marked and shown where one of them is begun, worth nothing, and
    no report speaks of it elsewhere."""
    built_on: list[str] = []
    """The parts that it is made of, `mytorch.nn.Linear` say: where a check fails, it is run again on right ones."""
    follow_through: FollowThrough = FollowThrough.EXPLAIN
    """What a check earns that passes on right parts only: nothing (`explain`: the report says so), or all (`award`)."""

    @property
    def all_checks(self) -> list[str]:
        """Those that count and those that advise, in the rubric's order."""
        return [*self.checks, *self.advisory]

    @property
    def settled(self) -> Section:
        """With what counts also among its checks, and no longer advice."""
        counting = [*self.checks, *(check for check in self.also if check not in self.checks)]
        advisory = [check for check in self.advisory if check not in self.also]
        return msgspec.structs.replace(self, checks=counting, advisory=advisory, also=[])

    @property
    def is_practice(self) -> bool:
        """Whether it is worth nothing, whatever comes of it."""
        return bool(self.practice)

    def points_of(self, check: str) -> float:
        """What one check is worth under the per-check policy: its weight, or an equal share."""
        return self.weights[check] if self.weights else self.points / len(self.checks)


class HandIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `gradmark pack` makes. Paths are a submission's; in patterns, `*` stands for slashes too."""

    archive: str = ""
    """A file name that says its kind, `{name}_hw1.tar.gz` say; without it a folder of single files is made."""
    folder: str = ""
    """The archive's top folder."""
    required: list[str] = []
    """Paths that have to be there; one may give alternatives: `a.py | b/a.py`."""
    optional: list[str] = []
    """Patterns of what comes along where it is there; anything else is left out."""
    forbidden: list[str] = []
    """Patterns of what may not be there."""
    note: str = ""
    """A line for whoever hands in."""

    @property
    def alternatives(self) -> list[tuple[str, ...]]:
        """Of each path that has to be there, those that may be in its place, itself first."""
        return [tuple(path.strip() for path in entry.split("|")) for entry in self.required]


@dataclass(frozen=True)
class Lateness:
    """How late a hand-in is: the days, and the hours, that have begun; `paid` days are taken from a term's budget."""

    days: int = 0
    hours: int = 0
    paid: int = 0

    def __post_init__(self) -> None:
        """Who says days alone means whole ones."""
        if self.days and not self.hours:
            object.__setattr__(self, "hours", 24 * self.days)


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a hand-in loses for coming late: one of the four rates, from the due date on."""

    per_day: float = 0.0
    """The share of what it earned that a day costs, from 0 to 1."""
    free_days: int = 0
    """The days that cost nothing."""
    most_days: int | None = None
    """The days after which nothing is left."""
    per_hour: float = 0.0
    """The share of what it earned that an hour costs, in place of `per_day`."""
    points_per_day: float = 0.0
    """The points that a day costs, in place of `per_day`."""
    points_per_hour: float = 0.0
    """The points that an hour costs, in place of `per_day`."""
    grace_minutes: float = 0.0
    """The minutes by which the due date, and each day or hour after it, may be missed."""
    budget_days: int = 0
    """The late days of the whole term that cost nothing: see docs/classroom.md."""
    due: str = ""
    """When it is due, with its zone: `2026-10-24 20:00 Europe/Berlin`; `--due` overrules it."""
    zone: str = ""
    """The course's zone, whose clock says what a day is: `Europe/Berlin`; the due date's own where it has a name."""

    @property
    def by_hours(self) -> bool:
        """Whether it is hours that cost, not days."""
        return bool(self.per_hour or self.points_per_hour)

    def penalty(self, score: float, late: Lateness | int) -> float:
        """The points that go, never more than there are; a whole number is one of days."""
        late = late if isinstance(late, Lateness) else Lateness(late)
        if late.days <= self.free_days or score <= 0:
            return 0.0
        if self.most_days is not None and late.days > self.most_days:
            return score
        steps = self._steps(late)
        share, amount = self.per_hour + self.per_day, self.points_per_hour + self.points_per_day
        return round(max(0.0, min(score, (score * share + amount) * steps)), 6)

    def _steps(self, late: Lateness) -> int:
        """The days, or hours, that cost something: less those that are free and those that the budget pays."""
        free = self.free_days + late.paid
        return max(0, late.hours - 24 * free if self.by_hours else late.days - free)


class Dialect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another course's or year's homework that submissions of this one are mistaken for."""

    title: str
    """What it is called, `CMU 11-785 from Fall 2023 on` say."""
    manners: list[Manner]
    """How it differs, so that several sections fail alike: `more-arguments` or `fewer-arguments` of methods, `batch`
    (the division by its size is in another place), `tuple` (methods return several things), `alternating` (layers and
    activations in one list), `names` (of gradients)."""
    homework: str = ""
    """Its id, if gradmark has it."""


class StarterCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `gradmark handout` makes."""

    without: list[str] = []
    """Patterns of the worked submission's files that aren't handed out."""


class RubricFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What rubric.toml may say."""

    id: str
    """The homework's short name, which reports are filed under."""
    title: str
    """Its name in full."""
    total: float
    """What its sections have to add up to, those with `extra` left out."""
    sections: list[Section]
    """The rows of the rubric, in their order."""
    modules: dict[str, dict[str, list[str]]] = {}
    """Where a submission defines what: by the module that checks ask for, the name, and the files that may have it.

    What components ask for is in the file of its module, where nothing else is said."""
    version: str = ""
    """The pack's version, for its author."""
    requires: str = ""
    """The versions of gradmark that the pack works with, `>=0.1` say."""
    extends: str = ""
    """Another pack, by its id or by a path from this folder, of which this one changes what is named here."""
    without: list[str] = []
    """Sections of the extended pack that this one doesn't have."""
    include: list[str] = []
    """Folders by their paths from this one. One called `checks`, `../shared/checks` say, has checks that sections can
    list; the modules beside it are imported as `from ..shared import`."""
    titles: dict[str, str] = {}
    """Other titles for checks, by their ids: for shared checks."""
    signs: dict[str, list[str]] = {}
    """What this homework's submissions have, and another's haven't whose files are called the same, by file:
    `"def backward(self, dLdA)"`, or one of several, `"class GELU | class Softmax"`. All of it decides for this one."""
    search: list[str] = msgspec.field(default_factory=lambda: ["."])
    """Folders of a submission that its modules are imported from."""
    packages: list[str] = msgspec.field(default_factory=lambda: ["numpy"])
    """What submissions may import besides the standard library, with what these packages depend on."""
    light: list[str] = []
    """Packages that starter code imports and hardly uses, of which the worker has small ones: future, past,
    pandas, sklearn, torchvision (whose loaders read the run's folder `data`) and tqdm."""
    memory_mib: int = MEMORY_MIB
    """What a submission may take on top of Python and its packages, in MiB."""
    reveal: Reveal = Reveal.ALL
    """What reports say of what was expected: `all`, `difference` (what is wrong, never what is right) or `nothing`."""
    choices: list[str] = []
    """What the handout leaves open, and what is marked: shown by `gradmark sections`."""
    dialects: list[Dialect] = []
    """Other homeworks by which a submission may have gone: where several sections fail so, reports open with that."""
    flags: dict[str, str] = {}
    """The names in a handout's flags file, with the section or check that each turns on."""
    handin: HandIn | None = None
    """What `gradmark pack` makes."""
    handout: StarterCode = StarterCode()
    """What `gradmark handout` makes."""
    late: Late | None = None
    """What late days cost: see docs/classroom.md."""

    @property
    def files(self) -> list[str]:
        """Every file that may define something, in the rubric's order, without repetition."""
        found = [path for names in self.modules.values() for paths in names.values() for path in paths]
        return list(dict.fromkeys(found))


def module_of(path: str) -> str:
    """`mytorch.nn.linear` for `mytorch/nn/linear.py`; a notebook is imported as the module made of it."""
    return path.removesuffix(".py").removesuffix(".ipynb").replace("/", ".")


def selects(selector: str, check: str) -> bool:
    """Whether `linear`, `linear.backward` or `linear.backward_bias` takes in the check `linear.backward_bias`."""
    return check == selector or check.startswith((selector + ".", selector + "_"))
