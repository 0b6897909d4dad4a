"""A class in which some are hostile: the others get the marks that they get alone.

`python -m tests.hostile.crowd [HONEST [HOSTILE]] [--later]` marks one of 80 and 20; the exit status is 1 where a mark
differs. With `--later` the hostile ones are those that were found last, and as many honest ones in their place are
marked for comparison: then it is 1, too, where the class takes more than twice as long with them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from graders.classroom.local import local
from graders.classroom.result import Result, State
from graders.classroom.run import Settings, due, run
from graders.classroom.store import Store
from graders.coursework.finding import find
from graders.sandbox.isolation.choice import choose
from tests.cli.program import timeless
from tests.hostile.corpus import ATTACKS, HOMEWORK
from tests.support import copy_of_worked, replace_in

KINDS: dict[str, dict[str, tuple[str, str]]] = {
    "right": {},
    "linear": {"linear": ("return A @ self.W.T + self.b.T", "return A @ self.W.T")},
    "sigmoid": {"activation": ("decay = np.exp(-np.abs(Z))", "decay = np.exp(-Z)")},
}
"""Honest submissions: what each gets wrong."""
CROWD = [
    *("fork_bomb", "memory_bomb", "kills_everyone", "every_descriptor", "loop_forward", "threads", "worker_functions"),
    *(
        "endless_message",
        "full_disk",
        "own_session",
        "signal_handlers",
        "giant_output",
        "os_exit_import",
        "kills_parent",
    ),
    *("forged_message", "makes_deep_folders", "many_files", "shadows", "writes_own_folder", "swallow"),
]
"""The attacks that could reach others: they fill, kill, block and write."""
LATER = [
    *("memory_files", "memory_segments", "memory_together", "own_users", "reads_engine", "placeholders"),
    *("one_name", "names_of_themselves", "names_that_grow", "bases"),
]
"""Those that hold memory which no limit of one process counts, read what isn't theirs, and keep whoever reads them."""
MOST_TIMES = 2.0
"""How much longer a class may take with these."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of it: honest submissions with other marks than alone, and hostile ones with our fault."""

    differing: list[str]
    faults: list[str]
    seconds: float


def crowd(folder: Path, honest: int, hostile: int, processes: int = 2, names: Sequence[str] = CROWD) -> Outcome:
    """Make the class, mark it, and mark one honest submission of each kind alone."""
    alone, together = folder / "alone", folder / "together"
    for kind in KINDS:
        _honest(alone / kind, kind)
    kinds = {f"{number:03}_{kind}": kind for number, kind in zip(range(honest), list(KINDS) * honest, strict=False)}
    for name, kind in kinds.items():
        _honest(together / name, kind)
    attacks = {attack.name: attack for attack in ATTACKS}
    for number, name in enumerate(names[:hostile]):
        attacks[name].submission(together / f"{number * honest // hostile:03}_x_{name}", {"repository": str(folder)})
    marks = {result.name: _marks(result) for result in _marked(alone, 1)}
    assert len({str(value) for value in marks.values()}) == len(KINDS)  # else a comparison would see nothing
    started = time.monotonic()
    results = {result.name: result for result in _marked(together, processes)}
    seconds = time.monotonic() - started
    assert len(results) == honest + min(hostile, len(names))
    return Outcome(
        [name for name, kind in kinds.items() if _marks(results[name]) != marks[kind]],
        [name for name, result in results.items() if name not in kinds and result.state is State.FAULT],
        seconds,
    )


def _honest(folder: Path, kind: str) -> None:
    folder.parent.mkdir(exist_ok=True)
    copy_of_worked(folder)
    for module, (old, new) in KINDS[kind].items():
        replace_in(folder / "mytorch" / "nn" / f"{module}.py", old, new)


def _marked(folder: Path, processes: int) -> list[Result]:
    isolation = str(choose(None).isolation)
    settings = Settings(homework=str(HOMEWORK), profile="quick", isolation=isolation)
    with Store(folder / "gradmark.sqlite") as store:
        run(due(find(folder), store, settings), store, settings, lambda: local(store, processes))
        return list(store.results())


def _marks(result: Result) -> Any:
    assert result.report is not None, result.message
    return timeless(msgspec.json.decode(msgspec.json.encode(result.report)))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.crowd")
    parser.add_argument("honest", type=int, nargs="?", default=80)
    parser.add_argument("hostile", type=int, nargs="?", default=20)
    parser.add_argument("--later", action="store_true")
    options = parser.parse_args()
    names = LATER if options.later else CROWD
    outcome = _in_a_folder(options.honest, options.hostile, names)
    print(f"{options.honest} honest and {options.hostile} hostile submissions in {outcome.seconds:.0f} s")
    print(f"marks that differ from those alone: {', '.join(outcome.differing) or 'none'}")
    print(f"faults of ours: {', '.join(outcome.faults) or 'none'}")
    wrong = bool(outcome.differing or outcome.faults)
    if options.later:
        alone = _in_a_folder(options.honest + options.hostile, 0, names)
        times = outcome.seconds / alone.seconds
        print(f"{options.honest + options.hostile} honest ones in {alone.seconds:.0f} s: {times:.2f} times as long")
        wrong |= times > MOST_TIMES
    return 1 if wrong else 0


def _in_a_folder(honest: int, hostile: int, names: Sequence[str]) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="crowd-") as folder:
        Path(folder).chmod(0o755)
        return crowd(Path(folder), honest, hostile, names=names)


if __name__ == "__main__":
    sys.exit(main())
