"""A class in which some are hostile: the others get the marks that they get alone.

`python -m tests.hostile.crowd [HONEST [HOSTILE]]` marks one of 80 and 20; the exit status is 1 where a mark differs.
"""

from __future__ import annotations

import sys
import tempfile
import time
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


@dataclass(frozen=True)
class Outcome:
    """What came of it: honest submissions with other marks than alone, and hostile ones with a fault of ours."""

    differing: list[str]
    faults: list[str]
    seconds: float


def crowd(folder: Path, honest: int, hostile: int, processes: int = 2) -> Outcome:
    """Make the class, mark it, and mark one honest submission of each kind alone."""
    alone, together = folder / "alone", folder / "together"
    for kind in KINDS:
        _honest(alone / kind, kind)
    kinds = {f"{number:03}_{kind}": kind for number, kind in zip(range(honest), list(KINDS) * honest, strict=False)}
    for name, kind in kinds.items():
        _honest(together / name, kind)
    attacks = {attack.name: attack for attack in ATTACKS}
    for number, name in enumerate(CROWD[:hostile]):
        attacks[name].submission(together / f"{number * honest // hostile:03}_x_{name}", {"repository": str(folder)})
    marks = {result.name: _marks(result) for result in _marked(alone, 1)}
    assert len({str(value) for value in marks.values()}) == len(KINDS)  # else a comparison would see nothing
    started = time.monotonic()
    results = {result.name: result for result in _marked(together, processes)}
    seconds = time.monotonic() - started
    assert len(results) == honest + min(hostile, len(CROWD))
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
    honest, hostile = [*map(int, sys.argv[1:]), *[80, 20][len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory(prefix="crowd-") as folder:
        Path(folder).chmod(0o755)
        outcome = crowd(Path(folder), honest, hostile)
    print(f"{honest} honest and {hostile} hostile submissions in {outcome.seconds:.0f} s")
    print(f"marks that differ from those alone: {', '.join(outcome.differing) or 'none'}")
    print(f"faults of ours: {', '.join(outcome.faults) or 'none'}")
    return 1 if outcome.differing or outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
