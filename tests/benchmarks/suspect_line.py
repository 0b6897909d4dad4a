"""Small mistakes that a program makes in right submissions, also of other styles: is a line named, and is it right?

`python -m tests.benchmarks.suspect_line [HOMEWORK ...] [--of KIND] [--count 60] [--seed 0] [--verbose]`

The mistakes are made by a program in its worked submission, or are of another KIND: made in a homework's variants,
other right ways to write the same thing (`styles`), in the lines that they write otherwise; in the submissions of
styles.py (`new`); its `mutants`; those that students make (`kinds`, real_kinds.py). Submissions aren't marked: what
fails is what the look's cases show. Where a line is said for certain that isn't at fault, the submission is marked;
ends with 1 if that says it, too.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import os
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from graders.coursework.packs.pack import read_homework
from graders.judging.suspect import Place
from graders.marking.suspect.search import Found
from graders.marking.validation.changes import Changes
from graders.marking.validation.lines import Lines, changed, lines_named
from graders.marking.validation.marker import Marker
from graders.marking.validation.mechanical.operators import Change, Source
from graders.marking.validation.pack_suite import suite_of
from tests.benchmarks import real_kinds, styles
from tests.benchmarks.only_looks import Looked, Looks, looking

MOST_OF_ONE = 6
"""Mistakes in one file of one submission, so that many are seen."""
SAME_STYLE = re.compile("^(the worked|files|imports|guard|assertion|old NumPy|identity|mlp.: debug)")
"""Variants that are written as the worked submission is."""
LONG = frozenset({"training", "validation", "performance", "trained_mlp", "curves_mlp"})
"""Sections that aren't looked at."""
Base = tuple[str, Changes, list[str], tuple[str, ...]]
"""A right submission: its name, what makes it, the files that students write in it, and what is marked."""


class Mistake(NamedTuple):
    """A right submission, what makes a wrong one, and of that perhaps one file more."""

    name: str
    right: Changes
    wrong: Changes
    marked: tuple[str, ...]
    file: str = ""
    text: str = ""

    def write(self, homework: str, place: Path) -> tuple[Path, Path, list[str]]:
        """The right submission, the wrong one, and the files in which they may differ."""
        right = self.right.write(homework, place / "right")
        folder = self.wrong.write(homework, place / "submission")
        if self.file:
            (folder / self.file).write_text(self.text, encoding="utf-8")
        return right, folder, [self.file] if self.file else sorted(self.wrong.touched)


def mistakes(homework: str, kind: str, seed: int) -> list[Mistake]:
    """All mistakes of a kind."""
    if kind == "mutants":
        return mutants(homework)
    if kind == "kinds":
        return [Mistake(name, Changes(), wrong, marked) for name, wrong, marked in real_kinds.made()]
    bases = {"worked": worked, "styles": variants, "new": lambda _: list(styles.bases())}[kind](homework)
    drawn = random.Random(seed)
    most = MOST_OF_ONE if kind == "styles" else None
    return [mistake for one in bases for mistake in _of(homework, *one, drawn, most)]


def worked(homework: str) -> list[Base]:
    """The worked submission."""
    found = read_homework(homework)
    return [("worked", Changes(), list(found.files), _sections(homework))]


def variants(homework: str) -> list[Base]:
    """Those of its suite that are in their own style."""
    suite = suite_of(homework)
    own = [one for one in suite.variants if not SAME_STYLE.search(one.name)]
    return [(one.name, one.changes, sorted(one.changes.touched), tuple(suite.marked(one))) for one in own]


def mutants(homework: str) -> list[Mistake]:
    """Those of its suite."""
    suite = suite_of(homework)
    right = Changes()
    return [Mistake(one.name, right, one.changes, tuple(suite.marked(one))) for one in suite.mutants]


def _sections(homework: str) -> tuple[str, ...]:
    return tuple(section.id for section in read_homework(homework).rubric.sections)


def _of(
    homework: str,
    name: str,
    right: Changes,
    files: list[str],
    marked: tuple[str, ...],
    drawn: random.Random,
    most: int | None,
) -> Iterator[Mistake]:
    with tempfile.TemporaryDirectory() as place:
        folder = right.write(homework, Path(place) / "right")
        plain = Changes().write(homework, Path(place) / "worked")
        for file in files:
            path = folder / file
            if path.suffix != ".py" or not path.is_file():
                continue
            try:
                source = Source(path.read_text(encoding="utf-8"))
            except (SyntaxError, UnicodeDecodeError):  # another year's Python, say
                continue
            own = {line for _, line in changed(plain, folder, [file])} if most else set()
            changes = [one for one in source.changes() if not own or one.line in own]
            for change in drawn.sample(changes, min(most or len(changes), len(changes))):
                text = _changed(source.text, change)
                yield Mistake(f"{name}: {file}, {change.name}", right, right, marked, file, text)


def _changed(text: str, change: Change) -> str:
    """With a line that is dropped really gone, unless nothing else is in its block."""
    if change.kind == "line dropped":
        first, last = change.line - 1, change.line + change.old.count("\n")
        lines = text.splitlines(keepends=True)
        without = "".join([*lines[:first], *lines[last:]])
        with contextlib.suppress(SyntaxError):
            ast.parse(without)
            return without
    return change.apply(text)


def seen_in(homework: str, mistake: Mistake) -> list[str]:
    """The sections that see it, without those that take long."""
    found = {one.partition(".")[0] for one in mistake.marked} or {*_sections(homework)}
    return sorted(found - LONG)


def looked(
    looks: Looks, homework: str, mistake: Mistake, fails: dict[object, frozenset[str]]
) -> tuple[Looked, set[Place]]:
    """What a look finds in a submission with this mistake, and the lines at fault."""
    sections = seen_in(homework, mistake)
    with tempfile.TemporaryDirectory() as place:
        right, folder, files = mistake.write(homework, Path(place))
        key = id(mistake.right), *sections
        if key not in fails:
            fails[key] = looks.failing(right, sections)
        return looks.at(folder, sections, fails[key]), changed(right, folder, files)


def word(found: Sequence[Found], places: set[Place]) -> Lines:
    """How well the lines that were found fit those at fault."""
    right = set(map(_plain, places))
    said = {_plain(place) for one in found for place in one.suspicion.places}
    if not said:
        return Lines.SILENT
    if any(one.suspicion.sure and not right.issuperset(map(_plain, one.suspicion.places)) for one in found):
        return Lines.WRONG
    return Lines.ALONE if said <= right else Lines.AMONG if said & right else Lines.ELSEWHERE


def _plain(place: Place) -> Place:
    """Files with another name are put where they belong before anything is looked at."""
    return Path(place[0]).name.casefold(), place[1]


def marked_lines(marker: Marker, homework: str, mistake: Mistake) -> Lines:
    """What is said where the submission is marked, and only what fails is looked at."""
    with tempfile.TemporaryDirectory() as place:
        right, folder, files = mistake.write(homework, Path(place))
        report = marker.mark(folder, homework, seen_in(homework, mistake), "quick", explain=True)
        return lines_named(report, changed(right, folder, files))


class Counts:
    """The outcome of the mistakes of one homework."""

    def __init__(self, homework: str, out: TextIO, verbose: bool) -> None:
        self._homework, self._out, self._verbose = homework, out, verbose
        self.words: Counter[str] = Counter()
        self._with_line: Counter[str] = Counter()
        """Without those in which a line is missing: where it was, nothing is."""
        self.sure = 0
        self.wrong: list[Mistake] = []
        """Those with a line that is said for certain and isn't at fault."""
        self._seconds: list[float] = []

    def add(self, mistake: Mistake, seen: Looked, places: set[Place]) -> None:
        """One more."""
        told = str(word(seen.found, places)) if seen.seconds else "nothing lost"
        self.words[told] += 1
        self._with_line[told] += "line dropped" not in mistake.name
        self.sure += told == Lines.ALONE and any(one.suspicion.sure for one in seen.found)
        self._seconds += seen.seconds
        self.wrong += [mistake] if told == Lines.WRONG else []
        if told == Lines.WRONG or self._verbose:
            lines = [(sorted(one.suspicion.places), one.suspicion.sure) for one in seen.found]
            print(f"{self._homework}: {told}: {mistake.name}: {sorted(places)}: {lines}", file=self._out, flush=True)

    @staticmethod
    def _shares(words: Counter[str]) -> str:
        failing = max(sum(words.values()) - words["nothing lost"], 1)
        alone, among = words[Lines.ALONE], words[Lines.AMONG]
        return f"of {failing} alone {alone / failing:.0%}, among three {(alone + among) / failing:.0%}"

    def print(self) -> None:
        """The shares, of those that fail, and the times."""
        failing = max(sum(self.words.values()) - self.words["nothing lost"], 1)
        alone, among = self.words[Lines.ALONE], self.words[Lines.AMONG]
        times = sorted(self._seconds) or [0.0]
        middle, most = times[len(times) // 2], times[int(0.95 * len(times))]
        counts = ", ".join(f"{name} {count}" for name, count in self.words.most_common())
        shares = f"alone {alone / failing:.0%} (certain {self.sure}), among three {(alone + among) / failing:.0%}"
        changed_only = self._shares(self._with_line)
        print(f"{self._homework}: {counts}; of {failing} {shares}; {middle:.2f} s, 95 % {most:.2f} s", file=self._out)
        print(f"{self._homework}: without dropped lines {changed_only}", file=self._out, flush=True)


def main() -> int:
    """Make the mistakes and look at each; 1 if a line was named for certain that isn't at fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.suspect_line")
    parser.add_argument("homeworks", nargs="*", default=["ai702", "cs189"])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--of", choices=["worked", "styles", "new", "mutants", "kinds"], default="worked")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    wrong = 0
    with os.fdopen(os.dup(1), "w") as out:  # pytest, which collects the checks, takes what is printed
        for homework in options.homeworks:
            found = mistakes(homework, options.of, options.seed)
            found = random.Random(options.seed).sample(found, min(options.count, len(found)))
            counts = Counts(homework, out, options.verbose)
            fails: dict[object, frozenset[str]] = {}

            def use(looks: Looks) -> None:
                for mistake in found:  # noqa: B023 - called at once
                    counts.add(mistake, *looked(looks, homework, mistake, fails))  # noqa: B023

            looking(
                homework,
                sorted({section for one in found for section in seen_in(homework, one)}),
                use,
            )
            counts.print()
            with Marker() as marker:
                for mistake in counts.wrong:
                    said = marked_lines(marker, homework, mistake)
                    wrong += said is Lines.WRONG
                    print(f"{homework}: when it is marked, {said}: {mistake.name}", file=out, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
