"""Times cold runs of `gradmark grade` by turns with `python -c "import torch"` and plain pytest: ratios count.

`python -m tests.benchmarks.cold_grade [--rounds 5] [NAME...]`: medians of the whole command, relative to the import in
the same round, and the memory of its largest process. The plain pytest file is peers/plain_ai702.py, which isolates
nothing, gives no points, and names no mistake.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from graders.marking.validation.changes import Changes
from graders.marking.validation.pack_suite import suite_of
from tests.support import ROOT

MISTAKES = ("sigmoid: derivative in terms of Z", "batchnorm: eps 1e-5")
"""Of two components that no other is built on."""
WITHOUT_TRAINING = "relu,activations,fully_connected,softmax,cross_entropy,l2,network,conv,pool"


class Command(NamedTuple):
    """What is run, with what in its environment, and how long that may take, as a multiple of the import; 0: no aim."""

    words: Sequence[str | Path]
    environment: Mapping[str, str] = {}
    most: float = 0.0


class Took(NamedTuple):
    """Seconds by the clock and of processors, and the memory of the largest process, in MiB."""

    wall: float
    processor: float
    memory: float


def took(command: Command) -> Took:
    """What a command takes, whatever it finds."""
    words = [str(word) for word in command.words]
    nothing = os.open(os.devnull, os.O_WRONLY)
    began = time.perf_counter()
    actions = [(os.POSIX_SPAWN_DUP2, nothing, 1), (os.POSIX_SPAWN_DUP2, nothing, 2)]
    pid = os.posix_spawn(words[0], words, os.environ | command.environment, file_actions=actions)
    _, _, used = os.wait4(pid, 0)
    os.close(nothing)
    return Took(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def commands(folder: Path) -> dict[str, Command]:
    """Everything that is timed, by name; recordings are kept in this folder."""
    mutants = [mutant for mutant in suite_of("ai702").mutants if mutant.name in MISTAKES]
    assert len(mutants) == len(MISTAKES)
    edits = tuple(edit for mutant in mutants for edit in mutant.changes.edits)
    right, wrong = ROOT / "student_impl" / "ai702", Changes(edits=edits).write("ai702", folder / "wrong")
    cs189 = ROOT / "student_impl" / "cs189"
    grade = [sys.executable, "-P", "-m", "graders", "grade"]
    test = shutil.copy(ROOT / "tests/benchmarks/peers/plain_ai702.py", folder / "test_ai702.py")  # no conftest there
    plain = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, test]
    mine = {"XDG_CACHE_HOME": str(folder / "cache"), "GRADMARK_RECORDINGS": "yes"}
    return {
        "import torch": Command([sys.executable, "-c", "import torch"]),
        "ai702 right": Command([*grade, right], mine, 0.7),
        "ai702 right, no recordings": Command([*grade, right, "--no-recordings"], mine),
        "ai702 two wrong": Command([*grade, wrong], mine, 2.0),
        "ai702 two wrong, no recordings": Command([*grade, wrong, "--no-recordings"], mine),
        "cs189 right, no training": Command([*grade, cs189, "--only", WITHOUT_TRAINING], mine, 1.0),
        "plain pytest, right": Command(plain, {"SUBMISSION": str(right)}),
        "plain pytest, two wrong": Command(plain, {"SUBMISSION": str(wrong)}),
    }


def main(names: Sequence[str], rounds: int) -> int:
    """Time so many rounds after one that isn't counted; exit status 1 where one takes longer than its aim."""
    with tempfile.TemporaryDirectory(prefix="gradmark-cold-") as place:
        chosen = {
            name: one for name, one in commands(Path(place)).items() if not names or name in ("import torch", *names)
        }
        for command in chosen.values():
            took(command)
        found: dict[str, list[Took]] = {name: [] for name in chosen}
        for _ in range(rounds):
            for name, command in chosen.items():
                found[name].append(took(command))
    print(
        f"{len(os.sched_getaffinity(0))} processors, {rounds} rounds; import torch takes "
        f"{statistics.median(one.wall for one in found['import torch']):.2f} s"
    )
    print(f"{'':<32}{'times the import':>17}{'of processors':>15}{'MiB':>7}{'aim':>7}")
    late = False
    for name, command in chosen.items():
        ratios = [mine.wall / base.wall for mine, base in zip(found[name], found["import torch"], strict=True)]
        cpu = [mine.processor / base.processor for mine, base in zip(found[name], found["import torch"], strict=True)]
        memory = max(one.memory for one in found[name])
        late |= bool(command.most) and statistics.median(ratios) > command.most
        aim = f"{command.most:g}" if command.most else ""
        print(f"{name:<32}{statistics.median(ratios):>17.2f}{statistics.median(cpu):>15.2f}{memory:>7.0f}{aim:>7}")
    return int(late)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cold_grade")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    sys.exit(main(given.names, given.rounds))
