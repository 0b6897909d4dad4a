"""Results computed once for all checks that need them, such as what a training script left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from graders.sandbox.faults import StudentCrash, StudentTimeout

Ask: TypeAlias = "Callable[[], Outcome]"
Recall = Callable[[str, Ask], "Outcome"]
"""What came when this was asked, by whichever check was the first; it asks now where none did."""

NO_FAULT = ""
_FAULTS: dict[str, type[StudentTimeout | StudentCrash]] = {
    kind.__name__: kind for kind in (StudentTimeout, StudentCrash)
}


class Outcome(NamedTuple):
    """The outcome of asking: plain data, what was printed, and how the process was lost, if it was."""

    value: object
    printed: str = ""
    fault: str = NO_FAULT
    message: str = ""
    hint: str = ""
    slow_in: frozenset[str] = frozenset()
    """The functions that were waited for."""

    @classmethod
    def lost(cls, fault: StudentTimeout | StudentCrash, printed: str, slow_in: frozenset[str]) -> Outcome:
        """That of a question that was never answered."""
        return cls(None, printed, type(fault).__name__, fault.message, fault.hint, slow_in)

    def answer(self) -> object:
        """The value; StudentTimeout or StudentCrash where there is none, whoever asks."""
        if self.fault:
            raise _FAULTS[self.fault](self.message, self.hint)
        return self.value


def each_asks(what: str, ask: Ask) -> Outcome:  # noqa: ARG001 - where nothing is kept, it doesn't matter what is asked
    """A `Recall` where nothing is kept."""
    return ask()
