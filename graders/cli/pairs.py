"""Pairs of alike submissions on the command line: found with progress, kept, and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from graders.classroom.similarity.compare import LEAST
from graders.classroom.store import Store
from graders.cli.notes import say
from graders.coursework.finding import Submission
from graders.coursework.pair import POINTER, Pair, Passage

MAX_WORDS = 20
"""Lines about what couldn't be read: the rest is counted."""


def keep_similar(
    submissions: Sequence[Submission],
    store: Store,
    homework: str | None,
    starter: Path | None = None,
    least: float = LEAST,
) -> list[Pair]:
    """Find the pairs, write them to the store, and say on standard error what couldn't be read."""
    from graders.classroom.similarity.classwide import similar

    homeworks = [homework] if homework else store.homeworks()
    with _progress(len(submissions)) as on_read:
        found = similar(submissions, homeworks, starter, least, on_read)
    store.keep_pairs(found.pairs)
    for word in found.words[:MAX_WORDS]:
        say(word)
    if len(found.words) > MAX_WORDS:
        say(f"and {len(found.words) - MAX_WORDS} more lines like these")
    return found.pairs


@contextmanager
def _progress(submissions: int) -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("comparing", total=submissions)
        yield lambda: bar.update(task, advance=1)


def show_pairs(pairs: Sequence[Pair]) -> None:
    """A table on a terminal, else a line for each pair; and that it is a pointer."""
    console = Console()
    if not pairs:
        typer.echo("No submissions are suspiciously alike.")
        return
    if console.is_terminal:
        console.print(_table(pairs))
    else:
        for pair in pairs:
            shares = f"{_percent(pair.first_share)}  {_percent(pair.second_share)}"
            typer.echo("  ".join([pair.first, pair.second, shares, *map(_line, pair.passages[:1])]))
    typer.echo(f"{len(pairs)} pair{'' if len(pairs) == 1 else 's'} alike. {POINTER}")


def _table(pairs: Sequence[Pair]) -> Table:
    table = Table("first", "second", "of first", "of second", "longest passages")
    for pair in pairs:
        cells = pair.first, pair.second, _percent(pair.first_share), _percent(pair.second_share)
        table.add_row(*map(Text, cells), Text("\n".join(map(_line, pair.passages[:3]))))
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _line(passage: Passage) -> str:
    first, second = _place(passage.first_file, passage.first_lines), _place(passage.second_file, passage.second_lines)
    return f"{first} = {second}"


def _place(file: str, lines: tuple[int, int]) -> str:
    return f"{file}:{lines[0]}-{lines[1]}"
