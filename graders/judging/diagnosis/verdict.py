"""The best explanation of several wrong answers: it fits all of them, and says in how many cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from graders.judging.diagnosis import arguments, arrangement, factors, guarded, reductions, state, terms, values
from graders.judging.diagnosis.catalogue import Catalogue, gives
from graders.judging.diagnosis.evidence import FAINT, Evidence, close
from graders.judging.diagnosis.explanation import Explanation, Finder, Rank

FINDERS: Sequence[Finder] = (
    state.not_updated,
    state.left_over,
    arguments.left_over,
    guarded.guards,
    terms.mistaken,
    values.constants,
    factors.multiples,
    state.moved,
    arrangement.transposed,
    reductions.collapsed,
    reductions.broadcast,
    reductions.unreduced,
    arrangement.reversed_along_axes,
    values.functions,
    terms.term,
    terms.share,
    arguments.mixed_up,
    values.masked,
    values.clipped,
    arrangement.shifted,
    arrangement.permuted,
    values.not_finite,
)
"""In the order in which their explanations are preferred where several of one rank fit."""

LASTING: frozenset[Finder] = frozenset(
    (
        *(terms.mistaken, terms.term, values.constants, values.functions, factors.multiples, arrangement.transposed),
        *(reductions.collapsed, reductions.broadcast, reductions.unreduced, arguments.mixed_up),
    )
)
"""Those whose explanations hold wherever the quantity is wrong: none is of a call before, or of where numbers are."""

MAX_CASES = 8
ALTERNATIVES = 2
"""Misconceptions that may be named together where no case tells them apart."""

SURE = 3
"""Different cases that an explanation has to fit before it is given without reservation."""


@dataclass(frozen=True)
class Findings:
    """What explains wrong answers, in this many `different` cases: all that fits, and misconceptions that don't."""

    fitting: Sequence[Explanation] = ()
    different: int = 0
    refuted: frozenset[str] = frozenset()
    """The keys of misconceptions that would have given something else, so that they are none of this quantity."""
    lasting: frozenset[str] = frozenset()
    """The keys of other explanations that have to hold in all checks of the quantity."""
    holding: frozenset[str] | None = None
    """Those of them that hold here, if only roughly; None where that can't be told."""

    def text(self, refuted: Callable[[str], bool] = lambda key: False) -> str:
        """In words that follow the answer's name, without what is refuted elsewhere; empty if nothing is certain.

        Where two say different things and neither is better, nothing is.
        """
        left = [one for one in self.fitting if not refuted(one.key)]
        return _said(_of_the_best_rank(left), self.different)


def diagnose(found: Sequence[Evidence], catalogue: Catalogue | None = None) -> str:
    """What the wrong answers have in common, in words that follow the answer's name; empty if nothing is certain."""
    return findings(found, catalogue).text()


def findings(found: Sequence[Evidence], catalogue: Catalogue | None = None) -> Findings:
    """What the wrong answers have in common.

    A misconception of the catalogue comes first. An explanation has to fit every case; where the mistake hardly shows,
    it must not say that it would.
    """
    first: Findings | None = None
    for clear, faint in _told_apart(found):
        tried = _found(clear, faint, catalogue) if clear else Findings()
        if tried.text():
            return tried
        first = first or tried
    return first or Findings()


def _found(cases: Sequence[Evidence], faint: Sequence[Evidence], catalogue: Catalogue | None) -> Findings:
    """What fits the cases and doesn't contradict the faint ones."""
    different = _different([*cases, *faint])
    fitting = [one for one in _fitting(cases, faint, catalogue) if one.needs_cases <= different]
    lasting = {key for case in cases[:1] for key in _lasting(case)} & {one.key for one in fitting}
    return Findings(fitting, different, _refuted(cases[0]), frozenset(lasting), _holding(cases[0]))


def _lasting(case: Evidence) -> Iterator[str]:
    """The keys of what explains a case wherever the quantity is wrong."""
    found = _explained([finder for finder in FINDERS if finder in LASTING], case)
    yield from (key for key in found if factors.CALL_BEFORE not in key)


def _holding(case: Evidence) -> frozenset[str] | None:
    """What of that explains a case, if only roughly; None where a batch of one, say, can't tell."""
    alone = any(case.numbers.get(name) == 1 for name in factors.BATCH)
    if alone or not case.is_telling or case.error <= FAINT:
        return None
    return frozenset(_lasting(dataclasses.replace(case, rough=True)))


def _refuted(case: Evidence) -> frozenset[str]:
    """The misconceptions that give something else in a case in which the mistake shows."""
    if case.error <= FAINT:
        return frozenset()
    rough = dataclasses.replace(case, rough=True)
    return frozenset(
        key
        for key, predicted in case.predictions.items()
        if not (close(case.got, predicted, FAINT) if np.isfinite(predicted).all() else gives(predicted, rough))
    )


def _fitting(
    cases: Sequence[Evidence], faint: Sequence[Evidence], catalogue: Catalogue | None
) -> Iterator[Explanation]:
    """What explains every case, and explains the faint ones too as far as they show anything."""
    finders, first = _speaking(_finders(cases, catalogue), cases[0])
    explained = [first, *(_explained(finders, case) for case in cases[1:])]
    allowed = [_explained(finders, dataclasses.replace(case, rough=True)).keys() for case in faint]
    for key, explanation in first.items():
        if _witnessed([one.get(key) for one in explained]) and all(key in keys for keys in allowed):
            yield explanation


def _speaking(finders: Sequence[Finder], case: Evidence) -> tuple[list[Finder], dict[str, Explanation]]:
    """The finders that have something to say of a case, and what that is: no other can explain all cases."""
    said = [(finder, _explained([finder], case)) for finder in finders]
    left = [_among(finder, found) for finder, found in said if found]
    return left, {key: one for _, found in said for key, one in found.items()}


def _among(finder: Finder, found: Container[str]) -> Finder:
    """The finder; a catalogue's tries only the misconceptions that were found: each takes a run of the oracle."""
    of = getattr(finder, "__self__", None)
    return partial(of.matching, among=found) if isinstance(of, Catalogue) else finder


def _of_the_best_rank(fitting: Sequence[Explanation]) -> list[Explanation]:
    best = min((explanation.rank for explanation in fitting), default=None)
    return [explanation for explanation in fitting if explanation.rank == best]


def _said(choices: Sequence[Explanation], different: int) -> str:
    """Explanations that are as good, in words: the first of them, or a few misconceptions side by side."""
    if choices and choices[0].rank is Rank.NAMED:
        choices = list({choice.text: choice for choice in reversed(choices)}.values())[::-1]
    if not choices or (len(choices) > 1 and different < 2):
        return ""
    if len(choices) > 1 and choices[0].rank is Rank.NAMED:
        return f"{_either(choices)} {_certainty(different)}" if len(choices) <= ALTERNATIVES else ""
    text = f"{choices[0].text} {_certainty(different)}"
    return f"{text}. {choices[0].look}" if choices[0].look else text


def _finders(cases: Sequence[Evidence], catalogue: Catalogue | None) -> list[Finder]:
    """Those that these cases can tell apart: in batches of one, sums are averages and N is no factor."""
    batches = {case.numbers[name] for case in cases for name in factors.BATCH & case.numbers.keys()}
    if batches == {1.0}:
        return [finder for finder in FINDERS if finder not in (factors.multiples, state.moved)]
    return [catalogue.matching, *FINDERS] if catalogue is not None else list(FINDERS)


def _either(choices: Sequence[Explanation]) -> str:
    """Misconceptions that come to the same in these cases."""
    return ", or ".join(choice.text.rstrip(".") for choice in choices)


def _witnessed(explanations: Sequence[Explanation | None]) -> bool:
    """Whether it explains every case, and the number that it is made of, if any, isn't the same in all of them."""
    witnesses = {explanation.witness for explanation in explanations if explanation is not None}
    return None not in explanations and (None in witnesses or len(witnesses) > 1)


def _told_apart(found: Sequence[Evidence]) -> Iterator[tuple[Sequence[Evidence], Sequence[Evidence]]]:
    """The cases to explain, and those in which the mistake hardly shows; if the former are too few, all that aren't
    rounding."""
    clear = [case for case in found if case.error > FAINT]
    yield clear[:MAX_CASES], [case for case in found if case.error <= FAINT][:MAX_CASES]
    if len(clear) < len(found):
        yield ([case for case in found if case.error > case.tolerance] or found)[:MAX_CASES], []


def _explained(finders: Sequence[Finder], case: Evidence) -> dict[str, Explanation]:
    """Every explanation that fits the case, by its key."""
    return {explanation.key: explanation for finder in finders for explanation in finder(case)}


def _different(cases: Sequence[Evidence]) -> int:
    """How many of the cases have numbers or their own shape: shrunk copies of one case count once."""
    return len({(tuple(sorted(case.numbers.items())), case.expected.shape) for case in cases})


def _certainty(different: int) -> str:
    if different >= SURE:
        return f"(in all of {different} different cases)"
    return "(in both cases tried)" if different == 2 else "(in the one case tried)"
