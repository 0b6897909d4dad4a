"""`gradmark watch DIR`: mark a folder that is worked on at each save."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.status import Status
from rich.text import Text

from graders.cli.marking_options import WatchOptions
from graders.cli.notes import chosen, say
from graders.cli.watching import Watch
from graders.coursework.clean import clean, harmless
from graders.reports.watched import Seen, breaks, first_reason, watched
from graders.reports.watched_screen import screen


def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that you work in.")] = Path(),
    *,
    options: WatchOptions,
) -> None:
    """Mark a folder, and at each save again what the saved files touch; Ctrl-C ends it."""
    watching = Watch(options, chosen(options.isolation))
    watching.check()
    console = Console()
    show = OnScreen(console) if console.is_terminal else InLines()
    try:
        status = watching.run(folder, show)
    finally:
        show.ends()
    raise typer.Exit(status)


class InLines:
    """For a pipe or a log: plain lines, one after the other."""

    def __init__(self) -> None:
        self._glimpsed: frozenset[str] | None = None

    def begins(self, checks: int) -> None:  # noqa: ARG002 - the protocol's
        """Say nothing of what isn't done."""
        self._glimpsed = None

    def goes_on(self) -> None:
        """Say nothing of what isn't done."""

    def says(self, line: str) -> None:
        """In our voice, beside the results."""
        say(clean(line))

    def breaks(self, broken: Mapping[str, str], seen: Seen | None) -> None:
        """A line for each file."""
        kept = "" if seen is None else " (results stay as they were)"
        for line in breaks(broken):
            self._print(f"{clean(line)}{kept}\n")

    def glimpses(self, seen: Seen) -> None:
        """The marks as soon as they are known."""
        self._print(watched(cleaned(seen)))
        self._glimpsed = seen.waiting

    def shows(self, seen: Seen) -> None:
        """All that hasn't been said yet, and an empty line."""
        seen = cleaned(seen)
        if self._glimpsed is None or self._glimpsed:
            self._print(watched(seen))
        self._glimpsed = None
        self._print(f"{first_reason(seen)}\n")

    def ends(self) -> None:
        """Nothing is left to say."""

    @staticmethod
    def _print(text: str) -> None:
        typer.echo(text, nl=False)
        sys.stdout.flush()


class OnScreen:
    """For a person at a terminal: the screen shows how things are now."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._left = 0

    def begins(self, checks: int) -> None:
        """Show that something is being done."""
        self._left = checks
        self._spin(self._doing())

    def goes_on(self) -> None:
        """Count down."""
        self._left -= 1
        if self._status is not None and self._left > 0:
            self._status.update(Text(self._doing()))

    def says(self, line: str) -> None:
        """Under what is there."""
        self._stop()
        self._console.print(Text(clean(line), style="bold red"))

    def breaks(self, broken: Mapping[str, str], seen: Seen | None) -> None:
        """What was there stays, with these lines."""
        if seen is not None:
            self.shows(seen)
        else:
            for line in breaks(broken):
                self.says(line)

    def glimpses(self, seen: Seen) -> None:
        """In place of what was there, while there is more to come."""
        self._draw(seen)
        if seen.waiting:
            self.begins(len(seen.waiting))
        else:
            self._spin("looking for reasons")

    def shows(self, seen: Seen) -> None:
        """In place of what was there."""
        self._draw(seen)
        self._console.print(Text("watching; Ctrl-C ends it", style="dim"), end="")

    def ends(self) -> None:
        """Leave the line to whoever comes next."""
        self._stop()
        self._console.print()

    def _draw(self, seen: Seen) -> None:
        shown = screen(cleaned(seen), self._console)
        self._stop()
        self._console.clear()
        self._console.print(shown)

    def _spin(self, doing: str) -> None:
        self._stop()
        self._status = self._console.status(Text(doing))
        self._status.start()

    def _doing(self) -> str:
        return f"marking {self._left} check{'' if self._left == 1 else 's'}"

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
        self._status = None


def cleaned(seen: Seen) -> Seen:
    """The same without what student code or a file's name could do to a terminal."""
    broken = {clean(name): clean(why) for name, why in seen.broken.items()}
    return replace(seen, report=harmless(seen.report), saved=[clean(name) for name in seen.saved], broken=broken)
