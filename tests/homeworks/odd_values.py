"""Plays a right submission's conversation with a check once more, with one answer replaced by an odd value.

No student code runs: what the worked submission answered is written down once, by check, and then played again and
again. However a check reads a value, it has to end with a verdict on the submission, never with our fault.

`python -m tests.homeworks.odd_values HOMEWORK ...` plays all values in all places.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from graders.checking.decorators import budget_of
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Status
from graders.coursework.selection import select
from graders.coursework.submission import private_copy
from graders.marking.collecting import Collection, id_of
from graders.marking.execution import Course, Execution
from graders.marking.opening import workers_on
from graders.marking.patience import Patience
from graders.marking.profiles import Effort
from graders.marking.recordings.making import remembering_answers
from graders.marking.run import Request, collect
from graders.sandbox.faults import StudentError
from graders.sandbox.inside.wire import Opaque, Reference
from graders.sandbox.process import Worker
from graders.sandbox.session import Session
from tests.support import ROOT

HOMEWORKS = ("ai702", "a4", "cmu11785", "cs189", "dpl2023", "dpl2025")
EFFORT = Effort(cases=2, cpu_seconds=60, shrinks=0)
DEEP = 50
MOST_PLACES = 12
"""Of a conversation: finite differences have a hundred that are all alike."""

Odd = Callable[[Any], Any]
"""Makes an odd value of a right one, or regardless of it."""


def _nested() -> Any:
    found: Any = 1.0
    for _ in range(DEEP):
        found = [found]
    return found


def _changed(change: Callable[[np.ndarray], Any]) -> Odd:
    """Of an array what this makes of it; of anything else an array that is as odd."""

    def odd(right: Any) -> Any:
        is_number = isinstance(right, np.ndarray) and right.dtype.kind in "bifu"
        with np.errstate(all="ignore"):
            return change(np.array(right) if is_number else np.arange(6.0).reshape(2, 3))

    return odd


ODD: dict[str, Odd] = {
    "None": lambda right: None,
    "True": lambda right: True,
    "a negative number": lambda right: -1,
    "a huge integer": lambda right: 2**200,
    "NaN": lambda right: float("nan"),
    "text": lambda right: "text",
    "no text": lambda right: "",
    "an empty list": lambda right: [],
    "a ragged list": lambda right: [[1.0], [1.0, 2.0]],
    "a list of objects": lambda right: ["a", None, Opaque("Layer")],
    "a list 50 deep": lambda right: _nested(),
    "an empty dict": lambda right: {},
    "a dict": lambda right: {"a": 1, 2: [None]},
    "a tensor that can't be sent": lambda right: Opaque("Tensor"),
    "an object array": lambda right: Opaque("ndarray of dtype object"),
    "an ellipsis": lambda right: Opaque("ellipsis"),
    "a reference": lambda right: Reference(1),
    "0-d": lambda right: np.array(1.5),
    "no entries": lambda right: np.zeros(0),
    "no rows": lambda right: np.zeros((0, 3)),
    "complex": _changed(lambda right: right + 1j),
    "bools": _changed(lambda right: right > 0),
    "bytes": _changed(lambda right: np.zeros(right.shape, np.int8)),
    "the largest unsigned integers": _changed(lambda right: np.full(right.shape, 2**64 - 1, np.uint64)),
    "half precision": _changed(lambda right: right.astype(np.float16)),
    "more than double precision": _changed(lambda right: right.astype(np.longdouble) * 10),
    "all NaN": _changed(lambda right: np.full(right.shape, np.nan)),
    "infinite": _changed(lambda right: np.full(right.shape, -np.inf)),
    "enormous": _changed(lambda right: (right + 1.0) * 1e300),
    "zeros": _changed(np.zeros_like),
    "another value": _changed(lambda right: right * 2.0 + 1.0),
    "the transpose": _changed(np.transpose),
    "flat": _changed(np.ravel),
    "an axis more": _changed(lambda right: right[None]),
    "the first row": _changed(lambda right: right[:1] if right.ndim else right),
    "a row more": _changed(lambda right: np.concatenate([right, right[:1]]) if right.ndim else right),
    "32 axes": lambda right: np.zeros((1,) * 32),
    "a list of lists": _changed(np.ndarray.tolist),
}


MOST_INSIDE = 40
"""Odd values inside of one answer: what a script did holds figures, which hold curves, which hold numbers."""
Place = tuple[Any, ...]
"""Where in an answer something is: keys of dicts, places in lists."""


def parts_of(value: Any, path: Place = ()) -> Iterator[Place]:
    """Where in a dict or list its items are, and those of its items."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield (*path, key)
        yield from parts_of(item, (*path, key))


def with_part(value: Any, path: Place, odd: Odd) -> Any:
    """The value with an odd one in place of this part; the right one is left as it is."""
    if not path:
        return odd(value)
    found = dict(value) if isinstance(value, dict) else list(value)
    found[path[0]] = with_part(found[path[0]], path[1:], odd)
    return found


class Heard:
    """A session that writes down what is asked and what comes."""

    def __init__(self, session: Session) -> None:
        object.__setattr__(self, "session", session)
        object.__setattr__(self, "turns", [])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.session, name, value)

    def flush(self) -> list[Any]:
        """As usual."""
        kinds = _kinds(self.session.queued)
        values = self.session.flush()
        if kinds:
            self.turns.append((kinds, values))
        return values


class Played:
    """A session that gives the answers of another one, but for one of them; the play ends where it goes another way."""

    def __init__(self, turns: Sequence[tuple[list[str], list[Any]]], turn: int, place: int, odd: Odd) -> None:
        self.turns = list(turns)
        self.replaced = turn, place, odd
        self.queued: list[list[Any]] = []
        self.lost, self.output, self.output_in_all, self.serve = False, "", "", None
        self.slow_in: frozenset[str] = frozenset()
        self.at = 0

    def queue(self, operation: list[Any], path: str = "", owner: str = "") -> None:
        """As usual."""
        self.queued.append(operation)

    def discard(self) -> None:
        """As usual."""
        self.queued = []

    def close(self) -> None:
        """There is no process."""

    def flush(self) -> list[Any]:
        """What came then, with the odd value in its place; StudentError where something else is asked now."""
        kinds = _kinds(self.queued)
        self.discard()
        if not kinds:
            return []
        at, self.at = self.at, self.at + 1
        if at >= len(self.turns) or self.turns[at][0] != kinds:
            raise StudentError({"type": "RuntimeError", "text": "the play is over"})
        values = [np.array(value) if isinstance(value, np.ndarray) else value for value in self.turns[at][1]]
        turn, place, odd = self.replaced
        if at == turn:
            values[place] = odd(values[place])
        return values


def _kinds(operations: Sequence[Sequence[Any]]) -> list[str]:
    return [str(operation[0]) for operation in operations]


class _Few(Request):
    """What is to be marked, with few cases."""

    @property
    def effort(self) -> Effort:
        """Two cases: the second is no minimal one."""
        return EFFORT


@dataclass(frozen=True)
class Play:
    """One odd value in one place of one check's conversation, and how the check ended."""

    check: str
    turn: int
    place: int
    part: Place
    odd: str
    result: CheckResult | None

    @property
    def is_our_fault(self) -> bool:
        """Whether the value made something of ours fail."""
        return self.result is None or self.result.status is Status.GRADER_FAULT

    def __str__(self) -> str:
        told = self.result.message if self.result is not None else "no result"
        return f"{self.check}, answer {self.turn}.{self.place}{list(self.part)}, {self.odd}: {told}"


def plays(
    homework: str, share: float = 1.0, *, checks: Sequence[str] = (), without: tuple[str, ...] = (), seed: int = 0
) -> list[Play]:
    """A share of all odd values in all places of a homework's checks, at random, at least one of each check.

    Checks whose names begin like one of `without` are left out.
    """
    found: list[Play] = []
    pack = load_homework(homework)
    request = _Few(ROOT / "student_impl" / homework, pack, select(pack, checks, {}))

    def use(collection: Collection) -> None:
        course = _course(request, collection, copy, EFFORT)
        with remembering_answers():
            for item in collection.of(request.checks):
                if "keys" in item.fixturenames or id_of(item).startswith(without):
                    continue  # the instructor's keys: asks nothing of student code
                found.extend(_plays_of(course, item, workers[0], share, random.Random(f"{seed} {id_of(item)}")))

    with private_copy(request.submission, request.homework.files) as copy, workers_on(request, copy) as workers:
        faults = collect(request, workers, use)
    assert not faults, faults
    return found


def _course(request: Request, collection: Collection, copy: Path, effort: Effort) -> Course:
    return Course(
        homework=request.homework,
        effort=effort,
        copy=copy,
        keys=None,
        images=collection.images,
        repro=None,
        patience=Patience(effort, request.checks),
    )


def _plays_of(
    course: Course, item: pytest.Function, worker: Worker, share: float, chance: random.Random
) -> Iterator[Play]:
    turns = _heard(course, item, worker)
    everywhere = [(turn, place) for turn, (_, values) in enumerate(turns) for place in range(len(values))]
    places = sorted({*everywhere[:4], *chance.sample(everywhere, min(len(everywhere), MOST_PLACES))})
    possible: list[tuple[int, int, Place, str]] = [(*at, (), name) for at in places for name in ODD]
    for turn, place in places:
        inside = list(parts_of(turns[turn][1][place]))
        drawn = [chance.choice(inside) for _ in range(MOST_INSIDE if inside else 0)]
        possible += [(turn, place, path, chance.choice(list(ODD))) for path in drawn]
    chosen = [one for one in possible if chance.random() < share] or possible[:1]
    for turn, place, path, name in chosen:
        session: Any = Played(turns, turn, place, partial(with_part, path=path, odd=ODD[name]))
        found = Execution(course, id_of(item), giving(session, worker)).run(item)
        yield Play(id_of(item), turn, place, path, name, found)


def giving(session: Any, worker: Worker) -> Worker:
    """A worker whose next child is this session's."""
    return cast(Worker, SimpleNamespace(open_session=lambda *_: session, bounds=worker.bounds))


def _heard(course: Course, item: pytest.Function, worker: Worker) -> list[tuple[list[str], list[Any]]]:
    with closing(course.patience.open(worker, id_of(item), budget_of(item.obj))) as session:
        heard: Any = Heard(session)
        result = Execution(course, id_of(item), giving(heard, worker)).run(item)
    assert result is not None
    assert result.status is Status.PASSED, result
    turns: list[tuple[list[str], list[Any]]] = heard.turns
    return turns


def main(homeworks: Sequence[str]) -> int:
    """Play everything, and tell of what is ours to mend."""
    bad = 0
    for homework in homeworks or HOMEWORKS:
        found = plays(homework)
        ours = [play for play in found if play.is_our_fault]
        ends = Counter(play.result.status for play in found if play.result is not None)
        print(f"{homework}: {len(found)} plays, {len(ours)} faults of ours; {dict(ends)}", flush=True)
        for told in sorted({str(play) for play in ours}):
            print("   ", told)
        bad += len(ours)
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
