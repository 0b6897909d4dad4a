"""Named misconceptions: wrong but plausible formulas that a student's answer can match."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from graders.judging.diagnosis.evidence import Evidence, close
from graders.judging.diagnosis.explanation import Explanation, Rank
from graders.judging.diagnosis.origin import Quantity

MISCONCEPTION = "misconception "
"""What the key of an explanation begins with that is a misconception."""
Formula = Callable[..., Quantity | None]
"""None in a case that doesn't show the mistake."""


@dataclass(frozen=True)
class Misconception:
    """A wrong formula for one of an oracle's quantities.

    It takes the oracle's arguments by name, and may take numbers of the case. `says` names the mistake, in words that
    follow the answer's name; `look` is a sentence that says where to look, never the corrected line.
    """

    name: str
    oracle: str
    quantity: str
    says: str
    look: str
    formula: Formula
    general: bool = False
    """Whether it goes for any layer with some operation in it: what is known of the layer itself comes first."""
    whole: bool = False
    """Whether it tells all quantities of its oracle, so that none of them may speak against it."""

    @property
    def key(self) -> str:
        """Its identity: the same in all cases, and in all quantities that it tells at once."""
        return f"{MISCONCEPTION}{self.oracle}.{'*' if self.whole else self.quantity}.{self.name}"

    @cached_property
    def takes(self) -> Mapping[str, inspect.Parameter]:
        """The formula's parameters, by name."""
        return inspect.signature(self.formula).parameters


@dataclass(frozen=True)
class Catalogue:
    """The misconceptions of a homework."""

    entries: list[Misconception] = field(default_factory=list)
    general: Mapping[str, Callable[[str], Sequence[Misconception]]] = field(default_factory=dict)
    """By oracle: what may be wrong with one of its quantities besides; it is asked where an answer is wrong."""

    def wrong(self, where: str, says: str, look: str) -> Callable[[Formula], Formula]:
        """Add a formula under its function's name, or, if it has none, its words; `where` is `linear.dLdW`, say."""
        oracle, _, quantity = where.rpartition(".")

        def add(formula: Formula) -> Formula:
            name = says if formula.__name__ == "<lambda>" else formula.__name__
            self.entries.append(Misconception(name, oracle, quantity, says, look, formula))
            return formula

        return add

    def matching(self, evidence: Evidence, among: Container[str] | None = None) -> Iterator[Explanation]:
        """The misconceptions that give this answer; with `among` only those with these keys are tried."""
        origin = evidence.origin
        if origin is None:
            return
        for entry in [*self.entries, *self.general.get(origin.oracle, _none)(origin.quantity)]:
            is_of_this = (entry.oracle, entry.quantity) == (origin.oracle, origin.quantity)
            if is_of_this and (among is None or entry.key in among):
                predicted = self._predicted(entry, evidence)
                if predicted is None:
                    continue
                evidence.predictions[entry.key] = predicted
                if gives(predicted, evidence):
                    cases = 2 if evidence.informative else 3
                    no_number = predicted.size > 0 and not np.isfinite(predicted).any()
                    witness = 0.0 if no_number else None  # which proves nothing alone
                    rank = Rank.EXACT if entry.general else Rank.NAMED
                    yield Explanation(entry.key, entry.says, rank, cases, entry.look, witness)

    @staticmethod
    def _predicted(entry: Misconception, evidence: Evidence) -> np.ndarray | None:
        assert evidence.origin is not None
        known = evidence.known_exactly
        if any(name not in known and one.default is one.empty for name, one in entry.takes.items()):
            return None  # a number that this case doesn't have
        arguments = {name: item for name, item in known.items() if name in entry.takes}
        with np.errstate(all="ignore"):
            value = entry.formula(**arguments)
        if value is None:  # this case doesn't show it
            return None
        array = evidence.origin.of(value)
        return array if array.shape == evidence.got.shape else None


def _none(quantity: str) -> Sequence[Misconception]:  # noqa: ARG001 - whatever it is
    return ()


def gives(predicted: np.ndarray, evidence: Evidence) -> bool:
    """Whether this is what came, its entries without a number included."""
    some = np.isfinite(predicted)
    if some.all() or not evidence.comparable:
        return evidence.is_like(predicted)
    came = np.isfinite(evidence.got)
    return bool((came == some).all()) and close(evidence.got[some], predicted[some], evidence.tolerance)
