"""Options of `gradmark grade` that a pipeline passes on: checked when it is written, not when a student waits."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from graders.cli.options import names, processes
from graders.cli.outputs import Outputs
from graders.errors import UsageError
from graders.isolation.choice import Isolation
from graders.marking.profiles import Profile
from graders.pack import Homework
from graders.reports.gradescope_metadata import rate_limit
from graders.selection import select

MAX_SEED = 2**32 - 1


class Passed:
    """The options in order, and what of them the writing of a pipeline needs to know."""

    def __init__(self, words: Sequence[str], homework: Homework, platform: str) -> None:
        """UsageError for an option that can't be passed on, or a value that it can't have."""
        self.words: list[str] = []
        self.only: list[str] = []
        self.visibility: list[str] = []
        self.seconds: float | None = None
        left = [part for word in words for part in _split(word)]
        while left:
            option = left.pop(0)
            if option not in _VALUES or (option.startswith("--gradescope") and platform != "gradescope"):
                allowed = ", ".join(name for name in _VALUES if platform == "gradescope" or "gradescope" not in name)
                raise UsageError(f"{option} can't be passed on to a pipeline for {platform}: what can is {allowed}")
            if not left:
                raise UsageError(f"{option} needs a value")
            value = left.pop(0)
            try:
                _VALUES[option](self, value)
            except ValueError:
                raise UsageError(f"{option} {value}: gradmark grade takes no such value") from None
            self.words += [option, value]
        select(homework, self.only, {})
        Outputs(gradescope_visibility=self.visibility).visibilities(homework)

    @property
    def shell(self) -> str:
        """As they stand in a script."""
        return shlex.join(self.words)


def _split(word: str) -> list[str]:
    name, sign, value = word.partition("=")
    return [name, value] if sign and name.startswith("--") else [word]


def _only(passed: Passed, value: str) -> None:
    passed.only += names([value])


def _visibility(passed: Passed, value: str) -> None:
    passed.visibility.append(value)


def _seconds(passed: Passed, value: str) -> None:
    passed.seconds = float(value)
    if not 1 <= passed.seconds <= 86400:
        raise ValueError(value)


def _seed(_: Passed, value: str) -> None:
    if not 0 <= int(value) <= MAX_SEED:
        raise ValueError(value)


_VALUES: dict[str, Callable[[Passed, str], object]] = {
    "--only": _only,
    "--profile": lambda _, value: Profile(value),
    "--seed": _seed,
    "-n": lambda _, value: processes(value),
    "--isolation": lambda _, value: Isolation(value),
    "--max-seconds": _seconds,
    "--gradescope-limit": lambda _, value: rate_limit(value),
    "--gradescope-visibility": _visibility,
}
