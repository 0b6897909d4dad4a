"""Options of `gradmark grade` that a pipeline passes on: checked when it is written, not when a student waits."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from graders import UsageError
from graders.cli.marking_options import GradeOptions
from graders.cli.options import HandedOn, names
from graders.cli.output_options import OutputOptions
from graders.cli.outputs import Outputs
from graders.cli.signature import Option, options_of
from graders.coursework.packs.pack import Homework
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.reports.gradescope import Visibilities


class ForwardedOptions:
    """The options in order, and what of them the writing of a pipeline needs to know."""

    def __init__(self, words: Sequence[str], homework: Homework, platform: str) -> None:
        """UsageError for an option that can't be passed on, or a value that it can't have."""
        given = list(_read(words, platform))
        self.words: list[str] = [word for option, value in given for word in (option.spelled, value)]
        self.only: list[str] = names([value for option, value in given if option.name == "only"])
        self.visibility: list[str] = [value for option, value in given if option.name == "gradescope_visibility"]
        profiles = [value for option, value in given if option.name == "profile"]
        self.profile = Profile(profiles[-1]) if profiles else Profile.GRADING
        seeds = [int(value) for option, value in given if option.name == "seed"]
        self.seed: int = seeds[-1] if seeds else 0
        seconds = [float(value) for option, value in given if option.name == "max_seconds"]
        self.seconds: float | None = seconds[-1] if seconds else None
        select(homework, self.only, {})
        self.visibilities(homework)

    def visibilities(self, homework: Homework | None) -> Visibilities:
        """What of Gradescope's report students see, by section; UsageError for a section that the homework hasn't."""
        return Outputs(OutputOptions(gradescope_visibility=self.visibility)).visibilities(homework)

    @property
    def shell(self) -> str:
        """As they stand in a script."""
        return shlex.join(self.words)


def handed_on(platform: str) -> Mapping[str, Option]:
    """What may be passed on to a pipeline for this platform, by the option's name on the command line."""
    marked = ((option, option.marked(HandedOn)) for option in options_of(GradeOptions))
    return {option.spelled: option for option, mark in marked if mark and mark.platform in (None, platform)}


def _read(words: Sequence[str], platform: str) -> Iterator[tuple[Option, str]]:
    """Each option and its value as it was given."""
    allowed = handed_on(platform)
    left = iter([part for word in words for part in _split(word)])
    for word in left:
        if word not in allowed:
            known = ", ".join(allowed)
            raise UsageError(f"{word} can't be passed on to a pipeline for {platform}: what can is {known}")
        value = next(left, None)
        if value is None:
            raise UsageError(f"{word} needs a value")
        _must_be_value(allowed[word], value)
        yield allowed[word], value


def _split(word: str) -> list[str]:
    name, sign, value = word.partition("=")
    return [name, value] if sign and name.startswith("--") else [word]


def _must_be_value(option: Option, word: str) -> None:
    mark = option.marked(HandedOn)
    assert mark is not None
    try:
        option.read(word)
        mark.check(word)
    except ValueError:
        raise UsageError(f"{option.spelled} {word}: gradmark grade takes no such value") from None
