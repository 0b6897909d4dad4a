"""Lays text out for a screen of a known width, once: what is printed is not to be folded again."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.text import Text

LABEL = 9
"""Columns of a label and of the space behind it."""
INDENT = 2
LEAST = 20
"""Columns that text has at least, however narrow the screen is."""


def put(console: Console, shown: RenderableType) -> None:
    """Print it as it is: a line that is too long is broken by the terminal, from which it can be copied whole."""
    console.print(shown, soft_wrap=isinstance(shown, Text))


def folded(console: Console, text: str, indent: int = 0, most: int | None = None, first: int = 0) -> list[str]:
    """The lines of a text beside such an indent, of which the first has `first` columns less; dots end what is cut."""
    width = max(console.width - indent, LEAST)
    filler = "x" * (min(first, width) - 1) + " " if first else ""
    found = [line.plain.rstrip() for line in Text(filler + text).wrap(console, width, overflow="fold", tab_size=4)]
    lines = [found[0][len(filler) :], *found[1:]] if found else [""]
    if most is None or len(lines) <= most:
        return lines
    last = Text(lines[most - 1])
    last.truncate(width - 4 - (first if most == 1 else 0), overflow="crop")
    return [*lines[: most - 1], f"{last.plain.rstrip()} ..."]


def labelled(
    console: Console, label: str, text: str, *, style: str = "", most: int | None = None, indent: int = INDENT
) -> Iterator[Text]:
    """The text beside its label, dim, in its own column; line ends in it stay."""
    for number, line in enumerate(folded(console, text, indent + LABEL, most)):
        yield Text.assemble(" " * indent, (f"{label if not number else '':<{LABEL}}", "dim"), (line, style))


def verbatim(console: Console, label: str, text: str) -> Iterator[Text]:
    """Lines of code beside a label, cut at the edge: what is below something stays below it."""
    width = max(console.width - INDENT - LABEL, LEAST)
    for number, line in enumerate(text.splitlines()):
        shown = Text(line, tab_size=4)
        shown.expand_tabs()
        shown.truncate(width, overflow="ellipsis")
        yield Text.assemble(" " * INDENT, (f"{label if not number else '':<{LABEL}}", "dim"), shown)
