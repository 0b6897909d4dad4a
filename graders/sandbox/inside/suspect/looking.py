"""What the trusted side can ask of a child that looks for the line at fault, one question at a time."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..packing import Packed
from ..wire import Mapped
from . import bank
from .edits.trying import Editing, Target
from .replacing import Functions
from .running import Aim, Runner, Sequence_
from .unset import Unset
from .values import Values

if TYPE_CHECKING:
    from ..requests import RequestHandler


class Looking:
    """Answers one question at a time: each `ask_` is one."""

    def __init__(self, handler: RequestHandler) -> None:
        self._began = time.process_time()
        gc.unfreeze()  # what was there at the fork, too, is to be found
        gc.disable()  # many syntax trees come and go: the collector of 3.11 doesn't bear that
        self._handler = handler
        self._runner = Runner(handler)
        self._functions = Functions(handler.submission.root)
        self._sequences: Sequence[Sequence_] = []
        self._values: Values | None = None
        self._editing: Editing | None = None

    def answer(self, what: str, operands: Sequence[Packed]) -> object:
        """The answer to one question, as plain data."""
        return getattr(self, f"ask_{what}")(*operands)

    def ask_begin(self, sequences: Sequence[Sequence_]) -> None:
        """These are the sequences from now on."""
        self._sequences = sequences

    def ask_run(self) -> list[object]:
        """What each sequence gives: values, the record of an exception, the operation that raised it."""
        outcomes = [self._runner.plainly(sequence) for sequence in self._sequences]
        return [[values, None if error is None else Mapped(error), index] for values, error, index in outcomes]

    def ask_bank(self) -> list[object]:
        """The quantities of this submission."""
        return bank.plain(bank.collected(self._runner, self._functions, self._sequences))

    def ask_aim(self, aims: Packed, rows: Packed, places: Sequence[int]) -> list[object]:
        """Aim at these values with these quantities.

        Gives the statements, what their values were in some sequences, and those that ended with an exception.
        """
        resolved = self._handler.resolve([aims, rows])
        aimed = [[None if one is None else Aim(*one) for one in sequence] for sequence in resolved[0]]
        self._values = Values(self._runner, self._functions, self._sequences, aimed, bank.of_plain(resolved[1]))
        events = self._values.record(places)
        ran = {number for came in events.values() for number, _, _ in came}
        statements = [[number, self._values.statements[number].fields()] for number in sorted(ran)]
        told = [[place, [list(one) for one in came]] for place, came in events.items()]
        return [statements, told, sorted(self._values.raised)]

    def ask_met(self) -> list[bool]:
        """Of each sequence whether the submission as it is meets the aims."""
        assert self._values is not None
        return self._values.met()

    def ask_values(self, number: int, failing: Sequence[int], passing: Sequence[int], widely: bool) -> list[object]:
        """Whether a quantity of its shape, or `widely` any other, in a statement's place makes all right (None: no
        influence), the seconds so far, and which of the statement's values were that quantity, by sequence."""
        assert self._values is not None
        repairs = self._values.repairs(number, failing, passing, widely)
        needed = self._values.as_needed(number).items() if repairs else []
        return [repairs, time.process_time() - self._began, [list(one) for one in needed]]

    def ask_edits(
        self, targets: Sequence[Target], failing: Sequence[int], passing: Sequence[int], seconds: float
    ) -> list[object]:
        """Where small edits make all right: file, function, line and kind of each, and whether there was time for all.

        The targets are lines, those that are tried first first.
        """
        assert self._values is not None
        with self._functions.own_code():
            self._editing = Editing(self._runner, self._functions, self._sequences)
            self._editing.search(self._values.aims, targets, [*failing, *passing], seconds)
        return [[hit.told for hit in self._editing.found], self._editing.whole]

    def ask_edited(self, index: int, places: Sequence[int]) -> list[bool]:
        """Which of these sequences become right, too, with an edit that was found."""
        assert self._values is not None
        assert self._editing is not None
        with self._functions.own_code():
            return self._editing.also_right(index, self._values.aims, places)

    def ask_unset(self, place: int) -> list[object]:
        """Where what is missing in a sequence that ends so may have been forgotten: file, function and line of each."""
        with self._functions.own_code():
            return [list(one) for one in Unset(self._runner, self._functions, self._sequences[place]).lines()]

    def ask_spent(self) -> float:
        """The seconds of the processor that the look has taken so far."""
        return time.process_time() - self._began

    def ask_also(self, number: int, places: Sequence[int]) -> list[bool]:
        """Which of these sequences become right, too, with the quantity that repairs a statement."""
        assert self._values is not None
        return self._values.also_right(number, places)

    def ask_focus(self, aims: Packed) -> None:
        """Aim at these from now on."""
        assert self._values is not None
        self._values.aims = [
            [None if one is None else Aim(*one) for one in sequence] for sequence in self._handler.resolve(aims)
        ]
