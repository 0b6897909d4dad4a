"""What --only, --debug and a flags file select, with a line where a word stands for others or nothing is left."""

from __future__ import annotations

from pathlib import Path

from graders.cli.notes import from_here, say
from graders.coursework.flags import line_of, read_flags
from graders.coursework.packs.pack import Homework
from graders.coursework.selection import Selection, select
from graders.reports.news import listed


def selected(homework: Homework, words: list[str], flags: Path | None, option: str) -> Selection:
    """The selection; UsageError, about this option, for what the homework doesn't have."""
    selection = select(homework, words, read_flags(flags) if flags else {}, option)
    for word, names in selection.taken_for.items():
        say(f"{option} {word} is {listed(names)}")
    if flags is not None and selection.switched_off and not selection.running(homework):
        say(all_off(homework, selection, flags))
    return selection


def all_off(homework: Homework, selection: Selection, flags: Path) -> str:
    """That nothing is marked, and which line of the flags file changes that."""
    wanted = next(check for check in homework.checks if check in selection.checks & selection.switched_off.keys())
    flag = selection.switched_off[wanted]
    line = f"line {line_of(flags, flag)} of {from_here(str(flags))}"
    return f"nothing is marked: its flags are False; set {flag} = True in {line} for {homework.rubric.flags[flag]}"
