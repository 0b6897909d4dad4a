"""Trusted side: whether code loops over the examples of a batch, by the lines that it executes, not by a clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from graders.checking.failures import RuleBroken
from graders.checking.student import Student
from graders.sandbox import wording
from graders.sandbox.faults import StudentCrash

FEW, MANY = 8, 72
"""The batch sizes that are compared."""
FURTHER = 120
"""So many examples more, where a library's lines are to be told from a loop's."""
_EXAMPLES_A_ROUND = 4
"""A line that is run once more for this many further examples belongs to a loop over them; blocks of more are none."""
_MOST = 1 << 48
_WATCHING = "counting lines"


@dataclass(frozen=True, order=True)
class Line:
    """A line of the submission; with `within`, one elsewhere that runs for it, as `function_base.py:2313`."""

    file: str
    number: int
    within: str = ""


def lines_executed(student: Student, call: Callable[[], object]) -> dict[Line, int]:
    """How often each line is executed for the submission while the worker does what `call` asks of it.

    Comprehensions count each round, `map`, `reduce` and their like each function that they call. CheckFailed where the
    code switches the counting off.
    """
    student.queue(["count"], _WATCHING)
    call()
    found = student.get("counted", [], _WATCHING, "")
    return _counts(found)


def _counts(found: object) -> dict[Line, int]:
    if found is None:
        raise RuleBroken("your code calls settrace, so its lines can't be counted", "Take that call out.")
    if not isinstance(found, dict) or not all(type(count) is int and count < _MOST for count in found.values()):
        raise StudentCrash("the process that runs your code sent a count of lines that isn't a number")
    return {_line(wording.text_of({"where": where}, "where")): count for where, count in found.items()}


def check_lines_do_not_grow(
    student: Student, run: Callable[[int], object], few: int = FEW, many: int = MANY, *, of: str = "examples"
) -> None:
    """CheckFailed where a line is executed more often for a larger batch; `run(N)` asks for passes on N examples.

    They may be as many of something else: of classes, say.

    It is run three times: what the first one sets up does not count. Libraries work otherwise on larger arrays: what
    grows there has to grow on in a fourth run.
    """
    run(few)
    before = lines_executed(student, lambda: run(few))
    after = lines_executed(student, lambda: run(many))
    growth = _growth(before, after)
    grown = _grown(growth, many - few)
    if any(line.within for line in grown):
        grown = _that_grow_on(grown, after, lines_executed(student, lambda: run(many + FURTHER)))
    if grown:
        line = min(grown, key=lambda line: (growth[line], line))
        verb = "has something done" if line.within else "runs"
        raise RuleBroken(
            f"{line.file}, line {line.number} {verb} {_times(before.get(line, 0))} for {few} {of} "
            f"and {_times(after[line])} for {many}",
            f"That is a loop over {of}: work on {'the whole batch' if of == 'examples' else 'all of them'} at once.",
        )
    student.concluded(LinesDoNotGrow(few, many))


@dataclass(frozen=True)
class LinesDoNotGrow:
    """No line is executed more often for `many` examples than for `few`, nor, if a library's is, for FURTHER more."""

    few: int
    many: int
    kind: ClassVar[str] = "counted"

    def holds(self, answers: Sequence[object]) -> bool:
        """Whether these counts, of few, of many, and perhaps of more, show no growth; False where one is missing."""
        before, after, *further = map(_counts, answers)
        grown = _grown(_growth(before, after), self.many - self.few)
        if any(line.within for line in grown):
            return len(further) == 1 and not _that_grow_on(grown, after, further[0])
        return not grown


def _growth(before: Mapping[Line, int], after: Mapping[Line, int]) -> dict[Line, int]:
    return {line: count - before.get(line, 0) for line, count in after.items()}


def _grown(growth: Mapping[Line, int], examples: int) -> list[Line]:
    return [line for line, more in growth.items() if _is_a_loop(more, examples)]


def _is_a_loop(more: int, examples: int) -> bool:
    return more * _EXAMPLES_A_ROUND >= examples


def _that_grow_on(lines: Sequence[Line], before: Mapping[Line, int], after: Mapping[Line, int]) -> list[Line]:
    growth = _growth(before, after)
    return [line for line in lines if not line.within or _is_a_loop(growth.get(line, 0), FURTHER)]


def _line(where: str) -> Line:
    place, _, within = where.partition("|")
    file, _, number = place.rpartition(":")
    return Line(file, int(number) if number.isdecimal() else 0, within)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
