"""The subcommands of `gradmark`: each is imported when it is asked for, so that the program itself starts at once."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    Shown = Any
    """A command, a context or a formatter of the library's own."""


@dataclass(frozen=True)
class Subcommand:
    """A subcommand: the module of this folder that has its function, what that is called, and its line of help.

    `status` says which exit statuses it has besides 2 (it can't be used) and 3 (a fault of gradmark's).
    """

    module: str
    function: str
    help: str
    status: str = "0 when it is done"

    def load(self) -> Callable[..., None]:
        """The function, imported now."""
        found: Callable[..., None] = getattr(importlib.import_module(f"graders.cli.{self.module}"), self.function)
        return found


SUBCOMMANDS = {
    "new": Subcommand(
        "new",
        "new",
        "Draft a homework from a worked solution.",
        "0 the solution has full marks in the new pack, 1 it has not",
    ),
    "grade": Subcommand(
        "grade",
        "grade",
        "Mark a submission.",
        "0 full marks in what was selected, 1 marks lost",
    ),
    "watch": Subcommand(
        "watch",
        "watch",
        "Mark a folder at each save.",
        "that of the last report: 0 full marks, 1 marks lost; 130 if the last report is not of the files as they are",
    ),
    "sections": Subcommand("sections", "sections", "Show a homework's rubric."),
    "check": Subcommand(
        "check",
        "check",
        "Gradient-check any NumPy layer or function.",
        "0 all gradients certified, 1 a wrong gradient, any other fault of the code, or inconclusive",
    ),
    "class": Subcommand(
        "classroom",
        "classroom",
        "Mark a class.",
        "0 every submission has a result, 1 a mark dropped (--regrade)",
    ),
    "report": Subcommand("report", "report", "Write the web pages of a class that was marked."),
    "export": Subcommand("course.export", "export", "Write grade books of a class that was marked."),
    "marks": Subcommand("marks", "marks", "Add marks by hand and late days to a class's results."),
    "similar": Subcommand("similar", "similar", "Show submissions with suspiciously alike code."),
    "pipeline": Subcommand("pipeline", "pipeline", "Write a platform's autograder for a homework."),
    "handout": Subcommand("handout", "handout", "Write a homework's starter code."),
    "validate": Subcommand(
        "validate",
        "validate",
        "Mark a homework's mutants and variants.",
        "0 all mutants lose and all variants keep their points, 1 one does not",
    ),
    "cache": Subcommand("cache", "cache", "Show, make or clear recordings."),
    "pack": Subcommand(
        "pack",
        "pack",
        "Pack a submission as its handout asks.",
        "0 packed, 1 nothing was packed: files are missing, or not allowed",
    ),
}
"""By the words that they are called with, in the order of the help."""


class _Loaded(MutableMapping[str, "Shown"]):
    """The library's commands by name: one that is looked up is made then."""

    def __init__(self) -> None:
        self._made: dict[str, Shown] = {}

    def __getitem__(self, name: str) -> Shown:
        if name not in self._made:
            self._made[name] = _made(name, SUBCOMMANDS[name])
        return self._made[name]

    def __setitem__(self, name: str, command: Shown) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(SUBCOMMANDS)

    def __len__(self) -> int:
        return len(SUBCOMMANDS)


class LazyGroup(TyperGroup):
    """The group of the subcommands, whose help is written without importing any of them."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Loaded()

    def format_commands(self, ctx: Shown, formatter: Shown) -> None:  # noqa: ARG002 - the library's signature
        """The list in the help of the program."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.help) for name, one in SUBCOMMANDS.items()])


def _made(name: str, subcommand: Subcommand) -> Shown:
    from graders.cli.signature import flattened  # here and not above: not needed for the program's own help

    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name, short_help=subcommand.help, epilog=f"Exit status: {subcommand.status}.")(
        flattened(subcommand.load())
    )
    return get_command(alone)
