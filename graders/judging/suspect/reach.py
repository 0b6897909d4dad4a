"""Which wrong values can be the cause of others: those that reach them other than through right values."""

from __future__ import annotations

from collections.abc import Sequence

from graders.judging.suspect.trace import Trace


class Reach:
    """Where the values of a trace's statements go."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._of = trace.statements

    def leaving(self, suspects: Sequence[int]) -> list[int]:
        """Those whose value can be wrong although all that is made of it is what it is."""
        return [number for number in suspects if self._leaves(number)]

    def _leaves(self, number: int) -> bool:
        one = self._of[number]
        if one.kind not in ("value", "passed") or one.kept:
            return True
        readers = self._trace.readers(number)
        return not readers or not all(self._trace.matched[reader] is True for reader in readers)

    def reaching(self, suspects: Sequence[int], target: int) -> list[int]:
        """Those whose values can come to the target, and what fills arrays in loops that it reads."""
        known: dict[int, bool] = {}
        found = [number for number in suspects if self._goes(number, target, known)]
        found += [number for number in self.fills(target) if number not in found]
        return [*found, *(number for number in self._untold(target) if number not in found)]

    def _untold(self, target: int) -> list[int]:
        """What the target reads of its own loop that isn't a quantity, such as a slice: it may be right or wrong."""
        aimed = self._of[target]
        return [
            number
            for number, one in self._of.items()
            if number != target and one.loop and (one.scope, one.loop) == (aimed.scope, aimed.loop)
            if one.sets & (aimed.reads | aimed.sets) and self._trace.matched.get(number) is None
        ]

    def _goes(self, number: int, target: int, known: dict[int, bool]) -> bool:
        if number == target:
            return True
        if number not in known:
            known[number] = False  # for now: values that go round in a circle come to nothing by that
            known[number] = self._goes_on(number, target, known)
        return known[number]

    def _goes_on(self, number: int, target: int, known: dict[int, bool]) -> bool:
        one = self._of[number]
        if one.writes_into:
            return True  # other names may hold what it is written into
        readers = self._trace.readers(number)
        if not readers:
            return not one.leaves_function  # what we don't see may read it
        return any(self._passes_on(reader, target, known) for reader in readers)

    def _passes_on(self, reader: int, target: int, known: dict[int, bool]) -> bool:
        return reader == target or (self._trace.matched[reader] is not True and self._goes(reader, target, known))

    def fills(self, target: int) -> list[int]:
        """Statements before the target that write into what it reads: in a loop each may be right, the whole not."""
        aimed = self._of[target]
        read = aimed.reads | {name.partition(".")[0] for name in aimed.reads}
        return [
            number
            for number, one in self._of.items()
            if number != target and one.writes_into and one.scope == aimed.scope and one.line <= aimed.line
            if one.sets & read and self._may_spoil(number, target)
        ]

    def _may_spoil(self, number: int, target: int) -> bool:
        """Whether what it writes into may be wrong, whatever the values are: where, and by which operator, may be."""
        one = self._of[number]
        if one.whole and not one.loop and self._trace.matched.get(number) is True:
            return False  # `x += e`: its value was all of x
        loop = self._of[number].loop
        return loop != self._of[target].loop if loop else True
