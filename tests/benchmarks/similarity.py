"""Times `gradmark similar` on a class of ai702, and says how many pairs it shows.

`python -m tests.benchmarks.similarity [--count 300] [--apart] [--folder DIR]`

Every submission is a mutant or a variant of ai702's validation, with its own names and its own comments, so that
no file is read once for all. All of them are edits of one solution: nearly everything is in a quarter of the class or
more, and is taken for what the homework forces. With --apart each has its own numbers of `+ 0` in its lines besides, so
that a fingerprint is in few submissions, as with solutions that were written apart, and the pairs are those of a
tenth of the class that copied with other names.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
from pathlib import Path

from graders.marking.validation.changes import Changes
from graders.marking.validation.pack_suite import suite_of
from tests.benchmarks.classroom import CHANGED, Memory, gradmark, timed

NAME = re.compile(r"\b(dLdA|dLdW|dLdb|shifted|deviation|inverse_std|total|layer|exponentials)\b")
STATEMENT = re.compile(r"(?m)^ +[\w.]+ = .*[^,]$")


def write_class(folder: Path, count: int, *, apart: bool) -> None:
    """Write the submissions; `apart`, each tenth copies the one before."""
    chosen = random.Random(0)
    suite = suite_of("ai702")
    cases = [*suite.mutants, *suite.variants]
    for number in range(count):
        seed = number - 1 if number % 10 == 9 else number
        changes: Changes = chosen.choice(cases).changes
        place = changes.write(CHANGED, folder / f"student_{number:03}")
        for path in sorted(place.rglob("*.py")):
            text = NAME.sub(rf"\1_{number}", path.read_text(encoding="utf-8"))
            text = _apart(text, random.Random(f"{seed} {path.name}")) if apart else text
            path.write_text(re.sub(r"(?m)$", f"  # {number}", text) if '"""' not in text else text + f"# {number}\n")


def _apart(text: str, chosen: random.Random) -> str:
    return STATEMENT.sub(lambda match: match[0] + _zeros(match[0], chosen), text)


def _zeros(line: str, chosen: random.Random) -> str:
    whole = all(line.count(left) == line.count(right) for left, right in ("()", "[]", "{}"))
    return " + 0" * chosen.randrange(12) if whole and "#" not in line else ""


def main() -> int:
    """Print how long it takes."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.similarity")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gradmark-benchmark-") as place:
        folder = (options.folder or Path(place)) / "class"
        folder.mkdir(parents=True)
        write_class(folder, options.count, apart=options.apart)
        memory = Memory()
        memory.start()
        took, printed = timed(gradmark("similar", str(folder)))
        peak = memory.end()
    print(printed.splitlines()[-1])
    print(f"{options.count} submissions: {took.wall:.1f} s, {took.cpu:.1f} s of processors, {peak} MiB at the most")
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
