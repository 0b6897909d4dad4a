"""What a homework's rubric.toml may say: sections, points, checks, and what a submission has to be like."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from graders.isolation.limits import MEMORY_MIB

RUBRIC_FILE = "rubric.toml"
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
    include: list[str] = []
    search: list[str] = msgspec.field(default_factory=lambda: ["."])
    packages: list[str] = msgspec.field(default_factory=lambda: ["numpy"])
    light: list[str] = []
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


def module_of(path: str) -> str:
    """`mytorch.nn.linear` for `mytorch/nn/linear.py`; a notebook is imported as the module made of it."""
    return path.removesuffix(".py").removesuffix(".ipynb").replace("/", ".")


def selects(selector: str, check: str) -> bool:
    """Whether `linear`, `linear.backward` or `linear.backward_bias` takes in the check `linear.backward_bias`."""
    return check == selector or check.startswith((selector + ".", selector + "_"))
