"""Small mistakes that a program makes in right submissions, also of other styles: is a line named, and is it right?

`python -m tests.benchmarks.suspect_line [HOMEWORK ...] [--count 60] [--seed 0] [--styles]`

With `--styles` the mistakes are made in a homework's variants, other right ways to write the same thing, in place of
its worked submission. Ends with 1 if a line was said for certain that isn't at fault.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from graders.coursework.packs.pack import read_homework
from graders.coursework.record import Report
from graders.marking.validation.changes import Changes
from graders.marking.validation.lines import Lines, changed, lines_named
from graders.marking.validation.marker import Marker
from graders.marking.validation.mechanical.operators import Change, Source
from graders.marking.validation.outcome import failing
from graders.marking.validation.pack_suite import suite_of

MOST_OF_ONE = 4
"""Mistakes in one file of one submission, so that many are seen."""


class Mistake(NamedTuple):
    """A right submission, and one of its files with a small mistake in it."""

    name: str
    right: Changes
    file: str
    text: str
    marked: tuple[str, ...]


def mistakes(homework: str, count: int, seed: int, *, styles: bool) -> Iterator[Mistake]:
    """So many mistakes, drawn from all that can be made."""
    drawn = random.Random(seed)
    found = [mistake for one in _bases(homework, styles=styles) for mistake in _of(homework, *one, drawn)]
    yield from drawn.sample(found, min(count, len(found)))


def _bases(homework: str, *, styles: bool) -> Iterator[tuple[str, Changes, list[str], tuple[str, ...]]]:
    """Right submissions: what makes each, the files that students write in it, and what is marked."""
    if not styles:
        yield "worked", Changes(), list(read_homework(homework).files), ()
        return
    suite = suite_of(homework)
    for variant in suite.variants:
        yield variant.name, variant.changes, sorted(variant.changes.touched), tuple(suite.marked(variant))


def _of(
    homework: str, name: str, right: Changes, files: list[str], marked: tuple[str, ...], drawn: random.Random
) -> Iterator[Mistake]:
    with tempfile.TemporaryDirectory() as place:
        folder = right.write(homework, Path(place) / "right")
        for file in files:
            path = folder / file
            if path.suffix != ".py" or not path.is_file():
                continue
            try:
                source = Source(path.read_text(encoding="utf-8"))
            except (SyntaxError, UnicodeDecodeError):  # another year's Python, say
                continue
            changes = list(source.changes())
            for change in drawn.sample(changes, min(MOST_OF_ONE if marked else len(changes), len(changes))):
                yield Mistake(f"{name}: {file}, {change.name}", right, file, _changed(source.text, change), marked)


def _changed(text: str, change: Change) -> str:
    """With a line that is dropped really gone, unless nothing else is in its block."""
    if change.kind == "line dropped":
        first, last = change.line - 1, change.line + change.old.count("\n")
        without = "".join(
            line for number, line in enumerate(text.splitlines(keepends=True)) if not first <= number < last
        )
        with contextlib.suppress(SyntaxError):
            ast.parse(without)
            return without
    return change.apply(text)


def looked(marker: Marker, homework: str, mistake: Mistake) -> tuple[Report, Lines]:
    """The report of a submission with this mistake, and what its lines are worth."""
    with tempfile.TemporaryDirectory() as place:
        right = mistake.right.write(homework, Path(place) / "right")
        folder = mistake.right.write(homework, Path(place) / "submission")
        (folder / mistake.file).write_text(mistake.text, encoding="utf-8")
        report = marker.mark(folder, homework, mistake.marked, "quick", explain=True)
        return report, lines_named(report, changed(right, folder, [mistake.file]))


def main() -> int:
    """Make the mistakes and look at each; 1 if a line was named for certain that isn't at fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.suspect_line")
    parser.add_argument("homeworks", nargs="*", default=["ai702", "cs189"])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--styles", action="store_true")
    options = parser.parse_args()
    wrong = 0
    with Marker() as marker:
        for homework in options.homeworks:
            counted: Counter[str] = Counter()
            for mistake in mistakes(homework, options.count, options.seed, styles=options.styles):
                report, lines = looked(marker, homework, mistake)
                word = str(lines) if failing(report) else "nothing lost"
                counted[word] += 1
                if lines is Lines.WRONG:
                    print(f"{homework}: WRONG {mistake.name}: {report.causes}", flush=True)
            wrong += counted[Lines.WRONG]
            print(f"{homework}: {', '.join(f'{word} {count}' for word, count in counted.most_common())}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
