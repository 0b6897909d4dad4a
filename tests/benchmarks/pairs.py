"""Two mistakes in one submission: both sections must lose, each explained as it is where it stands alone.

`python -m tests.benchmarks.pairs [--count 200] [--seed 0] [--homework ai702]`
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from graders.marking.validation.changes import Changes
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import failing, said
from graders.marking.validation.pack_suite import suite_of
from graders.marking.validation.suite import Mutant, Suite


def pairs(suite: Suite, count: int, seed: int) -> Iterator[tuple[Mutant, Mutant]]:
    """Mutants of different files, in neither of whose sections the other shows."""
    drawn = random.Random(seed)
    plain = [mutant for mutant in suite.mutants if mutant.changes.edits and not mutant.changes.files]
    found = 0
    while found < count:
        first, second = drawn.sample(plain, 2)
        apart = first.changes.touched.isdisjoint(second.changes.touched)
        if apart and not set(suite.marked(first)) & set(suite.marked(second)):
            found += 1
            yield first, second


def main() -> int:
    """Mark the pairs; 1 if one of them isn't caught and explained as both are alone."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pairs")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--homework", default="ai702")
    options = parser.parse_args()
    suite = suite_of(options.homework)
    alone: dict[str, list[str]] = {}
    wrong = explained = 0
    with Marker() as marker:
        for number, (first, second) in enumerate(pairs(suite, options.count, options.seed), 1):
            for mutant in (first, second):
                if mutant.name not in alone:
                    alone[mutant.name] = _mark(marker, suite, options.homework, mutant.changes, [mutant])[1]
            both = Changes(edits=first.changes.edits + second.changes.edits)
            failed, texts = _mark(marker, suite, options.homework, both, [first, second])
            should = suite.fails(first) | suite.fails(second)
            wanted = set(alone[first.name]) | set(alone[second.name])
            explained += bool(alone[first.name]) + bool(alone[second.name])
            if failed != should or set(texts) != wanted:
                wrong += 1
                print(
                    f"{first.name!r} and {second.name!r}: fails {failed}, should {should}; says {texts}, alone {wanted}"
                )
            if number % 20 == 0:
                print(f"{number} pairs", file=sys.stderr, flush=True)
    print(f"{options.count - wrong} of {options.count} pairs lose what both lose alone, with the same explanations")
    print(f"{explained} of {2 * options.count} mistakes are explained alone")
    return 1 if wrong else 0


def _mark(
    marker: Marker, suite: Suite, homework: str, changes: Changes, mutants: list[Mutant]
) -> tuple[set[str], list[str]]:
    """The sections that fail, and what is said, once each."""
    only = [section for mutant in mutants for section in suite.marked(mutant)]
    with tempfile.TemporaryDirectory(prefix="gradmark-pairs-") as place:
        folder = changes.write(homework, Path(place) / "submission")
        report = marker.mark(folder, homework, only, suite.profile, explain=True)
    return set(failing(report)), said(report)


if __name__ == "__main__":
    sys.exit(main())
