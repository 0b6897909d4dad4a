"""Commands whose options are fields of dataclasses, which typer sees as one parameter for each option.

A field's type is `Annotated[..., typer.Option(...)]`, and its default is the option's.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import TypeVar, get_args, get_type_hints

from typer.models import OptionInfo

Mark = TypeVar("Mark")
Made = TypeVar("Made")


@dataclass(frozen=True)
class After:
    """In an annotation: the option stands after the one of this name, which a base class may have."""

    name: str


@dataclass(frozen=True)
class Option:
    """One option or argument: its name in Python, its annotated type, its default (`inspect.Parameter.empty`: none)."""

    name: str
    annotation: object
    default: object

    def marked(self, kind: type[Mark]) -> Mark | None:
        """What of this kind its annotation carries."""
        return next((mark for mark in get_args(self.annotation)[1:] if isinstance(mark, kind)), None)

    @property
    def spelled(self) -> str:
        """As it is given on the command line: `--max-seconds`, `-n`; of a pair that switches on and off the first."""
        info = self.marked(OptionInfo)
        if info is None or info.default is ...:
            return f"--{self.name.replace('_', '-')}"
        return str(info.default).partition("/")[0]

    @property
    def kind(self) -> Callable[[str], object]:
        """What makes a value of a word: of `Annotated[list[str] | None, ...]` it is `str`."""
        kind = self.annotation
        while arguments := get_args(kind):
            kind = arguments[0]
        assert isinstance(kind, type)
        return kind

    def read(self, word: str) -> object:
        """The value of this word; ValueError for one that the command line would refuse."""
        value, info = self.kind(word), self.marked(OptionInfo)
        if info is not None and isinstance(value, int | float):
            low, high = info.min, info.max
            if not ((low is None or low <= value) and (high is None or value <= high)):
                raise ValueError(word)
        return value


def options_of(source: Callable[..., object]) -> list[Option]:
    """The options of a command or a dataclass; a dataclass among them stands for its own.

    They are in order, base classes' first, but for those that say After another.
    """
    found = list(_in_order(source))
    moved = [(option, mark) for option in found if (mark := option.marked(After))]
    for option, mark in moved:
        found.remove(option)
        found.insert([one.name for one in found].index(mark.name) + 1, option)
    return found


def _in_order(source: Callable[..., object]) -> Iterator[Option]:
    hints = get_type_hints(source, include_extras=True)
    for name, parameter in inspect.signature(source).parameters.items():
        group = hints[name]
        if is_dataclass(group):
            assert isinstance(group, type)
            yield from _in_order(group)
        else:
            yield Option(name, group, parameter.default)


def called(source: Callable[..., Made], values: Mapping[str, object]) -> Made:
    """Call it with these values of its options, as dataclasses where it has such."""
    hints = get_type_hints(source)
    names = inspect.signature(source).parameters
    return source(
        **{name: called(hints[name], values) if is_dataclass(hints[name]) else values[name] for name in names}
    )


def flattened(command: Callable[..., None]) -> Callable[..., None]:
    """The command with a parameter for each option; ValueError where two have one name."""
    options = options_of(command)

    @functools.wraps(command)
    def run(**values: object) -> None:
        called(command, values)

    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(o.name, kind, default=o.default, annotation=o.annotation) for o in options]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in options}
    return run
